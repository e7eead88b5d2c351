/* Writing payloads, and what must be read as text: sections 3.3, 4, 19.6, 21.3 and 21.4. */
#include "laconic.h"

enum { DAYS_TO_2020 = 737424, DAYS_TO_10000 = 3652059 }; /* from 0001-01-01 */

static int next_character(const u8 *text, u32 length, u32 *at, u32 *c) { /* 0: not UTF-8 */
  static const u32 smallest[4] = {0, 0x80, 0x800, 0x10000};
  u32 first = text[*at], more = first < 0x80 ? 0 : first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  if ((first >= 0x80 && first < 0xC0) || first >= 0xF8 || *at + more >= length) return 0;
  *c = more ? first & (0x3Fu >> more) : first;
  for (u32 i = 1; i <= more; i++) {
    if ((text[*at + i] & 0xC0) != 0x80) return 0;
    *c = *c << 6 | (text[*at + i] & 0x3Fu);
  }
  *at += more + 1;
  return *c >= smallest[more] && *c <= 0x10FFFF && (*c < 0xD800 || *c > 0xDFFF);
}
int characters(const u8 *text, u32 length) {
  int count = 0;
  for (u32 c, at = 0; at < length; count++) if (!next_character(text, length, &at, &c)) return -1;
  return count;
}

/* Writing */
static void put(dec *d, const void *bytes, u32 size) {
  if (d->out_size + size <= LACONIC_PAYLOAD_BYTES) memcpy(d->out + d->out_size, bytes, size);
  d->out_size += size;
}
static void put_string(dec *d, laconic_text text, u32 style) {
  static const char plain[] = "\"\\\b\t\n\f\r/", escaped[] = "\"\\btnfr/";
  put(d, "\"", 1);
  for (u32 at = 0; at < text.length;) {
    u32 begin = at, c = 0; char out[16];
    next_character(text.at, text.length, &at, &c); /* it is good */
    const char *special = c > 0 && c < 128 && (c != '/' || style & 4) ? strchr(plain, (int)c) : NULL;
    if (special) put(d, out, (u32)sprintf(out, "\\%c", escaped[special - plain]));
    else if (c >= 0x20 && (c < 0x7F || !(style & 8))) put(d, text.at + begin, at - begin);
    else if (c <= 0xFFFF) put(d, out, (u32)sprintf(out, "\\u%04x", (unsigned)c));
    else put(d, out, (u32)sprintf(out, "\\u%04x\\u%04x", (unsigned)(0xD7C0 + (c >> 10)), (unsigned)(0xDC00 + (c & 0x3FF))));
  }
  put(d, "\"", 1);
}
int decimal(char *out, i64 mantissa, int decimals) {
  int size = sprintf(out, "%0*lld", decimals + 1 + (mantissa < 0), (long long)mantissa);
  if (decimals == 0) return size;
  memmove(out + size - decimals + 1, out + size - decimals, (size_t)decimals); out[size - decimals] = '.';
  return size + 1;
}
static void put_timestamp(dec *d, u32 token, i64 v) {
  u32 code = token - TIMESTAMP, zone = code & 127, zero = code >> 7 & 1;
  int digits = (int)(code >> 8), quarters = (int)zone - 62;
  i64 scale = zero ? 1 : POWER_10[digits], part = (v % scale + scale) % scale, seconds = (v - part) / scale;
  i64 second = (seconds % 86400 + 86400) % 86400, days = (seconds - second) / 86400 + DAYS_TO_2020;
  if (days < 0 || days >= DAYS_TO_10000) refuse(d, LACONIC_MALFORMED);
  /* Years that begin in March, from 0000-03-01; 400 of them have 146,097 days. */
  i64 era = (days + 306) / 146097, day = (days + 306) % 146097, year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
  day -= year * 365 + year / 4 - year / 100;
  i64 month = (5 * day + 2) / 153; char out[64], *at = out;
  at += sprintf(at, "\"%04d-%02d-%02dT%02d:%02d:%02d", (int)(year + era * 400 + (month >= 10)), (int)(month < 10 ? month + 3 : month - 9),
                (int)(day - (153 * month + 2) / 5 + 1), (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60));
  if (zero || digits > 0) *at++ = '.';
  if (digits > 0) at += sprintf(at, "%0*d", digits, zero ? 0 : (int)part);
  if (zone == 0) *at++ = 'Z';
  if (zone > 1) at += sprintf(at, "%c%02d:%02d", quarters < 0 ? '-' : '+', abs(quarters) / 4, abs(quarters) % 4 * 15);
  *at++ = '"'; put(d, out, (u32)(at - out));
}
static void put_slot(dec *d, const slot *t, const value *v, u32 style) {
  int is_literal = v->id >= LITERALS && v->id < LITERALS + 3;
  if (t->token >= TIMESTAMP) {
    put_timestamp(d, t->token, v->number);
  } else if (t->token == NUMBER || t->token == NUMERIC_TEXT) {
    char out[40] = "\"";
    int size = decimal(out + 1, v->number, v->decimals), quoted = t->token == NUMERIC_TEXT;
    out[size + 1] = '"'; put(d, out + !quoted, (u32)(size + 2 * quoted));
  } else {
    if (t->token == VERBATIM && is_literal) refuse(d, LACONIC_MALFORMED);
    if (v->at + v->length > LACONIC_PAYLOAD_BYTES) d->out_size += LACONIC_PAYLOAD_BYTES; /* no room: nor has the payload */
    else if (t->token == VERBATIM || is_literal) put(d, d->bytes + v->at, v->length);
    else put_string(d, (laconic_text){d->bytes + v->at, v->length}, style);
  }
}
static void new_line(dec *d, int tabs) { put(d, "\n", 1); while (tabs-- > 0) put(d, "\t", 1); }
void write_payload(dec *d, int number) {
  const template_entry *t = &d->s->templates[number];
  const u32 *tokens = d->s->tokens + t->start, style = tokens[0] & 15, spacing = style & 3;
  struct { int is_array, count; } stack[DEPTH + 1] = {{0, 0}}; /* at 0: outside of all */
  int level = 0, n = 0;
  d->out_size = 0;
  for (int i = 1; i < t->tokens; i++) {
    u32 token = tokens[i], type = token >> 28 & 7;
    int is_end = token == OBJECT_END || token == ARRAY_END;
    if (type == ACTION) continue;
    if (stack[level].is_array && !is_end && stack[level].count++ > 0) put(d, ", ", spacing == 1 || spacing == 2 ? 2 : 1);
    if (type == KEY) {
      if (stack[level].count++ > 0) put(d, ", ", spacing == 1 ? 2 : 1);
      if (spacing == 2) new_line(d, level + 1);
      put_string(d, name_of(d, number, token), style); put(d, spacing == 2 ? ":\t" : ": ", spacing ? 2 : 1);
    } else if (type == CONSTANT) {
      put_string(d, name_of(d, number, token), style);
    } else if (token == OBJECT || token == ARRAY) {
      put(d, token == OBJECT ? "{" : "[", 1);
      stack[++level].is_array = token == ARRAY; stack[level].count = 0;
    } else if (is_end) {
      if (token == OBJECT_END && spacing == 2) new_line(d, stack[level].count > 0 ? level : level - 1);
      put(d, token == OBJECT_END ? "}" : "]", 1); level--;
    } else {
      put_slot(d, &d->slots[n], &d->values[n], style); n++;
    }
  }
}

/* A bind: [path,version,flags]. Each function takes a place in the text and returns the one after; NULL: it is not so. */
static const u8 *skip(const u8 *at, const u8 *end, u8 wanted) { /* with white space around it */
  while (at && at < end && *at && strchr(" \t\n\r", *at)) at++;
  if (!at || at == end || *at++ != wanted) return NULL;
  while (at < end && *at && strchr(" \t\n\r", *at)) at++;
  return at;
}
static const u8 *skip_path(const u8 *at, const u8 *end) { /* its UTF-8 is good */
  static const char digits[] = "0123456789abcdef0123456789ABCDEF";
  u32 count = 0, high = 0; /* high: the first half of a surrogate pair was there */
  for (at++; at < end && *at != '"';) {
    u32 unit = 0; int size = *at != '\\' ? 1 : end - at > 5 && at[1] == 'u' ? 6 : 2;
    if (*at < 0x20 || (size == 2 && (end - at < 2 || !at[1] || !strchr("\"\\/bfnrt", at[1])))) return NULL;
    for (int i = 2; i < size; i++) {
      const char *digit = at[i] ? strchr(digits, at[i]) : NULL;
      if (!digit) return NULL;
      unit = unit << 4 | ((u32)(digit - digits) & 15);
    }
    if (high != (unit >= 0xDC00 && unit <= 0xDFFF)) return NULL;
    high = unit >= 0xD800 && unit <= 0xDBFF;
    count += !high && (size > 1 || (*at & 0xC0) != 0x80);
    at += size;
  }
  return at < end && !high && count >= 1 && count <= 512 ? at + 1 : NULL;
}
static const u8 *skip_integer(const u8 *at, const u8 *end, u8 most) { /* from 0 to most, of one digit */
  if (at && end - at >= 2 && at[0] == '-' && at[1] == '0') at++;
  return at && at < end && *at >= '0' && *at <= '0' + most ? at + 1 : NULL;
}
int is_bind(const u8 *text, u32 length) {
  const u8 *end = text + length, *at = skip(text, end, '[');
  at = at && at < end && *at == '"' ? skip_path(at, end) : NULL;
  at = skip_integer(skip(at, end, ','), end, 2); at = skip_integer(skip(at, end, ','), end, 7);
  return skip(at, end, ']') == end;
}
