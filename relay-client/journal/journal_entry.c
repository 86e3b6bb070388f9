#include "relay-client/journal/journal_entry.h"

#include "base/mem.h"
#include "codec/http/http_head_text.h"

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
