/* The plain port: everybody is sent to https, ACME's challenge files are served.
 *
 * Not for the thread sanitizer: libuv closes sockets behind its back, so that it takes the
 * worker's file for the socket that had the same number before. */
#include "relay-server/ingress/plain_port.h"

#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/loopback.h"
#include "unit/support/scratch_folder.h"

#include <sched.h>
#include <semaphore.h>
#include <signal.h>

#define CHALLENGE "/.well-known/acme-challenge/"
#define QUEUE     8u

static struct clock_fake now;
static struct loop *loop;
static struct worker *worker;
static struct plain_port *port;
static struct public_client client;
static unsigned closed;
static unsigned long live;

static void on_closed(void *owner)
{
    CHECK(owner == &port);
    closed++;
}

static void set_up(unsigned https_port, bool has_folder)
{
    static const struct worker_options workers = {
        .name = "files", .threads = 1, .queue_max = QUEUE};
    struct plain_port_options options = {
        .address = "127.0.0.1:0",
        .https_port = https_port,
        .on_closed = on_closed,
        .owner = &port,
    };

    log_set_level(LOG_ERROR);
    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    (void)scratch_folder_make();
    live = mem_live();
    clock_fake_init(&now, 1795894305000);
    CHECK_EQ(loop_new(&now.base, &loop), OK);
    CHECK_EQ(worker_open(loop, &workers, &worker), OK);
    options.worker = worker;
    options.acme_folder = has_folder ? scratch_folder_path("") : NULL;
    CHECK_EQ(plain_port_open(loop, &options, &port), OK);
    closed = 0;
    loopback_sit(&client, loop, loopback_tcp(loop, plain_port_number(port)), false);
}

static void on_worker_closed(void *owner)
{
    (void)owner;
}

static void tear_down(void)
{
    loopback_leave(&client);
    if (!closed)
        plain_port_close(port);
    while (!closed)
        loop_turn(loop, true);
    CHECK_EQ(closed, 1);
    worker_close(worker, on_worker_closed, NULL);
    loop_run(loop);
    loop_free(loop);
    scratch_folder_remove();
    CHECK_EQ(mem_live(), live);
}

static unsigned get(const char *method, const char *authority, const char *target)
{
    struct public_request request = {
        .method = method, .authority = authority, .target = target};

    if (strcmp(method, "POST") == 0) {
        request.body = SPAN("{\"events\":[]}");
        request.has_body = true;
    }
    CHECK(loopback_ask(&client, &request));
    return client.answer.status;
}

/* --- redirect --- */

static void test_redirect(void)
{
    static const struct {
        unsigned port;
        const char *method, *authority, *target, *location;
    } cases[] = {
        {443, "GET", "mybot.relay.test", "/a?b=%20", "https://mybot.relay.test/a?b=%20"},
        {443, "POST", "relay.test:80", "/mybot/cb", "https://relay.test/mybot/cb"},
        {443, "GET", "[::1]:80", "/", "https://[::1]/"},
        {8443, "HEAD", "relay.test:8080", "/", "https://relay.test:8443/"},
        {443, "GET", "relay.test", "//evil.test/", "https://relay.test//evil.test/"},
        {443, "GET", "relay.test", "/.well-known/acme-challengex", NULL},
        {443, "GET", "relay.test", "/.hookline/link", NULL},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char location[300];

        set_up(cases[i].port, true);
        (void)snprintf(location, sizeof location, "https://%s%s", cases[i].authority,
                       cases[i].target);
        CHECK_EQ(get(cases[i].method, cases[i].authority, cases[i].target), 308);
        CHECK_STR(public_client_field(&client, "location"),
                  cases[i].location ? cases[i].location : location);
        CHECK_EQ(client.answer.body_len, 0);
        tear_down();
    }
}

static void test_the_longest_target(void)
{
    static char target[HTTP_TARGET_MAX + 1];
    const char *location;

    memset(target, 'a', sizeof target - 1);
    target[0] = '/';
    set_up(443, true);
    struct public_request request = {
        .method = "GET", .authority = "relay.test", .target = target};
    CHECK(public_client_send(&client, &request));
    while (client.peer.got_len < HTTP_TARGET_MAX)
        loop_turn(loop, true);
    location = strstr((const char *)client.peer.got, "https://relay.test/aaaa");
    CHECK(location != NULL);
    CHECK_EQ(strncmp((const char *)client.peer.got, "HTTP/1.1 308 ", 13), 0);
    tear_down();
}

/* --- challenges --- */

static void test_challenge(void)
{
    set_up(443, true);
    (void)scratch_folder_write_text("token_1-A", "token_1-A.thumbprint", 0644);
    CHECK_EQ(get("GET", "relay.test", CHALLENGE "token_1-A"), 200);
    CHECK_STR(public_client_field(&client, "content-type"), "application/octet-stream");
    CHECK_EQ(client.answer.body_len, strlen("token_1-A.thumbprint"));
    CHECK_MEM(client.answer.body, "token_1-A.thumbprint", client.answer.body_len);
    CHECK_EQ(get("HEAD", "relay.test", CHALLENGE "token_1-A"), 200);
    CHECK_EQ(client.answer.body_len, 0);
    CHECK_EQ(get("GET", "mybot.relay.test", CHALLENGE "token_1-A"), 200);
    tear_down();
}

static void test_no_such_challenge(void)
{
    static const char *const targets[] = {CHALLENGE "absent",    CHALLENGE,
                                          CHALLENGE "../secret", CHALLENGE "%2e%2e%2fsecret",
                                          CHALLENGE "a.b",       CHALLENGE "a/b"};

    set_up(443, true);
    (void)scratch_folder_write_text("a.b", "no token", 0644);
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        CHECK_EQ(get("GET", "relay.test", targets[i]), 404);
        CHECK_STR(public_client_field(&client, "content-type"), "application/problem+json");
    }
    tear_down();
}

static void test_without_a_folder(void)
{
    set_up(443, false);
    (void)scratch_folder_write_text("token", "token.thumbprint", 0644);
    CHECK_EQ(get("GET", "relay.test", CHALLENGE "token"), 404);
    tear_down();
}

/* --- ends while a file is being read --- */

static void begin_challenge(void)
{
    struct public_request request = {
        .method = "GET", .authority = "relay.test", .target = CHALLENGE "token"};

    set_up(443, true);
    (void)scratch_folder_write_text("token", "token.thumbprint", 0644);
    CHECK(public_client_send(&client, &request));
}

static void test_the_client_leaves(void)
{
    for (int turns = 0; turns < 6; turns++) {
        begin_challenge();
        for (int i = 0; i < turns; i++)
            loop_turn(loop, false);
        loopback_leave(&client);
        tear_down();
    }
}

static void test_the_port_closes(void)
{
    for (int turns = 0; turns < 6; turns++) {
        begin_challenge();
        for (int i = 0; i < turns; i++)
            loop_turn(loop, false);
        plain_port_close(port);
        while (!closed)
            loop_turn(loop, true);
        tear_down();
    }
}

static void test_shutdown_lets_it_finish(void)
{
    begin_challenge();
    while (client.peer.got_len == 0 && !closed) {
        loop_turn(loop, true);
        plain_port_shutdown(port);
    }
    if (loopback_wait(&client)) /* it had come before the port closed */
        CHECK_EQ(client.answer.status, 200);
    loopback_leave(&client);
    while (!closed)
        loop_turn(loop, true);
    tear_down();
}

/* --- the worker is busy --- */

static sem_t gate;

static void wait_at_gate(struct worker_job *job)
{
    (void)job;
    while (sem_wait(&gate) != 0)
        ;
}

static void on_job_done(struct worker_job *job)
{
    (void)job;
}

/* One job that a thread has taken, and as many as may wait. */
static void test_too_many_challenges(void)
{
    struct worker_job jobs[QUEUE + 1] = {{0}};

    set_up(443, true);
    CHECK_EQ(sem_init(&gate, 0, 0), 0);
    CHECK_EQ(worker_submit(worker, &jobs[0], wait_at_gate, on_job_done), OK);
    while (worker_waiting(worker) > 0)
        sched_yield();
    for (size_t i = 1; i <= QUEUE; i++)
        CHECK_EQ(worker_submit(worker, &jobs[i], wait_at_gate, on_job_done), OK);
    CHECK_EQ(get("GET", "relay.test", CHALLENGE "token"), 503);
    CHECK(strstr((const char *)client.answer.body, "Too many certificate challenges at once"));
    CHECK(public_client_field(&client, "retry-after"));
    for (size_t i = 0; i <= QUEUE; i++)
        CHECK_EQ(sem_post(&gate), 0);
    while (worker_waiting(worker) > 0)
        sched_yield();
    CHECK_EQ(get("GET", "relay.test", CHALLENGE "token"), 404);
    tear_down();
    CHECK_EQ(sem_destroy(&gate), 0);
}

CHECK_MAIN(TEST(test_redirect), TEST(test_the_longest_target), TEST(test_challenge),
           TEST(test_no_such_challenge), TEST(test_without_a_folder),
           TEST(test_the_client_leaves), TEST(test_the_port_closes),
           TEST(test_shutdown_lets_it_finish), TEST(test_too_many_challenges))
