#include "relay-client/inspector/replay/replay_way.h"

#include "net/pipe_stream.h"
#include "relay-client/replay/public_call.h"

#include <stdio.h>

#define PIPE_CHUNK 16384u

void replay_way_init_direct(struct replay_way *w, struct loop *l, struct agent *agent)
{
    *w = (struct replay_way){.loop = l, .agent = agent};
}

enum err replay_way_init_public(struct replay_way *w, struct loop *l, const char *public_url)
{
    *w = (struct replay_way){.loop = l};
    enum err rc = url_parse(span_text(public_url), &w->url, NULL);
    if (rc != OK || !w->url.is_https || w->url.query.len > 0)
        return ERR_SYNTAX;
    struct span path = w->url.path;
    if (span_ends(path, SPAN("/")))
        path.len--;
    if (path.len >= sizeof w->prefix)
        return ERR_SYNTAX;
    (void)snprintf(w->prefix, sizeof w->prefix, "%.*s", (int)path.len, path.ptr);
    (void)url_format_authority(&w->url, w->authority);
    w->url.path = (struct span){0}; /* the text goes */
    return OK;
}

enum err replay_way_load_trust(struct replay_way *w, const struct agent_options *o,
                               char detail[static 256])
{
    static const char *const alpn[] = {"http/1.1", NULL};
    const struct tls_client_options tls = {.ca_file = o->ca_file, .pin = o->pin, .alpn = alpn};

    return tls_context_new_client(&tls, &w->tls, detail);
}

void replay_way_fini(struct replay_way *w)
{
    if (w->tls)
        tls_context_put(w->tls);
    w->tls = NULL;
}

/* --- the sender --- */

static enum err call_agent(void *owner, const struct agent_call_request *request,
                           void (*done)(void *call, const struct agent_call_result *result),
                           void *call, void **handle)
{
    struct replay_way *w = owner;
    struct agent_call_request copy = *request;
    struct agent_call *made = NULL;
    struct stream *ours, *theirs;
    enum err rc = pipe_stream_pair(w->loop, PIPE_CHUNK, &ours, &theirs);

    if (rc != OK)
        return rc;
    copy.handle = &made;
    rc = agent_serve(w->agent, theirs);
    if (rc != OK)
        stream_let_go(theirs);
    else
        rc = agent_call_start(w->loop, ours, &copy, done, call);
    if (rc != OK)
        stream_let_go(ours); /* the agent sees its end */
    *handle = made;
    return rc;
}

static void cancel_agent(void *handle)
{
    agent_call_cancel(handle);
}

static enum err call_public(void *owner, const struct agent_call_request *request,
                            void (*done)(void *call, const struct agent_call_result *result),
                            void *call, void **handle)
{
    struct replay_way *w = owner;
    const struct public_call_place place = {
        .host = w->url.host, .port = w->url.port, .tls = w->tls};
    struct public_call *made = NULL;
    enum err rc = public_call_start(w->loop, &place, request, done, call, &made);

    *handle = made;
    return rc;
}

static void cancel_public(void *handle)
{
    public_call_cancel(handle);
}

const struct replay_sender *replay_way_sender(const struct replay_way *w)
{
    static const struct replay_sender to_agent = {.start = call_agent, .cancel = cancel_agent};
    static const struct replay_sender to_public = {.start = call_public,
                                                   .cancel = cancel_public};

    return w->agent ? &to_agent : &to_public;
}
