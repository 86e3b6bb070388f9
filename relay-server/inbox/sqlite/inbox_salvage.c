#include "relay-server/inbox/sqlite/inbox_salvage.h"

#include "relay-server/inbox/inbox_checksum.h"
#include "relay-server/inbox/sqlite/inbox_schema_table.h"

#define LEAF         0x0du /* a leaf of a table */
#define HEADER_LEN   8u    /* of a leaf */
#define FILE_HEADER  100u
#define PAYLOAD_MAX  (128u * 1024 * 1024)
#define COLUMNS_MAX  8u
#define NULL_TYPE    0u
#define TEXT_TYPE(n) (13u + 2u * (n))
#define BLOB_TYPE(n) (12u + 2u * (n))

/* What is read, and how far; a read behind the end fails and sticks. */
struct reader {
    struct span rest;
    bool has_failed;
};

static uint8_t take_byte(struct reader *r)
{
    if (r->rest.len == 0) {
        r->has_failed = true;
        return 0;
    }
    uint8_t byte = (uint8_t)r->rest.ptr[0];
    r->rest = span_slice(r->rest, 1, r->rest.len);
    return byte;
}

/* Nine bytes at most, the last of which has eight bits. */
static uint64_t take_varint(struct reader *r)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < 8; i++) {
        uint8_t byte = take_byte(r);

        value = value << 7 | (byte & 0x7fu);
        if (!(byte & 0x80u))
            return value;
    }
    return value << 8 | take_byte(r);
}

static struct span take(struct reader *r, uint64_t len)
{
    if (len > r->rest.len) {
        r->has_failed = true;
        return (struct span){0};
    }
    struct span taken = span_slice(r->rest, 0, (size_t)len);
    r->rest = span_slice(r->rest, (size_t)len, r->rest.len);
    return taken;
}

static uint32_t big_endian(const uint8_t *at, unsigned len)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < len; i++)
        value = value << 8 | at[i];
    return value;
}

/* ---- cells ---- */

struct cell {
    uint64_t seq, payload_len;
    uint64_t types[COLUMNS_MAX];
    size_t columns;
    struct span values;  /* as far as they are in this page */
    uint64_t values_len; /* in whole */
    uint32_t next_page;
};

static uint64_t value_len(uint64_t type)
{
    static const uint8_t small[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};

    return type < sizeof(small) ? small[type] : (type - 12) / 2;
}

/* How much of a payload stays in a leaf. */
static uint64_t local_len(uint64_t payload_len)
{
    const uint64_t usable = INBOX_SALVAGE_PAGE, max = usable - 35;
    const uint64_t min = (usable - 12) * 32 / 255 - 23;

    if (payload_len <= max)
        return payload_len;
    uint64_t wanted = min + (payload_len - min) % (usable - 4);
    return wanted <= max ? wanted : min;
}

static bool take_types(struct reader *payload, struct cell *c)
{
    struct reader header = *payload;
    uint64_t header_len = take_varint(&header);
    size_t own = payload->rest.len - header.rest.len;

    if (header.has_failed || header_len < own || header_len > payload->rest.len)
        return false;
    header.rest = span_slice(header.rest, 0, (size_t)header_len - own);
    while (header.rest.len > 0 && c->columns < COLUMNS_MAX) {
        uint64_t type = take_varint(&header);

        if (type > BLOB_TYPE((uint64_t)PAYLOAD_MAX))
            return false;
        c->types[c->columns++] = type;
        c->values_len += value_len(type);
    }
    (void)take(payload, header_len);
    return header.rest.len == 0 && !header.has_failed &&
           c->values_len + header_len == c->payload_len;
}

static bool take_cell(struct span bytes, struct cell *c)
{
    struct reader r = {.rest = bytes};

    *c = (struct cell){.payload_len = take_varint(&r)};
    c->seq = take_varint(&r);
    if (r.has_failed || c->payload_len > PAYLOAD_MAX || c->seq == 0 || c->seq > INBOX_SEQ_MAX)
        return false;
    struct reader payload = {.rest = take(&r, local_len(c->payload_len))};
    if (r.has_failed || !take_types(&payload, c))
        return false;
    if (c->payload_len > local_len(c->payload_len)) {
        struct span next = take(&r, 4);

        if (r.has_failed)
            return false;
        c->next_page = big_endian((const uint8_t *)next.ptr, 4);
    }
    c->values = payload.rest;
    return true;
}

/* ---- what a cell holds ---- */

static bool is_integer(uint64_t type)
{
    return (type >= 1 && type <= 6) || type == 8 || type == 9;
}

static bool is_record(const struct cell *c)
{
    const uint64_t *t = c->types;

    return c->columns == 8 && t[0] == NULL_TYPE && t[1] % 2 == 1 && t[1] >= TEXT_TYPE(0) &&
           t[1] <= TEXT_TYPE(LINK_TUNNEL_MAX) && t[2] == TEXT_TYPE(ULID_LEN) &&
           is_integer(t[3]) && is_integer(t[4]) && is_integer(t[5]) &&
           t[6] == BLOB_TYPE(INBOX_CHECKSUM_LEN) && t[7] == BLOB_TYPE(INBOX_CHECKSUM_LEN) &&
           c->values.len == c->values_len;
}

/* Ours are not negative; what is fits no checksum. */
static uint64_t integer(struct reader *r, uint64_t type)
{
    if (type == 8 || type == 9)
        return type - 8;
    uint64_t value = 0;
    for (uint64_t len = value_len(type); len > 0; len--)
        value = value << 8 | take_byte(r);
    return value;
}

static void give_record(const struct cell *c, const struct inbox_salvage_events *events)
{
    struct reader r = {.rest = c->values};
    uint8_t sum[INBOX_CHECKSUM_LEN];
    struct inbox_row row = {.seq = c->seq};

    row.tunnel = take(&r, value_len(c->types[1]));
    row.id = take(&r, value_len(c->types[2]));
    row.received_ms = integer(&r, c->types[3]);
    row.answered = (unsigned)integer(&r, c->types[4]);
    row.content_len = integer(&r, c->types[5]);
    row.content_sum = take(&r, INBOX_CHECKSUM_LEN);
    struct span stored = take(&r, INBOX_CHECKSUM_LEN);
    inbox_checksum_record(&row, sum);
    if (span_is(stored, span_of(sum, sizeof(sum))))
        events->record(events->owner, &row);
}

static bool is_blob(uint64_t type)
{
    return type >= BLOB_TYPE(0) && type % 2 == 0;
}

static bool is_content(const struct cell *c)
{
    return c->columns == 3 && c->types[0] == NULL_TYPE && is_blob(c->types[1]) &&
           is_blob(c->types[2]);
}

/* False: neither of ours. */
static bool give(const struct cell *c, const struct inbox_salvage_events *events)
{
    if (is_record(c)) {
        give_record(c, events);
        return true;
    }
    if (is_content(c)) {
        const struct inbox_salvage_content content = {.seq = c->seq,
                                                      .head_len = value_len(c->types[1]),
                                                      .body_len = value_len(c->types[2]),
                                                      .local = c->values,
                                                      .next_page = c->next_page};
        events->content(events->owner, &content);
        return true;
    }
    return false;
}

/* ---- pages ---- */

static bool is_leaf(uint8_t mark)
{
    unsigned flipped = mark ^ LEAF;

    return (flipped & (flipped - 1u)) == 0; /* in one bit at most */
}

/* The number of cells is not asked: the list of them ends where the first one begins.
 * Behind its end it may name some twice, or some that were removed. */
void inbox_salvage_page(const uint8_t page[static INBOX_SALVAGE_PAGE], bool is_first,
                        const struct inbox_salvage_events *events)
{
    size_t begin = is_first ? FILE_HEADER : 0;
    size_t end = INBOX_SALVAGE_PAGE;

    if (!is_leaf(page[begin]))
        return;
    for (size_t at = begin + HEADER_LEN; at + 2 <= end; at += 2) {
        size_t place = big_endian(page + at, 2);
        struct cell c;

        if (place <= at || place >= INBOX_SALVAGE_PAGE ||
            !take_cell(span_of(page + place, INBOX_SALVAGE_PAGE - place), &c))
            continue;
        if (give(&c, events) && place < end)
            end = place;
    }
}

uint32_t inbox_salvage_next(const uint8_t page[static INBOX_SALVAGE_PAGE], struct span *bytes)
{
    *bytes = span_of(page + 4, INBOX_SALVAGE_PAGE - 4);
    return big_endian(page, 4);
}
