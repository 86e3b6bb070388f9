/* A page of a damaged inbox file, four kilobytes or what there is of them: whatever is found
 * lies inside it, and records are never made up. */
#include "unit/check.h"

#include "relay-server/inbox/inbox_checksum.h"
#include "relay-server/inbox/sqlite/inbox_salvage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *page;

static void check_inside(struct span part)
{
    const char *begin = (const char *)page;

    CHECK(part.len == 0 ||
          (part.ptr >= begin && part.ptr + part.len <= begin + INBOX_SALVAGE_PAGE));
}

static void on_record(void *owner, const struct inbox_row *row)
{
    uint8_t sum[INBOX_CHECKSUM_LEN];
    bool has_sum = false;

    check_inside(row->tunnel);
    check_inside(row->id);
    check_inside(row->content_sum);
    CHECK_EQ(row->id.len, ULID_LEN);
    CHECK_EQ(row->content_sum.len, INBOX_CHECKSUM_LEN);
    inbox_checksum_record(row, sum);
    for (size_t at = 0; at + sizeof(sum) <= INBOX_SALVAGE_PAGE; at++)
        has_sum |= memcmp(page + at, sum, sizeof(sum)) == 0;
    CHECK(has_sum);
    ++*(unsigned *)owner;
}

static void on_content(void *owner, const struct inbox_salvage_content *c)
{
    check_inside(c->local);
    CHECK(c->local.len <= c->head_len + c->body_len);
    CHECK(c->next_page || c->local.len == c->head_len + c->body_len || c->local.len < 4096);
    CHECK(c->seq > 0);
    ++*(unsigned *)owner;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t room[INBOX_SALVAGE_PAGE];
    unsigned found = 0;
    const struct inbox_salvage_events events = {on_record, on_content, &found};
    struct span rest;

    if (size > sizeof(room))
        return 0;
    memset(room, 0, sizeof(room));
    memcpy(room, data, size);
    uint8_t *exact = malloc(sizeof(room)); /* so that the sanitizer sees the border */
    CHECK(exact);
    memcpy(exact, room, sizeof(room));
    page = exact;
    inbox_salvage_page(exact, false, &events);
    inbox_salvage_page(exact, true, &events);
    CHECK(found <= 2 * INBOX_SALVAGE_PAGE / 2);
    (void)inbox_salvage_next(exact, &rest);
    check_inside(rest);
    free(exact);
    return 0;
}
