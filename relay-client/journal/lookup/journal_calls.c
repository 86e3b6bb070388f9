#include "relay-client/journal/lookup/journal_calls.h"

#include "codec/http/http_head_text.h"
#include "relay-client/journal/journal_reader_impl.h"

/* The order of ROW and of WHOLE behind it. */
enum column {
    COLUMN_ID,
    COLUMN_AT_MS,
    COLUMN_TOOK_US,
    COLUMN_MODE,
    COLUMN_TIE,
    COLUMN_EXCHANGE,
    COLUMN_EVENT,
    COLUMN_PLACE,
    COLUMN_STATUS,
    COLUMN_SENDING,
    COLUMN_OPERATION,
    COLUMN_METHOD,
    COLUMN_TARGET,
    COLUMN_HOST,
    COLUMN_REQUEST_ID,
    COLUMN_PROBLEM,
    COLUMN_EXPLANATION,
    COLUMN_USER_AGENT,
    COLUMN_SAID_TYPE,
    COLUMN_SAID_TEXT,
    COLUMN_SAID_LEN,
    COLUMN_REQUEST_HEAD,
    COLUMN_REQUEST_BODY,
    COLUMN_REQUEST_TRUNCATED,
    COLUMN_ANSWER_HEAD,
    COLUMN_ANSWER_BODY,
    COLUMN_ANSWER_TRUNCATED,
};

#define ROW                                                                                    \
    "SELECT c.id, c.at_ms, c.took_us, c.mode, c.tie, c.exchange, c.event, c.place, c.status,"  \
    " c.sending, c.operation, c.method, c.target, c.host, c.request_id, c.problem,"            \
    " c.explanation, c.user_agent, c.said_type, c.said_text, c.said_len"
#define WHOLE                                                                                  \
    ROW ", b.request_head, b.request_body, b.request_truncated, b.answer_head, b.answer_body," \
        " b.answer_truncated"
#define BODIES   " JOIN call_body b ON b.call = c.id"
#define IS_THERE " c.exchange NOT IN (SELECT exchange FROM deletion)"

static void read_row(const struct statement *s, struct journal_call_row *out)
{
    uint64_t mode = statement_u64(s, COLUMN_MODE), tie = statement_u64(s, COLUMN_TIE);

    *out = (struct journal_call_row){
        .id = statement_u64(s, COLUMN_ID),
        .at_ms = statement_u64(s, COLUMN_AT_MS),
        .took_us = statement_u64(s, COLUMN_TOOK_US),
        .mode =
            mode <= JOURNAL_CALL_FAILED ? (enum journal_call_mode)mode : JOURNAL_CALL_FAILED,
        .tie = tie <= JOURNAL_CALL_BY_TIME ? (enum journal_call_tie)tie : JOURNAL_CALL_UNTIED,
        .exchange = statement_u64(s, COLUMN_EXCHANGE),
        .event = statement_u64(s, COLUMN_EVENT),
        .place = statement_u64(s, COLUMN_PLACE),
        .status = (unsigned)statement_u64(s, COLUMN_STATUS),
        .is_sending = statement_u64(s, COLUMN_SENDING) != 0,
        .operation = statement_span(s, COLUMN_OPERATION),
        .method = statement_span(s, COLUMN_METHOD),
        .target = statement_span(s, COLUMN_TARGET),
        .host = statement_span(s, COLUMN_HOST),
        .request_id = statement_span(s, COLUMN_REQUEST_ID),
        .problem = statement_span(s, COLUMN_PROBLEM),
        .explanation = statement_span(s, COLUMN_EXPLANATION),
        .user_agent = statement_span(s, COLUMN_USER_AGENT),
        .said_type = statement_span(s, COLUMN_SAID_TYPE),
        .said_text = statement_span(s, COLUMN_SAID_TEXT),
        .said_len = statement_u64(s, COLUMN_SAID_LEN),
    };
}

static enum err read_whole(const struct statement *s, struct journal_call_whole *out)
{
    enum err rc = http_head_text_parse(statement_span(s, COLUMN_REQUEST_HEAD), &out->request);

    read_row(s, &out->row);
    out->answer = (struct http_head){0};
    if (!rc && !statement_is_null(s, COLUMN_ANSWER_HEAD))
        rc = http_head_text_parse(statement_span(s, COLUMN_ANSWER_HEAD), &out->answer);
    out->request_body = statement_span(s, COLUMN_REQUEST_BODY);
    out->answer_body = statement_span(s, COLUMN_ANSWER_BODY);
    out->request_truncated = statement_u64(s, COLUMN_REQUEST_TRUNCATED) != 0;
    out->answer_truncated = statement_u64(s, COLUMN_ANSWER_TRUNCATED) != 0;
    return rc;
}

/* ---- statements with numbers as parameters ---- */

static enum err begin(struct statement *s, struct journal_reader *r, const char *sql,
                      uint64_t first, uint64_t second)
{
    enum err rc = statement_init(s, r->db, sql);

    if (rc)
        return rc;
    statement_bind_u64(s, 1, first <= INT64_MAX ? first : INT64_MAX);
    statement_bind_u64(s, 2, second <= INT64_MAX ? second : INT64_MAX);
    return OK;
}

struct each {
    bool (*whole)(void *owner, const struct journal_call_whole *call);
    bool (*row)(void *owner, const struct journal_call_row *row); /* one of the two */
    void *owner;
};

static enum err tell_one(const struct statement *s, const struct each *each, bool *goes_on)
{
    struct journal_call_whole call;

    if (each->row) {
        read_row(s, &call.row);
        *goes_on = each->row(each->owner, &call.row);
        return OK;
    }
    enum err rc = read_whole(s, &call);
    if (!rc)
        *goes_on = each->whole(each->owner, &call);
    return rc;
}

/* Ends the statement. */
static enum err tell(struct statement *s, enum err rc, const struct each *each)
{
    bool goes_on = true, has_row = true;

    while (!rc && goes_on) {
        rc = statement_step(s, &has_row);
        if (rc || !has_row)
            break;
        rc = tell_one(s, each, &goes_on);
    }
    statement_fini(s);
    return rc;
}

enum err journal_calls_of(struct journal_reader *r, uint64_t exchange, size_t max,
                          bool (*each)(void *owner, const struct journal_call_whole *call),
                          void *owner)
{
    const struct each to = {.whole = each, .owner = owner};
    struct statement s = {0};
    enum err rc = begin(&s, r,
                        WHOLE " FROM call c" BODIES " WHERE c.exchange = ?1 AND c.exchange <> 0"
                              "  AND" IS_THERE " ORDER BY c.id LIMIT ?2",
                        exchange, max);

    return tell(&s, rc, &to);
}

enum err journal_calls_rows(struct journal_reader *r, uint64_t exchange, size_t max,
                            bool (*each)(void *owner, const struct journal_call_row *row),
                            void *owner)
{
    const struct each to = {.row = each, .owner = owner};
    struct statement s = {0};
    enum err rc = begin(&s, r,
                        ROW " FROM call c WHERE c.exchange = ?1 AND c.exchange <> 0"
                            "  AND" IS_THERE " ORDER BY c.id LIMIT ?2",
                        exchange, max);

    return tell(&s, rc, &to);
}

enum err journal_calls_since(struct journal_reader *r, uint64_t after, size_t max,
                             bool (*each)(void *owner, const struct journal_call_whole *call),
                             void *owner)
{
    const struct each to = {.whole = each, .owner = owner};
    struct statement s = {0};
    enum err rc = begin(&s, r,
                        WHOLE " FROM call c" BODIES " WHERE c.id > ?1 AND" IS_THERE
                              " ORDER BY c.id LIMIT ?2",
                        after, max);

    return tell(&s, rc, &to);
}

enum err journal_calls_log(struct journal_reader *r, uint64_t after, size_t max,
                           bool (*each)(void *owner, const struct journal_call_row *row),
                           void *owner)
{
    const struct each to = {.row = each, .owner = owner};
    struct statement s = {0};
    enum err rc =
        begin(&s, r, ROW " FROM call c WHERE c.id > ?1 AND" IS_THERE " ORDER BY c.id LIMIT ?2",
              after, max);

    return tell(&s, rc, &to);
}

/* Both chats are gone through in the order of their index, from its end. */
enum err journal_calls_in_chat(struct journal_reader *r, const struct journal_calls_page *page,
                               bool (*each)(void *owner, const struct journal_call_whole *call),
                               void *owner)
{
    static const char sql[] =
        WHOLE " FROM (SELECT place, call FROM call_chat WHERE chat = ?4 AND place < ?3"
              "   AND call < ?1"
              "  UNION ALL SELECT place, call FROM call_chat WHERE chat = '*' AND ?4 <> '*'"
              "   AND place < ?3 AND call < ?1 ORDER BY place DESC, call DESC) h"
              " CROSS JOIN call c ON c.id = h.call" BODIES " WHERE" IS_THERE
              " ORDER BY h.place DESC, h.call DESC LIMIT ?2";
    const struct each to = {.whole = each, .owner = owner};
    struct statement s = {0};
    enum err rc = begin(&s, r, sql, page->before > 0 ? page->before : INT64_MAX, page->max);

    if (!rc) {
        statement_bind_u64(&s, 3, page->below > 0 ? page->below : INT64_MAX);
        statement_bind_text(&s, 4, page->chat);
    }
    return tell(&s, rc, &to);
}

/* ---- one ---- */

struct one {
    void (*take)(void *owner, const struct journal_call_whole *call);
    void *owner;
    bool is_there;
};

static bool take_one(void *owner, const struct journal_call_whole *call)
{
    struct one *one = owner;

    one->is_there = true;
    one->take(one->owner, call);
    return false;
}

enum err journal_calls_get(struct journal_reader *r, uint64_t id,
                           void (*take)(void *owner, const struct journal_call_whole *call),
                           void *owner)
{
    struct one one = {.take = take, .owner = owner};
    const struct each to = {.whole = take_one, .owner = &one};
    struct statement s = {0};
    enum err rc = begin(
        &s, r, WHOLE " FROM call c" BODIES " WHERE c.id = ?1 AND" IS_THERE " LIMIT ?2", id, 1);

    rc = tell(&s, rc, &to);
    return rc || one.is_there ? rc : ERR_NOT_FOUND;
}

enum err journal_calls_chats(struct journal_reader *r, uint64_t id, size_t max,
                             bool (*each)(void *owner, struct span chat), void *owner)
{
    struct statement s = {0};
    bool has_row = true, goes_on = true;
    enum err rc = begin(&s, r, "SELECT chat FROM call_chat WHERE call = ?1 LIMIT ?2", id, max);

    while (!rc && goes_on) {
        rc = statement_step(&s, &has_row);
        if (rc || !has_row)
            break;
        goes_on = each(owner, statement_span(&s, 0));
    }
    statement_fini(&s);
    return rc;
}

/* ---- people ---- */

static enum journal_person_source source_of(uint64_t stored)
{
    return stored <= JOURNAL_PERSON_USER ? (enum journal_person_source)stored
                                         : JOURNAL_PERSON_MADE_UP;
}

enum err journal_calls_person(struct journal_reader *r, struct span id,
                              void (*take)(void *owner, const struct journal_person *person),
                              void *owner)
{
    struct statement s = {0};
    bool has_row = false;
    enum err rc = statement_init(&s, r->db,
                                 "SELECT id || char(0), type || char(0), name || char(0),"
                                 "  language || char(0), picture_url || char(0), source, test"
                                 "  FROM person WHERE id = ?");

    if (!rc) {
        statement_bind_text(&s, 1, id);
        rc = statement_step(&s, &has_row);
    }
    if (!rc && has_row) {
        const struct journal_person person = {.id = statement_span(&s, 0).ptr,
                                              .type = statement_span(&s, 1).ptr,
                                              .name = statement_span(&s, 2).ptr,
                                              .language = statement_span(&s, 3).ptr,
                                              .picture_url = statement_span(&s, 4).ptr,
                                              .source = source_of(statement_u64(&s, 5)),
                                              .is_test = statement_u64(&s, 6) != 0};

        take(owner, &person);
    }
    statement_fini(&s);
    return rc;
}
