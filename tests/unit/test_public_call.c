/* A request to the tunnel's public address, and whatever becomes of it. */
#include "relay-client/replay/public_call.h"

#include "base/mem.h"
#include "loop/deadline.h"
#include "net/tls/tls_stream.h"
#include "unit/check.h"
#include "unit/support/fake_relay.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/test_pki.h"

#include <signal.h>

#define ANSWER "HTTP/1.1 204 No Content\r\n\r\n"

static struct clock_fake now;
static struct loop *loop;
static struct fake_relay relay;
static struct tls_context *trust;
static struct http_head head;
static struct public_call *call;
static unsigned long live;

static struct {
    int done;
    struct agent_call_result result;
    char detail[300];
} heard;

static void on_done(void *owner, const struct agent_call_result *result)
{
    CHECK(owner == &heard);
    CHECK_EQ(++heard.done, 1);
    heard.result = *result;
    (void)snprintf(heard.detail, sizeof heard.detail, "%s",
                   result->detail ? result->detail : "");
    call = NULL;
}

static void open_with(enum fake_relay_manner manner, const char *says)
{
    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    (void)test_pki_localhost();
    memset(&heard, 0, sizeof heard);
    memset(&relay, 0, sizeof relay);
    live = mem_live();
    clock_fake_init(&now, 1795894305000u);
    CHECK_EQ(loop_new(&now.base, &loop), OK);
    trust = test_pki_client(NULL, NULL);
    relay.manner = manner;
    fake_relay_open(&relay, loop);
    if (says)
        fake_relay_say(&relay, says);
    http_head_init_request(&head, SPAN("POST"), SPAN("/mybot/callback"));
    head.scheme = SPAN("https");
    head.authority = SPAN("localhost");
    CHECK_EQ(http_head_add(&head, SPAN("content-length"), SPAN("2")), OK);
}

static enum err start_at(const char *host)
{
    const struct public_call_place place = {.host = host, .port = relay.port, .tls = trust};
    const struct agent_call_request request = {.head = &head, .body = SPAN("{}")};
    enum err rc = public_call_start(loop, &place, &request, on_done, &heard, &call);

    CHECK_EQ(heard.done, 0); /* not from inside the call */
    return rc;
}

static void await(void)
{
    while (!heard.done)
        loop_turn(loop, true);
}

static void close_all(void)
{
    CHECK(!call);
    fake_relay_close(&relay);
    tls_context_put(trust);
    loop_run(loop);
    loop_free(loop);
    CHECK_EQ(mem_live(), live);
}

static void test_answer(void)
{
    open_with(FAKE_RELAY_SAYS, ANSWER);
    CHECK_EQ(start_at("localhost"), OK);
    await();
    CHECK_EQ(heard.result.why, OK);
    CHECK_EQ(heard.result.status, 204);
    CHECK_EQ(heard.result.exchange, 0);
    struct fake_relay_link *asked = fake_relay_last(&relay);
    struct span got = span_of(asked->head, asked->head_len);
    CHECK(span_starts(got, SPAN("POST /mybot/callback HTTP/1.1\r\nHost: localhost\r\n")));
    close_all();
}

/* It is an answer like any other. */
static void test_redirect(void)
{
    open_with(FAKE_RELAY_SAYS, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
                               "Content-Length: 0\r\n\r\n");
    CHECK_EQ(start_at("localhost"), OK);
    await();
    CHECK_EQ(heard.result.status, 302);
    CHECK_EQ(relay.accepted, 1);
    close_all();
}

/* --- it does not work --- */

static void fails(const char *host, enum err why, const char *words)
{
    CHECK_EQ(start_at(host), OK);
    await();
    CHECK_EQ(heard.result.why, why);
    if (!strstr(heard.detail, words))
        (void)fprintf(stderr, "\"%s\" is not in \"%s\"\n", words, heard.detail);
    CHECK(strstr(heard.detail, words));
    close_all();
}

static void test_nobody_listens(void)
{
    open_with(FAKE_RELAY_SAYS, ANSWER);
    fake_relay_stop_listening(&relay);
    fails("localhost", ERR_REFUSED, "localhost");
}

static void test_no_host(void)
{
    open_with(FAKE_RELAY_SAYS, ANSWER);
    CHECK_EQ(start_at(""), ERR_CONFIG);
    CHECK(!call);
    close_all();
}

static void test_not_trusted(void)
{
    char detail[256];
    const struct tls_client_options options = {.ca_file = NULL};

    open_with(FAKE_RELAY_SAYS, ANSWER);
    tls_context_put(trust);
    CHECK_EQ(tls_context_new_client(&options, &trust, detail), OK);
    fails("localhost", ERR_TLS, TLS_STREAM_NOT_TRUSTED);
}

static void test_broken_answers(void)
{
    open_with(FAKE_RELAY_SAYS, "nonsense\r\n\r\n");
    fails("localhost", ERR_PROTOCOL, "");
    open_with(FAKE_RELAY_SAYS_AND_CLOSES, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
    fails("localhost", ERR_EOF, "");
}

static void test_too_late(void)
{
    open_with(FAKE_RELAY_SILENT, NULL);
    CHECK_EQ(start_at("localhost"), OK);
    while (relay.asked == 0)
        loop_turn(loop, true);
    clock_fake_advance(&now, (uint64_t)(PUBLIC_CALL_MS - 1) * 1000);
    CHECK_EQ(heard.done, 0);
    clock_fake_advance(&now, 1000);
    deadline_run_due(loop);
    await();
    CHECK_EQ(heard.result.why, ERR_TIMEOUT);
    CHECK_STR(heard.detail, "the relay does not answer");
    close_all();
}

/* --- it is cancelled --- */

static bool is_answered(void)
{
    return heard.done > 0;
}

/* After so many turns of the loop; false: it was over before. */
static bool cancel_after(unsigned turns)
{
    open_with(FAKE_RELAY_SAYS, ANSWER);
    CHECK_EQ(start_at("localhost"), OK);
    for (unsigned i = 0; i < turns && !is_answered(); i++)
        loop_turn(loop, true);
    bool was_over = is_answered();
    if (!was_over) {
        public_call_cancel(call);
        CHECK_EQ(heard.done, 0); /* not from inside the call */
        public_call_cancel(call);
    }
    await();
    CHECK(was_over || heard.result.why == ERR_CANCELLED || heard.result.status == 204);
    close_all();
    return !was_over;
}

static void test_cancel_at_every_moment(void)
{
    for (unsigned turns = 0; cancel_after(turns); turns++)
        CHECK(turns < 1000);
}

static void test_cancel_while_deaf(void)
{
    open_with(FAKE_RELAY_DEAF, NULL);
    CHECK_EQ(start_at("localhost"), OK);
    while (relay.accepted == 0)
        loop_turn(loop, true);
    public_call_cancel(call);
    await();
    CHECK_EQ(heard.result.why, ERR_CANCELLED);
    close_all();
}

static void test_memory_runs_out(void)
{
    bool is_untouched = false;

    for (unsigned long n = 1; !is_untouched; n++) {
        open_with(FAKE_RELAY_SAYS, ANSWER);
        mem_fail_at(n);
        enum err rc = start_at("localhost");
        CHECK(rc == OK || rc == ERR_NOMEM);
        for (int i = 0; rc == OK && !heard.done && i < 200; i++)
            loop_turn(loop, i < 100);
        is_untouched = mem_sweep_is_over(n);
        if (rc == OK && !heard.done) { /* it was the relay's memory */
            public_call_cancel(call);
            await();
        }
        CHECK(!is_untouched || heard.result.status == 204);
        close_all();
    }
}

CHECK_MAIN(TEST(test_answer), TEST(test_redirect), TEST(test_nobody_listens),
           TEST(test_no_host), TEST(test_not_trusted), TEST(test_broken_answers),
           TEST(test_too_late), TEST(test_cancel_at_every_moment), TEST(test_cancel_while_deaf),
           TEST(test_memory_runs_out))
