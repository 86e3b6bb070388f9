#include "relay-client/inspector/replay/replay_way.h"

#include "base/mem.h"
#include "net/pipe_stream.h"
#include "relay-client/replay/public_call.h"

#define PIPE_CHUNK 16384u

void replay_way_init_direct(struct replay_way *w, struct loop *l, struct agent *agent)
{
    *w = (struct replay_way){.loop = l, .agent = agent};
}

enum err replay_way_init_public(struct replay_way *w, struct loop *l, struct agent *agent,
                                const char *public_url)
{
    *w = (struct replay_way){.loop = l, .agent = agent, .is_public = true};
    return public_place_init(&w->place, public_url);
}

enum err replay_way_load_trust(struct replay_way *w, const struct agent_options *o,
                               char detail[static 256])
{
    return public_place_load_trust(&w->place, o->ca_file, o->pin, detail);
}

void replay_way_fini(struct replay_way *w)
{
    public_place_fini(&w->place);
}

/* --- to the agent --- */

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

/* --- to the public address --- */

struct shot {
    struct replay_way *way; /* borrowed */
    struct span body;
    struct public_call *call;
    void (*done)(void *call, const struct agent_call_result *result);
    void *owner;
};

static void on_answer(void *owner, const struct agent_call_result *result)
{
    struct shot *s = owner;
    struct agent_call_result copy = *result;

    copy.exchange = agent_announced(s->way->agent, s->body);
    s->done(s->owner, &copy);
    mem_free(s);
}

static enum err announce(const struct replay_way *w, struct span body)
{
    return w->is_simulated || w->replay_of > 0
               ? agent_announce(w->agent, body, w->replay_of, w->is_simulated)
               : OK;
}

static enum err call_public(void *owner, const struct agent_call_request *request,
                            void (*done)(void *call, const struct agent_call_result *result),
                            void *call, void **handle)
{
    struct replay_way *w = owner;
    const struct public_call_place place = {
        .host = w->place.url.host, .port = w->place.url.port, .tls = w->place.tls};
    struct shot *s = mem_alloc(sizeof *s);

    if (!s)
        return ERR_NOMEM;
    *s = (struct shot){.way = w, .body = request->body, .done = done, .owner = call};
    enum err rc = announce(w, request->body);
    if (rc == OK)
        rc = public_call_start(w->loop, &place, request, on_answer, s, &s->call);
    if (rc != OK) {
        mem_free(s);
        return rc;
    }
    *handle = s;
    return OK;
}

static void cancel_public(void *handle)
{
    struct shot *s = handle;

    public_call_cancel(s->call);
}

const struct replay_sender *replay_way_sender(const struct replay_way *w)
{
    static const struct replay_sender to_agent = {.start = call_agent, .cancel = cancel_agent};
    static const struct replay_sender to_public = {.start = call_public,
                                                   .cancel = cancel_public};

    return w->is_public ? &to_public : &to_agent;
}
