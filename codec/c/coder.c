/* Hashes, the range coder, probabilities, numbers in bits: sections 3.2 and 15 to 17. */
#include "laconic.h"

#define E9 INT64_C(1000000000)
const i64 POWER_10[19] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, E9, 10 * E9, 100 * E9, 1000 * E9,
                          10000 * E9, 100000 * E9, 1000000 * E9, 10000000 * E9, 100000000 * E9, E9 * E9};
static const u16 RATES[16] = {40960, 25206, 18204, 14246, 11702, 9929, 8623, 7281,
                              6241,  5461,  4681,  4096,  3640,  3276, 2730, 2048};
static const u16 KNOTS[33] = {1,    2,    4,    6,    10,   17,   27,   45,   74,   120,  194,  311,  488,  747,  1102, 1546, 2048,
                              2550, 2994, 3349, 3608, 3785, 3902, 3976, 4022, 4051, 4069, 4079, 4086, 4090, 4092, 4094, 4095};
static const u8 CONFIDENCE[16] = {0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3};
_Noreturn void refuse(dec *d, laconic_fault fault) { d->fault = fault; longjmp(d->refusal, 1); }
u32 step(u32 hash, u32 number) {
  u32 m = ((hash * THIRD) ^ number) * SALT + FOURTH; m = (m ^ (m >> 15)) * FIRST;
  return m ^ (m >> 13);
}
u32 crc32_of(const dec *d, const void *bytes, size_t size, u32 start) {
  u32 crc = ~start;
  for (const u8 *at = bytes; size > 0; size--) crc = crc >> 8 ^ d->crc[(crc ^ *at++) & 255];
  return ~crc;
}
u64 distance(i64 a, i64 b) { return a > b ? (u64)a - (u64)b : (u64)b - (u64)a; }
i64 add(dec *d, i64 a, i64 b) {
  if (b > 0 ? a > INT64_MAX - b : a < INT64_MIN - b) refuse(d, LACONIC_MALFORMED);
  return a + b;
}
static int squash(i64 x) {
  int from_0 = x < -2048 ? 0 : x > 2047 ? 4095 : (int)x + 2048, knot = from_0 >> 7, rest = from_0 & 127;
  return (KNOTS[knot] * (128 - rest) + KNOTS[knot + 1] * rest + 64) >> 7;
}
void coder_init(dec *d) {
  for (int p = 0, x = -2047; p < 4096; p++) {
    while (x < 2047 && squash(x) < p) x++;
    d->stretch[p] = x;
  }
  for (u32 n = 0; n < 256; n++) {
    d->crc[n] = n;
    for (int k = 0; k < 8; k++) d->crc[n] = d->crc[n] & 1 ? d->crc[n] >> 1 ^ 0xEDB88320u : d->crc[n] >> 1;
  }
}

/* The reader, section 16 */
static void next_byte(dec *d) {
  u32 byte = d->position < d->size ? d->data[d->position] : 0;
  d->position++; d->offset = d->offset << 8 | byte; d->window = d->window << 8 | byte;
}
static void normalise(dec *d) { for (; d->range < 0x1000000; d->range <<= 8) next_byte(d); }
void coder_start(dec *d, const u8 *data, u32 size) {
  d->data = data; d->size = size; d->work_max = 4096 + 32 * size;
  d->range = 0xFFFFFFFFu; d->offset = d->window = d->position = d->work = 0;
  for (int i = 0; i < 4; i++) next_byte(d);
  if (d->offset >= d->range) refuse(d, LACONIC_MALFORMED);
}
static int decide(dec *d, int p) {
  u32 bound = (d->range >> 12) * (u32)p; int bit = d->offset < bound;
  d->range = bit ? bound : d->range - bound;
  if (!bit) d->offset -= bound;
  normalise(d);
  if (++d->work > d->work_max) refuse(d, LACONIC_OVER_LIMIT);
  return bit;
}
u64 raw(dec *d, int n) {
  u64 result = 0;
  while (n > 0) {
    int part = n < 16 ? n : 16;
    n -= part; d->range >>= part;
    u32 digit = d->offset / d->range;
    if (digit >= 1u << part) refuse(d, LACONIC_MALFORMED);
    d->offset -= digit * d->range; d->work++; result = result << part | digit; normalise(d);
  }
  return result;
}
static u64 ending(u64 low, u32 range) {
  for (int bits = 32; bits > 0; bits -= 8) {
    u64 mask = ((u64)1 << bits) - 1, rounded = (low + mask) & ~mask;
    if (rounded < low + range) return rounded;
  }
  return low;
}
void coder_end(dec *d) {
  u32 low = d->window - d->offset;
  if ((u32)ending(low, d->range) != d->window || d->size > d->position || (d->size > 0 && d->data[d->size - 1] == 0))
    refuse(d, LACONIC_MALFORMED);
}

/* Cells and mixers, section 15 */
static u16 after(u16 cell, int bit) {
  u32 p = cell & 0xFFF0u, count = cell & 15u;
  p = bit ? p + (((65535 - p) * RATES[count]) >> 16) : p - ((p * RATES[count]) >> 16);
  return (u16)((p & 0xFFF0u) | (count < 15 ? count + 1 : 15));
}

/* Decides under n cells of a table; those numbered `row` and `row + 1` choose the weights. */
static int mix(dec *d, u16 *table, u32 size, const u32 *h, u32 node, int n, int row, i32 *w) {
  u32 at[4]; u16 cell[4];
  i32 in[4]; i64 sum = 0;
  for (int i = 0; i < n; i++) {
    at[i] = ((h[i] >> 17) + node) & (size - 1); cell[i] = table[at[i]]; in[i] = d->stretch[cell[i] >> 4];
  }
  w += (CONFIDENCE[cell[row] & 15] * 4 + CONFIDENCE[cell[row + 1] & 15]) * n;
  for (int i = 0; i < n; i++) sum += (i64)w[i] * in[i];
  int p = squash(sum >> 16), bit = decide(d, p), error = (bit * 4096 - p) * 6;
  for (int i = 0; i < n; i++) {
    i32 weight = w[i] + ((in[i] * error + 8192) >> 14);
    w[i] = -1048575 <= weight && weight <= 1048575 ? weight : 0; table[at[i]] = after(cell[i], bit);
  }
  return bit;
}
static int decision(dec *d, const u32 c[3], u32 node, int mixer) {
  return mix(d, d->s->cells, CELLS, c, node, 3, 0, d->s->weights + mixer * 48);
}
int letter(dec *d, const u32 h[4]) {
  int node = 1;
  while (node < 256) node = node << 1 | mix(d, d->s->letters, LETTERS, h, (u32)node, 4, 1, d->s->letter_weights);
  return node & 255;
}

/* Numbers in bits, section 17 */
int flag(dec *d, int mixer, const u32 c[3]) { return decision(d, c, 0, mixer); }
u32 tree(dec *d, int mixer, int n, const u32 c[3]) {
  u32 node = 1;
  for (int i = 0; i < n; i++) node = node << 1 | (u32)decision(d, c, node, mixer);
  return node - (1u << n);
}
u64 get_unsigned(dec *d, int mixer, const u32 c[3], u32 start) {
  u32 length = 1;
  while (decision(d, c, start + length, mixer)) if (++length > 62) refuse(d, LACONIC_MALFORMED);
  u64 result = 1, rest = length > 4 ? length - 4 : 0;
  for (u32 i = 0; i < length - 1 - rest; i++)
    result = result << 1 | (u64)decision(d, c, start + 64 + length * 8 + (u32)result, mixer + 1);
  return (result << rest | raw(d, (int)rest)) - 1;
}
i64 get_signed(dec *d, int mixer, const u32 c[3]) {
  if (!decision(d, c, 0, mixer)) return 0;
  int negative = decision(d, c, 1, mixer + 1);
  i64 size = (i64)get_unsigned(d, mixer + 2, c, 2) + 1;
  return negative ? -size : size;
}
