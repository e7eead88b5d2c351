/* Which template comes, new templates, their slots, the values of a message: sections 20 and 22. */
#include "laconic.h"

typedef struct { /* the walk of section 20.2 */
  u32 run, key, outer, sibling, seen_count, seen[TEMPLATE_TOKENS];
  int awaits_value, depth;
  struct { u32 key, is_array, seen; } stack[DEPTH]; /* seen: where its keys begin in `seen` */
} walk;
static u32 type_of(u32 token) { return token >> 28 & 7; }
static u32 token_before(const dec *d, int n) { return d->token_count >= n ? d->tokens[d->token_count - n] : 0; }
static int is_in(const u32 *list, u32 count, u32 number) {
  for (u32 i = 0; i < count; i++) if (list[i] == number) return 1;
  return 0;
}
static laconic_text known_name(const dec *d, u32 token) {
  laconic_text name = find_name(d->new_names, d->new_name_bytes, token);
  for (const template_entry *t = d->s->templates + TEMPLATES; t > d->s->templates && !name.at; t--)
    name = find_name(d->s->names + t->names, t->name_bytes, token);
  return name;
}
static int accepts(const dec *d, const walk *w, u32 token) {
  u32 type = type_of(token), in_array = w->depth > 0 && w->stack[w->depth - 1].is_array;
  u32 seen = w->depth > 0 ? w->stack[w->depth - 1].seen : 0;
  if (token & LEARNED && !known_name(d, token).at) return 0;
  if (d->token_count == 0) return type == START;
  if (type == ACTION) return d->token_count == 1;
  if (type == START) return 0;
  if (!w->awaits_value && !in_array)
    return type == KEY ? !is_in(w->seen + seen, w->seen_count - seen, token) : token == OBJECT_END;
  if (!w->awaits_value && token == ARRAY_END) return 1;
  if (type == CONSTANT) return w->depth > 0 && !in_array;
  if (token == OBJECT || token == ARRAY) return w->depth < DEPTH;
  return (token >= TEXT && token <= VERBATIM) || (token >= TIMESTAMP && token <= TIMESTAMP_LAST);
}
static void take(dec *d, walk *w, u32 token) {
  d->tokens[d->token_count++] = token;
  if (type_of(token) == START || type_of(token) == ACTION) return;
  w->awaits_value = type_of(token) == KEY;
  if (type_of(token) == KEY) { w->seen[w->seen_count++] = w->sibling = w->key = token; }
  else if (token == OBJECT || token == ARRAY) {
    w->stack[w->depth].key = w->key; w->stack[w->depth].is_array = token == ARRAY; w->stack[w->depth].seen = w->seen_count;
    w->depth++; w->outer = w->key + (token == ARRAY); w->sibling = 0;
  } else if (token == OBJECT_END || token == ARRAY_END) {
    w->depth--; w->seen_count = w->stack[w->depth].seen; w->sibling = w->key = w->stack[w->depth].key;
    w->outer = w->depth > 0 ? w->stack[w->depth - 1].key + w->stack[w->depth - 1].is_array : 0;
  }
}
static u32 learn_token(dec *d, u32 type) { /* the text is in d->text */
  u32 token = token_of(d, type, d->text, d->text_length);
  laconic_text name = known_name(d, token);
  if (!(token & LEARNED)) return token;
  if (characters(d->text, d->text_length) > 255 || (name.at && (name.length != d->text_length || memcmp(name.at, d->text, name.length) != 0)))
    refuse(d, LACONIC_MALFORMED);
  if (name.at) return token;
  put_name(d, d->new_names, &d->new_name_bytes, token, (laconic_text){d->text, d->text_length});
  return token;
}
static u32 spell_name(dec *d, const walk *w, u32 kind) { /* 0: a key, 2: an action */
  int n = kind == 0 ? 11 : 8;
  u32 type = kind == 0 ? KEY : ACTION, count = d->registry->count[kind == 0 ? LACONIC_KEYS : LACONIC_ACTIONS];
  u32 number = tree(d, 42, n, C3(S(37) + M1(w->outer) + M2(w->sibling) + M3(kind), S(38) + M1(w->outer) + M3(kind),
                                 S(27) + M2(w->sibling) + M3(kind)));
  if (number == (1u << n) - 1) {
    if (raw(d, 1) == 0) { letters(d, S(39)); return learn_token(d, type); }
    number = (u32)raw(d, 16);
  }
  if (number >= count) refuse(d, LACONIC_MALFORMED);
  return type << 28 | number;
}
static u32 spell_constant(dec *d, const walk *w) {
  u32 c = step(w->key, 40), last = 0;
  for (int i = 1; i < d->token_count; i++)
    if (type_of(d->tokens[i]) == CONSTANT && d->tokens[i - 1] == w->key) last = d->tokens[i];
  u32 id = other_text(d, c, c, c, last);
  if (id >= LITERALS && id < LITERALS + 3) refuse(d, LACONIC_MALFORMED);
  return learn_token(d, CONSTANT);
}
static u32 spell(dec *d, const walk *w) {
  if (d->token_count == 0) return START << 28 | tree(d, 41, 8, C3(S(32), S(32), S(32)));
  u32 last = token_before(d, 1), type = type_of(last);
  u32 last_kind = d->token_count < 2 ? 15 : type != PLAIN ? type - KEY : last >= TIMESTAMP ? 3 : last + 3;
  u32 kind = tree(d, 40, 4, C3(S(33) + M1(last_kind) + M2(w->key), S(34) + M1(last_kind) + M2(w->outer), S(28) + M1(last_kind)));
  u32 token = kind == 3 ? 16 + tree(d, 43, 11, C3(S(35) + M1(w->key), S(36), S(36)))
              : kind > 3 ? kind - 3 : kind == 1 ? spell_constant(d, w) : spell_name(d, w, kind);
  if (!accepts(d, w, token)) refuse(d, LACONIC_MALFORMED);
  return token;
}
static u32 read_token(dec *d, walk *w, const u32 k[3]) {
  u32 tried[3], count = 0, last = token_before(d, 1);
  for (u32 order = 0; order < 3; order++) {
    u32 guess = d->s->successors[k[order] >> 21], run = w->run < 12 ? w->run : 12;
    if (is_in(tried, count, guess) || !accepts(d, w, guess)) continue;
    int hit = flag(d, 37, C3(S(30) + M1(guess) + M2(last) + M3(w->outer), S(29) + M1(guess) + M2(last),
                             S(31) + M1(order) + M2(count) + M3(run)));
    w->run = hit ? w->run + 1 : 0;
    if (hit) return guess;
    tried[count++] = guess;
  }
  return spell(d, w);
}
static void put_names(dec *d) { /* those of the template's learned tokens, ascending, each once */
  for (u32 last = 0, next = 1; next != 0; last = next) {
    next = 0;
    for (int i = 0; i < d->token_count; i++)
      if (d->tokens[i] & LEARNED && d->tokens[i] > last && (next == 0 || d->tokens[i] < next)) next = d->tokens[i];
    if (next != 0) put_name(d, d->s->names, &d->s->name_bytes, next, known_name(d, next));
  }
}
static int new_template(dec *d) {
  walk w; u32 digest = 0;
  w.run = w.key = w.outer = w.sibling = w.seen_count = 0; w.depth = d->token_count = 0; w.awaits_value = 1;
  d->new_name_bytes = 0;
  while (d->token_count < 2 || w.depth > 0 || w.awaits_value) {
    if (d->token_count == TEMPLATE_TOKENS || d->frame_tokens++ == FRAME_TOKENS) refuse(d, LACONIC_OVER_LIMIT);
    u32 one = token_before(d, 1), two = step(one, token_before(d, 2));
    const u32 k[3] = {step(two, token_before(d, 3)), step(two, 41), step(step(step(one, 42), w.key), w.outer)};
    u32 token = read_token(d, &w, k);
    for (int o = 0; o < 3; o++) d->s->successors[k[o] >> 21] = token;
    take(d, &w, token);
  }
  for (int i = 0; i < d->token_count; i++) digest = step(digest, d->tokens[i]);
  for (int n = 1; n <= TEMPLATES; n++)
    if (d->s->templates[n].tokens && d->s->templates[n].digest == digest) refuse(d, LACONIC_MALFORMED);
  u32 name_bytes = d->s->name_bytes;
  put_names(d);
  return add_template(d, digest, d->s->name_bytes - name_bytes);
}

/* Slots, section 22 */
static int object_around(const dec *d, int n) { /* the nearest OBJECT around a scope, -1: none */
  do n = d->scopes[n].around; while (n >= 0 && d->scopes[n].is_array);
  return n;
}
static void find_entity(dec *d, int in, u32 key, u32 token, int n) {
  const u32 *name = d->well_known;
  if (in < 0 || d->scopes[in].is_array) return;
  int in_evse = d->scopes[in].key == name[K_EVSE], s = -1;
  if (key == name[K_TRANSACTION_ID]) {
    s = d->scopes[in].key == name[K_TRANSACTION_INFO] ? object_around(d, in) : in;
    if (s >= 0 && d->scopes[s].transaction < 0) d->scopes[s].transaction = n;
  } else if (token == NUMBER) {
    if (key == name[K_CONNECTOR_ID] || key == name[K_EVSE_ID]) s = in_evse ? -1 : in;
    else if (key == name[K_ID]) s = in_evse ? object_around(d, in) : in;
    if (s >= 0 && d->scopes[s].entity < 0) d->scopes[s].entity = n;
  }
}
static void note_constant(dec *d, int in, u32 key, u32 token) {
  const u32 *name = d->well_known;
  scope *own = &d->scopes[in];
  for (int i = in; i >= 0; i = i == in && own->key == name[K_UNIT_OF_MEASURE] ? own->around : -1) {
    if (key == name[K_MEASURAND]) d->scopes[i].measurand = token;
    if (key == name[K_PHASE]) d->scopes[i].phase = token;
    if (key == name[K_UNIT]) d->scopes[i].unit = token;
  }
  if (key != name[K_CONTEXT] && key != name[K_EVENT_TYPE] && key != name[K_FORMAT] && key != name[K_TRIGGER_REASON])
    own->qualifier += step(key, token);
  if (key == name[K_MEASURAND] || key == name[K_UNIT]) own->coarse += step(key, token);
}
static void find_class(dec *d, int n, u32 action) {
  static const u8 stages[6] = {2, 2, 2, 4, 5, 6};
  const u32 *name = d->well_known; slot *t = &d->slots[n];
  const scope *own = &d->scopes[t->scope];
  u32 q = 0; int transaction = -1;
  t->entity = -1;
  for (int i = t->scope; i >= 0; i = d->scopes[i].around) {
    q += d->scopes[i].qualifier;
    if (t->entity < 0) t->entity = d->scopes[i].entity;
    if (transaction < 0) transaction = d->scopes[i].transaction;
  }
  if (t->entity < 0) t->entity = transaction;
  t->names_entity = t->entity == n; t->class = step(own->path, t->key) + FIRST * q;
  if (t->token >= TIMESTAMP) t->class = step(action, t->key);
  else if ((t->token != NUMBER && t->token != NUMERIC_TEXT) || t->key == name[K_SEQ_NO]) t->class = step(t->class, action);
  if (t->names_entity) t->class += SALT;
  t->coarse = step(t->key, own->coarse);
  if (t->token == NUMBER || t->token == NUMERIC_TEXT)
    t->role = t->key == name[K_METER_START] || t->key == name[K_METER_STOP] ? 4 : t->key == name[K_SOC] ? 5 : 0;
  if (t->key == name[K_VALUE]) {
    for (int i = 0; i < 6; i++) if (own->phase == name[T_PHASES + i]) t->phase = i / 2 + 1;
    for (int i = 0; i < 5; i++) if (own->measurand == name[T_MEASURANDS + i]) t->role = i + 1;
    t->kilo = own->unit == name[T_KW] || own->unit == name[T_KWH] ? 3 : 0;
  }
  t->stage = t->token >= TIMESTAMP ? 1 : t->role == 3 && t->phase != 0 ? 3 : stages[t->role];
}
static void find_slots(dec *d, int number) {
  const template_entry *t = &d->s->templates[number];
  const u32 *tokens = d->s->tokens + t->start; int scopes = 0, in = -1, slots = 0;
  u32 key = 0;
  for (int i = 1; i < t->tokens; i++) {
    u32 token = tokens[i], type = type_of(token);
    int is_slot = type == PLAIN && token > ARRAY_END;
    if (type == KEY) key = token;
    if (type == CONSTANT) note_constant(d, in, key, token);
    if (token == OBJECT_END || token == ARRAY_END) { key = d->scopes[in].key; in = d->scopes[in].around; }
    if (is_slot) find_entity(d, in, key, token, slots);
    if (token == OBJECT || token == ARRAY || (is_slot && in < 0)) {
      scope *s = &d->scopes[scopes];
      *s = (scope){.key = key, .path = step(in < 0 ? 0 : d->scopes[in].path, key), .entity = -1, .transaction = -1, .around = in,
                   .is_array = token == ARRAY};
      in = scopes++;
    }
    if (is_slot) d->slots[slots++] = (slot){.token = token, .key = key, .scope = in};
  }
  d->slot_count = slots;
  for (int n = 0; n < slots; n++) find_class(d, n, step(tokens[0] >> 4 & 15, tokens[1]));
  for (int n = 0; n < slots; n++) {
    slot *one = &d->slots[n]; u32 count = 1;
    if (one->entity >= 0) d->slots[one->entity].stage = 0;
    for (int m = n + 1; m < slots && !one->grouped; m++)
      if (d->slots[m].class == one->class && d->slots[m].entity == one->entity) {
        d->slots[m].place = step(one->class, ++count); d->slots[m].grouped = 1;
      }
    if (count > 1) one->place = step(one->class, 1);
  }
}

/* Messages */
static int known_template(dec *d, const channel *c, const u32 keys[3]) { /* 0: a new one */
  state *s = d->s; u32 tried[3], count = 0;
  for (int k = 0; k < 3; k++) {
    u32 guess = s->next[keys[k] >> 22] & 255, times = s->next[keys[k] >> 22] >> 8;
    if (is_in(tried, count, guess) || guess == 0 || !s->templates[guess].tokens) continue;
    u32 digest = s->templates[guess].digest;
    if (flag(d, 44, C3(c->last + S(51) + M2(digest) + M3(c->before), c->last + S(50) + M1(times) + M2(digest),
                       S(52) + M1(count) + M2(times) + M3(keys[k] == keys[0])))) return (int)guess;
    tried[count++] = guess;
  }
  u64 rank = get_unsigned(d, 47, C3(c->last + S(53), S(54) + M1(count), S(49)), 0);
  if (rank == 0) return 0;
  for (int place = 0; place < s->shelf; place++)
    if (!is_in(tried, count, s->order[place]) && --rank == 0) return s->order[place];
  refuse(d, LACONIC_MALFORMED);
}
static u32 entity_of(const dec *d, u32 number, int n) { /* number: the channel's, n: the slot's */
  int e = d->slots[n].entity;
  if (e < 0 || e == n) return step(number, e < 0 ? 1 : 2);
  if (!d->values[e].done) return step(step(number, 4), LITERALS);
  if (d->slots[e].token == TEXT || d->slots[e].token == VERBATIM) return step(step(number, 4), d->values[e].id);
  return step(step(number, 3), (u32)d->values[e].number);
}
int message(dec *d, int number) {
  state *s = d->s; channel *c = &s->channels[number];
  const u32 keys[3] = {step(step(c->last, c->before), (u32)number + 1), step(c->last, c->before), step(c->last, 50)};
  int template = known_template(d, c, keys);
  if (template == 0) template = new_template(d);
  else use_template(s, template);
  for (int k = 0; k < 3; k++) {
    int e = s->next[keys[k] >> 22], times = (e & 255) == template ? (e >> 8) + 1 : 0;
    s->next[keys[k] >> 22] = (u16)((times < 7 ? times : 7) << 8 | template);
  }
  c->before = c->last; c->last = s->templates[template].digest; s->messages++; find_slots(d, template);
  d->here = (situation){c->last, 0, (u32)s->messages, 0, 8, c->time != 0 ? c->time : s->time, 0, c->entity,
                        step((u32)number, 1)};
  static const quantities unknown = {{NONE_4, NONE_4, NONE_4, NONE_4, NONE_4, NONE_4}, NONE_4, {NONE, NONE}, 0, 0};
  d->q = unknown; memset(d->values, 0, (size_t)d->slot_count * sizeof d->values[0]); d->bytes_used = 0;
  for (int stage = 0; stage <= 6; stage++)
    for (int n = 0; n < d->slot_count; n++) {
      const slot *t = &d->slots[n];
      if (t->stage != stage) continue;
      d->here.entity = entity_of(d, (u32)number, n);
      if (t->token >= TIMESTAMP) timestamp_slot(d, t, &d->values[n]);
      else if (t->token == NUMBER || t->token == NUMERIC_TEXT) number_slot(d, t, &d->values[n]);
      else text_slot(d, t, &d->values[n]);
      d->values[n].done = 1;
    }
  c->time = s->time = d->here.last; c->entity = d->here.named;
  return template;
}
