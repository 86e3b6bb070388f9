#include "unit/support/exchange_log.h"

#include "unit/check.h"

#define TEXT_MAX ((size_t)4 << 20)
#define BODY_MAX ((size_t)1 << 20)

static void tell_hook(struct exchange_log *log, enum exchange_event event)
{
    if (log->hook)
        log->hook(log, event);
}

static void put(struct exchange_log *log, struct span s)
{
    CHECK_EQ(bytes_append_span(&log->text, s), OK);
}

static bool is_over(const struct exchange_log *log)
{
    return log->aborts > 0 || log->closeds > 0;
}

static void on_head(void *owner, const struct http_head *head, bool end)
{
    struct exchange_log *log = owner;

    CHECK(!is_over(log) && log->heads == 0 && log->completes == 0);
    log->status = head->status;
    if (head->status < 200)
        log->interims++;
    else
        log->heads++;
    CHECK_EQ(bytes_printf(&log->text, "%u", head->status), OK);
    for (size_t i = 0; i < head->fields_len; i++) {
        put(log, SPAN(" "));
        put(log, head->fields[i].name);
        put(log, SPAN("="));
        put(log, head->fields[i].value);
    }
    put(log, end ? SPAN(" end\n") : SPAN("\n"));
    tell_hook(log, EXCHANGE_HEAD);
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct exchange_log *log = owner;

    CHECK(!is_over(log) && log->completes == 0 && len > 0);
    if (log->body_len + len <= BODY_MAX)
        put(log, span_of(data, len));
    log->body_len += len;
    tell_hook(log, EXCHANGE_BODY);
}

static void on_complete(void *owner)
{
    struct exchange_log *log = owner;

    CHECK(!is_over(log));
    CHECK_EQ(++log->completes, 1);
    tell_hook(log, EXCHANGE_COMPLETE);
}

static void on_drain(void *owner)
{
    struct exchange_log *log = owner;

    CHECK(!is_over(log));
    log->drains++;
    tell_hook(log, EXCHANGE_DRAIN);
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    struct exchange_log *log = owner;

    CHECK(why != OK && log->closeds == 0);
    CHECK_EQ(++log->aborts, 1);
    log->why = why;
    (void)snprintf(log->detail, sizeof log->detail, "%s", detail);
    tell_hook(log, EXCHANGE_ABORT);
}

static void on_closed(void *owner)
{
    struct exchange_log *log = owner;

    CHECK_EQ(++log->closeds, 1);
    log->x = NULL;
    tell_hook(log, EXCHANGE_CLOSED);
}

const struct exchange_events exchange_log_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
    .on_drain = on_drain,
    .on_abort = on_abort,
    .on_closed = on_closed,
};

void exchange_log_init(struct exchange_log *log)
{
    *log = (struct exchange_log){0};
    bytes_init(&log->text, TEXT_MAX);
}

void exchange_log_own(struct exchange_log *log, struct exchange *x)
{
    log->x = x;
    exchange_own(x, &exchange_log_events, log);
}

void exchange_log_fini(struct exchange_log *log)
{
    CHECK(!log->x);
    bytes_fini(&log->text);
}

void exchange_log_check(struct exchange_log *log, const char *want)
{
    CHECK_EQ(bytes_append(&log->text, "", 1), OK);
    CHECK_STR((const char *)bytes_peek(&log->text), want);
    bytes_clear(&log->text);
}

enum err exchange_log_send_head(struct exchange_log *log, unsigned status, const char *name,
                                const char *value, bool end)
{
    struct http_head head;

    http_head_init_response(&head, status);
    if (name)
        CHECK_EQ(http_head_add(&head, span_text(name), span_text(value)), OK);
    return exchange_send_head(log->x, &head, end);
}

void exchange_log_answer(struct exchange_log *log, unsigned status, const char *body)
{
    char length[24];

    (void)snprintf(length, sizeof length, "%zu", strlen(body));
    CHECK_EQ(exchange_log_send_head(log, status, "Content-Length", length, false), OK);
    CHECK_EQ(exchange_send_body(log->x, body, strlen(body)), OK);
    CHECK_EQ(exchange_send_end(log->x), OK);
}
