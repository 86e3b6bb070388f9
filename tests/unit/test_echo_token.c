/* Access tokens of the echo bot, without a network. */
#include "relay-client/handler/echo/echo_token.h"

#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/rsa_keys.h"

#define NOW_MS 1795325400000u

static struct echo_token token;

static void open_line(void)
{
    const struct echo_token_options options = {
        .kind = ECHO_TOKEN_LINE,
        .client_id = SPAN("123"),
        .client_secret = SPAN("a&b=c"),
    };

    CHECK_EQ(echo_token_init(&token, &options), OK);
}

static bool is_now(const char *text, uint64_t now_ms)
{
    return span_is(echo_token_now(&token, now_ms), span_text(text));
}

static void test_fixed(void)
{
    const struct echo_token_options options = {.kind = ECHO_TOKEN_FIXED, .fixed = SPAN("abc")};
    struct bytes body;

    bytes_init(&body, 1000);
    CHECK_EQ(echo_token_init(&token, &options), OK);
    CHECK(is_now("abc", UINT64_MAX - 1));
    CHECK(!echo_token_drop(&token, 0));
    CHECK(is_now("abc", 0));
    CHECK_EQ(echo_token_request(&token, NOW_MS, random_system(), &body), ERR_UNSUPPORTED);
    echo_token_fini(&token);
    bytes_fini(&body);
}

static void test_fixed_limit(void)
{
    static char text[ECHO_TOKEN_MAX + 1];
    struct echo_token_options options = {.kind = ECHO_TOKEN_FIXED,
                                         .fixed = span_of(text, ECHO_TOKEN_MAX)};

    memset(text, 'a', sizeof text);
    CHECK_EQ(echo_token_init(&token, &options), OK);
    echo_token_fini(&token);
    options.fixed.len++;
    CHECK_EQ(echo_token_init(&token, &options), ERR_LIMIT);
    echo_token_fini(&token);
}

static void test_request(void)
{
    struct bytes body;

    open_line();
    bytes_init(&body, 1000);
    CHECK_EQ(echo_token_request(&token, NOW_MS, random_system(), &body), OK);
    CHECK(span_is(bytes_span(&body),
                  SPAN("grant_type=client_credentials&client_id=123&client_secret=a%26b%3Dc")));
    bytes_fini(&body);
    echo_token_fini(&token);
}

static void test_life(void)
{
    open_line();
    CHECK(is_now("", NOW_MS));
    CHECK_EQ(
        echo_token_take(&token, SPAN("{\"access_token\":\"a\",\"expires_in\":900}"), NOW_MS),
        OK);
    CHECK(is_now("a", NOW_MS + 839999));
    CHECK(is_now("", NOW_MS + 840000));
    /* A short one is not renewed all the time. */
    CHECK_EQ(
        echo_token_take(&token, SPAN("{\"access_token\":\"b\",\"expires_in\":\"10\"}"), NOW_MS),
        OK);
    CHECK(is_now("b", NOW_MS + 4999));
    CHECK(is_now("", NOW_MS + 5000));
    /* Only who used this one may drop it. */
    CHECK(echo_token_drop(&token, 1));
    CHECK(is_now("b", NOW_MS));
    CHECK(echo_token_drop(&token, 2));
    CHECK(is_now("", NOW_MS));
    echo_token_fini(&token);
}

static void check_not_taken(const char *answer)
{
    CHECK_EQ(echo_token_take(&token, SPAN("{\"access_token\":\"a\",\"expires_in\":900}"), 0),
             OK);
    CHECK_EQ(echo_token_take(&token, span_text(answer), 0), ERR_SYNTAX);
    CHECK(is_now("", 0));
}

static void test_answers(void)
{
    open_line();
    check_not_taken("");
    check_not_taken("<html>");
    check_not_taken("[]");
    check_not_taken("{\"expires_in\":900}");
    check_not_taken("{\"access_token\":\"\",\"expires_in\":900}");
    check_not_taken("{\"access_token\":\"a\"}");
    check_not_taken("{\"access_token\":\"a\",\"expires_in\":-1}");
    check_not_taken("{\"access_token\":\"a\",\"expires_in\":\"soon\"}");
    check_not_taken("{\"access_token\":\"a\",\"expires_in\":31622401}");
    CHECK_EQ(
        echo_token_take(&token, SPAN("{\"access_token\":\"a\",\"expires_in\":31622400}"), 0),
        OK);
    echo_token_fini(&token);
}

static void test_memory(void)
{
    unsigned long live;
    struct jwt_rsa *key;

    CHECK_EQ(jwt_rsa_parse(span_text(rsa_keys_private(0)), &key, NULL), OK);
    const struct echo_token_options options = {
        .kind = ECHO_TOKEN_WORKS,
        .client_id = SPAN("app"),
        .client_secret = SPAN("s"),
        .service_account = "x",
        .key = key,
    };
    live = mem_live();
    for (unsigned long n = 1;; n++) {
        struct bytes body;
        bytes_init(&body, 8192);
        mem_fail_at(n);
        enum err rc = echo_token_init(&token, &options);
        if (rc == OK)
            rc = echo_token_request(&token, NOW_MS, random_system(), &body);
        if (rc == OK)
            rc = echo_token_take(&token, SPAN("{\"access_token\":\"a\",\"expires_in\":\"9\"}"),
                                 NOW_MS);
        bool over = mem_sweep_is_over(n);
        CHECK_EQ(rc, over ? OK : ERR_NOMEM);
        echo_token_fini(&token);
        bytes_fini(&body);
        CHECK_EQ(mem_live(), live);
        if (over)
            break;
    }
    jwt_rsa_free(key);
}

CHECK_MAIN(TEST(test_fixed), TEST(test_fixed_limit), TEST(test_request), TEST(test_life),
           TEST(test_answers), TEST(test_memory))
