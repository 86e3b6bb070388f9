/* The way to a link:
 *   1. dial: name to TCP stream
 *   2. TLS on top of it; the certificate must be the relay's
 *   3. the upgrade request
 *   4. the response's head: 101, and the stream is a link
 * What can go wrong, each ends in one event:
 *   - dialling fails, TLS fails, the stream ends early, nothing comes for 15 s: on_failed
 *   - any other status: on_refused, once its body (the relay's reason) is here; a body over
 *     4 KiB is none of a relay's and not waited for */
#include "relay-client/agent/link/link_attempt.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/h1/h1_codec.h"
#include "codec/json/json.h"
#include "codec/url.h"
#include "loop/deadline.h"
#include "loop/defer.h"
#include "net/dial.h"
#include "net/tls/tls_stream.h"

#include <stdio.h>

#define ANSWER_BODY_MAX 4096u  /* of a refusal */
#define EARLY_MAX       65536u /* behind a 101: one piece as the stream delivers it */

enum attempt_result { FAILED, UNREACHED, REFUSED, LINKED };

struct link_attempt {
    struct loop *loop;
    enum attempt_result result;
    struct dial *dial;       /* owned in step 1 */
    struct stream *stream;   /* owned from step 2 on */
    struct tls_context *tls; /* counted */
    struct h1_codec codec;
    struct bytes rest; /* the body of a refusal, or what came behind the 101 */
    unsigned status;
    enum err why;
    char *host, *tunnel, *token; /* owned; the token is wiped */
    unsigned port;
    enum link_answer answer;
    enum link_offline offline;
    char url[LINK_URL_MAX + 1];
    uint64_t kept;
    char detail[512];
    struct deadline deadline;
    struct defer_task report_task;
    const struct link_attempt_events *events;
    void *owner;
};

/* --- the end --- */

static void free_attempt(struct link_attempt *a)
{
    deadline_clear(a->loop, &a->deadline);
    defer_cancel(a->loop, &a->report_task);
    if (a->token)
        mem_wipe(a->token, strlen(a->token));
    mem_free(a->token);
    mem_free(a->host);
    mem_free(a->tunnel);
    bytes_fini(&a->rest);
    h1_codec_fini(&a->codec);
    tls_context_put(a->tls);
    mem_free(a);
}

/* Deferred, because the receiver frees us: the codec may still be on the stack. */
static void report(struct defer_task *task)
{
    struct link_attempt *a = CONTAINER_OF(task, struct link_attempt, report_task);

    if (a->result == LINKED)
        a->events->on_linked(a->owner, a->stream, bytes_span(&a->rest), span_text(a->url),
                             a->kept);
    else if (a->result == REFUSED)
        a->events->on_refused(a->owner, a->status, a->detail);
    else if (a->result == UNREACHED)
        a->events->on_unreached(a->owner, a->detail);
    else
        a->events->on_failed(a->owner, a->why, a->detail);
    free_attempt(a);
}

/* The first result counts. */
static void end(struct link_attempt *a, enum attempt_result result, enum err why)
{
    if (a->report_task.link)
        return;
    a->result = result;
    a->why = why;
    if (a->stream && result == LINKED) {
        stream_pause(a->stream);
    } else if (a->stream) {
        stream_let_go(a->stream);
        a->stream = NULL;
    }
    defer_post(a->loop, &a->report_task, report);
}

static void give_up(struct link_attempt *a, enum attempt_result result, enum err why,
                    const char *detail)
{
    if (!a->report_task.link)
        text_escape(a->detail, sizeof a->detail, span_text(*detail ? detail : err_text(why)));
    end(a, result, why);
}

static void fail(struct link_attempt *a, enum err why, const char *detail)
{
    give_up(a, FAILED, why, detail);
}

/* --- step 4: the answer --- */

/* The relay's own words if it sent problem+json, else the status alone (a proxy in
 * between answered). */
static void read_refusal(struct link_attempt *a)
{
    struct json_doc doc = {0};
    const char *words = NULL;

    if (json_parse(&doc, bytes_span(&a->rest), ANSWER_BODY_MAX) == OK)
        words = json_string(json_member(json_root(&doc), "detail"));
    if (words)
        text_escape(a->detail, sizeof a->detail, span_text(words));
    else
        snprintf(a->detail, sizeof a->detail,
                 "%s answered %u without a reason: is it a Hookline relay, and does a proxy "
                 "in between let WebSocket-like upgrades pass?",
                 a->host, a->status);
    json_fini(&doc);
}

static void on_head(void *owner, const struct http_head *head, bool end_of_message)
{
    struct link_attempt *a = owner;
    struct link_welcome welcome;

    (void)end_of_message;
    a->status = head->status;
    if (head->status != 101)
        return;
    if (link_welcome_parse(head, &welcome) != OK || welcome.url.len > LINK_URL_MAX) {
        fail(a, ERR_PROTOCOL, "the relay's answer to the upgrade is not a link's");
        return;
    }
    memcpy(a->url, welcome.url.ptr, welcome.url.len);
    a->url[welcome.url.len] = '\0';
    if (welcome.kept.len > 0 && !span_parse_u64(welcome.kept, &a->kept))
        a->kept = 0;
    end(a, LINKED, OK);
}

static void refuse(struct link_attempt *a)
{
    if (a->report_task.link)
        return;
    read_refusal(a);
    end(a, REFUSED, OK);
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct link_attempt *a = owner;

    if (len > ANSWER_BODY_MAX - bytes_len(&a->rest)) {
        bytes_clear(&a->rest);
        refuse(a);
    } else if (bytes_append(&a->rest, data, len) != OK) {
        fail(a, ERR_NOMEM, "");
    }
}

static void on_complete(void *owner)
{
    refuse(owner);
}

static const struct h1_events codec_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
};

/* --- step 2 and 3: the stream --- */

static enum err ask(struct link_attempt *a)
{
    struct link_hello hello = {
        .token = span_text(a->token),
        .tunnel = span_text(a->tunnel),
        .agent = SPAN("hookline/" HOOKLINE_VERSION),
        .answer = a->answer,
        .offline = a->offline,
    };
    char authority[URL_AUTHORITY_SIZE];
    char scratch[160];
    struct http_head head;
    struct bytes out;

    snprintf(authority, sizeof authority, strchr(a->host, ':') ? "[%s]:%u" : "%s:%u", a->host,
             a->port);
    bytes_init(&out, HTTP_HEAD_MAX);
    enum err rc = link_hello_format(&head, &hello, span_text(authority), scratch);
    if (rc == OK)
        rc = h1_format_head(&out, &head, H1_NO_BODY, true);
    if (rc == OK)
        rc = stream_write(a->stream, bytes_peek(&out), bytes_len(&out));
    mem_wipe(scratch, sizeof scratch);
    if (out.base)
        mem_wipe(out.base, out.cap);
    bytes_fini(&out);
    return rc;
}

static void on_open(void *owner)
{
    struct link_attempt *a = owner;
    enum err rc = ask(a);

    if (rc == ERR_SYNTAX)
        fail(a, rc,
             link_tunnel_name_is_valid(span_text(a->tunnel))
                 ? "the token has characters that no token has; run `hookline login` "
                   "with the one that `hookline-relay token create` printed"
                 : "the tunnel's name must be a-z, 0-9 and inner dashes, at most 63");
    else if (rc != OK)
        fail(a, rc, "the upgrade request could not be sent");
}

static void on_data(void *owner, const uint8_t *data, size_t len)
{
    struct link_attempt *a = owner;
    size_t used;

    while (len > 0 && !a->report_task.link) {
        if (h1_codec_feed(&a->codec, data, len, &used) != OK) {
            fail(a, ERR_PROTOCOL, h1_codec_detail(&a->codec));
            return;
        }
        data += used;
        len -= used;
    }
    if (a->report_task.link && a->result == LINKED && bytes_append(&a->rest, data, len) != OK) {
        defer_cancel(a->loop, &a->report_task);
        fail(a, ERR_NOMEM, "");
    }
}

static void on_drain(void *owner)
{
    (void)owner;
}

static void on_end(void *owner, enum err why)
{
    struct link_attempt *a = owner;

    if (why == ERR_EOF && a->status != 0 && h1_codec_feed_eof(&a->codec) == OK &&
        a->report_task.link)
        return; /* a refusal that the close completed; after an interim head there is none */
    const char *detail = stream_detail(a->stream);
    if (strcmp(detail, TLS_STREAM_NOT_TRUSTED) == 0)
        detail = TLS_STREAM_NOT_TRUSTED "; if the relay has a certificate of its own, name its "
                                        "authority with --ca-file, or "
                                        "its key with --relay-pin";
    fail(a, why, *detail ? detail : "the relay closed the connection before it answered");
}

/* Whoever lets the stream go stops listening to it first. */
static void on_closed(void *owner)
{
    (void)owner;
}

static const struct stream_events stream_events = {
    .on_open = on_open,
    .on_data = on_data,
    .on_drain = on_drain,
    .on_end = on_end,
    .on_closed = on_closed,
};

/* --- step 1 --- */

static void on_connected(void *owner, struct stream *tcp)
{
    struct link_attempt *a = owner;

    a->dial = NULL;
    enum err rc = tls_stream_wrap(a->loop, tcp, a->tls, a->host, &a->stream);
    if (rc != OK) {
        stream_let_go(tcp);
        fail(a, rc, "TLS could not be set up");
        return;
    }
    stream_own(a->stream, &stream_events, a);
}

static void on_dial_failed(void *owner, enum err why, const char *detail)
{
    struct link_attempt *a = owner;

    a->dial = NULL;
    if (why == ERR_TIMEOUT || why == ERR_IO)
        give_up(a, UNREACHED, why, detail);
    else
        fail(a, why, detail);
}

static const struct dial_events dial_events = {
    .on_connected = on_connected,
    .on_failed = on_dial_failed,
};

static void on_late(struct deadline *d)
{
    struct link_attempt *a = CONTAINER_OF(d, struct link_attempt, deadline);

    enum attempt_result result = a->dial ? UNREACHED : FAILED;

    if (a->dial)
        dial_cancel(a->dial);
    a->dial = NULL;
    give_up(a, result, ERR_TIMEOUT, "the relay did not answer within 15 s");
}

/* --- calls --- */

static enum err begin(struct link_attempt *a, const struct link_attempt_options *o)
{
    struct dial_options dial = {.host = o->host,
                                .port = o->port,
                                .timeout_ms = LINK_ATTEMPT_MS,
                                .address_ms = o->answer_ms};

    a->host = mem_text(o->host, strlen(o->host));
    a->tunnel = mem_text(o->tunnel, strlen(o->tunnel));
    a->token = mem_text(o->token, strlen(o->token));
    if (!a->host || !a->tunnel || !a->token)
        return ERR_NOMEM;
    enum err rc = deadline_set(a->loop, &a->deadline, LINK_ATTEMPT_MS, on_late);
    if (rc == OK)
        rc = dial_start(a->loop, &dial, &dial_events, a, &a->dial);
    return rc;
}

enum err link_attempt_start(struct loop *l, const struct link_attempt_options *options,
                            const struct link_attempt_events *events, void *owner,
                            struct link_attempt **out)
{
    struct link_attempt *a = mem_alloc(sizeof *a);

    if (!a)
        return ERR_NOMEM;
    a->loop = l;
    a->events = events;
    a->owner = owner;
    a->port = options->port;
    a->answer = options->answer;
    a->offline = options->offline;
    a->tls = tls_context_get(options->tls);
    h1_codec_init(&a->codec, H1_CLIENT, &codec_events, a);
    bytes_init(&a->rest, EARLY_MAX);
    enum err rc = begin(a, options);
    if (rc != OK) {
        free_attempt(a);
        return rc;
    }
    *out = a;
    return OK;
}

void link_attempt_cancel(struct link_attempt *a)
{
    if (a->dial)
        dial_cancel(a->dial);
    if (a->stream)
        stream_let_go(a->stream);
    free_attempt(a);
}
