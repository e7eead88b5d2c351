/* A decoder of the `adaptive` coding of the Laconic wire profile, version 1. Section numbers in comments are those
   of docs/wire-profile.md; names in the code are those of the text there. */
#ifndef LACONIC_H
#define LACONIC_H
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8; typedef uint16_t u16; typedef uint32_t u32; typedef uint64_t u64;
typedef int32_t i32; typedef int64_t i64;

/* ---- For users ---- */
typedef enum { LACONIC_OK, LACONIC_MALFORMED, LACONIC_BAD_STATE, LACONIC_UNKNOWN_EPOCH, LACONIC_OVER_LIMIT } laconic_fault;
enum { LACONIC_ACTIONS, LACONIC_KEYS, LACONIC_TEXTS, LACONIC_TABLES };
enum { LACONIC_PRIOR_BYTES = 102660, LACONIC_FRAME_BYTES = 1024, LACONIC_PAYLOAD_BYTES = 65536, LACONIC_TEXTS_BYTES = 262144 };
typedef struct {
  u8 fingerprint[8];
  const char *const *names[LACONIC_TABLES]; /* UTF-8, each ends with a zero byte */
  u32 count[LACONIC_TABLES];
} laconic_registry;
typedef struct { const u8 *at; u32 length; } laconic_text;
typedef struct { i64 first, acknowledged, backlog; } laconic_header;
typedef struct {
  int channel, kind, has_id;     /* has_id: a request whose message id travels */
  i64 reference;                 /* of an answer, else 0 */
  laconic_text id, action, text; /* `action` of a request, else empty; `text` is JSON */
} laconic_entry;
/* Called only for a frame that is good: first with entry == NULL, then for each entry. All pointers hold until it returns. */
typedef void laconic_sink(void *context, const laconic_header *header, const laconic_entry *entry);
typedef struct laconic_decoder laconic_decoder; /* large: make it static, or allocate it once */

/* registry and prior must stay where they are. Returns 0, or -1 if the prior is not one. */
int laconic_init(laconic_decoder *d, const laconic_registry *registry, const u8 *prior, size_t prior_bytes);
void laconic_epoch(laconic_decoder *d, int down, u64 epoch); /* begins an epoch, with no state before */
laconic_fault laconic_decode(laconic_decoder *d, const u8 *frame, size_t size, laconic_sink *sink, void *context);
u32 laconic_digest(const laconic_decoder *d); /* section 28, of the latest state */

/* ---- For the decoder's own files ---- */
#define SALT 0x9E3779B1u
#define FIRST 0x85EBCA77u
#define SECOND 0xC2B2AE3Du
#define THIRD 0x27D4EB2Fu
#define FOURTH 0x165667B1u
#define LEARNED 0x80000000u  /* a token or an id that the registry does not have */
#define LITERALS 0x10000000u /* ids of null, false, true */
#define MANTISSA_LIMIT INT64_C(1000000000000000)
#define NONE INT64_MIN /* a quantity that is not known */
#define NONE_4 {NONE, NONE, NONE, NONE}
enum { CELLS = 32768, LETTERS = 8192, PLACES = 2048, ROWS = 8192 /* the most */, CHANNELS = 1024, TEMPLATES = 127, SPELLED = 4096,
       SHELF_TOKENS = 8192, TEMPLATE_TOKENS = 1024, FRAME_TOKENS = 4096, LEARNED_TEXTS = 2048, LEARNED_BYTES = 32768, DEPTH = 64,
       NAME_BYTES = 65536 }; /* names of learned tokens of the whole shelf: this program's own limit */
enum { OBJECT = 1, OBJECT_END, ARRAY, ARRAY_END, TEXT, NUMBER, NUMERIC_TEXT, VERBATIM, TIMESTAMP = 16, TIMESTAMP_LAST = 1807 };
enum { PLAIN, KEY, CONSTANT, ACTION, START }; /* types of tokens */
enum { /* names whose tokens section 22 needs: those of `names` in frame.c */
  K_CONNECTOR_ID, K_CONTEXT, K_EVENT_TYPE, K_EVSE, K_EVSE_ID, K_FORMAT, K_ID, K_MEASURAND, K_METER_START,
  K_METER_STOP, K_PHASE, K_SEQ_NO, K_SOC, K_TRANSACTION_ID, K_TRANSACTION_INFO, K_TRIGGER_REASON, K_UNIT, K_UNIT_OF_MEASURE, K_VALUE, T_MEASURANDS, /* five of them */
  T_PHASES = T_MEASURANDS + 5, T_KW = T_PHASES + 6, T_KWH, WELL_KNOWN
};

typedef struct { i64 last; i32 ints[6]; u16 shorts[8]; } row; /* section 23 */
typedef struct { i64 time, entity; u32 last, before; u8 presence, run; } channel;
typedef struct { u16 start, tokens; u32 names, name_bytes, digest; } template_entry; /* tokens == 0: there is none */
typedef struct { /* section 14 */
  u16 cells[CELLS], letters[LETTERS], places[PLACES], next[1024];
  i32 weights[64 * 16 * 3], letter_weights[16 * 4];
  u32 successors[PLACES], tags[ROWS], stamps[ROWS], followers[ROWS];
  row rows[ROWS];
  i64 ring_next, messages, time, items, acknowledged, backlog;
  u32 chain, recent[32][255], learned_ids[LEARNED_TEXTS]; /* learned texts: the least recently used first, without gaps */
  u8 ring[4096], recents[32], learned_lengths[LEARNED_TEXTS], learned_text[LEARNED_BYTES];
  int row_bits, learned, learned_bytes, shelf, shelf_tokens, channel_count;
  template_entry templates[TEMPLATES + 1]; /* by number, from 1 */
  u8 order[TEMPLATES];                     /* numbers, the most recently used first */
  u8 names[NAME_BYTES]; /* of each template, for each learned token, ascending: token, length (u16), UTF-8 */
  u32 name_bytes, tokens[SHELF_TOKENS];
  channel channels[CHANNELS];
} state;
typedef struct { /* section 22 */
  u32 token, key, class, coarse, place;
  int entity, scope, names_entity, role, phase, kilo, stage, grouped;
} slot;
typedef struct { u32 key, path, qualifier, coarse, measurand, phase, unit; int entity, transaction, around, is_array; } scope;
typedef struct { /* of a slot; number: mantissa, or of a timestamp; id, at, length: of a text and its bytes in `bytes` */
  i64 number; int decimals, done; u32 id, at, length;
} value;
typedef struct { u32 template, entity, stamp, regime; int misses; i64 last, base, named; u32 whole; } situation; /* section 22.6 */
typedef struct { i64 known[6][4], power_before[4], energies[2], gained, interval; } quantities; /* section 25.5 */
typedef struct laconic_decoder {
  const laconic_registry *registry;
  const u8 *prior, *data;
  u32 well_known[WELL_KNOWN], crc[256];
  i32 stretch[4096];
  u64 epoch, index;
  state states[3], *latest, *before, *s; /* s: the copy that is coded against */
  jmp_buf refusal;
  laconic_fault fault;
  u32 size, position, range, offset, window, work, work_max; /* the range coder, section 16, with `data` */
  situation here;                                            /* one entry, from here on */
  quantities q;
  slot slots[TEMPLATE_TOKENS];
  value values[TEMPLATE_TOKENS];
  scope scopes[TEMPLATE_TOKENS];
  u32 tokens[TEMPLATE_TOKENS]; /* of a new template, section 20.2 */
  u32 frame_tokens; /* of all new templates of the frame */
  u32 attempt; /* of the frame that made `latest` */
  int has_before, slot_count, bad_item, token_count;
  u32 text_length, bytes_used, out_size, new_name_bytes; /* out_size counts on when `out` is full */
  u8 text[SPELLED + 4];                                  /* the text that was decoded last */
  u8 bytes[LACONIC_PAYLOAD_BYTES], out[LACONIC_PAYLOAD_BYTES], new_names[NAME_BYTES]; /* texts of slots; payload; like `names` */
} dec;

/* Parts of contexts, as in the table of section 18. */
#define S(number) (SALT * (number))
#define M1(number) (FIRST * (u32)(number))
#define M2(number) (SECOND * (u32)(number))
#define M3(number) (THIRD * (u32)(number))
#define M4(number) (FOURTH * (u32)(number))
#define C3(a, b, c) ((const u32[3]){(a), (b), (c)})

/* coder.c */
extern const i64 POWER_10[19];
_Noreturn void refuse(dec *d, laconic_fault fault);
u32 step(u32 hash, u32 number);
u32 crc32_of(const dec *d, const void *bytes, size_t size, u32 start);
u64 distance(i64 a, i64 b);    /* abs(a - b) */
i64 add(dec *d, i64 a, i64 b); /* refuses what has no room */
void coder_init(dec *d), coder_start(dec *d, const u8 *data, u32 size), coder_end(dec *d);
u64 raw(dec *d, int n), get_unsigned(dec *d, int mixer, const u32 c[3], u32 start);
i64 get_signed(dec *d, int mixer, const u32 c[3]);
u32 tree(dec *d, int mixer, int n, const u32 c[3]);
int flag(dec *d, int mixer, const u32 c[3]), letter(dec *d, const u32 h[4]);
/* state.c */
void state_fresh(dec *d, state *s, int down), condense(dec *d, state *s);
int find_row(const state *s, u32 tag);
void write_row(dec *d, u32 tag, row content);
u32 token_of(const dec *d, u32 type, const u8 *text, u32 length); /* type PLAIN: the id of the text */
laconic_text text_of(const dec *d, u32 id);                       /* its pointer is NULL if the id is not known */
void touch(dec *d, u32 id, const u8 *text, u32 length), promote(state *s, u32 list, u32 id);
laconic_text find_name(const u8 *names, u32 size, u32 token), name_of(const dec *d, int number, u32 token); /* or NULL */
void put_name(dec *d, u8 *names, u32 *used, u32 token, laconic_text name);
void use_template(state *s, int number);
int add_template(dec *d, u32 digest, u32 name_bytes);
/* template.c, values.c: what is decoded last is in d->text */
int message(dec *d, int number); /* the number of the template; values are in d->values */
void letters(dec *d, u32 h);
u32 other_text(dec *d, u32 class, u32 coarse, u32 key, u32 last); /* its id */
void text_slot(dec *d, const slot *t, value *v), number_slot(dec *d, const slot *t, value *v);
void timestamp_slot(dec *d, const slot *t, value *v);
/* json.c */
int characters(const u8 *text, u32 length);         /* -1: it is not UTF-8 */
int decimal(char *out, i64 mantissa, int decimals); /* how many; at most 32 */
void write_payload(dec *d, int number);             /* into d->out */
int is_bind(const u8 *text, u32 length);
#endif
