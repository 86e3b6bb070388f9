#include "relay-server/inbox/sqlite/inbox_torn.h"

#include "base/mem.h"
#include "relay-server/inbox/inbox_checksum.h"
#include "relay-server/inbox/sqlite/inbox_pages.h"

#include <inttypes.h>
#include <string.h>

struct salvage {
    struct inbox_pages pages;
    struct inbox_sqlite_write *write; /* borrowed */
    struct statement wanted;          /* what is known of a record that lacks its content */
    struct inbox_salvage_events events;
    enum err rc;       /* the first failure of what is written to */
    uint64_t contents; /* found and whole */
};

static void look_at(void *owner, const uint8_t *page, bool is_first)
{
    struct salvage *s = owner;

    if (!s->rc)
        inbox_salvage_page(page, is_first, &s->events);
}

/* ---- records ---- */

/* ERR_CONFLICT: it is known already. */
static void on_record(void *owner, const struct inbox_row *row)
{
    struct salvage *s = owner;

    if (s->rc)
        return;
    s->rc = inbox_sqlite_write_record(s->write, row);
    if (s->rc == ERR_CONFLICT)
        s->rc = OK;
}

static void skip_content(void *owner, const struct inbox_salvage_content *c)
{
    (void)owner;
    (void)c;
}

/* ---- contents ---- */

static void skip_record(void *owner, const struct inbox_row *row)
{
    (void)owner;
    (void)row;
}

/* Follows it through the pages that it fills; false: they end early. */
static bool gather(const struct salvage *s, const struct inbox_salvage_content *c, char *out)
{
    uint64_t len = c->head_len + c->body_len, at = c->local.len;
    uint8_t page[INBOX_SALVAGE_PAGE];
    uint32_t next = c->next_page;

    if (at > 0)
        memcpy(out, c->local.ptr, at);
    while (at < len) {
        struct span bytes;

        if (!inbox_pages_read(&s->pages, next, page))
            return false;
        next = inbox_salvage_next(page, &bytes);
        size_t part = len - at < bytes.len ? (size_t)(len - at) : bytes.len;
        memcpy(out + at, bytes.ptr, part);
        at += part;
    }
    return true;
}

static enum err keep_content(struct salvage *s, const struct inbox_salvage_content *c,
                             struct span content_sum)
{
    char *bytes = mem_alloc((size_t)(c->head_len + c->body_len) + 1);
    struct inbox_row row = {.seq = c->seq};
    uint8_t sum[INBOX_CHECKSUM_LEN];
    enum err rc = OK;

    if (!bytes)
        return ERR_NOMEM;
    row.head = span_of(bytes, (size_t)c->head_len);
    row.body = span_of(bytes + c->head_len, (size_t)c->body_len);
    bool is_whole = gather(s, c, bytes);
    inbox_checksum_content(row.head, row.body, sum);
    if (is_whole && span_is(content_sum, span_of(sum, sizeof(sum)))) {
        rc = inbox_sqlite_write_content(s->write, &row);
        s->contents += rc == OK;
    }
    mem_free(bytes);
    return rc;
}

static void on_content(void *owner, const struct inbox_salvage_content *c)
{
    struct salvage *s = owner;
    uint8_t sum[INBOX_CHECKSUM_LEN];
    bool has_row = false;

    if (s->rc)
        return;
    statement_bind_u64(&s->wanted, 1, c->seq);
    statement_bind_u64(&s->wanted, 2, c->head_len + c->body_len);
    s->rc = statement_step(&s->wanted, &has_row);
    bool is_wanted = has_row && statement_span(&s->wanted, 0).len == sizeof(sum);
    if (is_wanted)
        memcpy(sum, statement_span(&s->wanted, 0).ptr, sizeof(sum));
    statement_reset(&s->wanted);
    if (is_wanted)
        s->rc = keep_content(s, c, span_of(sum, sizeof(sum)));
}

/* ---- what lacks its content ---- */

static void tell_lost(struct inbox_sqlite_check *check, const struct statement *s)
{
    struct span tunnel = statement_span(s, 1), id = statement_span(s, 2);

    inbox_sqlite_check_note(
        check, "delivery %" PRIu64 " (%.*s, tunnel %.*s): its content is lost",
        statement_u64(s, 0), (int)id.len, id.ptr, (int)tunnel.len, tunnel.ptr);
}

static enum err drop_lost(struct database *to, struct inbox_sqlite_check *check)
{
    struct statement s;
    bool has_row = true;
    enum err rc = statement_init(&s, to,
                                 "SELECT seq, tunnel, id FROM record"
                                 "  WHERE seq NOT IN (SELECT seq FROM content) ORDER BY seq");

    while (!rc && has_row) {
        rc = statement_step(&s, &has_row);
        if (!rc && has_row)
            tell_lost(check, &s);
    }
    statement_fini(&s);
    return rc ? rc
              : database_exec(to, "DELETE FROM record"
                                  "  WHERE seq NOT IN (SELECT seq FROM content)");
}

enum err inbox_torn_salvage(struct database *to, struct inbox_sqlite_write *w, const char *path,
                            struct inbox_sqlite_check *check, uint64_t *salvaged)
{
    struct salvage s = {.write = w, .events = {on_record, skip_content, &s}};
    enum err rc = inbox_pages_init(&s.pages, path);

    if (!rc)
        rc = statement_init(&s.wanted, to,
                            "SELECT content_sum FROM record WHERE seq = ?1"
                            "  AND content_len = ?2"
                            "  AND NOT EXISTS (SELECT 1 FROM content WHERE seq = ?1)");
    if (!rc) {
        inbox_pages_each(&s.pages, look_at, &s);
        s.events = (struct inbox_salvage_events){skip_record, on_content, &s};
        inbox_pages_each(&s.pages, look_at, &s);
        rc = s.rc;
    }
    statement_fini(&s.wanted);
    inbox_pages_fini(&s.pages);
    *salvaged = s.contents;
    return rc ? rc : drop_lost(to, check);
}
