#include "relay-client/lineapi/line_mint.h"

#include "base/hex.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/private_file.h"
#include "codec/digest.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define KEY_TEXT_MAX 128u

static const char hexadecimal[] = "0123456789abcdef";
static const char decimal[] = "0123456789";
static const char base32[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* of ULIDs */
static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* A text is prefix, head, tag and suffix; the tag is the HMAC of the head, in the same letters,
 * so a head that nobody has made has no tag that fits. */
struct shape {
    const char *prefix, *suffix;
    const char *letters;
    size_t head, tag; /* letters; a tag has at most DIGEST_SHA256_LEN */
};

#define ULID_HEAD   18u /* ten of time */
#define ULID_TIME   10u
#define ULID_RANDOM 8u

static const struct shape shapes[] = {
    [LINE_MINT_USER] = {"U", "", hexadecimal, 16, 16},
    [LINE_MINT_GROUP] = {"C", "", hexadecimal, 16, 16},
    [LINE_MINT_ROOM] = {"R", "", hexadecimal, 16, 16},
    [LINE_MINT_REPLY_TOKEN] = {"", "", hexadecimal, 16, 16},
    [LINE_MINT_EVENT_ID] = {"", "", base32, ULID_HEAD, ULID_LEN - ULID_HEAD},
    [LINE_MINT_MESSAGE_ID] = {"", "", decimal, 10, 8},
    [LINE_MINT_QUOTE_TOKEN] = {"", "", base64url, 72, 16},
    [LINE_MINT_READ_TOKEN] = {"", "", base64url, 48, 16},
    /* 128 bytes: two bits of the last letter are of no byte, and must be zero. */
    [LINE_MINT_ACCESS_TOKEN] = {"", "U=", base64, 138, 32},
    [LINE_MINT_RICH_MENU] = {"richmenu-", "", hexadecimal, 16, 16},
    [LINE_MINT_COUPON] = {"", "", base32, ULID_HEAD, ULID_LEN - ULID_HEAD},
};

static struct span key_of(const struct line_mint *m)
{
    return span_of(m->key, sizeof m->key);
}

/* --- the tag --- */

static void put_letters(const char *letters, const uint8_t *bytes, size_t len, char *out)
{
    size_t count = strlen(letters);

    for (size_t i = 0; i < len; i++)
        out[i] = letters[bytes[i] % count];
}

static void make_tag(const struct line_mint *m, enum line_mint_kind kind, struct span head,
                     char out[static DIGEST_SHA256_LEN])
{
    const char number = (char)kind;
    const struct span parts[] = {SPAN("hookline mint\n"), {&number, 1}, head};
    uint8_t digest[DIGEST_SHA256_LEN];

    digest_hmac(DIGEST_SHA256, key_of(m), parts, 3, digest);
    put_letters(shapes[kind].letters, digest, shapes[kind].tag, out);
}

static void put_together(const struct line_mint *m, enum line_mint_kind kind, const char *head,
                         char out[static LINE_MINT_SIZE])
{
    const struct shape *s = &shapes[kind];
    char tag[DIGEST_SHA256_LEN];

    make_tag(m, kind, span_of(head, s->head), tag);
    (void)snprintf(out, LINE_MINT_SIZE, "%s%.*s%.*s%s", s->prefix, (int)s->head, head,
                   (int)s->tag, tag, s->suffix);
}

/* --- the head --- */

/* What the kinds ask of their first letter. */
static void amend(enum line_mint_kind kind, char *head)
{
    if (shapes[kind].letters == decimal && head[0] == '0')
        head[0] = '5';
    if (shapes[kind].letters == base32 && head[0] > '7')
        head[0] = '0';
}

/* The maker counts up in its last letters, which stay; so ids ascend, as LINE's do. */
static void make_ulid_head(struct line_mint *m, uint64_t now_ms, char *head)
{
    char id[ULID_LEN + 1];

    ulid_make(&m->ids, now_ms, m->random, id);
    memcpy(head, id, ULID_TIME);
    memcpy(head + ULID_TIME, id + ULID_LEN - ULID_RANDOM, ULID_RANDOM);
}

void line_mint_make(struct line_mint *m, enum line_mint_kind kind, uint64_t now_ms,
                    char out[static LINE_MINT_SIZE])
{
    const struct shape *s = &shapes[kind];
    uint8_t bytes[LINE_MINT_SIZE];
    char head[LINE_MINT_SIZE];

    if (s->letters == base32) {
        make_ulid_head(m, now_ms, head);
    } else {
        random_fill(m->random, bytes, s->head);
        put_letters(s->letters, bytes, s->head, head);
        amend(kind, head);
    }
    put_together(m, kind, head, out);
}

void line_mint_named(struct line_mint *m, enum line_mint_kind kind, struct span name,
                     char out[static LINE_MINT_SIZE])
{
    const struct shape *s = &shapes[kind];
    uint8_t bytes[LINE_MINT_SIZE + DIGEST_SHA256_LEN];
    char head[LINE_MINT_SIZE];
    char number[2] = {(char)kind, 0};
    const struct span parts[] = {SPAN("hookline mint name\n"), {number, 2}, name};

    for (size_t len = 0; len < s->head; len += DIGEST_SHA256_LEN, number[1]++)
        digest_hmac(DIGEST_SHA256, key_of(m), parts, 3, bytes + len);
    put_letters(s->letters, bytes, s->head, head);
    amend(kind, head);
    put_together(m, kind, head, out);
}

bool line_mint_is_own(const struct line_mint *m, enum line_mint_kind kind, struct span text)
{
    const struct shape *s = &shapes[kind];
    struct span prefix = span_text(s->prefix), suffix = span_text(s->suffix);
    char tag[DIGEST_SHA256_LEN];

    if (text.len != prefix.len + s->head + s->tag + suffix.len || !span_starts(text, prefix) ||
        !span_ends(text, suffix))
        return false;
    const char *head = text.ptr + prefix.len;
    make_tag(m, kind, span_of(head, s->head), tag);
    return mem_equal_secret(tag, head + s->head, s->tag);
}

/* --- the key's file --- */

static enum err read_key(struct line_mint *m, const char *file, char detail[static 256])
{
    struct bytes text;

    bytes_init(&text, KEY_TEXT_MAX);
    enum err rc = private_file_read(file, &text, detail);
    struct span key = bytes_span(&text);
    if (span_ends(key, SPAN("\n")))
        key.len--;
    if (rc == OK)
        rc = hex_parse(key, m->key, sizeof m->key);
    if (text.base)
        mem_wipe(text.base, text.cap);
    bytes_fini(&text);
    return rc;
}

/* What is there stays there: another process may have made it a moment ago. */
static enum err put_in_place(const char *fresh, const char *file, char detail[static 256])
{
    enum err rc = OK;

    if (link(fresh, file) != 0 && errno != EEXIST && rename(fresh, file) != 0) {
        (void)snprintf(detail, 256, "%.180s: %s", file, strerror(errno));
        rc = ERR_IO;
    }
    (void)unlink(fresh);
    return rc;
}

static enum err make_key(struct line_mint *m, const char *file, char detail[static 256])
{
    char line[2 * sizeof m->key + 2];
    char fresh[4096];

    if (snprintf(fresh, sizeof fresh, "%s.%ld", file, (long)getpid()) >= (int)sizeof fresh) {
        (void)snprintf(detail, 256, "the path of the key file is too long");
        return ERR_LIMIT;
    }
    random_fill(m->random, m->key, sizeof m->key);
    hex_format(line, m->key, sizeof m->key);
    line[sizeof line - 2] = '\n';
    enum err rc = private_file_write(fresh, line, sizeof line - 1, detail);
    mem_wipe(line, sizeof line);
    if (rc == OK)
        rc = put_in_place(fresh, file, detail);
    return rc == OK ? read_key(m, file, detail) : rc;
}

enum err line_mint_open(struct line_mint *m, const char *key_file, struct random *random,
                        char detail[static 256])
{
    *m = (struct line_mint){.random = random};
    detail[0] = '\0';
    enum err rc = read_key(m, key_file, detail);

    if (rc == ERR_NOMEM || rc == OK)
        return rc;
    if (rc != ERR_NOT_FOUND) { /* damaged, or others know it: not to be trusted any more */
        log_warn("mint", "a new key is made, test people get new ids: %s",
                 *detail ? detail : "the old one was damaged");
        (void)unlink(key_file);
    }
    detail[0] = '\0';
    rc = make_key(m, key_file, detail);
    if (rc != OK && !*detail)
        (void)snprintf(detail, 256, "%s", err_text(rc));
    return rc;
}

void line_mint_close(struct line_mint *m)
{
    mem_wipe(m, sizeof *m);
}
