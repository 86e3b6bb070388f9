#include "relay-client/journal/lookup/journal_chats.h"

#include "relay-client/journal/journal_reader_impl.h"
#include "relay-client/journal/journal_schema_table.h"

/* What does not count.  It is little beside all the rest: a hundred thousand events are gone
 * through in the index of their chats alone, and these are looked at afterwards. */
#define GONE                                                                                   \
    "gone AS MATERIALIZED (SELECT exchange AS id FROM deletion"                                \
    "   UNION SELECT id FROM exchange WHERE replay_of <> 0)"

static const char list_sql[] =
    "WITH " GONE ", lost AS MATERIALIZED (SELECT e.source_id AS chat, count(*) AS n"
    "   FROM gone g CROSS JOIN event e ON e.id BETWEEN g.id * 128 AND g.id * 128 + 127"
    "   GROUP BY e.source_id),"
    " chat AS MATERIALIZED (SELECT source_id AS chat, count(*) AS n, max(id) AS last FROM event"
    "   WHERE source_id <> '' GROUP BY source_id),"
    " latest AS MATERIALIZED (SELECT c.n - coalesce(l.n, 0) AS n,"
    "   CASE WHEN c.last / 128 NOT IN (SELECT id FROM gone) THEN c.last"
    "   ELSE (SELECT e.id FROM event e WHERE e.source_id = c.chat"
    "     AND e.id / 128 NOT IN (SELECT id FROM gone) ORDER BY e.id DESC LIMIT 1) END AS last"
    "   FROM chat c LEFT JOIN lost l ON l.chat = c.chat)"
    " SELECT e.source_id, e.source_type, c.n, e.type, e.message_type, e.text,"
    "   CASE WHEN e.timestamp_ms > 0 THEN e.timestamp_ms ELSE x.received_ms END"
    " FROM (SELECT n, last FROM latest WHERE last IS NOT NULL ORDER BY last DESC LIMIT ?) c"
    " CROSS JOIN event e ON e.id = c.last CROSS JOIN exchange x ON x.id = e.id / 128"
    " ORDER BY c.last DESC";

static const char events_sql[] =
    "WITH " GONE " SELECT id, duplicate_of, message_id <> '' AND type <> 'unsend'"
    "   AND EXISTS (SELECT 1 FROM event u WHERE u.message_id = e.message_id"
    "     AND u.message_id <> '' AND u.type = 'unsend'),"
    "   EXISTS (SELECT 1 FROM summary s WHERE s.exchange = e.id / 128 AND s.verdict IN (2, 3))"
    " FROM event e WHERE source_id = ?1 AND source_id <> '' AND id < ?2"
    "   AND id / 128 NOT IN (SELECT id FROM gone) ORDER BY id DESC LIMIT ?3";

static void read_chat(const struct statement *s, struct journal_chat *out)
{
    *out = (struct journal_chat){.id = statement_span(s, 0),
                                 .type = statement_span(s, 1),
                                 .events_len = statement_u64(s, 2),
                                 .event_type = statement_span(s, 3),
                                 .message_type = statement_span(s, 4),
                                 .text = statement_span(s, 5),
                                 .at_ms = statement_u64(s, 6)};
}

enum err journal_chats_list(struct journal_reader *r, size_t max,
                            bool (*each)(void *owner, const struct journal_chat *chat),
                            void *owner)
{
    struct statement s;
    struct journal_chat chat;
    bool has_row = true;
    enum err rc = statement_init(&s, r->db, list_sql);

    if (!rc)
        statement_bind_u64(&s, 1, max);
    while (!rc && has_row) {
        rc = statement_step(&s, &has_row);
        if (rc || !has_row)
            break;
        read_chat(&s, &chat);
        has_row = each(owner, &chat);
    }
    statement_fini(&s);
    return rc;
}

static void read_event(const struct statement *s, struct journal_chat_event *out)
{
    uint64_t id = statement_u64(s, 0);

    *out = (struct journal_chat_event){.id = id,
                                       .exchange = id / JOURNAL_EVENTS_STRIDE,
                                       .index = id % JOURNAL_EVENTS_STRIDE,
                                       .duplicate_of = statement_u64(s, 1),
                                       .is_withdrawn = statement_u64(s, 2) != 0,
                                       .is_unverified = statement_u64(s, 3) != 0};
}

enum err journal_chats_events(struct journal_reader *r, const struct journal_chat_page *page,
                              bool (*each)(void *owner, const struct journal_chat_event *event),
                              void *owner)
{
    struct statement s;
    struct journal_chat_event event;
    bool has_row = true;
    enum err rc = statement_init(&s, r->db, events_sql);

    if (!rc) {
        statement_bind_text(&s, 1, page->chat);
        statement_bind_u64(&s, 2, page->before > 0 ? page->before : INT64_MAX);
        statement_bind_u64(&s, 3, page->max);
    }
    while (!rc && has_row) {
        rc = statement_step(&s, &has_row);
        if (rc || !has_row)
            break;
        read_event(&s, &event);
        has_row = each(owner, &event);
    }
    statement_fini(&s);
    return rc;
}
