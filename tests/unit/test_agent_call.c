/* One request to an agent over a stream, and whatever becomes of it. The test is the agent. */
#include "relay-client/agent_call.h"

#include "loop/deadline.h"
#include "net/pipe_stream.h"
#include "unit/check.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/net_peer.h"

static struct clock_fake now;
static struct loop *loop;
static struct net_peer agent;
static struct http_head head;
static struct agent_call_request request;
static unsigned long live;

static struct {
    int done;
    struct agent_call_result result;
    char detail[300];
    char body[70000];
} heard;

static void on_done(void *owner, const struct agent_call_result *r)
{
    CHECK(owner == &heard);
    CHECK_EQ(++heard.done, 1);
    heard.result = *r;
    (void)snprintf(heard.detail, sizeof heard.detail, "%s", r->detail);
    CHECK(r->body.len < sizeof heard.body);
    memcpy(heard.body, r->body.ptr, r->body.len);
    heard.body[r->body.len] = '\0';
}

static void open_with(struct span body)
{
    static char length[24];

    memset(&heard, 0, sizeof heard);
    live = mem_live();
    clock_fake_init(&now, 1795894305000u);
    CHECK_EQ(loop_new(&now.base, &loop), OK);
    http_head_init_request(&head, SPAN("POST"), SPAN("/callback"));
    head.authority = SPAN("bot.example.com");
    (void)snprintf(length, sizeof length, "%zu", body.len);
    CHECK_EQ(http_head_add(&head, SPAN("content-length"), span_text(length)), OK);
    request = (struct agent_call_request){.head = &head, .body = body};
}

static enum err start(size_t chunk)
{
    struct stream *ours, *theirs;

    CHECK_EQ(pipe_stream_pair(loop, chunk, &ours, &theirs), OK);
    net_peer_sit(&agent, loop, theirs);
    enum err rc = agent_call_start(loop, ours, &request, on_done, &heard);
    CHECK_EQ(heard.done, 0);
    if (rc != OK)
        stream_let_go(ours);
    return rc;
}

static void close_all(void)
{
    net_peer_close(&agent);
    loop_run(loop);
    net_peer_fini(&agent);
    loop_free(loop);
    CHECK_EQ(mem_live(), live);
}

static size_t head_len(void)
{
    struct span all = span_of(agent.got, agent.got_len);

    return span_find_span(all, SPAN("\r\n\r\n")) + 4;
}

static void await_request(void)
{
    while (agent.got_len < head_len())
        loop_turn(loop, true);
}

static void await_end(void)
{
    while (!heard.done)
        loop_turn(loop, true);
}

/* The agent says this, and closes if told to. */
static void answer(const char *text, bool closes)
{
    open_with(SPAN("{}"));
    CHECK_EQ(start(4096), OK);
    await_request();
    clock_fake_advance(&now, 250000);
    net_peer_say(&agent, text);
    if (closes)
        stream_finish(agent.stream);
    await_end();
}

#define STORED "HTTP/1.1 102 Processing\r\nHookline-Exchange: 17\r\n\r\n"

static void test_answer(void)
{
    answer(STORED "HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nhello", false);
    CHECK_EQ(heard.result.why, OK);
    CHECK_EQ(heard.result.exchange, 17);
    CHECK_EQ(heard.result.status, 201);
    CHECK_EQ(heard.result.took_us, 250000);
    CHECK_STR(heard.body, "hello");
    CHECK(strncmp((char *)agent.got, "POST /callback HTTP/1.1\r\nHost: bot.example.com\r\n",
                  48) == 0);
    CHECK(span_ends(span_of(agent.got, agent.got_len), SPAN("\r\n\r\n{}")));
    close_all();
}

static void test_answer_without_a_body(void)
{
    answer(STORED "HTTP/1.1 204 No Content\r\n\r\n", false);
    CHECK_EQ(heard.result.why, OK);
    CHECK_EQ(heard.result.status, 204);
    CHECK_STR(heard.body, "");
    close_all();
}

/* The agent could not store it. */
static void test_answer_without_stored(void)
{
    answer("HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\n{}", false);
    CHECK_EQ(heard.result.why, OK);
    CHECK_EQ(heard.result.exchange, 0);
    CHECK_EQ(heard.result.status, 503);
    close_all();
}

static void test_odd_numbers(void)
{
    static const char *const numbers[] = {"", "x", "-1", "99999999999999999999"};

    for (size_t i = 0; i < 4; i++) {
        char text[256];
        (void)snprintf(text, sizeof text,
                       "HTTP/1.1 102 Processing\r\nHookline-Exchange: %s\r\n\r\n"
                       "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                       numbers[i]);
        answer(text, false);
        CHECK_EQ(heard.result.exchange, 0);
        CHECK_EQ(heard.result.status, 200);
        close_all();
    }
}

static void test_long_answer_is_cut(void)
{
    static char text[100000 + 200];
    int begin =
        snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");

    memset(text + begin, 'x', 100000);
    answer(text, false);
    CHECK_EQ(heard.result.why, OK);
    CHECK_EQ(heard.result.body.len, 65536);
    close_all();
}

/* --- what breaks --- */

static void test_broken_answers(void)
{
    static const char *const texts[] = {
        "", STORED, STORED "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe", "garbage\r\n\r\n"};

    for (size_t i = 0; i < 4; i++) {
        answer(texts[i], true);
        CHECK(heard.result.why != OK);
        CHECK(heard.detail[0]);
        CHECK_EQ(heard.result.exchange, i == 1 || i == 2 ? 17 : 0);
        close_all();
    }
}

static void test_agent_is_gone_at_once(void)
{
    open_with(SPAN("{}"));
    CHECK_EQ(start(4096), OK);
    net_peer_close(&agent);
    await_end();
    CHECK(heard.result.why != OK);
    CHECK(heard.detail[0]);
    close_all();
}

static void test_agent_breaks_off(void)
{
    open_with(SPAN("{}"));
    CHECK_EQ(start(4096), OK);
    await_request();
    stream_reset(agent.stream);
    await_end();
    CHECK(heard.result.why != OK);
    CHECK(heard.detail[0]);
    close_all();
}

/* --- an agent that says nothing --- */

static void let_pass(uint64_t ms)
{
    clock_fake_advance(&now, ms * 1000);
    deadline_run_due(loop);
}

static void check_too_late(bool is_asked)
{
    open_with(SPAN("{}"));
    request.timeout_ms = 5000;
    CHECK_EQ(start(4096), OK);
    if (is_asked)
        await_request();
    let_pass(4999);
    CHECK_EQ(heard.done, 0);
    let_pass(1);
    await_end();
    CHECK_EQ(heard.result.why, ERR_TIMEOUT);
    CHECK(heard.detail[0]);
    close_all();
}

static void test_too_late(void)
{
    check_too_late(true);
    check_too_late(false);
}

static void test_in_time(void)
{
    open_with(SPAN("{}"));
    request.timeout_ms = 5000;
    CHECK_EQ(start(4096), OK);
    await_request();
    let_pass(4999);
    net_peer_say(&agent, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    await_end();
    CHECK_EQ(heard.result.why, OK);
    let_pass(100000);
    close_all();
}

/* --- bodies --- */

static void test_no_body(void)
{
    open_with((struct span){0});
    CHECK_EQ(start(4096), OK);
    await_request();
    net_peer_say(&agent, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    await_end();
    CHECK_EQ(heard.result.status, 200);
    close_all();
}

static void test_largest_body(void)
{
    static char body[1024 * 1024];

    for (size_t i = 0; i < sizeof body; i++)
        body[i] = (char)(i * 7 + (i >> 8));
    open_with(span_of(body, sizeof body));
    CHECK_EQ(start(16384), OK);
    while (!agent.got_len || agent.got_len < sizeof body + head_len())
        loop_turn(loop, true);
    CHECK_EQ(heard.done, 0);
    CHECK_MEM(agent.got + head_len(), body, sizeof body);
    net_peer_say(&agent, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    await_end();
    CHECK_EQ(heard.result.why, OK);
    CHECK_EQ(heard.result.status, 200);
    close_all();
}

/* Drop by drop: half of it after half of the time. */
static void test_a_body_that_drips(void)
{
    static const char text[] = "0123456789012345678901234567890123456789";

    open_with(span_text(text));
    request.drip_ms = 2000;
    CHECK_EQ(start(4096), OK);
    await_request();
    for (size_t i = 0; i <= 20; i++) {
        for (int turn = 0; turn < 9; turn++)
            loop_turn(loop, false);
        CHECK_EQ(agent.got_len, head_len() + 2 * i);
        let_pass(100);
    }
    CHECK_MEM(agent.got + head_len(), text, sizeof text - 1);
    net_peer_say(&agent, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    await_end();
    CHECK_EQ(heard.result.status, 200);
    close_all();
}

static void test_an_answer_before_the_last_drop(void)
{
    open_with(SPAN("0123456789"));
    request.drip_ms = 20000;
    CHECK_EQ(start(4096), OK);
    await_request();
    let_pass(1000);
    loop_turn(loop, false);
    net_peer_say(&agent, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n"
                         "Connection: close\r\n\r\n");
    await_end();
    CHECK_EQ(heard.result.status, 408);
    close_all();
}

/* --- memory --- */

static const char whole_answer[] = STORED "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

/* Once the request is there; without memory the agent hangs up. */
static void answer_if_asked(bool *is_answered)
{
    bool is_there = agent.got_len > 2 && agent.got[agent.got_len - 1] == '}';

    if (*is_answered || !is_there || !agent.stream)
        return;
    *is_answered = true;
    if (stream_write(agent.stream, whole_answer, sizeof whole_answer - 1) != OK)
        net_peer_close(&agent);
}

static void test_memory_runs_out(void)
{
    bool is_untouched = false;

    for (unsigned long n = 1; !is_untouched; n++) {
        struct stream *ours, *theirs;
        bool is_answered = false;
        open_with(SPAN("{}"));
        request.timeout_ms = 5000;
        CHECK_EQ(pipe_stream_pair(loop, 4096, &ours, &theirs), OK);
        net_peer_sit(&agent, loop, theirs);
        mem_fail_at(n);
        enum err rc = agent_call_start(loop, ours, &request, on_done, &heard);
        if (rc != OK)
            stream_let_go(ours);
        while (rc == OK && !heard.done) {
            loop_turn(loop, true);
            answer_if_asked(&is_answered);
        }
        is_untouched = mem_sweep_is_over(n);
        CHECK(rc == OK || rc == ERR_NOMEM);
        CHECK(!heard.done || heard.result.why == OK || heard.detail[0]);
        CHECK(!is_untouched || heard.result.status == 200);
        close_all();
    }
}

CHECK_MAIN(TEST(test_answer), TEST(test_answer_without_a_body),
           TEST(test_answer_without_stored), TEST(test_odd_numbers),
           TEST(test_long_answer_is_cut), TEST(test_broken_answers),
           TEST(test_agent_is_gone_at_once), TEST(test_agent_breaks_off), TEST(test_too_late),
           TEST(test_in_time), TEST(test_no_body), TEST(test_largest_body),
           TEST(test_a_body_that_drips), TEST(test_an_answer_before_the_last_drop),
           TEST(test_memory_runs_out))
