/* What the state keeps: rows (section 23), learned texts (24.1, 24.2), the shelf (20.1); its digest (28). */
#include "laconic.h"

static u32 little(const u8 *at, int bytes) { return bytes > 0 ? little(at + 1, bytes - 1) << 8 | *at : 0; }
static void take_prior(dec *d, state *s) {
  const u8 *at = d->prior + 4;
  for (int i = 0; i < CELLS; i++, at += 2) s->cells[i] = (u16)little(at, 2);
  for (int i = 0; i < LETTERS; i++, at += 2) s->letters[i] = (u16)little(at, 2);
  for (int i = 0; i < 64 * 16 * 3; i++, at += 4) s->weights[i] = (i32)little(at, 4);
  for (int i = 0; i < 16 * 4; i++, at += 4) s->letter_weights[i] = (i32)little(at, 4);
  for (int i = 0; i < PLACES; i++, at += 4) s->successors[i] = little(at, 4);
}
void state_fresh(dec *d, state *s, int down) {
  u8 head[9] = {down ? 2 : 1};
  memset(s, 0, sizeof *s); take_prior(d, s); s->row_bits = 11;
  for (int i = 0; i < CHANNELS; i++) s->channels[i].entity = -1;
  for (int i = 0; i < 8; i++) head[1 + i] = (u8)(d->epoch >> (8 * i));
  s->chain = crc32_of(d, d->registry->fingerprint, 8, crc32_of(d, head, 9, 0));
}
void condense(dec *d, state *s) { /* section 13.5 */
  take_prior(d, s);
  memset(s->ring, 0, sizeof s->ring); memset(s->places, 0, sizeof s->places); s->ring_next = 0;
  for (int r = 0; r < ROWS; r++)
    if (s->stamps[r] < s->messages - 1024) { s->tags[r] = s->stamps[r] = 0; memset(s->rows + r, 0, sizeof s->rows[r]); }
}
static int set_of(const state *s, u32 tag) { return (int)(tag >> (32 - s->row_bits) & ~3u); }
int find_row(const state *s, u32 tag) {
  int first = set_of(s, tag);
  for (int r = first; r < first + 4; r++) if (s->tags[r] == tag) return r;
  return -1;
}
static void double_rows(state *s) { /* each keeps its place among the four */
  s->row_bits++;
  for (int r = (1 << (s->row_bits - 1)) - 1; r >= 0; r--) {
    int to = set_of(s, s->tags[r]) | (r & 3);
    if (s->stamps[r] == 0 || to == r) continue;
    s->tags[to] = s->tags[r]; s->stamps[to] = s->stamps[r]; s->rows[to] = s->rows[r];
    s->tags[r] = s->stamps[r] = 0; memset(s->rows + r, 0, sizeof s->rows[r]);
  }
}
void write_row(dec *d, u32 tag, row content) {
  state *s = d->s; int r;
  while ((r = find_row(s, tag)) < 0) {
    r = set_of(s, tag);
    for (int i = r + 1; i % 4 != 0; i++) if (s->stamps[i] < s->stamps[r]) r = i;
    if (s->row_bits < 13 && s->stamps[r] > 0 && d->here.stamp - s->stamps[r] < 4096) double_rows(s);
    else s->tags[r] = tag;
  }
  s->stamps[r] = d->here.stamp; s->rows[r] = content;
}

/* Texts */
static int table_of(u32 type) { return type == KEY ? LACONIC_KEYS : type == ACTION ? LACONIC_ACTIONS : LACONIC_TEXTS; }
u32 token_of(const dec *d, u32 type, const u8 *text, u32 length) { /* type PLAIN: the id of the text */
  int table = table_of(type);
  for (u32 i = 0; i < d->registry->count[table]; i++) {
    const char *name = d->registry->names[table][i];
    if (strlen(name) == length && memcmp(name, text, length) == 0) return type << 28 | i;
  }
  return LEARNED | type << 28 | (crc32_of(d, text, length, 0) & 0x0FFFFFFFu);
}
static laconic_text registry_name(const dec *d, int table, u32 number) {
  if (number >= d->registry->count[table]) return (laconic_text){NULL, 0};
  const char *name = d->registry->names[table][number];
  return (laconic_text){(const u8 *)name, (u32)strlen(name)};
}
static int find_learned(const state *s, u32 id, int *at) { /* at: where its bytes begin */
  *at = 0; for (int i = 0; i < s->learned; *at += s->learned_lengths[i++]) if (s->learned_ids[i] == id) return i;
  return -1;
}
laconic_text text_of(const dec *d, u32 id) {
  static const laconic_text literals[3] = {{(const u8 *)"null", 4}, {(const u8 *)"false", 5}, {(const u8 *)"true", 4}};
  int at, i = find_learned(d->s, id, &at);
  if (id < 65536) return registry_name(d, LACONIC_TEXTS, id);
  if (id >= LITERALS && id < LITERALS + 3) return literals[id - LITERALS];
  return i < 0 ? (laconic_text){NULL, 0} : (laconic_text){d->s->learned_text + at, d->s->learned_lengths[i]};
}
static void forget_learned(state *s, int i, int at) {
  int length = s->learned_lengths[i];
  s->learned--; s->learned_bytes -= length;
  memmove(s->learned_text + at, s->learned_text + at + length, (size_t)(s->learned_bytes - at));
  memmove(s->learned_ids + i, s->learned_ids + i + 1, (size_t)(s->learned - i) * sizeof s->learned_ids[0]);
  memmove(s->learned_lengths + i, s->learned_lengths + i + 1, (size_t)(s->learned - i));
}
void touch(dec *d, u32 id, const u8 *text, u32 length) { /* text must not be in learned_text */
  state *s = d->s; int at, i = find_learned(s, id, &at);
  if (!(id & LEARNED)) return;
  if (i >= 0) forget_learned(s, i, at);
  if (length > 255) return;
  while (s->learned_bytes + (int)length > LEARNED_BYTES || s->learned >= LEARNED_TEXTS) forget_learned(s, 0, 0);
  memcpy(s->learned_text + s->learned_bytes, text, length);
  s->learned_ids[s->learned] = id; s->learned_lengths[s->learned] = (u8)length;
  s->learned++; s->learned_bytes += (int)length;
}
void promote(state *s, u32 number, u32 id) {
  u32 *list = s->recent[number], i = 0;
  while (i < s->recents[number] && list[i] != id) i++;
  if (i == 255) i = 254;
  else if (i == s->recents[number]) s->recents[number]++;
  memmove(list + 1, list, i * sizeof list[0]); list[0] = id;
}

/* Names and the shelf */
laconic_text find_name(const u8 *names, u32 size, u32 token) {
  for (const u8 *at = names; at < names + size; at += 6 + little(at + 4, 2))
    if (little(at, 4) == token) return (laconic_text){at + 6, little(at + 4, 2)};
  return (laconic_text){NULL, 0};
}
void put_name(dec *d, u8 *names, u32 *used, u32 token, laconic_text name) {
  if (*used + 6 + name.length > NAME_BYTES) refuse(d, LACONIC_OVER_LIMIT);
  for (u32 i = 0; i < 6; i++) names[*used + i] = (u8)(i < 4 ? token >> (8 * i) : name.length >> (8 * (i - 4)));
  memcpy(names + *used + 6, name.at, name.length); *used += 6 + name.length;
}
laconic_text name_of(const dec *d, int number, u32 token) {
  const template_entry *t = &d->s->templates[number];
  if (token & LEARNED) return find_name(d->s->names + t->names, t->name_bytes, token);
  return registry_name(d, table_of(token >> 28), token & 0x0FFFFFFFu);
}
void use_template(state *s, int number) { /* it becomes the most recently used one */
  int place = 0; while (s->order[place] != number) place++;
  memmove(s->order + 1, s->order, (size_t)place); s->order[0] = (u8)number;
}
static void drop_template(state *s) { /* the least recently used one */
  template_entry *last = &s->templates[s->order[--s->shelf]], gone = *last;
  s->shelf_tokens -= gone.tokens; s->name_bytes -= gone.name_bytes;
  memmove(s->tokens + gone.start, s->tokens + gone.start + gone.tokens, (size_t)(s->shelf_tokens - gone.start) * sizeof(u32));
  memmove(s->names + gone.names, s->names + gone.names + gone.name_bytes, s->name_bytes - gone.names);
  memset(last, 0, sizeof gone);
  for (template_entry *t = s->templates; t <= s->templates + TEMPLATES; t++) {
    if (t->tokens && t->start > gone.start) t->start = (u16)(t->start - gone.tokens);
    if (t->tokens && t->names > gone.names) t->names -= gone.name_bytes;
  }
}
int add_template(dec *d, u32 digest, u32 name_bytes) { /* from d->tokens; its names are the last ones already */
  state *s = d->s; int number = 1;
  while (s->shelf >= TEMPLATES || s->shelf_tokens + d->token_count > SHELF_TOKENS) drop_template(s);
  while (s->templates[number].tokens) number++;
  s->templates[number] =
    (template_entry){(u16)s->shelf_tokens, (u16)d->token_count, s->name_bytes - name_bytes, name_bytes, digest};
  memcpy(s->tokens + s->shelf_tokens, d->tokens, (size_t)d->token_count * sizeof(u32));
  s->shelf_tokens += d->token_count;
  s->order[s->shelf++] = (u8)number; use_template(s, number); return number;
}

/* The digest; only test vectors need it */
static void put(const dec *d, u32 *crc, u64 number, int bytes) {
  u8 out[8];
  for (int i = 0; i < bytes; i++) out[i] = (u8)(number >> (8 * i));
  *crc = crc32_of(d, out, (size_t)bytes, *crc);
}

#define PUT(number, bytes) put(d, &crc, (u64)(number), bytes)
#define PUT_ALL(table, count, bytes) for (u32 i_ = 0; i_ < (u32)(count); i_++) PUT((table)[i_], bytes)

u32 laconic_digest(const laconic_decoder *d) {
  const state *s = d->latest;
  const i64 numbers[] = {s->ring_next, s->messages, s->time, s->items, s->acknowledged, s->backlog, s->chain};
  u32 crc = 0, rows = 1u << s->row_bits;
  PUT_ALL(s->cells, CELLS, 2); PUT_ALL(s->letters, LETTERS, 2);
  PUT_ALL(s->weights, 64 * 16 * 3, 4); PUT_ALL(s->letter_weights, 16 * 4, 4);
  PUT_ALL(s->successors, PLACES, 4); PUT_ALL(s->tags, rows, 4); PUT_ALL(s->stamps, rows, 4);
  PUT_ALL(s->followers, ROWS, 4); PUT_ALL(s->places, PLACES, 2); PUT_ALL(s->next, 1024, 2);
  for (const row *r = s->rows; r < s->rows + rows; r++) { PUT(r->last, 8); PUT_ALL(r->ints, 6, 4); PUT_ALL(r->shorts, 8, 2); }
  PUT_ALL(s->ring, 4096, 1); PUT_ALL(numbers, 7, 8);
  for (int list = 0; list < 32; list++) { PUT(s->recents[list], 4); PUT_ALL(s->recent[list], s->recents[list], 4); }
  PUT(s->learned, 4);
  const u8 *text = s->learned_text;
  for (int i = 0; i < s->learned; text += s->learned_lengths[i++]) {
    PUT(s->learned_ids[i], 4); PUT(s->learned_lengths[i], 4);
    crc = crc32_of(d, text, s->learned_lengths[i], crc);
  }
  PUT(s->shelf, 4);
  for (int i = 0; i < s->shelf; i++) {
    const template_entry *t = &s->templates[s->order[i]];
    const u8 *names = s->names + t->names, *end = names + t->name_bytes;
    u32 count = 0;
    PUT(s->order[i], 4); PUT(t->tokens, 4); PUT_ALL(s->tokens + t->start, t->tokens, 4);
    for (const u8 *at = names; at < end; at += 6 + little(at + 4, 2)) count++;
    PUT(count, 4);
    for (const u8 *at = names; at < end; at += 6 + little(at + 4, 2)) {
      PUT(little(at, 4), 4); PUT(little(at + 4, 2), 4); crc = crc32_of(d, at + 6, little(at + 4, 2), crc);
    }
  }
  PUT(s->channel_count, 4);
  for (const channel *c = s->channels; c < s->channels + s->channel_count; c++) {
    const i64 six[] = {c->last, c->before, c->time, c->presence, c->run, c->entity};
    PUT_ALL(six, 6, 8);
  }
  return crc;
}
