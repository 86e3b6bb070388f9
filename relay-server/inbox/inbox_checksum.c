#include "relay-server/inbox/inbox_checksum.h"

#include "base/container.h"

/* Lengths stand in front of what varies, and each kind has its own first word: what
 * differs never gives the same bytes. */
#define WORDS_MAX 8u

struct words {
    uint8_t bytes[WORDS_MAX * 8];
    size_t len;
};

static void add(struct words *w, uint64_t value)
{
    for (unsigned shift = 64; shift > 0; shift -= 8)
        w->bytes[w->len++] = (uint8_t)(value >> (shift - 8));
}

static struct span span_of_words(const struct words *w)
{
    return span_of(w->bytes, w->len);
}

static void hash(const struct span *parts, size_t len, uint8_t *out)
{
    digest_hash_parts(DIGEST_SHA256, parts, len, out);
}

void inbox_checksum_content(struct span head, struct span body,
                            uint8_t out[static INBOX_CHECKSUM_LEN])
{
    struct words w = {.len = 0};

    add(&w, 1);
    add(&w, head.len);
    add(&w, body.len);
    const struct span parts[] = {span_of_words(&w), head, body};
    hash(parts, ARRAY_LEN(parts), out);
}

void inbox_checksum_record(const struct inbox_row *r, uint8_t out[static INBOX_CHECKSUM_LEN])
{
    struct words w = {.len = 0};

    add(&w, 2);
    add(&w, r->seq);
    add(&w, r->received_ms);
    add(&w, r->answered);
    add(&w, r->content_len);
    add(&w, r->tunnel.len);
    add(&w, r->id.len);
    const struct span parts[] = {span_of_words(&w), r->tunnel, r->id, r->content_sum};
    hash(parts, ARRAY_LEN(parts), out);
}

void inbox_checksum_note(uint64_t seq, unsigned attempts, struct span reason,
                         uint8_t out[static INBOX_CHECKSUM_LEN])
{
    struct words w = {.len = 0};

    add(&w, 3);
    add(&w, seq);
    add(&w, attempts);
    add(&w, reason.ptr != NULL);
    add(&w, reason.len);
    const struct span parts[] = {span_of_words(&w), reason};
    hash(parts, ARRAY_LEN(parts), out);
}

void inbox_checksum_tunnel(const struct inbox_tunnel *t, uint8_t out[static INBOX_CHECKSUM_LEN])
{
    struct span name = span_text(t->name), token = span_text(t->token_id);
    struct words w = {.len = 0};

    add(&w, 4);
    add(&w, t->answer);
    add(&w, t->offline);
    add(&w, t->linked_ms);
    add(&w, name.len);
    add(&w, token.len);
    const struct span parts[] = {span_of_words(&w), name, token};
    hash(parts, ARRAY_LEN(parts), out);
}
