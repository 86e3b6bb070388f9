#include "relay-client/journal/writer/journal_stored.h"

#include "base/mem.h"
#include "codec/http/http_head_text.h"
#include "relay-client/journal/journal_row.h"

#include <string.h>

/* The order of JOURNAL_STORED_SQL. */
enum column {
    COLUMN_DELIVERY,
    COLUMN_TUNNEL,
    COLUMN_PEER,
    COLUMN_HEAD,
    COLUMN_BODY,
    SPANS_LEN,
    COLUMN_RECEIVED_MS = SPANS_LEN,
    COLUMN_ARRIVED_MS,
    COLUMN_BODY_TRUNCATED,
    COLUMN_WEBHOOK,
    COLUMN_REPLAY_OF,
    COLUMN_ANSWERED,
    COLUMN_ANSWER,
    COLUMN_OUTCOME,
    COLUMN_BY,
    COLUMN_STATUS,
    COLUMN_ANSWERED_US,
    COLUMN_STORED_US,
    COLUMN_ATTEMPTS,
    COLUMN_CRASHES,
    COLUMN_UNREACHABLE,
};

/* With a NUL behind it. */
static struct span copy(char **at, struct span s)
{
    char *begin = *at;

    if (s.len > 0)
        memcpy(begin, s.ptr, s.len);
    begin[s.len] = '\0';
    *at += s.len + 1;
    return span_of(begin, s.len);
}

static void read_request(const struct statement *s, struct journal_request *out)
{
    out->received_ms = statement_u64(s, COLUMN_RECEIVED_MS);
    out->arrived_ms = statement_u64(s, COLUMN_ARRIVED_MS);
    out->body_truncated = statement_u64(s, COLUMN_BODY_TRUNCATED) != 0;
    out->webhook = statement_u64(s, COLUMN_WEBHOOK) != 0;
    out->replay_of = statement_u64(s, COLUMN_REPLAY_OF);
    out->answered = (unsigned)statement_u64(s, COLUMN_ANSWERED);
}

/* Without one: as a webhook that is under way. */
static void read_answer(const struct statement *s, struct journal_stored *out)
{
    struct journal_load *a = &out->answer;

    if (statement_is_null(s, COLUMN_ANSWER)) {
        out->outcome = JOURNAL_PENDING;
        a->status = out->request.answered;
        a->by = a->status > 0 ? JOURNAL_BY_INBOX : JOURNAL_BY_NOBODY;
        return;
    }
    out->outcome = journal_row_outcome(statement_u64(s, COLUMN_OUTCOME));
    a->by = journal_row_answerer(statement_u64(s, COLUMN_BY));
    a->status = (unsigned)statement_u64(s, COLUMN_STATUS);
    a->answered_us = statement_u64(s, COLUMN_ANSWERED_US);
    a->stored_us = statement_u64(s, COLUMN_STORED_US);
    a->attempts = (unsigned)statement_u64(s, COLUMN_ATTEMPTS);
    a->crashes = (unsigned)statement_u64(s, COLUMN_CRASHES);
    a->is_unreachable = statement_u64(s, COLUMN_UNREACHABLE) != 0;
}

enum err journal_stored_new(const struct statement *s, struct journal_stored **out)
{
    struct span spans[SPANS_LEN];
    size_t size = 0;

    for (int i = 0; i < SPANS_LEN; i++) {
        spans[i] = statement_span(s, i);
        size += spans[i].len + 1;
    }
    struct journal_stored *stored = mem_alloc(sizeof(*stored) + size);
    if (!stored)
        return ERR_NOMEM;
    char *at = stored->copies;
    for (int i = 0; i < SPANS_LEN; i++)
        spans[i] = copy(&at, spans[i]);
    read_request(s, &stored->request);
    read_answer(s, stored);
    stored->request.delivery = spans[COLUMN_DELIVERY].ptr;
    stored->request.tunnel = spans[COLUMN_TUNNEL].ptr;
    stored->request.peer = spans[COLUMN_PEER].ptr;
    stored->request.head = &stored->head;
    stored->request.body = spans[COLUMN_BODY];
    enum err rc = http_head_text_parse(spans[COLUMN_HEAD], &stored->head);
    if (rc) {
        journal_stored_free(stored);
        return rc;
    }
    *out = stored;
    return OK;
}

void journal_stored_free(struct journal_stored *stored)
{
    mem_free(stored);
}
