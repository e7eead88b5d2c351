/* Reads a story of test vectors, decodes its frames, and prints the story anew: what it prints must be the file.
   Frames of other codings leave the state as it is; their lines are copied unread. */
#include "laconic.h"

static const char *const FAULTS[] = {"OK", "MALFORMED", "BAD_STATE", "UNKNOWN_EPOCH", "OVER_LIMIT"};

static _Noreturn void fail(const char *what, const char *which) {
  fprintf(stderr, "laconic_vectors: %s: %s\n", what, which); exit(1);
}
static char *read_file(const char *path, size_t *size) { /* with a zero byte after it */
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0 || ftell(file) < 0) fail("cannot read", path);
  *size = (size_t)ftell(file);
  char *content = calloc(1, *size + 1);
  if (!content || fseek(file, 0, SEEK_SET) != 0 || fread(content, 1, *size, file) != *size) fail("cannot read", path);
  fclose(file); return content;
}
static char *next_line(char **at) { /* NULL at the end */
  char *line = *at, *end = strchr(line, '\n');
  *at = end ? end + 1 : line + strlen(line); if (end) *end = 0;
  return *at == line ? NULL : line;
}
static int begins(const char *line, const char *word) { return strncmp(line, word, strlen(word)) == 0; }
static size_t from_hex(const char *hex, u8 *out, size_t most) {
  size_t size = 0;
  for (unsigned byte; hex[0] && size < most; hex += 2) {
    if (sscanf(hex, "%2x", &byte) != 1 || !hex[1]) fail("not hexadecimal", hex);
    out[size++] = (u8)byte;
  }
  return size;
}
static void read_registry(const char *path, laconic_registry *registry) {
  static const char *const titles[] = {"[actions]", "[keys]", "[texts]", "[enumerated keys]", ""}; /* the last is of `cbor` */
  const char **names[LACONIC_TABLES]; size_t size;
  int table = -1; char *at = read_file(path, &size), *line = next_line(&at);
  if (!line || !begins(line, "fingerprint ") || from_hex(line + 12, registry->fingerprint, 8) != 8) fail("no fingerprint", path);
  for (int i = 0; i < LACONIC_TABLES; i++) {
    registry->names[i] = names[i] = calloc(size, sizeof names[i][0]);
    if (!names[i]) fail("no memory", path);
  }
  while ((line = next_line(&at)) != NULL) {
    if (strcmp(line, titles[table + 1]) == 0) table++;
    else if (table < 0) fail("no title", path);
    else if (table < LACONIC_TABLES) names[table][registry->count[table]++] = line;
  }
}

static void print_string(laconic_text text, char end) {
  putchar('"');
  for (u32 i = 0; i < text.length; i++) {
    u8 byte = text.at[i];
    if (byte == '"' || byte == '\\') putchar('\\');
    if (byte < 0x20) printf("\\u%04x", byte);
    else putchar(byte);
  }
  printf("\"%c", end);
}
static void print(void *context, const laconic_header *h, const laconic_entry *e) {
  (void)context;
  if (!e) {
    printf("header %lld %lld %lld\n", (long long)h->first, (long long)h->acknowledged, (long long)h->backlog);
    return;
  }
  printf("entry %d %d %lld ", e->channel, e->kind, (long long)e->reference);
  print_string(e->id, ' ');
  print_string(e->action, ' ');
  print_string(e->text, '\n');
}
static int play(laconic_decoder *d, char *at) { /* returns how many frames went wrong */
  u8 frame[LACONIC_FRAME_BYTES + 1]; int down = 0, wrong = 0, is_ours = 1;
  for (char *line; (line = next_line(&at)) != NULL;) {
    int is_refuse = begins(line, "refuse "), is_frame = begins(line, "frame ");
    int is_content = begins(line, "header ") || begins(line, "entry ");
    char *hex = is_refuse ? strchr(line + 7, ' ') : line + 5;
    if (begins(line, "direction ")) down = strcmp(line + 10, "down") == 0;
    if (begins(line, "epoch ")) laconic_epoch(d, down, strtoull(line + 6, NULL, 10));
    if (begins(line, "state ")) printf("state %08x\n", (unsigned)laconic_digest(d));
    else if (is_content ? !is_ours : !is_refuse) puts(line);
    if (!is_frame && !is_refuse) continue;
    if (!hex) fail("no frame", line);
    *hex++ = 0;
    size_t size = from_hex(hex, frame, sizeof frame);
    is_ours = is_refuse || size == 0 || frame[0] < 0x40;
    if (!is_ours) continue;
    u32 digest = laconic_digest(d);
    laconic_fault fault = laconic_decode(d, frame, size, is_frame ? print : NULL, NULL);
    if (is_refuse) printf("refuse %s %s\n", FAULTS[fault], hex);
    if (is_refuse ? strcmp(FAULTS[fault], line + 7) == 0 && laconic_digest(d) == digest : fault == LACONIC_OK) continue;
    fprintf(stderr, "laconic_vectors: %s: %s: %s\n", line, FAULTS[fault], hex);
    wrong++;
  }
  return wrong;
}
int main(int argc, char **argv) {
  static laconic_registry registry;
  static laconic_decoder decoder;
  size_t prior_bytes, size;
  if (argc != 4) fail("usage", "laconic_vectors REGISTRY.txt PRIOR.raw STORY.txt");
  read_registry(argv[1], &registry);
  char *prior = read_file(argv[2], &prior_bytes), *story = read_file(argv[3], &size);
  if (laconic_init(&decoder, &registry, (const u8 *)prior, prior_bytes) != 0) fail("no prior", argv[2]);
  return play(&decoder, story) > 0;
}
