#include "unit/support/late_rig.h"

#include "base/log.h"
#include "net/pipe_stream.h"
#include "relay-server/problem_table.h"
#include "unit/check.h"

static void on_empty(void *owner)
{
    struct late_rig *l = owner;

    l->empties++;
}

static void on_first_closed(void *owner)
{
    struct late_rig *l = owner;

    l->first = NULL;
}

static void on_second_closed(void *owner)
{
    struct late_rig *l = owner;

    l->next = NULL;
}

static const struct late_requests_events first_events = {on_empty, on_first_closed};
static const struct late_requests_events second_events = {on_empty, on_second_closed};

static void on_predecessor_closed(void *owner)
{
    struct late_rig *l = owner;

    l->predecessor = NULL;
}

void late_rig_open(struct late_rig *l)
{
    log_set_level(LOG_ERROR);
    front_rig_open(&l->rig);
    l->second = (struct relay_state){.loop = l->rig.loop, .domain = FRONT_RIG_DOMAIN};
    l->empties = 0;
    fake_agent_init(&l->last);
    l->last.stores = false; /* a relay says nothing of the kind */
    CHECK_EQ(late_requests_new(&l->rig.state, &first_events, l, &l->first), OK);
    CHECK_EQ(late_requests_new(&l->second, &second_events, l, &l->next), OK);
    l->rig.state.late = l->first;
    l->second.late = l->next;
}

bool late_rig_link_first(struct late_rig *l)
{
    struct stream *here, *there;

    if (pipe_stream_pair(l->rig.loop, l->rig.chunk, &here, &there) != OK)
        return false;
    late_requests_pass(l->first, here, (struct span){0});
    bool ok =
        predecessor_open(&l->second, there, on_predecessor_closed, l, &l->predecessor) == OK;
    if (!ok)
        stream_let_go(there);
    front_rig_run(&l->rig);
    return ok;
}

bool late_rig_link_second(struct late_rig *l)
{
    struct stream *here, *there;

    if (pipe_stream_pair(l->rig.loop, l->rig.chunk, &here, &there) != OK)
        return false;
    late_requests_pass(l->next, here, (struct span){0});
    bool ok = fake_agent_sit(&l->last, l->rig.loop, there, (struct span){0});
    front_rig_run(&l->rig);
    return ok;
}

void late_rig_close(struct late_rig *l)
{
    for (size_t i = 0; i < FRONT_RIG_CALLERS; i++)
        public_client_close(front_rig_client(&l->rig, i));
    front_rig_run(&l->rig);
    if (l->first)
        late_requests_close(l->first);
    if (l->predecessor)
        predecessor_close(l->predecessor);
    if (l->next)
        late_requests_close(l->next);
    l->rig.state.late = l->second.late = NULL;
    front_rig_run(&l->rig);
    CHECK(!l->first && !l->next && !l->predecessor);
    CHECK_EQ(l->second.webhook_bodies, 0);
    CHECK_EQ(l->rig.state.webhook_bodies, 0);
    fake_agent_close(&l->last);
    front_rig_run(&l->rig);
    fake_agent_fini(&l->last);
    front_rig_close(&l->rig);
}

void late_rig_get(struct late_rig *l, size_t i)
{
    struct public_request request = front_rig_get("/page?x=1");

    CHECK(front_rig_call(&l->rig, i, i % 2 == 1));
    front_rig_ask(&l->rig, i, &request);
}

/* Begun by the first relay, which has read it whole; its place in the room goes with it. */
void late_rig_webhook(struct late_rig *l, size_t i)
{
    struct public_request request = front_rig_webhook("");

    request.is_begun = true;
    request.chunked = true;
    l->rig.state.late = NULL;
    (void)front_rig_tunnel(&l->rig, "mybot", LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    CHECK(front_rig_call(&l->rig, i, i % 2 == 1));
    front_rig_ask(&l->rig, i, &request);
    CHECK(public_client_more(front_rig_client(&l->rig, i), "hello", 5));
    front_rig_run(&l->rig);
    l->rig.state.late = l->first;
    CHECK(public_client_end(front_rig_client(&l->rig, i)));
    front_rig_run(&l->rig);
}

void late_rig_check_refused(struct late_rig *l, size_t i)
{
    public_client_check_problem(front_rig_client(&l->rig, i), &problem_shutdown);
}

void late_rig_check_waits(struct late_rig *l, size_t i)
{
    CHECK(!public_client_look(front_rig_client(&l->rig, i)));
}
