#include "relay-client/journal/lookup/journal_chats.h"

#include "base/container.h"
#include "relay-client/journal/journal_reader_impl.h"
#include "relay-client/journal/journal_schema_table.h"

_Static_assert(JOURNAL_CHATS_STRIDE == JOURNAL_EVENTS_STRIDE, "an id has two meanings");

/* What does not count.  It is little beside all the rest: a hundred thousand events are gone
 * through in the index of their chats alone, and these are looked at afterwards. */
#define GONE "gone AS MATERIALIZED (SELECT exchange AS id FROM deletion)"
#define HIDDEN                                                                                 \
    "hidden AS MATERIALIZED (SELECT c.id FROM gone g CROSS JOIN call c"                        \
    "   ON c.exchange = g.id AND c.exchange <> 0)"

/* `pos` puts events and calls in one order: a call comes behind the exchange of its place. */
static const char list_sql[] =
    "WITH " GONE ", " HIDDEN ", lost AS MATERIALIZED (SELECT e.source_id AS chat, count(*) AS n"
    "   FROM gone g CROSS JOIN event e ON e.id BETWEEN g.id * 128 AND g.id * 128 + 127"
    "   GROUP BY e.source_id),"
    " chat AS MATERIALIZED (SELECT source_id AS chat, count(*) AS n, max(id) AS last FROM event"
    "   WHERE source_id <> '' GROUP BY source_id),"
    " heard AS MATERIALIZED (SELECT c.chat, c.n - coalesce(l.n, 0) AS n,"
    "   CASE WHEN c.last / 128 NOT IN (SELECT id FROM gone) THEN c.last"
    "   ELSE (SELECT e.id FROM event e WHERE e.source_id = c.chat"
    "     AND e.id / 128 NOT IN (SELECT id FROM gone) ORDER BY e.id DESC LIMIT 1) END AS last"
    "   FROM chat c LEFT JOIN lost l ON l.chat = c.chat),"
    " said AS MATERIALIZED (SELECT chat, count(*) AS n, max(call) AS last, max(place) AS place"
    "   FROM call_chat WHERE chat <> '*' AND sending <> 0"
    "   AND call NOT IN (SELECT id FROM hidden)"
    "   GROUP BY chat),"
    " found AS (SELECT chat, n, last AS event, 0 AS call, last * 2 AS pos FROM heard"
    "   WHERE last IS NOT NULL"
    "  UNION ALL SELECT chat, n, 0, last, place * 256 + 255 FROM said"
    "  UNION ALL SELECT id, 0, 0, 0, place * 256 + 255 FROM person WHERE test <> 0),"
    " one AS MATERIALIZED (SELECT chat, sum(n) AS n, max(event) AS event, max(call) AS call,"
    "   max(pos) AS pos FROM found GROUP BY chat ORDER BY pos DESC LIMIT ?1)"
    " SELECT o.chat, o.n, c.id IS NOT NULL AND c.place * 256 + 255 >= o.pos,"
    "   e.source_type, e.type, e.message_type, e.text,"
    "   iif(e.timestamp_ms > 0 AND x.replay_of = 0, e.timestamp_ms, x.received_ms),"
    "   c.said_type, c.said_text, c.at_ms,"
    "   p.type, p.name, p.source, p.language, p.picture_url, p.test, p.at_ms"
    " FROM one o LEFT JOIN event e ON e.id = o.event LEFT JOIN exchange x ON x.id = e.id / 128"
    "   LEFT JOIN call c ON c.id = max(o.call, (SELECT coalesce(max(call), 0) FROM call_chat"
    "     WHERE chat = '*' AND sending <> 0 AND call NOT IN (SELECT id FROM hidden)))"
    "   LEFT JOIN person p ON p.id = o.chat"
    " ORDER BY o.pos DESC, o.chat";

enum column {
    COLUMN_CHAT,
    COLUMN_COUNT,
    COLUMN_IS_OUT,
    COLUMN_SOURCE_TYPE,
    COLUMN_EVENT_TYPE,
    COLUMN_MESSAGE_TYPE,
    COLUMN_TEXT,
    COLUMN_EVENT_MS,
    COLUMN_SAID_TYPE,
    COLUMN_SAID_TEXT,
    COLUMN_SAID_MS,
    COLUMN_PERSON_TYPE,
    COLUMN_NAME,
    COLUMN_SOURCE,
    COLUMN_LANGUAGE,
    COLUMN_PICTURE_URL,
    COLUMN_TEST,
    COLUMN_PERSON_MS,
};

static const char events_sql[] =
    "WITH " GONE " SELECT e.id, e.duplicate_of, e.message_id <> '' AND e.type <> 'unsend'"
    "   AND EXISTS (SELECT 1 FROM event u WHERE u.message_id = e.message_id"
    "     AND u.message_id <> '' AND u.type = 'unsend'),"
    "   EXISTS (SELECT 1 FROM summary s WHERE s.exchange = e.id / 128 AND s.verdict IN (2, 3)),"
    "   x.simulated, x.replay_of <> 0,"
    "   x.replay_of <> 0 AND EXISTS (SELECT 1 FROM event f"
    "     WHERE f.id = x.replay_of * 128 + e.id % 128 AND (f.type <> e.type"
    "      OR f.message_type <> e.message_type OR f.text <> e.text"
    "      OR f.source_id <> e.source_id))"
    " FROM event e CROSS JOIN exchange x ON x.id = e.id / 128"
    " WHERE e.source_id = ?1 AND e.source_id <> '' AND e.id < ?2"
    "   AND e.id / 128 NOT IN (SELECT id FROM gone) ORDER BY e.id DESC LIMIT ?3";

/* Ids of LINE say it. */
static struct span type_of(struct span id)
{
    static const struct {
        char letter;
        const char *type;
    } all[] = {{'C', "group"}, {'R', "room"}};

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (id.len > 0 && id.ptr[0] == all[i].letter)
            return span_text(all[i].type);
    return SPAN("user");
}

static void read_last(const struct statement *s, struct journal_chat *out)
{
    out->is_out = statement_u64(s, COLUMN_IS_OUT) != 0;
    if (out->is_out) {
        out->event_type = SPAN("message");
        out->message_type = statement_span(s, COLUMN_SAID_TYPE);
        out->text = statement_span(s, COLUMN_SAID_TEXT);
        out->at_ms = statement_u64(s, COLUMN_SAID_MS);
    } else {
        bool has_event = !statement_is_null(s, COLUMN_EVENT_TYPE);

        out->event_type = statement_span(s, COLUMN_EVENT_TYPE);
        out->message_type = statement_span(s, COLUMN_MESSAGE_TYPE);
        out->text = statement_span(s, COLUMN_TEXT);
        out->at_ms = statement_u64(s, has_event ? COLUMN_EVENT_MS : COLUMN_PERSON_MS);
    }
}

static void read_chat(const struct statement *s, struct journal_chat *out)
{
    uint64_t source = statement_u64(s, COLUMN_SOURCE);

    *out = (struct journal_chat){
        .id = statement_span(s, COLUMN_CHAT),
        .type = statement_span(s, COLUMN_SOURCE_TYPE),
        .count = statement_u64(s, COLUMN_COUNT),
        .name = statement_span(s, COLUMN_NAME),
        .language = statement_span(s, COLUMN_LANGUAGE),
        .picture_url = statement_span(s, COLUMN_PICTURE_URL),
        .name_from = source <= JOURNAL_PERSON_USER ? (enum journal_person_source)source
                                                   : JOURNAL_PERSON_MADE_UP,
        .is_test = statement_u64(s, COLUMN_TEST) != 0,
    };
    if (out->type.len == 0)
        out->type = statement_span(s, COLUMN_PERSON_TYPE);
    if (out->type.len == 0)
        out->type = type_of(out->id);
    read_last(s, out);
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
                                       .is_unverified = statement_u64(s, 3) != 0,
                                       .is_simulated = statement_u64(s, 4) != 0,
                                       .is_replayed = statement_u64(s, 5) != 0,
                                       .is_edited = statement_u64(s, 6) != 0};
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
