#include "unit/support/load_ask.h"

#include "base/container.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define PATIENCE_MS 15000u

static void note_failure(const struct load_ask *a, enum err why, const char *detail)
{
    struct load_counts *c = a->counts;

    if (c->failed++ < LOAD_FAILURES_MAX)
        (void)snprintf(c->failures[c->failed - 1], sizeof c->failures[0],
                       "%s %s n=%" PRIu64 " after %" PRIu64 " ms: %u %s %s %s", a->kind,
                       a->is_webhook ? "webhook" : "GET", a->number,
                       loop_now_ms(a->counts->loop) - a->began_ms, a->status, err_text(why),
                       detail, a->words);
}

void load_ask_end(struct load_ask *a, enum err why, const char *detail)
{
    struct load_counts *c = a->counts;
    uint64_t took = loop_now_ms(a->counts->loop) - a->began_ms;
    bool is_good = why == OK && a->status == 200;

    deadline_clear(a->counts->loop, &a->deadline);
    exchange_let_go(a->exchange);
    a->exchange = NULL;
    c->slowest_ms = took > c->slowest_ms ? took : c->slowest_ms;
    if (!is_good)
        note_failure(a, why, detail);
    if (is_good && a->is_webhook && c->webhooks_len < LOAD_WEBHOOKS_MAX)
        c->webhooks[c->webhooks_len++] = a->number;
    a->done(a, is_good);
}

static void on_late(struct deadline *d)
{
    load_ask_end(CONTAINER_OF(d, struct load_ask, deadline), ERR_TIMEOUT, "");
}

static void on_head(void *owner, const struct http_head *head, bool end)
{
    struct load_ask *a = owner;

    (void)end;
    a->status = head->status;
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct load_ask *a = owner;
    size_t used = strlen(a->words), room = sizeof a->words - 1 - used;

    memcpy(a->words + used, data, len < room ? len : room);
}

static void on_complete(void *owner)
{
    load_ask_end(owner, OK, "");
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    load_ask_end(owner, why, detail);
}

static void on_nothing(void *owner)
{
    (void)owner;
}

static const struct exchange_events exchange_events = {on_head,    on_body,  on_complete,
                                                       on_nothing, on_abort, on_nothing};

void load_ask_begin(struct load_ask *a, const char *kind)
{
    a->number = ++a->counts->asked;
    a->is_webhook = a->number % 2 == 0;
    a->kind = kind;
    a->status = 0;
    memset(a->words, 0, sizeof a->words);
    a->began_ms = loop_now_ms(a->counts->loop);
    if (deadline_set(a->counts->loop, &a->deadline, PATIENCE_MS, on_late) != OK)
        abort();
}

static enum err format(struct load_ask *a, struct http_head *head)
{
    http_head_init_request(head, a->is_webhook ? SPAN("POST") : SPAN("GET"),
                           a->is_webhook ? SPAN("/mybot/callback") : SPAN("/mybot/page"));
    head->scheme = SPAN("https");
    head->authority = span_text(a->counts->host);
    if (!a->is_webhook)
        return OK;
    (void)snprintf(a->body, sizeof a->body, "{\"events\":[],\"n\":%" PRIu64 "}", a->number);
    (void)snprintf(a->length, sizeof a->length, "%zu", strlen(a->body));
    enum err rc = http_head_add(head, SPAN("content-length"), span_text(a->length));
    return rc ? rc : http_head_add(head, SPAN("x-line-signature"), SPAN("c2lnbmF0dXJl"));
}

void load_ask_send(struct load_ask *a, struct h1_client_conn *h1, struct h2_conn *h2)
{
    struct http_head head;
    bool end = !a->is_webhook;
    enum err rc = format(a, &head);

    if (rc == OK && h2)
        rc = h2_conn_request(h2, &head, end, &exchange_events, a, &a->exchange);
    else if (rc == OK)
        rc = h1_client_conn_request(h1, &head, end, &exchange_events, a, &a->exchange);
    if (rc == OK && !end)
        rc = exchange_send_body(a->exchange, a->body, strlen(a->body));
    if (rc == OK && !end)
        rc = exchange_send_end(a->exchange);
    if (rc != OK)
        load_ask_end(a, rc, "it cannot be sent");
}

void load_ask_report(const struct load_counts *c, struct json_writer *w)
{
    json_writer_member_u64(w, "asked", c->asked);
    json_writer_member_u64(w, "failed", c->failed);
    json_writer_member_u64(w, "slowest_ms", c->slowest_ms);
    json_writer_key(w, "failures");
    json_writer_array(w);
    for (size_t i = 0; i < c->failed && i < LOAD_FAILURES_MAX; i++)
        json_writer_text(w, c->failures[i]);
    json_writer_array_end(w);
    json_writer_key(w, "webhooks");
    json_writer_array(w);
    for (size_t i = 0; i < c->webhooks_len; i++)
        json_writer_u64(w, c->webhooks[i]);
    json_writer_array_end(w);
}
