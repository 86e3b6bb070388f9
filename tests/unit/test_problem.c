#include "http/problem.h"

#include "base/mem.h"
#include "check.h"
#include "unit/support/server_rig.h"

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

static const struct problem busy = {503, "Busy", "Try \"again\"\n in a while.", "7"};

static void test_format(void)
{
    struct bytes b;

    bytes_init(&b, 4096);
    CHECK_EQ(problem_format(&b, &busy), OK);
    CHECK_EQ(bytes_append(&b, "", 1), OK);
    CHECK_STR((const char *)bytes_peek(&b),
              "{\"type\":\"about:blank\",\"title\":\"Busy\",\"status\":503,"
              "\"detail\":\"Try \\\"again\\\"\\n in a while.\"}");
    bytes_fini(&b);
    bytes_init(&b, 10);
    CHECK_EQ(problem_format(&b, &busy), ERR_LIMIT);
    bytes_fini(&b);
}

static void refuse(struct server_rig *rig, struct exchange_log *log,
                   const struct http_head *head, bool end)
{
    struct exchange *x = log->x;

    (void)rig;
    (void)head;
    (void)end;
    log->x = NULL;
    problem_refuse(x, &busy);
}

static void test_refuse(void)
{
    struct server_rig rig = {.on_request = refuse};

    server_rig_open(&rig, 16384);
    server_rig_say(&rig, GET GET);
    CHECK_EQ(rig.requests, 2);
    CHECK(server_rig_heard(&rig, "HTTP/1.1 503 Service Unavailable\r\n"
                                 "Content-Type: application/problem+json\r\n"
                                 "Content-Length: 89\r\nCache-Control: no-store\r\n"
                                 "Retry-After: 7\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                                 "Connection: keep-alive\r\n\r\n{\"type\":"));
    CHECK_EQ(rig.logs[0].closeds, 0); /* nobody is told */
    server_rig_close(&rig);
}

/* Without memory there is no answer, but an end. */
static void test_refuse_without_memory(void)
{
    for (unsigned long n = 1; n < 20; n++) {
        struct server_rig rig = {.on_request = refuse};

        server_rig_open(&rig, 16384);
        net_peer_say(&rig.client, GET);
        mem_fail_at(n);
        server_rig_run(&rig);
        mem_fail_at(0);
        CHECK(server_rig_heard(&rig, "HTTP/1.1 503 ") || rig.client.ended == 1 || n > 5);
        server_rig_close(&rig);
    }
}

static void test_head_request(void)
{
    struct server_rig rig = {.on_request = refuse};

    server_rig_open(&rig, 16384);
    server_rig_say(&rig, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(server_rig_heard(&rig, "Content-Length: 89\r\n"));
    CHECK(!server_rig_heard(&rig, "{"));
    server_rig_close(&rig);
}

CHECK_MAIN(TEST(test_format), TEST(test_refuse), TEST(test_refuse_without_memory),
           TEST(test_head_request))
