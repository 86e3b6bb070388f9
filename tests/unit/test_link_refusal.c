/* What a relay, a proxy or something else may answer to the request for a link. */
#include "link/link_handshake.h"
#include "unit/check.h"
#include "unit/support/attempt_rig.h"

/* --- refusals --- */

static const char *refusal(const struct problem *p)
{
    static char text[8192];
    char length[PROBLEM_LENGTH_SIZE];
    struct bytes body;

    bytes_init(&body, 4096);
    CHECK_EQ(problem_format(&body, p), OK);
    (void)snprintf(length, sizeof length, "%zu", bytes_len(&body));
    (void)snprintf(text, sizeof text,
                   "HTTP/1.1 %u No\r\nContent-Type: application/problem+json\r\n"
                   "Content-Length: %s\r\n\r\n%.*s",
                   p->status, length, (int)bytes_len(&body), (const char *)bytes_peek(&body));
    bytes_fini(&body);
    return text;
}

/* The relay's own words reach the user. */
static void test_every_refusal(void)
{
    for (enum link_refusal r = LINK_REFUSE_MALFORMED; r <= LINK_REFUSE_SHUTDOWN; r++) {
        struct problem p = link_refusal_problem(r);

        attempt_rig_hear(refusal(&p), FAKE_RELAY_SAYS, ATTEMPT_REFUSED);
        CHECK_EQ(attempt_rig.status, p.status);
        CHECK_STR(attempt_rig.detail, p.detail);
        attempt_rig_close();
    }
}

static void test_refusal_is_escaped(void)
{
    attempt_rig_hear("HTTP/1.1 401 No\r\n\r\n"
                     "{\"detail\":\"a\\u001b]0;b\\u0007c\\nd\\u202ee\"}",
                     FAKE_RELAY_SAYS_AND_CLOSES, ATTEMPT_REFUSED);
    CHECK_EQ(attempt_rig.status, 401);
    CHECK_STR(attempt_rig.detail, "a\\x1B]0;b\\x07c\\x0Ad\\u{202E}e");
    attempt_rig_close();
}

/* A proxy in between answered, or it is no relay at all. */
static void test_refusal_without_a_reason(void)
{
    static const char *const texts[] = {
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 13\r\n\r\n<html></html>",
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 12\r\n\r\n{\"detail\":5}",
        "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        attempt_rig_hear(texts[i], FAKE_RELAY_SAYS, ATTEMPT_REFUSED);
        CHECK_EQ(attempt_rig.status, 403);
        attempt_rig_has(attempt_rig.detail, "localhost answered 403 without a reason");
        attempt_rig_close();
    }
}

static void test_an_ordinary_page(void)
{
    attempt_rig_hear("HTTP/1.1 200 OK\r\n\r\nhello", FAKE_RELAY_SAYS_AND_CLOSES,
                     ATTEMPT_REFUSED);
    CHECK_EQ(attempt_rig.status, 200);
    attempt_rig_has(attempt_rig.detail, "is it a Hookline relay");
    attempt_rig_close();
}

/* Pages of proxies are long; what is over 4 KiB is not waited for. */
static void test_long_refusals(void)
{
    static char text[16384];

    for (size_t len = 4095; len <= 4097; len++) {
        int head =
            snprintf(text, sizeof text,
                     "HTTP/1.1 403 No\r\nContent-Length: %zu\r\n\r\n{\"detail\":\"why\"}",
                     len == 4097 ? 1000000000 : len);
        memset(text + head, ' ', len - 16);
        text[(size_t)head + len - 16] = '\0';
        attempt_rig_hear(text, FAKE_RELAY_SAYS, ATTEMPT_REFUSED);
        CHECK_EQ(attempt_rig.status, 403);
        attempt_rig_has(attempt_rig.detail,
                        len <= 4096 ? "why" : "answered 403 without a reason");
        attempt_rig_close();
    }
}

/* --- answers that are none --- */

#define UPGRADE "Connection: Upgrade\r\nUpgrade: hookline/1\r\n"
#define URL     "Hookline-Url: https://a.example\r\n"
#define SESSION "Hookline-Session: 0123456789abcdef\r\n"
#define STATUS  "HTTP/1.1 101 Switching Protocols\r\n"
#define LONG_100                                                                               \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
    "aaaaaaaaaaaa"

static void test_wrong_welcomes(void)
{
    static const char *const texts[] = {
        STATUS "\r\n",
        STATUS UPGRADE "\r\n",
        STATUS UPGRADE URL "\r\n",
        STATUS UPGRADE SESSION "\r\n",
        STATUS UPGRADE URL URL SESSION "\r\n",
        STATUS UPGRADE URL SESSION SESSION "\r\n",
        STATUS UPGRADE "Hookline-Url: ftp://a.example\r\n" SESSION "\r\n",
        STATUS UPGRADE "Hookline-Url: https://a.ex ample\r\n" SESSION "\r\n",
        STATUS UPGRADE "Hookline-Url: https://" LONG_100 LONG_100 LONG_100 LONG_100 LONG_100
                       "aaaaaaaaaaaaaaaaa\r\n" SESSION "\r\n",
        STATUS UPGRADE URL "Hookline-Session: 0123456789ABCDEF\r\n\r\n",
        STATUS "Connection: Upgrade\r\nUpgrade: websocket\r\n" URL SESSION "\r\n",
        STATUS "Connection: Upgrade\r\nUpgrade: hookline/2\r\n" URL SESSION "\r\n",
        STATUS "Upgrade: hookline/1\r\n" URL SESSION "\r\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        attempt_rig_hear(texts[i], FAKE_RELAY_SAYS, ATTEMPT_FAILED);
        CHECK_EQ(attempt_rig.why, ERR_PROTOCOL);
        attempt_rig_has(attempt_rig.detail, "not a link's");
        attempt_rig_close();
    }
}

static void test_no_http(void)
{
    static const char *const texts[] = {"SSH-2.0-OpenSSH_9.2\r\n\r\n",
                                        "HTTP/1.1 99999 x\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n",
                                        "HTTP/1.1 403 x\r\nContent-Length: -1\r\n\r\n"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        attempt_rig_hear(texts[i], FAKE_RELAY_SAYS, ATTEMPT_FAILED);
        CHECK_EQ(attempt_rig.why, ERR_PROTOCOL);
        attempt_rig_close();
    }
}

static void test_ends_too_early(void)
{
    static const char *const texts[] = {
        "",
        "HTTP/1.1 101 Swi",
        STATUS UPGRADE URL,
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 403 No\r\nContent-Length: 10\r\n\r\nabc",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        attempt_rig_hear(texts[i], FAKE_RELAY_SAYS_AND_CLOSES, ATTEMPT_FAILED);
        CHECK_EQ(attempt_rig.why, ERR_EOF);
        attempt_rig_close();
    }
}

/* Neither can stand in a request; the user should hear which of the settings it is. */
static void test_settings_that_cannot_be_sent(void)
{
    attempt_rig_open(FAKE_RELAY_ACCEPTS);
    attempt_rig.options.tunnel = "My_Bot";
    attempt_rig_run(ATTEMPT_FAILED);
    attempt_rig_has(attempt_rig.detail, "tunnel");
    CHECK_EQ(attempt_rig.relay.asked, 0);
    attempt_rig_close();
    attempt_rig_open(FAKE_RELAY_ACCEPTS);
    attempt_rig.options.token = "two words";
    attempt_rig_run(ATTEMPT_FAILED);
    attempt_rig_has(attempt_rig.detail, "token");
    CHECK(!strstr(attempt_rig.detail, "two words"));
    attempt_rig_close();
}

CHECK_MAIN(TEST(test_every_refusal), TEST(test_refusal_is_escaped),
           TEST(test_refusal_without_a_reason), TEST(test_an_ordinary_page),
           TEST(test_long_refusals), TEST(test_wrong_welcomes), TEST(test_no_http),
           TEST(test_ends_too_early), TEST(test_settings_that_cannot_be_sent))
