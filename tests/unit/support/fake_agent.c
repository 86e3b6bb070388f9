#include "unit/support/fake_agent.h"

#include "unit/check.h"
#include "unit/support/field_text.h"

static void tell(struct fake_call *call, enum fake_agent_event event)
{
    if (call->agent->hook)
        call->agent->hook(call, event);
    else if (event == FAKE_COMPLETE)
        fake_call_finish(call);
    else if (event == FAKE_ABORT)
        exchange_close(call->x);
}

/* --- what the relay says --- */

static void copy(char *out, size_t size, struct span s)
{
    CHECK(s.len < size);
    if (s.len > 0)
        memcpy(out, s.ptr, s.len);
    out[s.len] = '\0';
}

static void on_head(void *owner, const struct http_head *head, bool end)
{
    (void)owner;
    (void)head;
    (void)end;
    CHECK(false); /* a server's exchange begins with its head */
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct fake_call *call = owner;

    call->body = realloc(call->body, call->body_len + len);
    CHECK(call->body != NULL && !call->is_complete);
    memcpy(call->body + call->body_len, data, len);
    call->body_len += len;
    tell(call, FAKE_BODY);
}

static void on_complete(void *owner)
{
    struct fake_call *call = owner;

    call->is_complete = true;
    tell(call, FAKE_COMPLETE);
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    struct fake_call *call = owner;

    (void)detail;
    call->is_aborted = true;
    call->why = why;
    tell(call, FAKE_ABORT);
}

static void on_exchange_closed(void *owner)
{
    struct fake_call *call = owner;

    call->x = NULL;
    tell(call, FAKE_CLOSED);
}

static const struct exchange_events exchange_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
    .on_abort = on_abort,
    .on_closed = on_exchange_closed,
};

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct fake_agent *a = owner;
    struct fake_call *call = calloc(1, sizeof *call);

    (void)end;
    CHECK(call && a->calls_len < FAKE_AGENT_CALLS);
    a->calls[a->calls_len++] = call;
    call->agent = a;
    call->x = x;
    copy(call->method, sizeof call->method, head->method);
    copy(call->authority, sizeof call->authority, head->authority);
    copy(call->target, sizeof call->target, head->target);
    field_text_format(call->fields, sizeof call->fields, head);
    exchange_own(x, &exchange_events, call);
    tell(call, FAKE_HEAD);
}

static void on_goaway(void *owner, bool taken_over)
{
    struct fake_agent *a = owner;

    a->goaways++;
    a->takeovers += taken_over;
}

static void on_lost(void *owner, enum err why, const char *detail)
{
    struct fake_agent *a = owner;

    (void)detail;
    a->losts++;
    a->why = why;
    link_session_close(a->session);
}

static void on_closed(void *owner)
{
    struct fake_agent *a = owner;

    a->session = NULL;
}

static const struct link_session_events session_events = {
    .on_request = on_request,
    .on_goaway = on_goaway,
    .on_lost = on_lost,
    .on_closed = on_closed,
};

/* --- what it says --- */

bool fake_call_send_head(struct fake_call *call, unsigned status, bool end)
{
    struct http_head head;

    http_head_init_response(&head, status);
    return call->x && exchange_send_head(call->x, &head, end) == OK;
}

bool fake_call_store(struct fake_call *call)
{
    call->is_stored = fake_call_send_head(call, LINK_STATUS_STORED, false) || call->is_stored;
    return call->is_stored;
}

bool fake_call_answer(struct fake_call *call, unsigned status, const char *body)
{
    size_t len = strlen(body);

    call->is_answered = fake_call_send_head(call, status, len == 0) &&
                        (len == 0 || (exchange_send_body(call->x, body, len) == OK &&
                                      exchange_send_end(call->x) == OK));
    return call->is_answered;
}

void fake_call_finish(struct fake_call *call)
{
    struct fake_agent *a = call->agent;

    if (a->stores && !fake_call_store(call)) {
        exchange_close(call->x);
        return;
    }
    if (a->status == 0)
        return;
    (void)fake_call_answer(call, a->status, "ok");
    exchange_close(call->x);
}

/* --- looking --- */

const char *fake_call_field(const struct fake_call *call, const char *name)
{
    return field_text_value(call->fields, name);
}

size_t fake_call_count(const struct fake_call *call, const char *name)
{
    return field_text_count(call->fields, name);
}

/* --- life --- */

void fake_agent_init(struct fake_agent *a)
{
    *a = (struct fake_agent){.stores = true, .status = 200};
}

bool fake_agent_sit(struct fake_agent *a, struct loop *l, struct stream *s, struct span early)
{
    if (link_session_open(l, s, LINK_AGENT, &session_events, a, &a->session) != OK) {
        stream_let_go(s);
        return false;
    }
    if (early.len > 0)
        CHECK_EQ(link_session_feed_early(a->session, (const uint8_t *)early.ptr, early.len),
                 OK);
    return true;
}

void fake_agent_close(struct fake_agent *a)
{
    if (a->session)
        link_session_close(a->session);
    for (size_t i = 0; i < a->calls_len; i++)
        if (a->calls[i]->x)
            exchange_close(a->calls[i]->x);
}

bool fake_agent_is_closed(const struct fake_agent *a)
{
    return !a->session;
}

void fake_agent_fini(struct fake_agent *a)
{
    CHECK(fake_agent_is_closed(a));
    for (size_t i = 0; i < a->calls_len; i++) {
        CHECK(!a->calls[i]->x);
        free(a->calls[i]->body);
        free(a->calls[i]);
    }
    fake_agent_init(a);
}
