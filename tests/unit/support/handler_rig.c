#include "unit/support/handler_rig.h"

#include "base/mem.h"
#include "loop/deadline.h"
#include "unit/check.h"

#include <signal.h>

#define BODY_MAX ((size_t)64 * 1024 * 1024)

/* --- the loop and the handler --- */

void handler_rig_open(struct handler_rig *rig, bool fake_clock)
{
    *rig = (struct handler_rig){.live = mem_live()};
    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    clock_fake_init(&rig->clock, 1795894305000u);
    CHECK_EQ(loop_new(fake_clock ? &rig->clock.base : clock_system(), &rig->loop), OK);
}

void handler_rig_advance(struct handler_rig *rig, uint64_t ms)
{
    clock_fake_advance(&rig->clock, ms * 1000);
    deadline_run_due(rig->loop);
}

void handler_rig_wait(struct handler_rig *rig, const int *flag, int count)
{
    while (*flag < count)
        loop_turn(rig->loop, true);
}

static void on_handler_closed(void *owner)
{
    struct handler_rig *rig = owner;

    CHECK(!rig->in_call);
    CHECK(!rig->closed);
    rig->closed = true;
    rig->handler = NULL;
}

void handler_rig_begin_close(struct handler_rig *rig)
{
    rig->in_call = true;
    if (rig->handler)
        handler_close(rig->handler, on_handler_closed, rig);
    rig->in_call = false;
}

void handler_rig_close_handler(struct handler_rig *rig)
{
    handler_rig_begin_close(rig);
    while (rig->handler)
        loop_turn(rig->loop, true);
}

void handler_rig_close(struct handler_rig *rig)
{
    handler_rig_close_handler(rig);
    loop_run(rig->loop);
    loop_free(rig->loop);
    CHECK_EQ(mem_live(), rig->live);
}

/* --- events --- */

static void heard(struct handler_call *c)
{
    CHECK(!c->rig->in_call);
    CHECK_EQ(c->closed, 0);
    c->events++;
    if (c->events != c->close_at)
        return;
    c->rig->in_call = true;
    exchange_close(c->x);
    c->rig->in_call = false;
}

static void write_down(struct handler_call *c, const struct http_head *head)
{
    struct span type = http_head_value(head, "content-type");
    size_t used = 0;

    c->status = head->status;
    (void)snprintf(c->type, sizeof c->type, "%.*s", (int)type.len, type.len ? type.ptr : "");
    for (size_t i = 0; i < head->fields_len && used < sizeof c->head; i++) {
        const struct http_field *f = &head->fields[i];

        used +=
            (size_t)snprintf(c->head + used, sizeof c->head - used, "%.*s: %.*s\n",
                             (int)f->name.len, f->name.ptr, (int)f->value.len, f->value.ptr);
    }
}

static bool is_over(const struct handler_call *c)
{
    return c->complete || c->aborted || (c->close_at && c->events >= c->close_at);
}

static void on_head(void *owner, const struct http_head *head, bool end)
{
    struct handler_call *c = owner;

    CHECK(!is_over(c));
    CHECK_EQ(c->heads, 0);
    if (head->status < 200) {
        CHECK(!end);
        c->interim++;
    } else {
        c->heads++;
        write_down(c, head);
    }
    heard(c);
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct handler_call *c = owner;

    CHECK(!is_over(c));
    CHECK_EQ(c->heads, 1);
    CHECK(len > 0);
    if (len > c->body.cap - c->body.tail)
        mem_fail_at(0); /* the test's own memory is not what is tested */
    CHECK_EQ(bytes_append(&c->body, data, len), OK);
    if (c->hold)
        exchange_pause(c->x);
    c->hold = false;
    heard(c);
}

static void on_complete(void *owner)
{
    struct handler_call *c = owner;

    CHECK(!is_over(c));
    CHECK_EQ(c->heads, 1);
    c->complete++;
    heard(c);
}

static void on_drain(void *owner)
{
    struct handler_call *c = owner;

    CHECK(!c->aborted);
    CHECK_EQ(exchange_queued(c->x), 0);
    c->drained++;
    heard(c);
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    struct handler_call *c = owner;

    CHECK(!is_over(c));
    CHECK(why != OK);
    CHECK(*detail);
    c->aborted++;
    c->why = why;
    (void)snprintf(c->detail, sizeof c->detail, "%s", detail);
    heard(c);
}

static void on_closed(void *owner)
{
    struct handler_call *c = owner;

    CHECK(!c->rig->in_call);
    c->closed++;
    CHECK_EQ(c->closed, 1);
    c->x = NULL;
}

static const struct exchange_events call_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
    .on_drain = on_drain,
    .on_abort = on_abort,
    .on_closed = on_closed,
};

/* --- requests --- */

void handler_call_init(struct handler_call *c, struct handler_rig *rig)
{
    uint8_t *room;

    *c = (struct handler_call){.rig = rig};
    bytes_init(&c->body, BODY_MAX);
    CHECK_EQ(bytes_reserve(&c->body, 256, &room), OK);
}

enum err handler_call_start(struct handler_call *c, const struct handler_request *request)
{
    c->rig->in_call = true;
    enum err rc = handler_request(c->rig->handler, request, &call_events, c, &c->x);
    c->rig->in_call = false;
    return rc;
}

enum err handler_call_body(struct handler_call *c, const void *data, size_t len)
{
    c->rig->in_call = true;
    enum err rc = exchange_send_body(c->x, data, len);
    c->rig->in_call = false;
    return rc;
}

enum err handler_call_end(struct handler_call *c)
{
    c->rig->in_call = true;
    enum err rc = exchange_send_end(c->x);
    c->rig->in_call = false;
    return rc;
}

static enum err send(struct handler_call *c, struct http_head *head, const char *body,
                     bool webhook)
{
    char length[24];
    struct handler_request request = {.head = head, .end = !body, .webhook = webhook};
    int digits = snprintf(length, sizeof length, "%zu", body ? strlen(body) : 0);
    enum err rc = OK;

    head->authority = SPAN("mybot.relay.example.com");
    if (body)
        rc = http_head_add(head, SPAN("content-length"), span_of(length, (size_t)digits));
    if (rc == OK)
        rc = handler_call_start(c, &request);
    if (rc == OK && body)
        rc = handler_call_body(c, body, strlen(body));
    if (rc == OK && body)
        rc = handler_call_end(c);
    return rc;
}

enum err handler_call_send(struct handler_call *c, const char *method, const char *target,
                           const char *body)
{
    struct http_head head;

    http_head_init_request(&head, span_text(method), span_text(target));
    return send(c, &head, body, false);
}

enum err handler_call_webhook(struct handler_call *c, const char *body)
{
    struct http_head head;

    http_head_init_request(&head, SPAN("POST"), SPAN("/webhook"));
    CHECK_EQ(http_head_add(&head, SPAN("x-line-signature"), SPAN("c2lnbmF0dXJl")), OK);
    return send(c, &head, body, true);
}

void handler_call_wait(struct handler_call *c)
{
    while (c->x && !is_over(c))
        loop_turn(c->rig->loop, true);
}

const char *handler_call_text(struct handler_call *c)
{
    CHECK_EQ(bytes_append(&c->body, "", 1), OK);
    c->body.tail--;
    return (const char *)bytes_peek(&c->body);
}

void handler_call_fini(struct handler_call *c)
{
    if (c->x) {
        c->rig->in_call = true;
        exchange_close(c->x);
        c->rig->in_call = false;
        handler_rig_wait(c->rig, &c->closed, 1);
    }
    bytes_fini(&c->body);
}
