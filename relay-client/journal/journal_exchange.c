#include "relay-client/journal/journal_exchange.h"

#include "base/mem.h"
#include "codec/http/http_head_text.h"
#include "relay-client/journal/journal_row.h"

#include <string.h>

struct journal_exchange {
    struct journal_row row;
    struct http_head request, answer;
    bool has_answer;
    struct span request_body, answer_body;
    struct line_batch batch;
    char copies[]; /* every span points into it */
};

enum { REQUEST_HEAD, REQUEST_BODY, ANSWER_HEAD, ANSWER_BODY, CONTENTS_LEN };

/* All that has to be copied, in place. */
struct copied {
    struct span *row[JOURNAL_ROW_SPANS];
    struct span contents[CONTENTS_LEN];
};

static size_t copied_size(const struct copied *c)
{
    size_t size = 0;

    for (size_t i = 0; i < JOURNAL_ROW_SPANS; i++)
        size += c->row[i]->len;
    for (size_t i = 0; i < CONTENTS_LEN; i++)
        size += c->contents[i].len;
    return size;
}

static void copy(char **at, struct span *s)
{
    if (s->len > 0)
        memcpy(*at, s->ptr, s->len);
    s->ptr = *at;
    *at += s->len;
}

static enum err parse_heads(struct journal_exchange *x, const struct copied *c)
{
    enum err rc = http_head_text_parse(c->contents[REQUEST_HEAD], &x->request);

    x->has_answer = c->contents[ANSWER_HEAD].len > 0;
    if (!rc && x->has_answer)
        rc = http_head_text_parse(c->contents[ANSWER_HEAD], &x->answer);
    return rc;
}

enum err journal_exchange_new(const struct statement *s, struct journal_exchange **out)
{
    struct journal_row row;
    struct copied c;

    journal_row_read(s, &row);
    journal_row_spans(&row, c.row);
    for (int i = 0; i < CONTENTS_LEN; i++)
        c.contents[i] = statement_span(s, JOURNAL_ROW_COLUMNS_LEN + i);
    struct journal_exchange *x = mem_alloc(sizeof(*x) + copied_size(&c));
    if (!x)
        return ERR_NOMEM;
    char *at = x->copies;
    x->row = row;
    journal_row_spans(&x->row, c.row);
    for (size_t i = 0; i < JOURNAL_ROW_SPANS; i++)
        copy(&at, c.row[i]);
    for (size_t i = 0; i < CONTENTS_LEN; i++)
        copy(&at, &c.contents[i]);
    x->request_body = c.contents[REQUEST_BODY];
    x->answer_body = c.contents[ANSWER_BODY];
    enum err rc = parse_heads(x, &c);
    if (!rc && row.events_len > 0)
        rc = line_batch_parse(&x->batch, x->request_body);
    if (rc) {
        journal_exchange_free(x);
        return rc;
    }
    *out = x;
    return OK;
}

void journal_exchange_free(struct journal_exchange *x)
{
    if (!x)
        return;
    line_batch_fini(&x->batch);
    mem_free(x);
}

const struct journal_row *journal_exchange_row(const struct journal_exchange *x)
{
    return &x->row;
}

const struct http_head *journal_exchange_request(const struct journal_exchange *x)
{
    return &x->request;
}

struct span journal_exchange_request_body(const struct journal_exchange *x)
{
    return x->request_body;
}

const struct http_head *journal_exchange_answer(const struct journal_exchange *x)
{
    return x->has_answer ? &x->answer : NULL;
}

struct span journal_exchange_answer_body(const struct journal_exchange *x)
{
    return x->answer_body;
}

size_t journal_exchange_events_len(const struct journal_exchange *x)
{
    return x->batch.events_len;
}

const struct line_event *journal_exchange_event(const struct journal_exchange *x, size_t i)
{
    return i < x->batch.events_len ? &x->batch.events[i] : NULL;
}
