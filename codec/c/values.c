/* The values of slots: texts (section 24), numbers (25), timestamps (26). */
#include "laconic.h"

#define MICRO_LIMIT (INT64_C(1) << 60)

static void note(dec *d, int hit) { d->here.misses = (d->here.misses << 1 | !hit) & 7; }
static int is_known(const dec *d, i64 id) { return id >= 0 && id <= UINT32_MAX && text_of(d, (u32)id).at; }
static int load(dec *d, u32 id) { /* its text into d->text: at most 255 bytes, of learned or of the registry */
  laconic_text text = text_of(d, id);
  if (text.at) memcpy(d->text, text.at, text.length);
  d->text_length = text.length;
  return text.at != NULL;
}

/* Letters */
static u32 next_letter(dec *d, u32 h, u32 count, u32 *history, u32 *matched, u32 *at) {
  state *s = d->s;
  u32 last = *history & 255, b = 0, k0 = step(*history, 64), k1 = step(step(h, 65), count > 0 ? last : 256);
  u32 p = s->places[(count > 1 ? k0 : k1) >> 21], length; int found = 0;
  if (*matched == 0 && p > 0) { *at = p - 1; *matched = 1; }
  if (*matched > 0) {
    b = s->ring[*at]; length = *matched < 15 ? *matched : 15;
    found = flag(d, 8, C3(S(66) + M1(length) + M2(b), S(67) + M1(length) + M2(last), h + S(57) + M1(length)));
    *matched = found ? *matched + 1 : 0; *at = (*at + 1) & 4095;
  }
  if (!found)
    b = (u32)letter(d, (const u32[4]){S(68) + M1(*history & 65535), S(69) + M1(last) + M2(count < 3 ? count : 3), S(70) + M1(*history),
                                      h + M2(count > 0) + M3(last >= 48 && last <= 57 ? 48 : last) + FOURTH});
  if (count > 0) s->places[k0 >> 21] = (u16)(s->ring_next + 1);
  s->places[k1 >> 21] = (u16)(s->ring_next + 1); s->ring[s->ring_next] = (u8)b;
  s->ring_next = (s->ring_next + 1) & 4095; *history = (*history << 8 | b) & 0xFFFFFF;
  return b;
}
static void spelled(dec *d, u32 h) {
  u32 history = 0, matched = 0, at = 0, length = 0; int escaped = 0;
  for (u32 count = 0; count < 8193; count++) {
    u32 b = next_letter(d, h, count, &history, &matched, &at);
    if (!escaped && b == 0) break;
    escaped = !escaped && b == 0xFF;
    if (!escaped && length++ < SPELLED) d->text[length - 1] = (u8)b;
  }
  if (length > SPELLED || escaped) refuse(d, LACONIC_OVER_LIMIT);
  if (characters(d->text, length) < 0) refuse(d, LACONIC_MALFORMED);
  d->text_length = length;
}
void letters(dec *d, u32 h) {
  u32 form = tree(d, 9, 2, C3(h + S(60), S(61), S(59))); char *at = (char *)d->text;
  if (form == 0) {
    spelled(d, h);
  } else if (form == 1) {
    u64 a = raw(d, 48), b = raw(d, 12), c = raw(d, 62);
    d->text_length = (u32)sprintf(at, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(a >> 16), (unsigned)(a & 65535), (unsigned)b,
                                  (unsigned)(0x8000 | c >> 48), (unsigned long long)(c & UINT64_C(0xFFFFFFFFFFFF)));
  } else {
    u64 n = get_unsigned(d, 6, C3(h + S(62), S(63), S(58)), 0);
    if (n < 8 || n > SPELLED / 2) refuse(d, LACONIC_OVER_LIMIT);
    d->text_length = (u32)n * 2;
    for (; n > 1; n -= 2) at += sprintf(at, form == 3 ? "%04X" : "%04x", (unsigned)raw(d, 16));
    if (n > 0) sprintf(at, form == 3 ? "%02X" : "%02x", (unsigned)raw(d, 8));
  }
}

/* Texts */
u32 other_text(dec *d, u32 class, u32 coarse, u32 key, u32 last) {
  u32 list = key & 31, id;
  u64 rank = get_unsigned(d, 13, C3(class + S(5), coarse + S(6), S(59)), 0);
  if (rank > d->s->recents[list]) refuse(d, LACONIC_BAD_STATE);
  if (rank > 0) {
    id = d->s->recent[list][rank - 1];
    if (!load(d, id)) refuse(d, LACONIC_BAD_STATE);
  } else if (flag(d, 15, C3(class + S(7), coarse + S(8), S(60)))) {
    u32 code = tree(d, 16, 12, C3(key + S(9) + M1(last), key + S(10), S(61)));
    id = code == 4095 ? (u32)raw(d, 16) : code < 3 ? LITERALS + code : code - 3;
    if (!load(d, id)) refuse(d, LACONIC_MALFORMED);
  } else {
    letters(d, key); id = token_of(d, PLAIN, d->text, d->text_length);
    if (!(id & LEARNED)) refuse(d, LACONIC_MALFORMED);
  }
  promote(d->s, list, id); touch(d, id, d->text, d->text_length);
  return id;
}
void text_slot(dec *d, const slot *t, value *v) {
  state *s = d->s;
  u32 class = t->class, coarse = t->coarse, misses = (u32)d->here.misses, template = d->here.template;
  u32 tag = class + t->place + M4(d->here.entity), id = 0, run, k[2];
  int own = find_row(s, tag), at = own >= 0 ? own : find_row(s, class), has_guess = 0, found = 0, hit = 0;
  const row past = at >= 0 ? s->rows[at] : (row){0, {0}, {0}};
  i64 last = past.last, guess = 0;
  k[0] = step(tag, (u32)last) >> 19; k[1] = step(class, (u32)last) >> 19;
  for (int i = 0; i < 3 && at >= 0 && !has_guess; i++) {
    guess = i < 2 ? s->followers[k[i]] : last; has_guess = (i == 2 || guess != 0) && is_known(d, guess);
  }
  if (has_guess) {
    run = past.shorts[0] < 5 ? past.shorts[0] : 5;
    hit = flag(d, 11, C3(class + S(1) + M1(last) + M2(misses), class + template + S(57) + M2(misses),
                         coarse + S(2) + M1(misses) + M2(own >= 0) + M3(run) + M4(guess == last)));
    found = hit; id = (u32)(hit ? guess : last);
    if (!hit && guess != last && is_known(d, last))
      found = flag(d, 12, C3(class + S(3) + M1(last), class + template + S(58), coarse + S(4) + M1(own >= 0)));
  }
  if (found) load(d, id);
  else id = other_text(d, class, coarse, t->key, (u32)last);
  touch(d, id, d->text, d->text_length); note(d, hit);
  if (!(id & LEARNED)) d->here.regime = step(d->here.regime, id);
  if (at >= 0) s->followers[k[0]] = s->followers[k[1]] = id;
  row r = {id, {0}, {0}};
  if (at >= 0 && id == last) r.shorts[0] = (u16)(past.shorts[0] < 255 ? past.shorts[0] + 1 : 255);
  write_row(d, tag, r); write_row(d, class, r); v->id = id; v->at = d->bytes_used; v->length = d->text_length;
  d->bytes_used += d->text_length; /* texts that have no room make a payload that has none */
  if (d->bytes_used <= LACONIC_PAYLOAD_BYTES) memcpy(d->bytes + v->at, d->text, d->text_length);
}

/* Pasts, sections 25.2 and 25.3 */
typedef struct {
  i64 last, mean, level, delta, stride, trend, link, predictions[6];
  int count, costs[6], scale, decimals, grain, streak_grain, streak;
} past;
static int bits_of(u64 a) { int n = 0; for (; a; a >>= 1) n++; return n; }
static i64 floor_div(i64 a, i64 b) { return a / b - (a % b < 0); } /* b > 0 */
static u64 magnitude(i64 a) { return distance(a, 0); }
static i32 narrow(i64 a) { return magnitude(a) < (u64)1 << 31 ? (i32)a : 0; }
static int zeros(i64 m) { int n = 0; for (; m != 0 && n < 9 && m % 10 == 0; m /= 10) n++; return n; }
static void forget(past *p) { p->delta = p->stride = p->trend = p->mean = p->level = p->link = 0; }
static past first_past(i64 mantissa, int decimals) {
  return (past){.last = mantissa, .scale = 16 * bits_of(magnitude(mantissa)), .decimals = decimals, .grain = zeros(mantissa)};
}
static past past_of(dec *d, const row *r) {
  const u16 *s = r->shorts; const i32 *n = r->ints;
  if (magnitude(r->last) >= (u64)MANTISSA_LIMIT) refuse(d, LACONIC_MALFORMED);
  return (past){.last = r->last, .delta = n[0], .stride = n[1], .trend = n[2], .mean = n[3], .level = n[4], .link = n[5],
                .costs = {s[0], s[1], s[2], s[3], s[4], s[5]}, .scale = s[6],
                .decimals = s[7] & 15, .grain = s[7] >> 4 & 15, .streak_grain = s[7] >> 8 & 15, .streak = s[7] >> 12};
}
static void write_past(dec *d, u32 tag, const past *p) {
  row r = {p->last, {narrow(p->delta), narrow(p->stride), narrow(p->trend), narrow(p->mean), narrow(p->level), narrow(p->link)}, {0}};
  for (int i = 0; i < 6; i++) r.shorts[i] = (u16)p->costs[i];
  r.shorts[6] = (u16)p->scale;
  r.shorts[7] = (u16)(p->decimals | p->grain << 4 | p->streak_grain << 8 | p->streak << 12);
  write_row(d, tag, r);
}
static void rescale(past *p, int decimals) {
  int shift = decimals - p->decimals, grain = p->grain + shift;
  if (shift == 0) return;
  if (shift < 0) p->last = floor_div(p->last + POWER_10[-shift] / 2, POWER_10[-shift]);
  else p->last = magnitude(p->last) < (u64)(MANTISSA_LIMIT / POWER_10[shift]) ? p->last * POWER_10[shift] : 0;
  forget(p);
  p->decimals = decimals; p->grain = grain < 0 ? 0 : grain > 9 ? 9 : grain; p->streak = 0;
}
static void predict(past *p, const i64 *expected, int count) {
  const i64 four[4] = {p->last, p->last + p->stride, p->last + (p->mean >> 4), p->last + (p->level >> 2) + (p->trend >> 4)};
  for (int i = 0; i < count; i++) if (magnitude(expected[i]) >= (u64)MANTISSA_LIMIT) count = 0;
  memcpy(p->predictions, four, sizeof four);
  for (int i = 0; i < count; i++) p->predictions[4 + i] = expected[i];
  p->count = 4 + count;
}
static int smallest(const int *costs, int count) {
  int best = 0;
  for (int i = 1; i < count; i++) if (costs[i] < costs[best]) best = i;
  return best;
}
static void learn(past *p, i64 m, int own) {
  int errors[6], z = m == 0 ? 9 : zeros(m);
  for (int i = 0; i < p->count; i++) {
    errors[i] = bits_of(distance(m, p->predictions[i]) / (u64)POWER_10[p->grain]);
    p->costs[i] = (p->costs[i] * 7 >> 3) + errors[i] * 32;
  }
  p->scale += (errors[smallest(p->costs, p->count)] * 16 - p->scale) >> 2;
  if (z > p->grain && (p->streak == 0 || z < p->streak_grain)) p->streak_grain = z;
  p->streak = z > p->grain ? p->streak + 1 : 0;
  if (p->streak == 12) { p->grain = p->streak_grain; p->streak = 0; }
  i64 change = m - p->last, mean = p->mean - 16 * change, level = p->level - 4 * change;
  p->last = m;
  if (!own) { forget(p); return; }
  if (change == p->delta) p->stride = change;
  p->delta = change; p->mean = mean + (-mean >> 3); p->level = level + (-level >> 1); p->trend += (change * 16 - p->trend) >> 2;
}

/* Quantities, section 25.5 */
static i64 rounded(i64 n, i64 k) { return floor_div(n + k / 2, k); }
static i64 micro(i64 m, int decimals) {
  i64 unit = POWER_10[decimals <= 6 ? 6 - decimals : decimals - 6], n = decimals <= 6 ? m : floor_div(m, unit);
  if (decimals > 6) unit = 1;
  return magnitude(n) <= (u64)((MICRO_LIMIT - 1) / unit) ? n * unit : NONE;
}
static i64 product(const quantities *q, int phase) {
  i64 i = q->known[2][phase], v = q->known[1][phase] != NONE ? q->known[1][phase] : q->known[1][phase == 0];
  return magnitude(i) < (u64)1 << 31 && magnitude(v) < (u64)1 << 31 ? rounded(i * v, 1000000) : NONE;
}
static int expected_power(const quantities *q, int phase, i64 *power) { /* 0: none */
  const i64 products[4] = {product(q, phase), product(q, 1), product(q, 2), product(q, 3)}, *parts = products;
  int count = 0;
  for (int i = 1; i <= 3 && phase == 0; i++) if (q->known[3][i] != NONE) parts = q->known[3];
  *power = 0;
  for (int i = parts != products; i <= (phase == 0 ? 3 : 0); i++) if (parts[i] != NONE) { *power += parts[i]; count++; }
  return count > 0;
}
static int find_energies(quantities *q, i64 last, int phase, i64 link) { /* 0: none */
  i64 limit = INT64_C(1) << 39, p = q->known[3][phase], b = q->power_before[phase] != NONE ? q->power_before[phase] : p, sum = 0;
  q->energies[0] = NONE;
  if (p == NONE && phase == 0 && expected_power(q, 0, &p)) { /* the sum of the phases */
    for (int i = 1; i <= 3; i++) if (q->power_before[i] != NONE) sum += q->power_before[i];
    b = sum != 0 ? sum : p;
  } else if (p == NONE) { return 0; }
  if (last == NONE || q->interval <= 0 || q->interval >= 1 << 21) return 0;
  if (p >= limit || -limit >= p || b >= limit || -limit >= b) return 0;
  q->energies[0] = last + link + rounded(p * q->interval, 3600000);
  q->energies[1] = last + link + rounded((p + b) * q->interval, 7200000);
  return 1;
}
static int expected_quantity(quantities *q, const slot *t, const past *p, i64 last, i64 *expected) {
  int decimals = p->decimals - t->kilo;
  if (decimals > 6 || t->role < 3) return 0;
  i64 unit = POWER_10[6 - decimals];
  if (t->role == 3) {
    if (!expected_power(q, t->phase, expected)) return 0;
    expected[0] = rounded(expected[0], unit);
    return 1;
  }
  if (t->role == 4) {
    if (!find_energies(q, micro(last, decimals), t->phase, p->link)) return 0;
    expected[0] = rounded(q->energies[0], unit); expected[1] = rounded(q->energies[1], unit);
    return 2;
  }
  if (magnitude(q->gained) >= (u64)1 << 40) return 0;
  expected[0] = last + ((p->link * floor_div(q->gained, 1000) + (1 << 23)) >> 24);
  return 1;
}
static i64 find_link(const quantities *q, int role, int decimals, const past *p, i64 delta) {
  if (role == 4) {
    i64 n = micro(p->last, decimals), energy = q->energies[0] != NONE ? q->energies[p->costs[4] > p->costs[5]] : NONE;
    if (n == NONE || energy == NONE || decimals > 6) return 0;
    i64 half = POWER_10[6 - decimals + p->grain] / 2, rest = energy - n;
    if (distance(energy, n) >= (u64)(8 * half)) return 0;
    return rest < -half ? -half : rest > half ? half : rest;
  }
  i64 g = floor_div(q->gained, 1000);
  if (role != 5 || g == 0 || magnitude(delta) >= (u64)1 << 31) return p->link;
  i64 now = g > 0 ? floor_div(delta * (1 << 24), g) : floor_div(-delta * (1 << 24), -g);
  return now <= 0 ? p->link : p->link == 0 ? now : p->link + ((now - p->link) >> 2);
}
static void note_quantity(dec *d, const slot *t, past *p, int own, i64 last) {
  quantities *q = &d->q; int decimals = p->decimals - t->kilo;
  i64 n = micro(p->last, decimals), before = micro(last, decimals);
  if (n != NONE) q->known[t->role][t->phase] = n;
  if (n != NONE && own && before != NONE) {
    if (t->role == 3) q->power_before[t->phase] = before;
    if (t->role == 4) q->gained = n - before;
  }
  if (own) p->link = find_link(q, t->role, decimals, p, p->last - last);
}

static void keep(dec *d, const slot *t, const value *v) { /* what goes on in other messages */
  i64 n = micro(v->number, v->decimals - t->kilo);
  if (t->role < 4 || t->phase != 0 || n == NONE) return;
  write_row(d, step(d->here.entity, 100 + (u32)t->role), (row){n, {0}, {0}});
  write_row(d, step(d->here.whole, 100 + (u32)t->role), (row){n, {0}, {0}});
}
static i64 kept(const dec *d, const slot *t, int decimals) { /* its mantissa; or NONE */
  if (t->role < 4 || t->phase != 0 || decimals > 6) return NONE;
  int at = find_row(d->s, step(d->here.entity, 100 + (u32)t->role));
  if (at < 0) at = find_row(d->s, step(d->here.whole, 100 + (u32)t->role));
  return at < 0 ? NONE : rounded(d->s->rows[at].last, POWER_10[6 - decimals]);
}

/* Numbers, section 25.1 */
static int expectations(dec *d, const slot *t, const past *p, i64 *expected) {
  if (t->place == 0) {
    i64 carried = kept(d, t, p->decimals - t->kilo);
    int count = t->role > 0 ? expected_quantity(&d->q, t, p, carried != NONE ? carried : p->last, expected) : 0;
    if (count > 0 || carried == NONE) return count;
    expected[0] = carried;
    return 1;
  }
  int at = find_row(d->s, t->place);
  if (at < 0) return 0;
  past other = past_of(d, &d->s->rows[at]);
  rescale(&other, p->decimals); expected[0] = other.last;
  return 1;
}
static void coarsen(past *p, int grain) {
  i64 unit = POWER_10[grain];
  p->grain = grain;
  for (int i = 0; i < p->count && grain > 0; i++)
    p->predictions[i] = floor_div(p->predictions[i] + unit / 2, unit) * unit;
}
static i64 residual(dec *d, const slot *t, past *p, int own) {
  u32 grain = (u32)p->grain, class = t->class, coarse = t->coarse;
  if (grain > 0 && flag(d, 49, C3(class + S(26) + M1(grain), coarse + S(27) + M1(own), S(64) + M1(grain)))) {
    u64 fewer = get_unsigned(d, 50, C3(class + S(28), coarse + S(29), S(65)), 0);
    grain = fewer < grain - 1 ? grain - 1 - (u32)fewer : 0;
  }
  i64 unit = POWER_10[grain];
  coarsen(p, (int)grain);
  int best = smallest(p->costs, p->count);
  i64 r = get_signed(d, 25, C3(class + S(13) + M1(best) + M2(p->scale >> 4), class + d->here.template + d->here.regime + S(66) + M1(best),
                               S(14) + M1(own) + M2(p->scale >> 3) + M3(best > 3)));
  if (magnitude(r) > (u64)(2 * MANTISSA_LIMIT / unit)) refuse(d, LACONIC_MALFORMED);
  return p->predictions[best] + r * unit;
}
static void plain_number(dec *d, const slot *t, u32 tag, int at, value *v) {
  u32 class = t->class, coarse = t->coarse, key = t->key, misses = (u32)d->here.misses;
  int own = at >= 0 && d->s->tags[at] == tag;
  past p;
  if (at < 0) {
    u64 decimals = get_unsigned(d, 18, C3(coarse + S(15), key + S(67), S(16)), 0);
    v->number = get_signed(d, 21, C3(coarse + S(17) + M1(decimals), key + S(18), S(68) + M1(decimals)));
    if (magnitude(v->number) >= (u64)MANTISSA_LIMIT || decimals > 9) refuse(d, LACONIC_MALFORMED);
    p = first_past(v->number, (int)decimals); note(d, 0);
  } else {
    p = past_of(d, &d->s->rows[at]);
    u32 usual = (u32)p.decimals;
    i64 expected[2];
    predict(&p, expected, expectations(d, t, &p, expected)); coarsen(&p, p.grain);
    int best = smallest(p.costs, p.count);
    int hit = flag(d, 17, C3(class + S(11) + M1(misses) + M2(best), class + d->here.template + d->here.regime + S(62) + M1(p.scale >> 4),
                             coarse + S(12) + M1(misses) + M2(own) + M3(best > 3) + M4(p.scale >> 5)));
    v->number = p.predictions[best];
    if (!hit && flag(d, 20, C3(class + S(19), coarse + S(20) + M1(own), S(69) + M1(own)))) {
      u64 decimals = get_unsigned(d, 18, C3(class + S(21) + M1(usual), coarse + S(70) + M1(usual), S(22) + M1(usual)), 0);
      if (decimals > 9) refuse(d, LACONIC_MALFORMED);
      rescale(&p, (int)decimals);
    }
    i64 last = p.last;
    if (!hit) { predict(&p, expected, expectations(d, t, &p, expected)); v->number = residual(d, t, &p, own); }
    if (magnitude(v->number) >= (u64)MANTISSA_LIMIT) refuse(d, LACONIC_MALFORMED);
    note(d, hit); learn(&p, v->number, own);
    if (t->role > 0) note_quantity(d, t, &p, own, last);
  }
  v->decimals = p.decimals; keep(d, t, v);
  if (t->place != 0) { past single = first_past(v->number, p.decimals); write_past(d, t->place, &single); }
  write_past(d, tag, &p); write_past(d, class, &p);
}
static void entity_slot(dec *d, const slot *t, u32 tag, int at, value *v) { /* which connector or EVSE comes? */
  past p = past_of(d, &d->s->rows[at]);
  u32 *follower = &d->s->followers[step(tag, (u32)p.last) >> 19], guess = *follower, misses = (u32)d->here.misses;
  u32 class = t->class, template = d->here.template, same = M3(guess == d->here.named);
  int found = flag(d, 52, C3(class + S(55) + M1(p.last) + M2(guess) + same, class + template + S(63) + same,
                             S(56) + M1(misses) + M2(guess == p.last) + same));
  v->number = guess; v->decimals = p.decimals;
  if (!found && d->here.named >= 0 && d->here.named != guess) {
    v->number = d->here.named;
    found = flag(d, 52, C3(class + S(97) + M1(v->number), class + template + S(98), S(99) + M1(misses)));
  }
  if (found) {
    note(d, 1); predict(&p, NULL, 0); learn(&p, v->number, 1);
    write_past(d, tag, &p); write_past(d, class, &p);
  } else { plain_number(d, t, tag, at, v); }
  *follower = (u32)v->number;
}
void number_slot(dec *d, const slot *t, value *v) {
  u32 tag = t->class + M4(d->here.entity) + (t->names_entity ? d->here.template : 0);
  int at = find_row(d->s, tag);
  if (at < 0) at = find_row(d->s, t->class);
  if (t->names_entity && at >= 0) entity_slot(d, t, tag, at, v);
  else plain_number(d, t, tag, at, v);
  if (t->names_entity) d->here.named = v->number;
}

/* Timestamps, section 26 */
static i64 checked(dec *d, i64 prediction, i64 residual, i64 unit) {
  i64 value = add(d, prediction, residual);
  if (magnitude(value) > ((u64)1 << 60) / (u64)unit) refuse(d, LACONIC_MALFORMED);
  return value;
}
static i64 later_timestamp(dec *d, const slot *t, i64 unit, i64 *residual) {
  u32 class = t->class, tag = class + t->place + SALT, length = (u32)bits_of((u64)unit);
  int at = find_row(d->s, tag);
  i64 expected = floor_div(add(d, d->here.base, at >= 0 ? d->s->rows[at].last : 0), unit);
  *residual = get_signed(d, 29, C3(class + d->here.template + S(23), class + S(71) + M1(length), S(24) + M1(length)));
  i64 value = checked(d, expected, *residual, unit);
  write_row(d, tag, (row){value * unit - d->here.base, {0}, {0}});
  return value;
}
static i64 first_timestamp(dec *d, const slot *t, i64 unit, i64 *residual) {
  u32 class = t->class, any_tag = class + M4(d->here.entity), tag = any_tag + d->here.template, length = (u32)bits_of((u64)unit);
  int at = find_row(d->s, tag), costs[4], scale;
  row r = at >= 0 ? d->s->rows[at] : (row){0, {0}, {0, 0, 0, 0, 160}};
  i64 before = floor_div(d->here.last, unit), last = floor_div(r.last, unit), guesses[4] = {before};
  for (int i = 1; i < 4 && at >= 0; i++) guesses[i] = (i < 3 ? last : before) + r.ints[i - 1];
  for (int i = 0; i < 4; i++) costs[i] = r.shorts[i];
  int best = smallest(costs, 4);
  scale = r.shorts[4];
  *residual = get_signed(d, 33, C3(class + S(25) + M1(best) + M2(scale >> 5) + M3(d->here.misses) + M4(length),
                                   class + d->here.template + S(72) + M1(best),
                                   S(73) + M1(best) + M2(scale >> 4) + M3(length) + M4((at >= 0) * (1 + (d->here.last != 0)))));
  i64 value = checked(d, guesses[best], *residual, unit), moment = value * unit;
  if (at >= 0) {
    for (int i = 0; i < 4; i++) costs[i] = (costs[i] * 7 >> 3) + bits_of(distance(value, guesses[i])) * 32;
    scale += (bits_of(magnitude(*residual)) * 16 - scale) >> 2;
    if (value - last == r.ints[0]) r.ints[1] = r.ints[0];
    r.ints[0] = narrow(value - last);
  }
  r = (row){moment, {r.ints[0], r.ints[1], d->here.last != 0 ? narrow(value - before) : 0},
            {(u16)costs[0], (u16)costs[1], (u16)costs[2], (u16)costs[3], (u16)scale}};
  write_row(d, tag, r); at = find_row(d->s, any_tag);
  if (at >= 0) d->q.interval = floor_div(moment - d->s->rows[at].last, 1000);
  write_row(d, any_tag, (row){moment, {0}, {0}});
  return value;
}
void timestamp_slot(dec *d, const slot *t, value *v) {
  u32 digits = (t->token - TIMESTAMP) >> 8, zero = (t->token - TIMESTAMP) >> 7 & 1;
  i64 unit = zero ? 1000000 : POWER_10[6 - digits], residual;
  v->number = d->here.base != 0 ? later_timestamp(d, t, unit, &residual) : first_timestamp(d, t, unit, &residual);
  note(d, residual == 0); d->here.last = v->number * unit;
  if (d->here.base == 0) d->here.base = d->here.last;
}
