/* 1. the agent hears what will come back (announced.h)
 * 2. the webhook goes to the public address, and is answered
 * 3. the agent says which exchange that was
 * What can go wrong: the agent does not answer, and nothing is sent; or nobody answers at the
 * public address.  Without the last step the exchange has no id here. */
#include "relay-client/agent_reach_public.h"

#include "base/hex.h"
#include "base/mem.h"
#include "codec/digest.h"
#include "codec/json/json.h"
#include "relay-client/agent/control.h"
#include "relay-client/agent_question.h"
#include "relay-client/replay/public_call.h"

#include <inttypes.h>
#include <stdio.h>

struct shot {
    struct agent_reach_shot options;
    char hash[2 * DIGEST_SHA256_LEN + 1];
    struct http_head head; /* of a question */
    char question[200], length[24];
    struct agent_call_result result; /* of step 2 */
    char detail[300];
    struct bytes body;
};

static void tell(struct shot *s)
{
    s->result.detail = s->detail;
    s->result.body = bytes_span(&s->body);
    s->options.done(s->options.owner, &s->result);
    bytes_fini(&s->body);
    mem_free(s);
}

static void keep(struct shot *s, const struct agent_call_result *result)
{
    s->result = *result;
    (void)snprintf(s->detail, sizeof s->detail, "%s", result->detail ? result->detail : "");
    if (bytes_append_span(&s->body, result->body) != OK)
        bytes_clear(&s->body); /* it is for showing only */
}

static enum err ask(struct shot *s, const char *path,
                    void (*done)(void *owner, const struct agent_call_result *result))
{
    struct span body = span_text(s->question);

    http_head_init_request(&s->head, SPAN("POST"), span_text(path));
    s->head.scheme = SPAN("http");
    s->head.authority = SPAN("localhost");
    (void)snprintf(s->length, sizeof s->length, "%zu", body.len);
    enum err rc = http_head_add(&s->head, SPAN("content-length"), span_text(s->length));
    const struct agent_call_request request = {
        .head = &s->head, .body = body, .timeout_ms = AGENT_QUESTION_MS};
    return rc == OK ? agent_reach_ask(s->options.reach, &request, done, s) : rc;
}

/* --- step 3 --- */

static void on_collected(void *owner, const struct agent_call_result *result)
{
    struct shot *s = owner;
    struct json_doc doc = {0};

    if (result->why == OK && json_parse(&doc, result->body, CONTROL_BODY_MAX) == OK)
        (void)json_u64(json_member(json_root(&doc), "exchange"), &s->result.exchange);
    json_fini(&doc);
    tell(s);
}

static void on_answer(void *owner, const struct agent_call_result *result)
{
    struct shot *s = owner;

    keep(s, result);
    (void)snprintf(s->question, sizeof s->question, "{\"sha256\":\"%s\"}", s->hash);
    if (ask(s, CONTROL_ANNOUNCED, on_collected) != OK)
        tell(s);
}

/* --- step 2 --- */

static void on_announced(void *owner, const struct agent_call_result *result)
{
    struct shot *s = owner;
    const struct agent_reach *r = s->options.reach;
    const struct public_call_place place = {
        .host = r->place.url.host, .port = r->place.url.port, .tls = r->place.tls};
    struct public_call *call;
    enum err rc = result->why;

    if (rc == OK && result->status != 200)
        rc = ERR_PROTOCOL; /* an older agent */
    if (rc == OK)
        rc = public_call_start(r->loop, &place, &s->options.request, on_answer, s, &call);
    if (rc == OK)
        return;
    keep(s, &(struct agent_call_result){
                .why = rc, .detail = result->why != OK ? result->detail : err_text(rc)});
    tell(s);
}

/* --- step 1 --- */

enum err agent_reach_public_start(const struct agent_reach_shot *shot)
{
    const struct agent_reach *r = shot->reach;
    uint8_t sha256[DIGEST_SHA256_LEN];
    char of[24] = "null";
    struct shot *s = mem_alloc(sizeof *s);

    if (!s)
        return ERR_NOMEM;
    s->options = *shot;
    bytes_init(&s->body, (size_t)64 * 1024);
    digest_sha256(shot->request.body, sha256);
    hex_format(s->hash, sha256, sizeof sha256);
    if (r->replay_of > 0)
        (void)snprintf(of, sizeof of, "%" PRIu64, r->replay_of);
    (void)snprintf(s->question, sizeof s->question,
                   "{\"sha256\":\"%s\",\"replay_of\":%s,\"simulated\":%s}", s->hash, of,
                   r->is_simulated ? "true" : "false");
    enum err rc = ask(s, CONTROL_ANNOUNCE, on_announced);
    if (rc == OK)
        return OK;
    bytes_fini(&s->body);
    mem_free(s);
    return rc;
}
