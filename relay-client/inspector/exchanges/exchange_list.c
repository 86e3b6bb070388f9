#include "relay-client/inspector/exchanges/exchange_list.h"

#include "base/clock.h"
#include "relay-client/inspector/exchanges/exchange_gap_json.h"
#include "relay-client/inspector/exchanges/exchange_json_member.h"
#include "relay-client/inspector/exchanges/exchange_request.h"
#include "relay-client/inspector/exchanges/exchange_row_json.h"
#include "relay-client/journal/lookup/journal_related.h"
#include "relay-client/journal/query/journal_query.h"

#define LIMIT_MAX     500u
#define LIMIT_DEFAULT 200u

struct list {
    struct inspector_reading *r;
    struct json_writer w;
    struct journal_page page;
    bool has_total;
    uint64_t total;
    uint64_t len, last_id, oldest_ms, newest_ms; /* of the rows, by their order */
};

/* ---- what is asked for ---- */

static enum err put_filter_error(const struct journal_query_error *error, struct bytes *out)
{
    struct json_writer w;
    struct bytes json;

    bytes_init(&json, 512);
    json_writer_init(&w, &json);
    json_writer_object(&w);
    json_writer_member_u64(&w, "offset", error->offset);
    json_writer_member_u64(&w, "length", error->length);
    json_writer_member_text(&w, "code", error->code);
    json_writer_member_text(&w, "hint", error->hint);
    json_writer_object_end(&w);
    enum err rc = json_writer_end(&w);
    if (!rc)
        rc = bytes_append_text(out, ",\"error\":");
    if (!rc)
        rc = bytes_append_span(out, bytes_span(&json));
    bytes_fini(&json);
    return rc;
}

enum err exchange_list_query(struct inspector_reading *r, struct journal_query **out)
{
    const char *q = inspector_param(r->params, "q");
    struct journal_query_error error = {0};
    enum err rc =
        journal_query_parse(span_text(q ? q : ""), clock_wall_ms(r->facts->clock), out, &error);

    if (rc != ERR_SYNTAX)
        return rc;
    rc = put_filter_error(&error, &r->reply->problem_members);
    if (rc)
        return rc;
    inspector_reply_problem(r->reply, 400, "bad_filter",
                            "The filter cannot be understood at character %zu: %s.",
                            error.offset + 1, error.code);
    return ERR_SYNTAX;
}

static bool read_params(struct list *l)
{
    struct inspector_reading *r = l->r;
    const char *total = inspector_param(r->params, "total");
    uint64_t limit = LIMIT_DEFAULT;

    if (!exchange_request_number(r, "before", false, &l->page.before) ||
        !exchange_request_number(r, "after", false, &l->page.after) ||
        !exchange_request_limit(r, LIMIT_MAX, &limit))
        return false;
    l->page.limit = limit;
    l->has_total = !total || strcmp(total, "true") == 0;
    if (total && !l->has_total && strcmp(total, "false") != 0) {
        inspector_reply_problem(r->reply, 400, "bad_request",
                                "The parameter total must be true or false.");
        return false;
    }
    if (inspector_param(r->params, "before") && inspector_param(r->params, "after")) {
        inspector_reply_problem(r->reply, 400, "bad_request",
                                "The parameters before and after exclude each other.");
        return false;
    }
    return true;
}

/* ---- rows ---- */

static bool take_row(void *owner, const struct journal_row *row)
{
    struct list *l = owner;
    uint64_t received_ms = exchange_row_json_received_ms(row);

    exchange_row_json(&l->w, row);
    if (l->len++ == 0)
        l->newest_ms = l->oldest_ms = received_ms;
    l->oldest_ms = received_ms < l->oldest_ms ? received_ms : l->oldest_ms;
    l->newest_ms = received_ms > l->newest_ms ? received_ms : l->newest_ms;
    l->last_id = row->id;
    return !l->w.failed;
}

static enum err items_member(struct list *l)
{
    /* What `before` names has nothing older than its id, even if that is 0. */
    bool is_empty = inspector_param(l->r->params, "before") && l->page.before == 0;

    struct journal_page page = l->page;
    enum err rc;

    if (is_empty)
        page.limit = 0;
    json_writer_key(&l->w, "items");
    json_writer_array(&l->w);
    rc = l->has_total ? journal_query_page(l->r->reader, &page, take_row, l, &l->total)
                      : journal_query_list(l->r->reader, &page, take_row, l);
    json_writer_array_end(&l->w);
    return rc;
}

/* A page that is full may go on, unless all there are were told of. */
static bool has_more(const struct list *l)
{
    bool is_all =
        l->has_total && l->page.before == 0 && l->page.after == 0 && l->total <= l->len;

    return l->len == l->page.limit && !is_all;
}

/* ---- gaps ---- */

static bool take_gap(void *owner, const struct journal_gap *gap)
{
    struct list *l = owner;

    exchange_gap_json(&l->w, gap);
    return !l->w.failed;
}

/* When the exchange was received that the page begins behind; `otherwise` if it has gone. */
static enum err find_border(struct list *l, uint64_t id, uint64_t otherwise, uint64_t *out)
{
    enum err rc = id > 0 ? journal_related_received(l->r->reader, id, out) : ERR_NOT_FOUND;

    if (rc == ERR_NOT_FOUND)
        *out = otherwise;
    return rc == ERR_NOT_FOUND ? OK : rc;
}

/* Every gap lies on one page: that of the exchanges which came before and after it. */
static enum err marks_member(struct list *l)
{
    uint64_t until_ms = UINT64_MAX, after_ms = 0;
    enum err rc = OK;

    if (l->page.after > 0) {
        rc = find_border(l, l->page.after, 0, &after_ms);
        until_ms = has_more(l) ? l->newest_ms : UINT64_MAX;
    } else {
        rc = find_border(l, l->page.before, UINT64_MAX, &until_ms);
        after_ms = has_more(l) ? l->oldest_ms : 0;
    }
    json_writer_key(&l->w, "marks");
    json_writer_array(&l->w);
    if (!rc)
        rc = journal_gaps_list(l->r->reader, after_ms, until_ms, take_gap, l);
    json_writer_array_end(&l->w);
    return rc;
}

/* ---- the page ---- */

static enum err write_page(struct list *l)
{
    json_writer_object(&l->w);
    enum err rc = items_member(l);
    if (!rc)
        rc = marks_member(l);
    exchange_json_member_id(&l->w, "next", has_more(l) ? l->last_id : 0);
    json_writer_key(&l->w, "total");
    if (l->has_total)
        json_writer_u64(&l->w, l->total);
    else
        json_writer_null(&l->w);
    json_writer_object_end(&l->w);
    return rc;
}

enum err exchange_list_read(struct inspector_reading *r)
{
    struct list l = {.r = r};
    struct journal_query *query = NULL;

    if (!read_params(&l))
        return OK;
    enum err rc = exchange_list_query(r, &query);
    if (rc)
        return rc == ERR_SYNTAX ? OK : rc;
    l.page.query = query;
    exchange_request_begin(r, &l.w);
    rc = exchange_request_end(&l.w, write_page(&l));
    journal_query_free(query);
    return rc;
}
