#include "base/log.h"
#include "http/h1/h1_server_impl.h"
#include "http/problem.h"

#define JSON_MAX ((size_t)4096)

static enum err write_problem(struct h1_server_conn *c, const struct problem *p)
{
    char length[PROBLEM_LENGTH_SIZE];
    struct http_head head;
    struct bytes json;

    bytes_init(&json, JSON_MAX);
    enum err e = problem_format(&json, p);
    if (!e)
        e = problem_head(&head, p, bytes_len(&json), length);
    if (!e)
        e = h1_writer_head(&c->writer, &head, H1_LENGTH, false);
    if (!e)
        e = h1_writer_body(&c->writer, bytes_peek(&json), bytes_len(&json));
    bytes_fini(&json);
    return e;
}

/* Does the client have a complete answer then, the owner's or ours? */
static bool is_answered(struct h1_server_conn *c, const struct problem *ours)
{
    if (h1_server_conn_is_answering(c))
        return false;
    return c->turn.answered || write_problem(c, ours) == OK;
}

void h1_server_refuse(struct h1_server_conn *c, unsigned status, enum err why,
                      const char *detail)
{
    struct problem p = {status, http_status_text(status), detail, NULL};

    log_debug("http", "request refused status=%u why=\"%s\" peer=%s", status, detail,
              stream_peer(c->stream));
    h1_server_conn_abort(c, why, detail);
    if (is_answered(c, &p))
        h1_server_conn_finish(c);
    else
        h1_server_conn_break(c, why, detail);
}

static unsigned status_of(enum err why)
{
    if (why == ERR_URI_TOO_LONG)
        return 414;
    if (why == ERR_HEADERS_TOO_LARGE)
        return 431;
    if (why == ERR_UNSUPPORTED)
        return 501;
    if (why == ERR_VERSION)
        return 505;
    return why == ERR_NOMEM ? 503 : 400;
}

void h1_server_refuse_message(struct h1_server_conn *c, enum err why)
{
    h1_server_refuse(c, status_of(why), why == ERR_NOMEM ? why : ERR_PROTOCOL,
                     h1_codec_detail(&c->codec));
}
