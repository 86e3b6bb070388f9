/* The agent's doors: the control socket and the link; what counts as a webhook. */
#include "net/local_socket.h"
#include "net/pipe_stream.h"
#include "unit/check.h"
#include "unit/support/agent_world.h"
#include "unit/support/scratch_folder.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define DELIVERY "01KAAAAAAAAAAAAAAAAAAAAAAA"

static void open_started(void)
{
    agent_world_open(false);
    CHECK_EQ(agent_world_start(), OK);
}

/* --- the control socket --- */

static void test_control_socket(void)
{
    open_started();
    CHECK_EQ(scratch_folder_mode("agent.sock"), 0600);
    agent_world_say("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(agent_world_heard("HTTP/1.1 102 "));
    CHECK(agent_world_heard("hookline-exchange: 1\r\n"));
    CHECK(agent_world_heard("HTTP/1.1 200 "));
    CHECK(!agent_world.webhook);
    agent_world_say("GET /b HTTP/1.1\r\nHost: localhost\r\n\r\n"); /* it is kept alive */
    CHECK(agent_world_heard("hookline-exchange: 2\r\n"));
    CHECK_EQ(agent_world.spy.requests, 2);
    CHECK_EQ(agent_world.statuses, 0); /* no relay, no news of it */
    agent_world_close();
}

static void test_malformed_local_request(void)
{
    open_started();
    agent_world_connect();
    net_peer_say(&agent_world.client, "GET / HTTP/1.1\r\nBad Field: x\r\n\r\n");
    agent_world_wait(&agent_world.client.ended, 1);
    CHECK(agent_world_heard("HTTP/1.1 400 "));
    CHECK_EQ(agent_world.exchanges, 0);
    agent_world_close();
}

static const struct local_socket_events no_events = {0};

static void test_socket_of_another_agent(void)
{
    struct local_socket *other;

    agent_world_open(false);
    CHECK_EQ(local_socket_listen(agent_world.loop, agent_world.options.control_socket,
                                 &no_events, NULL, &other),
             OK);
    CHECK_EQ(agent_world_start(), ERR_CONFLICT);
    CHECK(strstr(agent_world.options.detail, agent_world.options.control_socket));
    CHECK(strstr(agent_world.options.detail, "another"));
    local_socket_close(other);
    agent_world_settle();
    CHECK_EQ(agent_world_start(), OK);
    agent_world_close();
}

/* Of an agent that was killed. */
static void test_leftover_socket_is_replaced(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    agent_world_open(false);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s",
                   agent_world.options.control_socket);
    CHECK_EQ(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(close(fd), 0);
    CHECK_EQ(agent_world_start(), OK);
    agent_world_say("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    agent_world_close();
}

static void test_socket_path_too_long(void)
{
    char path[200];

    agent_world_open(false);
    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    agent_world.options.control_socket = path;
    CHECK_EQ(agent_world_start(), ERR_LIMIT);
    CHECK(strstr(agent_world.options.detail, "--data"));
    agent_world_close();
}

/* What was opened before the failure is closed again. */
static void test_bad_trust_closes_the_socket(void)
{
    agent_world_open(true);
    agent_world.options.ca_file = "/nonexistent/ca.pem";
    CHECK_EQ(agent_world_start(), ERR_CONFIG);
    CHECK(strstr(agent_world.options.detail, "/nonexistent/ca.pem"));
    agent_world_settle();
    CHECK(access(agent_world.options.control_socket, F_OK) != 0);
    agent_world_close();
}

/* `hookline replay` without an agent: the same, over a pipe. */
static void test_serve(void)
{
    struct stream *ours, *theirs;

    agent_world_open(false);
    agent_world.options.control_socket = NULL;
    CHECK_EQ(agent_world_start(), OK);
    CHECK_EQ(pipe_stream_pair(agent_world.loop, 7, &ours, &theirs), OK);
    CHECK_EQ(agent_serve(agent_world.agent, theirs), OK);
    net_peer_sit(&agent_world.client, agent_world.loop, ours);
    net_peer_wait(&agent_world.client, &agent_world.client.opened, 1);
    agent_world_say("POST /x HTTP/1.1\r\nHost: h\r\nHookline-Replay-Of: 3\r\n"
                    "Content-Length: 2\r\n\r\nhi");
    CHECK_EQ(agent_world.spy.replay_of, 3);
    CHECK(agent_world_heard("\r\n\r\nok"));
    agent_world_close();
}

/* --- the link --- */

static void test_link(void)
{
    struct exchange_log log;

    agent_world_open(true);
    CHECK_EQ(agent_world_start(), OK);
    agent_world_await(AGENT_LINKED);
    exchange_log_init(&log);
    CHECK_EQ(agent_world_webhook(&log, DELIVERY, "{\"events\":[]}"), OK);
    agent_world_wait(&log.completes, 1);
    CHECK_EQ(log.status, 200);
    CHECK_EQ(log.interims, 1);
    CHECK(agent_world.webhook);
    CHECK_EQ(agent_world.spy.verdict, VERDICT_VALID);
    CHECK_STR(agent_world.spy.delivery, DELIVERY);
    exchange_close(log.x);
    agent_world_wait(&log.closeds, 1);
    exchange_log_fini(&log);
    agent_world_close();
}

/* --- what counts as a webhook --- */

static bool is_webhook(const char *head)
{
    char text[512];

    (void)snprintf(text, sizeof text, "%s\r\nHost: h\r\nContent-Length: 0\r\n\r\n", head);
    agent_world_say(text);
    return agent_world.webhook;
}

static void test_every_signature_makes_a_webhook(void)
{
    char head[256];

    agent_world_open(false);
    agent_world.options.webhook_path = "/callback";
    CHECK_EQ(agent_world_start(), OK);
    for (size_t i = 0; i < signature_providers_len; i++) {
        (void)snprintf(head, sizeof head, "POST / HTTP/1.1\r\n%s: x",
                       signature_providers[i].header);
        CHECK(is_webhook(head));
    }
    CHECK(is_webhook("POST / HTTP/1.1\r\nX-LINE-SIGNATURE: x"));
    CHECK(!is_webhook("GET / HTTP/1.1\r\nX-Line-Signature: x"));
    CHECK(!is_webhook("PUT / HTTP/1.1\r\nX-Line-Signature: x"));
    CHECK(!is_webhook("POST / HTTP/1.1\r\nX-Line-Signature-2: x"));
    agent_world_close();
}

static void test_the_path_makes_a_webhook(void)
{
    agent_world_open(false);
    agent_world.options.webhook_path = "/callback";
    CHECK_EQ(agent_world_start(), OK);
    CHECK(is_webhook("POST /callback HTTP/1.1"));
    CHECK(is_webhook("POST /callback? HTTP/1.1"));
    CHECK(is_webhook("POST /callback?a=/other HTTP/1.1"));
    CHECK(is_webhook("POST /Callback/ HTTP/1.1")); /* some servers take that for the same */
    CHECK(!is_webhook("POST /callback2 HTTP/1.1"));
    CHECK(!is_webhook("POST /other?/callback HTTP/1.1"));
    CHECK(!is_webhook("GET /callback HTTP/1.1"));
    agent_world_close();
}

/* Where webhooks arrive is unknown: with a secret no POST goes round it. */
static void test_no_path(void)
{
    open_started();
    CHECK(is_webhook("POST /anything HTTP/1.1"));
    CHECK(!is_webhook("GET /anything HTTP/1.1"));
    agent_world_close();
    agent_world_open(false);
    agent_world.options.secrets_len = 0;
    CHECK_EQ(agent_world_start(), OK);
    CHECK(!is_webhook("POST /anything HTTP/1.1"));
    agent_world_close();
}

CHECK_MAIN(TEST(test_control_socket), TEST(test_malformed_local_request),
           TEST(test_socket_of_another_agent), TEST(test_leftover_socket_is_replaced),
           TEST(test_socket_path_too_long), TEST(test_bad_trust_closes_the_socket),
           TEST(test_serve), TEST(test_link), TEST(test_every_signature_makes_a_webhook),
           TEST(test_the_path_makes_a_webhook), TEST(test_no_path))
