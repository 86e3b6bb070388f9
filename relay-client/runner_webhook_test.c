/* 1. the webhook is made and signed; a pipe to the agent carries it
 * 2. the agent records it, hands it to the bot, and answers
 * 3. done */
#include "relay-client/runner_webhook_test.h"

#include "base/mem.h"
#include "net/pipe_stream.h"
#include "relay-client/agent_call.h"

#include <stdio.h>

#define PIPE_CHUNK ((size_t)16 * 1024)
#define TIMEOUT_MS 10000u
#define NOBODY     "U00000000000000000000000000000000" /* of the bot, before it is known */

struct test {
    struct http_head head;
    struct signature_fields signature;
    char body[96], length[24];
    void (*done)(void *call, unsigned status, enum err why);
    void *call;
};

/* --- step 3 --- */

static void on_done(void *owner, const struct agent_call_result *r)
{
    struct test *t = owner;
    unsigned status = r->why == OK ? r->status : 0;

    t->done(t->call, status, r->why);
    mem_free(t);
}

/* --- step 1 --- */

static enum err make_head(struct test *t, const struct runner_webhook_test *test)
{
    const struct signature_secret *secret =
        secrets_for(test->secrets, signature_provider_named(SPAN("line")));
    struct http_head *h = &t->head;

    http_head_init_request(h, SPAN("POST"), test->path ? span_text(test->path) : SPAN("/"));
    h->scheme = SPAN("http");
    h->authority = SPAN("localhost");
    enum err rc =
        http_head_add(h, SPAN("content-type"), SPAN("application/json; charset=utf-8"));
    if (rc == OK)
        rc = http_head_add(h, SPAN("user-agent"), SPAN("LineBotWebhook/2.0"));
    if (rc == OK)
        rc = http_head_add(h, SPAN("content-length"), span_text(t->length));
    if (rc == OK && secret)
        rc = signature_sign(secret, span_text(t->body), SPAN(""), 0, &t->signature, h);
    return rc;
}

static enum err send(struct test *t, const struct runner_webhook_test *test)
{
    const struct agent_call_request request = {
        .head = &t->head, .body = span_text(t->body), .timeout_ms = TIMEOUT_MS};
    struct stream *ours = NULL, *theirs = NULL;
    enum err rc = pipe_stream_pair(test->loop, PIPE_CHUNK, &ours, &theirs);

    if (rc != OK)
        return rc;
    rc = agent_serve(test->agent, theirs);
    if (rc != OK)
        stream_let_go(theirs);
    else
        rc = agent_call_start(test->loop, ours, &request, on_done, t);
    if (rc != OK)
        stream_let_go(ours);
    return rc;
}

enum err runner_webhook_test_start(const struct runner_webhook_test *test)
{
    struct test *t = mem_alloc(sizeof *t);

    if (!t)
        return ERR_NOMEM;
    t->done = test->done;
    t->call = test->call;
    (void)snprintf(t->body, sizeof t->body, "{\"destination\":\"%.40s\",\"events\":[]}",
                   *test->destination ? test->destination : NOBODY);
    (void)snprintf(t->length, sizeof t->length, "%zu", strlen(t->body));
    enum err rc = make_head(t, test);
    if (rc == OK)
        rc = send(t, test);
    if (rc != OK)
        mem_free(t);
    return rc;
}
