/* Requests that come late, and reach the relay that took over. */
#include "relay-server/handover/late_requests.h"

#include "unit/check.h"
#include "unit/support/late_rig.h"

static struct late_rig late;

/* --- the way --- */

static void test_two_relays_on(void)
{
    late_rig_open(&late);
    late_rig_get(&late, 0);
    late_rig_get(&late, 1);
    late_rig_check_waits(&late, 0);
    CHECK(!late_requests_is_empty(late.first));
    CHECK(late_rig_link_first(&late));
    late_rig_check_waits(&late, 0);
    CHECK(!late_requests_is_empty(late.next));
    CHECK(late_rig_link_second(&late));
    front_rig_check_status(&late.rig, 0, 200);
    front_rig_check_status(&late.rig, 1, 200);
    CHECK_EQ(late.last.calls_len, 2);
    CHECK_STR(late.last.calls[0]->target, "/page?x=1");
    CHECK_STR(late.last.calls[0]->authority, "mybot." FRONT_RIG_DOMAIN);
    CHECK(late_requests_is_empty(late.first) && late_requests_is_empty(late.next));
    CHECK(late.empties >= 2);
    late_rig_get(&late, 2); /* without waiting now */
    front_rig_check_status(&late.rig, 2, 200);
    late_rig_close(&late);
}

static void test_bodies_of_any_length(void)
{
    static char body[700000];

    memset(body, 'x', sizeof body);
    for (size_t i = 0; i < 2; i++) {
        struct public_request request = front_rig_get("/upload");

        request.method = "POST";
        request.body = span_of(body, sizeof body);
        request.has_body = true;
        late_rig_open(&late);
        CHECK(front_rig_call(&late.rig, i, i == 1));
        front_rig_ask(&late.rig, i, &request);
        late_rig_check_waits(&late, i);
        CHECK(late_rig_link_first(&late) && late_rig_link_second(&late));
        front_rig_check_status(&late.rig, i, 200);
        CHECK_EQ(late.last.calls[0]->body_len, sizeof body);
        CHECK_MEM(late.last.calls[0]->body, body, sizeof body);
        late_rig_close(&late);
    }
}

static void test_webhook_that_was_read(void)
{
    late_rig_open(&late);
    late_rig_webhook(&late, 0);
    late_rig_webhook(&late, 1);
    late_rig_check_waits(&late, 0);
    late_rig_check_waits(&late, 1);
    CHECK_EQ(late.rig.state.webhook_bodies, 10);
    CHECK(late_rig_link_first(&late) && late_rig_link_second(&late));
    front_rig_check_status(&late.rig, 0, 200);
    front_rig_check_status(&late.rig, 1, 200);
    CHECK_EQ(late.last.calls_len, 2);
    CHECK_EQ(late.last.calls[1]->body_len, 5);
    CHECK_MEM(late.last.calls[1]->body, "hello", 5);
    CHECK_STR(fake_call_field(late.last.calls[1], "x-line-signature"), "c2lnbmF0dXJl");
    CHECK_EQ(late.rig.state.webhook_bodies, 0);
    late_rig_close(&late);
}

static void test_links_are_not_passed_on(void)
{
    struct public_request request = front_rig_get(LINK_PATH);

    late_rig_open(&late);
    CHECK(late_rig_link_first(&late) && late_rig_link_second(&late));
    request.authority = FRONT_RIG_DOMAIN;
    request.fields = "connection: Upgrade\nupgrade: hookline/1\nauthorization: Bearer x\n"
                     "hookline-tunnel: mybot\n";
    CHECK(front_rig_call(&late.rig, 0, false));
    front_rig_ask(&late.rig, 0, &request);
    front_rig_check_status(&late.rig, 0, 503);
    CHECK_EQ(late.last.calls_len, 0);
    late_rig_close(&late);
}

/* --- senders that leave --- */

static void test_the_sender_leaves_while_it_waits(void)
{
    late_rig_open(&late);
    late_rig_get(&late, 0);
    late_rig_get(&late, 1);
    late_rig_webhook(&late, 3);
    public_client_close(front_rig_client(&late.rig, 0));
    public_client_reset(front_rig_client(&late.rig, 1));
    public_client_reset(front_rig_client(&late.rig, 3));
    front_rig_run(&late.rig);
    CHECK(late_requests_is_empty(late.first));
    CHECK_EQ(late.rig.state.webhook_bodies, 0);
    CHECK(late_rig_link_first(&late) && late_rig_link_second(&late));
    CHECK_EQ(late.last.calls_len, 0);
    late_rig_close(&late);
}

static void test_the_sender_leaves_on_the_way(void)
{
    late_rig_open(&late);
    late.last.status = 0;
    CHECK(late_rig_link_first(&late) && late_rig_link_second(&late));
    late_rig_get(&late, 0);
    CHECK_EQ(late.last.calls_len, 1);
    public_client_close(front_rig_client(&late.rig, 0));
    front_rig_run(&late.rig);
    CHECK(late.last.calls[0]->is_aborted);
    CHECK(late_requests_is_empty(late.first) && late_requests_is_empty(late.next));
    late_rig_close(&late);
}

/* --- limits --- */

/* Many requests at a time, over HTTP/2 connections of the late.rig. */
#define SHOTS_MAX ((size_t)FRONT_RIG_CALLERS * 100)

static struct shot {
    struct exchange *x; /* NULL: over */
    unsigned status;
} shots[SHOTS_MAX];

static void on_head(void *owner, const struct http_head *head, bool is_end)
{
    struct shot *s = owner;

    (void)is_end;
    s->status = head->status;
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    (void)owner;
    (void)data;
    (void)len;
}

static void on_over(void *owner)
{
    struct shot *s = owner;

    exchange_let_go(s->x);
    s->x = NULL;
}

static void on_nothing(void *owner)
{
    (void)owner;
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    (void)why;
    (void)detail;
    on_over(owner);
}

static const struct exchange_events shot_events = {on_head,    on_body,  on_over,
                                                   on_nothing, on_abort, on_nothing};

static void shoot(size_t len)
{
    struct http_head head;

    http_head_init_request(&head, SPAN("GET"), SPAN("/page"));
    head.scheme = SPAN("https");
    head.authority = SPAN("mybot." FRONT_RIG_DOMAIN);
    for (size_t i = 0; i < len; i++) {
        if (i % 100 == 0)
            CHECK(front_rig_call(&late.rig, i / 100, true));
        struct h2_conn *conn = front_rig_client(&late.rig, i / 100)->h2;
        shots[i] = (struct shot){0};
        CHECK_EQ(h2_conn_request(conn, &head, true, &shot_events, &shots[i], &shots[i].x), OK);
    }
    front_rig_run(&late.rig);
}

static size_t count_shots(size_t len, unsigned status)
{
    size_t count = 0;

    for (size_t i = 0; i < len; i++)
        count += shots[i].status == status;
    return count;
}

/* As many as may stand still are on their way; the next ones wait for a place. */
static void test_how_many_pass_at_a_time(void)
{
    late_rig_open(&late);
    late.last.status = 0;
    CHECK(late_rig_link_first(&late) && late_rig_link_second(&late));
    shoot(LATE_PASSING_MAX + 5);
    CHECK_EQ(late.last.calls_len, LATE_PASSING_MAX);
    for (size_t i = 0; i < LATE_PASSING_MAX + 5; i++) {
        CHECK(fake_call_answer(late.last.calls[i], 200, "ok"));
        exchange_close(late.last.calls[i]->x);
        front_rig_run(&late.rig);
    }
    CHECK_EQ(late.last.calls_len, LATE_PASSING_MAX + 5);
    CHECK_EQ(count_shots(LATE_PASSING_MAX + 5, 200), LATE_PASSING_MAX + 5);
    CHECK(late_requests_is_empty(late.first));
    late_rig_close(&late);
}

static void test_how_many_wait(void)
{
    late_rig_open(&late);
    shoot(LATE_REQUESTS_MAX);
    CHECK_EQ(count_shots(LATE_REQUESTS_MAX, 0), LATE_REQUESTS_MAX);
    late_rig_get(&late, FRONT_RIG_CALLERS - 1);
    late_rig_check_refused(&late, FRONT_RIG_CALLERS - 1);
    late_requests_refuse(late.first);
    front_rig_run(&late.rig);
    CHECK_EQ(count_shots(LATE_REQUESTS_MAX, 503), LATE_REQUESTS_MAX);
    late_rig_close(&late);
}

CHECK_MAIN(TEST(test_two_relays_on), TEST(test_bodies_of_any_length),
           TEST(test_webhook_that_was_read), TEST(test_links_are_not_passed_on),
           TEST(test_the_sender_leaves_while_it_waits), TEST(test_the_sender_leaves_on_the_way),
           TEST(test_how_many_pass_at_a_time), TEST(test_how_many_wait))
