/* Frames, bodies and entries: sections 13 and 19. */
#include "laconic.h"

typedef struct {
  u32 seal, texts; /* texts: bytes of the payloads */
  laconic_header header;
  laconic_sink *sink; /* NULL: the frame is only checked */
  void *context;
} reading;
static int is_request(u32 kind) { return kind == 1 || kind == 2 || kind == 6; }
static i64 odd_number(dec *d, int number, u32 class) { /* a message id or reference: no template has its slot */
  slot t = {.class = class, .coarse = class}; value v;
  d->here = (situation){0, step((u32)number, 5), (u32)d->s->messages, 0, 8, 0, 0, -1, 0};
  number_slot(d, &t, &v);
  if (v.decimals > 0) refuse(d, LACONIC_MALFORMED);
  return v.number;
}
static int message_id(dec *d, int number) { /* into d->text; 0: none travels */
  if (!flag(d, 61, C3(S(90) + M1(number), S(91), S(91)))) return 0;
  if (!flag(d, 61, C3(S(92) + M1(number), S(93), S(93)))) letters(d, S(94));
  else d->text_length = (u32)decimal((char *)d->text, odd_number(d, number, S(95)), 0);
  return 1;
}
static int is_generation(const u8 *text, u32 length) { /* as printf would write it */
  char number[24] = "", again[24];
  if (length == 0 || length > 19) return 0;
  memcpy(number, text, length);
  sprintf(again, "%llu", strtoull(number, NULL, 10));
  return strcmp(number, again) == 0 && (length < 19 || strcmp(number, "9223372036854775807") <= 0);
}
static int is_item(const dec *d, u32 kind, int number, int has_id) {
  const u8 *text = d->out; u32 length = d->out_size;
  if (is_request(kind)) return !has_id || characters(d->text, d->text_length) <= 36;
  if (kind == 0) return is_bind(text, length);
  if (kind == 4 || kind == 5) return length > 0 && text[0] == '[' && text[length - 1] == ']';
  if (kind == 7) return is_generation(text, length);
  return kind == 3 || (kind == 8 && number == 0 && length == 4 && memcmp(text, "null", 4) == 0);
}
static void read_entry(dec *d, int number, reading *r) {
  int n = message(d, number);
  const u32 *tokens = d->s->tokens + d->s->templates[n].start, kind = tokens[0] >> 4 & 15;
  int has_action = (tokens[1] >> 28 & 7) == ACTION;
  laconic_entry entry = {.channel = number, .kind = (int)kind};
  write_payload(d, n); r->texts += d->out_size;
  if (d->out_size > LACONIC_PAYLOAD_BYTES || r->texts > LACONIC_TEXTS_BYTES) refuse(d, LACONIC_OVER_LIMIT);
  if (is_request(kind)) entry.has_id = message_id(d, number);
  else if (kind >= 3 && kind <= 5) entry.reference = d->s->acknowledged + odd_number(d, number, S(96));
  if (has_action != is_request(kind)) refuse(d, LACONIC_MALFORMED);
  if (!is_item(d, kind, number, entry.has_id)) d->bad_item = 1;
  r->seal = crc32_of(d, "", 1, crc32_of(d, d->out, d->out_size, r->seal));
  if (!r->sink) return;
  entry.id = (laconic_text){d->text, entry.has_id ? d->text_length : 0}; entry.text = (laconic_text){d->out, d->out_size};
  if (has_action) entry.action = name_of(d, n, tokens[1]);
  r->sink(r->context, &r->header, &entry);
}
static void read_body(dec *d, reading *r) {
  state *s = d->s;
  i64 found[3] = {s->items, s->acknowledged, s->backlog}; int total = 0;
  for (int place = 0; place < 3; place++) {
    found[place] = add(d, found[place], get_signed(d, 53, C3(S(80) + M1(place), S(81) + M1(place), S(82))));
    if (found[place] < 0 || found[place] >= INT64_C(1) << 62) refuse(d, LACONIC_MALFORMED);
  }
  r->header = (laconic_header){found[0], s->acknowledged = found[1], s->backlog = found[2]};
  u64 new = get_unsigned(d, 59, C3(S(83), S(83), S(83)), 0);
  if (new > (u64)(CHANNELS - s->channel_count)) refuse(d, LACONIC_OVER_LIMIT);
  s->channel_count += (int)new; /* what is beyond the count is zero */
  for (int number = 0; number < s->channel_count; number++) {
    channel *c = &s->channels[number];
    u32 presence = c->presence, count = 0, run = c->run;
    int more = flag(d, 57, C3(S(84) + M1(presence) + M2(number), c->last + S(85) + M1(presence & 3),
                              S(86) + M1(presence) + M2(total < 2 ? total : 2)));
    c->presence = (u8)(presence << 1 | (u32)more);
    while (more) {
      if (total++ == 255) refuse(d, LACONIC_OVER_LIMIT);
      read_entry(d, number, r); count++;
      int past_run = (count >= run) + (count > run);
      more = flag(d, 58, C3(c->last + S(87) + M1(past_run), step(c->last, c->before) + S(88) + M1(past_run),
                            S(89) + M1(count < 15 ? count : 15) + M2(run < 15 ? run : 15)));
      c->run = (u8)count;
    }
  }
  s->items = found[0] + total;
}
static reading code(dec *d, const state *base, const u8 *frame, u32 size, laconic_sink *sink, void *context) {
  reading r = {crc32_of(d, frame + 3, size - 3, crc32_of(d, frame, 1, base->chain)), 0, {0, 0, 0}, sink, context};
  *d->s = *base;
  if (frame[0] & 8) condense(d, d->s);
  d->bad_item = 0; d->frame_tokens = 0;
  u32 head = frame[0] & 4 ? 5 : 3;
  coder_start(d, frame + head, size - head);
  read_body(d, &r);
  coder_end(d);
  d->s->chain = r.seal;
  return r;
}
static void decode(dec *d, const u8 *frame, size_t size, laconic_sink *sink, void *context) {
  if (size > LACONIC_FRAME_BYTES) refuse(d, LACONIC_OVER_LIMIT);
  if (size < 3 || frame[0] >= 0x40) refuse(d, LACONIC_MALFORMED);
  u32 attempt = size >= 5 && frame[0] & 4 ? (u32)frame[3] << 8 | frame[4] : 0;
  if (frame[0] & 4 && (!attempt || !(frame[0] & 0x20))) refuse(d, LACONIC_MALFORMED);
  if ((frame[0] >> 4 & 1) != (d->epoch & 1)) refuse(d, LACONIC_UNKNOWN_EPOCH);
  int is_latest = (frame[0] & 3) == (d->index & 3);
  if (!is_latest && !(d->has_before && (frame[0] & 3) == ((d->index - 1) & 3))) refuse(d, LACONIC_BAD_STATE);
  state *base = is_latest ? d->latest : d->before, *decoded = d->s;
  reading r = code(d, base, frame, (u32)size, NULL, NULL); /* once to check it, once more to hand its entries out */
  if ((r.seal & 0xFFFF) != ((u32)frame[1] << 8 | frame[2])) refuse(d, LACONIC_BAD_STATE);
  if (d->bad_item) refuse(d, LACONIC_MALFORMED);
  if (sink) sink(context, &r.header, NULL);
  if (sink) code(d, base, frame, (u32)size, sink, context);
  if (!(frame[0] & 0x20) || (!is_latest && attempt < d->attempt)) return;
  d->s = is_latest ? d->before : d->latest; d->before = base; d->latest = decoded; d->has_before = 1;
  d->index += (u64)is_latest; d->attempt = attempt;
}
laconic_fault laconic_decode(laconic_decoder *d, const u8 *frame, size_t size, laconic_sink *sink, void *context) {
  if (setjmp(d->refusal) != 0) return d->fault;
  decode(d, frame, size, sink, context);
  return LACONIC_OK;
}
int laconic_init(laconic_decoder *d, const laconic_registry *registry, const u8 *prior, size_t prior_bytes) {
  static const char *const names[WELL_KNOWN] = {
    "connectorId", "context", "eventType", "evse", "evseId", "format", "id", "measurand", "meterStart",
    "meterStop", "phase", "seqNo", "soC", "transactionId", "transactionInfo", "triggerReason", "unit", "unitOfMeasure", "value",
    "Voltage", "Current.Import", "Power.Active.Import", "Energy.Active.Import.Register", "SoC",
    "L1", "L1-N", "L2", "L2-N", "L3", "L3-N", "kW", "kWh"};
  if (prior_bytes != LACONIC_PRIOR_BYTES || memcmp(prior, "LCP1", 4) != 0) return -1;
  memset(d, 0, sizeof *d); d->registry = registry; d->prior = prior; coder_init(d);
  for (int i = 0; i < WELL_KNOWN; i++)
    d->well_known[i] = token_of(d, i < T_MEASURANDS ? KEY : CONSTANT, (const u8 *)names[i], (u32)strlen(names[i]));
  laconic_epoch(d, 0, 0);
  return 0;
}
void laconic_epoch(laconic_decoder *d, int down, u64 epoch) {
  d->epoch = epoch; d->index = 0; d->has_before = 0;
  d->latest = &d->states[0]; d->before = &d->states[1]; d->s = &d->states[2]; state_fresh(d, d->latest, down);
}
