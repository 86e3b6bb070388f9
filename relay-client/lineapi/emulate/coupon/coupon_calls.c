#include "relay-client/lineapi/emulate/coupon/coupon_calls.h"

#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"
#include "relay-client/lineapi/emulate/coupon/coupon_check.h"
#include "relay-client/lineapi/emulate/emulator.h"
#include "relay-client/lineapi/emulate/emulator_rooms.h"

#include <stdio.h>

#define LIMIT_DEFAULT 20u
#define LIMIT_MAX     100u

enum status { RUNNING = 1, CLOSED = 2 };

static struct coupon_store *store_of(const struct emulated_call *c)
{
    return emulator_rooms_of(c->emulator)->coupons;
}

static void done(struct emulated_call *c, enum err rc)
{
    if (rc != OK)
        emulated_call_refuse(c, 500, "%s", err_text(rc));
}

static void refuse(struct emulated_call *c, unsigned status, const char *property,
                   const char *message)
{
    struct lineapi_problems problems = {.len = 0};

    lineapi_problems_add(&problems, NULL, property, "%s", message);
    emulated_call_refuse_problems(c, &problems);
    c->status = status;
}

/* --- one --- */

void coupon_calls_create(struct emulated_call *c)
{
    const struct emulator_options *o = emulator_options_of(c->emulator);
    struct lineapi_problems problems = {.len = 0};
    char id[LINE_MINT_SIZE];
    struct json_writer w;

    coupon_check(c->root, &problems);
    if (problems.total > 0) {
        emulated_call_refuse_problems(c, &problems);
        return;
    }
    if (c->body.len > COUPON_JSON_MAX) { /* texts of LINE's limits never are so long */
        emulated_call_refuse(c, 413, "The request body is larger than 2 MB");
        return;
    }
    line_mint_make(o->mint, LINE_MINT_COUPON, c->now_ms, id);
    struct span json = span_slice(c->body, json_scan_space_end(c->body, 0), c->body.len);
    enum err rc = coupon_store_add(store_of(c), id, json, c->now_ms);
    if (rc == ERR_LIMIT) {
        refuse(c, 400, "", "You have too many coupons created.");
        return;
    }
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_text(&w, "couponId", id);
    json_writer_object_end(&w);
    enum err written = json_writer_end(&w);
    done(c, rc == OK ? written : rc);
}

static struct coupon *find(struct emulated_call *c)
{
    struct coupon *found = coupon_store_find(store_of(c), c->params[0]);

    if (!found)
        refuse(c, 404, "", "coupon not found");
    return found;
}

void coupon_calls_close(struct emulated_call *c)
{
    struct coupon *found = find(c);

    if (found && found->is_closed)
        refuse(c, 410, "", "The coupon has already been closed.");
    else if (found)
        coupon_store_close(store_of(c), found);
}

static const char *status_text(const struct coupon *coupon)
{
    return coupon->is_closed ? "CLOSED" : "RUNNING";
}

void coupon_calls_get(struct emulated_call *c)
{
    static const char *const members[] = {
        "acquisitionCondition", "barcodeImageUrl", "couponCode",
        "endTimestamp",         "imageUrl",        "maxUseCountPerTicket",
        "startTimestamp",       "timezone",        "title",
        "usageCondition",       "visibility",      "reward"};
    const struct coupon *found = find(c);
    struct json_writer w;

    if (!found)
        return;
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_text(&w, "couponId", found->id);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        struct span value = json_text_member(bytes_span(&found->json), members[i]);
        if (value.len == 0 || span_is(value, SPAN("null")))
            continue;
        json_writer_key(&w, members[i]);
        json_writer_raw(&w, value);
    }
    json_writer_member_u64(&w, "createdTimestamp", found->created_ms / 1000);
    json_writer_member_u64(&w, "maxTicketPerUser", 1);
    json_writer_member_text(&w, "status", status_text(found));
    json_writer_object_end(&w);
    done(c, json_writer_end(&w));
}

/* --- all --- */

struct list_query {
    unsigned statuses; /* enum status, all by default */
    uint64_t limit;
    uint64_t before; /* numbers less than this */
};

static bool take_status(struct span name, unsigned *statuses)
{
    if (span_is(name, SPAN("RUNNING")))
        *statuses |= RUNNING;
    else if (span_is(name, SPAN("CLOSED")))
        *statuses |= CLOSED;
    else
        return span_is(name, SPAN("DRAFT")); /* those of the web page: there are none */
    return true;
}

/* Several, by "status=RUNNING&status=CLOSED" or with commas. */
static bool read_statuses(const struct emulated_call *c, struct list_query *out)
{
    struct span rest = c->query;
    bool is_right = true, is_given = false;

    while (rest.len > 0 && is_right) {
        struct span pair = span_slice(rest, 0, span_find(rest, '&'));
        rest = span_slice(rest, pair.len + 1, rest.len);
        if (!span_starts(pair, SPAN("status=")))
            continue;
        pair = span_slice(pair, 7, pair.len);
        is_given = true;
        do {
            struct span name = span_slice(pair, 0, span_find(pair, ','));
            is_right = take_status(name, &out->statuses);
            pair = span_slice(pair, name.len + 1, pair.len);
        } while (pair.len > 0 && is_right);
    }
    if (!is_given)
        out->statuses = RUNNING | CLOSED;
    return is_right;
}

static bool read_query(struct emulated_call *c, struct list_query *out)
{
    char text[32];

    *out = (struct list_query){.limit = LIMIT_DEFAULT, .before = UINT64_MAX};
    if (!read_statuses(c, out)) {
        refuse(c, 400, "status", "Must be one of the following values: [DRAFT,RUNNING,CLOSED]");
        return false;
    }
    if (emulated_call_query(c, "limit", text, sizeof text) &&
        (!span_parse_u64(span_text(text), &out->limit) || out->limit < 1 ||
         out->limit > LIMIT_MAX)) {
        bool is_small = strcmp(text, "0") == 0 || text[0] == '-';
        refuse(c, 400, "limit",
               is_small ? "Must be greater than or equal to 1"
                        : "Must be less than or equal to 100");
        return false;
    }
    if (emulated_call_query(c, "start", text, sizeof text) &&
        !span_parse_u64(span_text(text), &out->before)) {
        emulated_call_refuse(c, 400, "Invalid start param");
        return false;
    }
    return true;
}

static void write_item(struct json_writer *w, const struct coupon *coupon)
{
    json_writer_object(w);
    json_writer_member_text(w, "couponId", coupon->id);
    json_writer_key(w, "title");
    json_writer_raw(w, json_text_member(bytes_span(&coupon->json), "title"));
    json_writer_object_end(w);
}

/* The next that is asked for behind `coupon`. */
static struct coupon *next(struct emulated_call *c, const struct list_query *q,
                           struct coupon *coupon)
{
    while ((coupon = coupon_store_next(store_of(c), coupon))) {
        unsigned status = coupon->is_closed ? CLOSED : RUNNING;
        if (coupon->number < q->before && (status & q->statuses) != 0)
            break;
    }
    return coupon;
}

void coupon_calls_list(struct emulated_call *c)
{
    struct list_query q;
    struct coupon *coupon = NULL;
    struct json_writer w;
    char start[32];
    uint64_t last = 0;

    if (!read_query(c, &q))
        return;
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_key(&w, "items");
    json_writer_array(&w);
    for (; q.limit > 0 && (coupon = next(c, &q, coupon)); q.limit--) {
        write_item(&w, coupon);
        last = coupon->number;
    }
    json_writer_array_end(&w);
    if (coupon && next(c, &q, coupon)) {
        snprintf(start, sizeof start, "%llu", (unsigned long long)last);
        json_writer_member_text(&w, "next", start);
    }
    json_writer_object_end(&w);
    done(c, json_writer_end(&w));
}
