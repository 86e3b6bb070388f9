#include "relay-client/journal/journal_entry.h"

#include "base/mem.h"
#include "codec/http/http_head_text.h"
#include "relay-client/journal/calls/call_redact.h"

#include <string.h>

/* Not zeroed as a whole: bodies are large. */
static struct journal_entry *new_entry(enum journal_entry_kind kind, size_t copies)
{
    struct journal_entry *e = mem_grow(NULL, sizeof(*e) + copies);

    if (!e)
        return NULL;
    memset(e, 0, sizeof(*e));
    e->kind = kind;
    e->size = sizeof(*e) + copies;
    return e;
}

void journal_entry_free(struct journal_entry *e)
{
    if (!e)
        return;
    journal_report_fini(&e->report);
    journal_changes_fini(&e->changes);
    journal_entry_free(e->import);
    mem_free(e);
}

/* ---- copying: `at` is where the next copy goes ---- */

static size_t text_size(const char *text)
{
    return (text ? strlen(text) : 0) + 1;
}

/* NULL becomes "". */
static const char *copy_text(char **at, const char *text)
{
    size_t size = text_size(text);
    char *copy = *at;

    memcpy(copy, text ? text : "", size);
    *at += size;
    return copy;
}

static struct span copy_span(char **at, struct span s)
{
    char *copy = *at;

    if (s.len > 0)
        memcpy(copy, s.ptr, s.len);
    *at += s.len;
    return span_of(copy, s.len);
}

static struct span copy_head(char **at, const struct http_head *h)
{
    char *copy = *at;
    size_t size = http_head_text_size(h);

    http_head_text_format(h, copy);
    *at += size;
    return span_of(copy, size);
}

static size_t request_size(const struct journal_request *r)
{
    return text_size(r->delivery) + text_size(r->tunnel) + text_size(r->peer) +
           r->head->method.len + r->head->target.len + http_head_text_size(r->head) +
           http_head_value(r->head, "content-type").len + r->body.len;
}

enum err journal_entry_new_request(const struct journal_request *request,
                                   struct journal_entry **out)
{
    if (request->body.len > JOURNAL_BODY_MAX)
        return ERR_LIMIT;
    struct journal_entry *e = new_entry(JOURNAL_ENTRY_REQUEST, request_size(request));
    if (!e)
        return ERR_NOMEM;
    char *at = e->copies;
    e->request = *request;
    e->request.delivery = copy_text(&at, request->delivery);
    e->request.tunnel = copy_text(&at, request->tunnel);
    e->request.peer = copy_text(&at, request->peer);
    e->request.head = NULL;
    e->head = copy_head(&at, request->head);
    e->method = copy_span(&at, request->head->method);
    e->target = copy_span(&at, request->head->target);
    e->content_type = copy_span(&at, http_head_value(request->head, "content-type"));
    e->request.body = copy_span(&at, request->body);
    *out = e;
    return OK;
}

static size_t answer_size(const struct journal_answer *a)
{
    return text_size(a->provider) + text_size(a->secret_label) + text_size(a->explanation) +
           text_size(a->cause) + text_size(a->handler) + text_size(a->error) + a->body.len +
           (a->head ? http_head_text_size(a->head) : 0);
}

enum err journal_entry_new_answer(const struct journal_answer *answer,
                                  struct journal_entry **out)
{
    if (answer->body.len > JOURNAL_BODY_MAX)
        return ERR_LIMIT;
    struct journal_entry *e = new_entry(JOURNAL_ENTRY_ANSWER, answer_size(answer));
    if (!e)
        return ERR_NOMEM;
    char *at = e->copies;
    e->answer = *answer;
    e->answer.provider = copy_text(&at, answer->provider);
    e->answer.secret_label = copy_text(&at, answer->secret_label);
    e->answer.explanation = copy_text(&at, answer->explanation);
    e->answer.cause = copy_text(&at, answer->cause);
    e->answer.handler = copy_text(&at, answer->handler);
    e->answer.error = copy_text(&at, answer->error);
    e->answer.head = NULL;
    if (answer->head)
        e->head = copy_head(&at, answer->head);
    e->answer.body = copy_span(&at, answer->body);
    *out = e;
    return OK;
}

enum err journal_entry_new_task(struct journal_task *task, struct journal_entry **out)
{
    struct journal_entry *e = new_entry(JOURNAL_ENTRY_TASK, 0);

    if (!e)
        return ERR_NOMEM;
    e->task = task;
    *out = e;
    return OK;
}

/* ---- calls and people ---- */

static size_t chats_size(const struct journal_call *call)
{
    size_t size = 0;

    for (size_t i = 0; i < call->chats_len; i++)
        size += text_size(call->chats[i]);
    return size;
}

static size_t call_size(const struct journal_call *call, const struct call_redact *r)
{
    return text_size(call->operation) + text_size(call->host) + text_size(call->request_id) +
           text_size(call->problem) + text_size(call->explanation) + chats_size(call) +
           r->request.method.len + r->request.target.len +
           http_head_value(&r->request, "user-agent").len + http_head_text_size(&r->request) +
           (call->answer ? http_head_text_size(&r->answer) : 0) + r->request_body.len +
           r->answer_body.len;
}

static struct span copy_chats(char **at, const struct journal_call *call)
{
    char *copy = *at;

    for (size_t i = 0; i < call->chats_len; i++)
        (void)copy_text(at, call->chats[i]);
    return span_of(copy, (size_t)(*at - copy));
}

static void copy_call(struct journal_entry *e, const struct journal_call *call,
                      const struct call_redact *r)
{
    char *at = e->copies;

    e->call = *call;
    e->call.operation = copy_text(&at, call->operation);
    e->call.host = copy_text(&at, call->host);
    e->call.request_id = copy_text(&at, call->request_id);
    e->call.problem = copy_text(&at, call->problem);
    e->call.explanation = copy_text(&at, call->explanation);
    e->call.chats = NULL;
    e->chats = copy_chats(&at, call);
    e->method = copy_span(&at, r->request.method);
    e->target = copy_span(&at, r->request.target);
    e->user_agent = copy_span(&at, http_head_value(&r->request, "user-agent"));
    e->head = copy_head(&at, &r->request);
    if (call->answer) {
        e->answer_head = copy_head(&at, &r->answer);
        e->answer_status = r->answer.status;
    }
    e->call.request = e->call.answer = NULL;
    e->call.request_body = copy_span(&at, r->request_body);
    e->call.answer_body = copy_span(&at, r->answer_body);
    e->call.request_truncated |= r->is_request_cut;
    e->call.answer_truncated |= r->is_answer_cut;
}

enum err journal_entry_new_call(const struct journal_call *call, struct journal_entry **out)
{
    struct call_redact r;

    if (call->chats_len > JOURNAL_CALL_CHATS_MAX)
        return ERR_LIMIT;
    enum err rc = call_redact_init(&r, call);
    struct journal_entry *e = rc ? NULL : new_entry(JOURNAL_ENTRY_CALL, call_size(call, &r));
    if (e) {
        copy_call(e, call, &r);
        *out = e;
    }
    call_redact_fini(&r);
    return rc || e ? rc : ERR_NOMEM;
}

enum err journal_entry_new_person(const struct journal_person *person,
                                  struct journal_entry **out)
{
    struct journal_entry *e =
        new_entry(JOURNAL_ENTRY_PERSON,
                  text_size(person->id) + text_size(person->type) + text_size(person->name) +
                      text_size(person->language) + text_size(person->picture_url));

    if (!e)
        return ERR_NOMEM;
    char *at = e->copies;
    e->person = *person;
    e->person.id = copy_text(&at, person->id);
    e->person.type = copy_text(&at, person->type);
    e->person.name = copy_text(&at, person->name);
    e->person.language = copy_text(&at, person->language);
    e->person.picture_url = copy_text(&at, person->picture_url);
    *out = e;
    return OK;
}
