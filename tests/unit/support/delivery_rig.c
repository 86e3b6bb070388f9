#include "unit/support/delivery_rig.h"

#include "base/log.h"

struct front_rig delivery_rig;

static void set_up(enum link_answer answer, enum link_offline offline,
                   const struct inbox_options *options)
{
    log_set_level(LOG_ERROR);
    front_rig_open_inbox(&delivery_rig, options);
    (void)front_rig_tunnel(&delivery_rig, "mybot", answer, offline);
    CHECK(front_rig_call(&delivery_rig, 0, false));
    CHECK(front_rig_call(&delivery_rig, 1, true));
}

void delivery_rig_open(enum link_answer answer, enum link_offline offline)
{
    set_up(answer, offline, NULL);
}

void delivery_rig_open_file(const struct inbox_options *options)
{
    set_up(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP, options);
}

void delivery_rig_close(void)
{
    front_rig_close(&delivery_rig);
}

struct tunnel *delivery_rig_tunnel(void)
{
    return tunnels_find(&delivery_rig.state.tunnels, SPAN("mybot"));
}

/* --- agents --- */

void delivery_rig_link(size_t i)
{
    CHECK(front_rig_link(&delivery_rig, i, "mybot", delivery_rig.token_id));
}

void delivery_rig_kill(size_t i)
{
    fake_agent_close(&delivery_rig.agents[i]);
    front_rig_run(&delivery_rig);
}

void delivery_rig_silence(size_t i)
{
    delivery_rig.plans[i].stall = true;
}

void delivery_rig_hold(size_t i)
{
    delivery_rig.agents[i].stores = false;
    delivery_rig.agents[i].status = 0;
}

size_t delivery_rig_calls(size_t agent)
{
    return delivery_rig.agents[agent].calls_len;
}

struct fake_call *delivery_rig_call(size_t agent, size_t i)
{
    CHECK(i < delivery_rig_calls(agent));
    return delivery_rig.agents[agent].calls[i];
}

void delivery_rig_store(struct fake_call *call)
{
    CHECK(fake_call_store(call));
    front_rig_run(&delivery_rig);
}

void delivery_rig_answer(struct fake_call *call, unsigned status, const char *body)
{
    CHECK(fake_call_answer(call, status, body));
    exchange_close(call->x);
    front_rig_run(&delivery_rig);
}

void delivery_rig_answer_for_bot(struct fake_call *call, unsigned status)
{
    struct http_head head;

    http_head_init_response(&head, status);
    CHECK_EQ(http_head_add(&head, SPAN(LINK_FIELD_UNANSWERED), SPAN("1")), OK);
    CHECK_EQ(exchange_send_head(call->x, &head, false), OK);
    CHECK_EQ(exchange_send_body(call->x, "the bot is down", 15), OK);
    CHECK_EQ(exchange_send_end(call->x), OK);
    exchange_close(call->x);
    front_rig_run(&delivery_rig);
}

/* --- callers --- */

void delivery_rig_ask(size_t i, const char *body)
{
    struct public_request request = front_rig_webhook(body);

    front_rig_ask(&delivery_rig, i, &request);
}

void delivery_rig_call_anew(size_t i)
{
    delivery_rig_leave(i);
    CHECK(front_rig_call(&delivery_rig, i, i % 2));
}

void delivery_rig_leave(size_t i)
{
    public_client_close(front_rig_client(&delivery_rig, i));
    front_rig_run(&delivery_rig);
}

void delivery_rig_check_waits(size_t i)
{
    CHECK(!public_client_look(front_rig_client(&delivery_rig, i)));
    CHECK_EQ(front_rig_client(&delivery_rig, i)->answer.status, 0);
}

void delivery_rig_check_accepted(size_t i)
{
    front_rig_check_status(&delivery_rig, i, 200);
    CHECK_EQ(front_rig_client(&delivery_rig, i)->answer.body_len, 0);
}

void delivery_rig_check_bot(size_t i, unsigned status, const char *body)
{
    const struct public_answer *answer = &front_rig_client(&delivery_rig, i)->answer;

    front_rig_check_status(&delivery_rig, i, status);
    CHECK_EQ(answer->body_len, strlen(body));
    CHECK_MEM(answer->body, body, strlen(body));
    CHECK(!public_client_field(front_rig_client(&delivery_rig, i), LINK_FIELD_UNANSWERED));
}

void delivery_rig_check_problem(size_t i, const struct problem *want)
{
    public_client_check_problem(front_rig_client(&delivery_rig, i), want);
}

/* --- the inbox --- */

static struct inbox_counts counts(void)
{
    return inbox_counts_of(delivery_rig.disk.inbox, "mybot");
}

uint64_t delivery_rig_kept(void)
{
    return counts().kept;
}

uint64_t delivery_rig_aside(void)
{
    return counts().aside;
}

uint64_t delivery_rig_delivered(void)
{
    return counts().delivered;
}

void delivery_rig_check_body(size_t agent, size_t i, const char *body)
{
    const struct fake_call *call = delivery_rig_call(agent, i);

    CHECK_EQ(call->body_len, strlen(body));
    CHECK_MEM(call->body, body, call->body_len);
}
