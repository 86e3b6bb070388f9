/* Stateless access tokens: how they are asked for, and what LINE says. */
#include "relay-client/line/line_token.h"

#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/mem_sweep.h"

static struct bytes token;
static uint64_t life_ms;

static enum err parse(const char *body)
{
    return line_token_parse(span_text(body), &token, &life_ms);
}

static void test_form(void)
{
    struct bytes form;

    bytes_init(&form, LINE_TOKEN_MAX);
    CHECK_EQ(line_token_format(&form, SPAN("1650000000"), SPAN("a b&c=\xe3\x81\x82")), OK);
    CHECK_STR((const char *)bytes_peek(&form),
              "grant_type=client_credentials&client_id=1650000000"
              "&client_secret=a%20b%26c%3D%E3%81%82");
    bytes_fini(&form);
}

static void test_form_that_does_not_fit(void)
{
    static char long_secret[LINE_TOKEN_MAX];
    struct bytes form;

    memset(long_secret, 'x', sizeof long_secret);
    bytes_init(&form, LINE_TOKEN_MAX);
    CHECK_EQ(line_token_format(&form, SPAN("1"), span_of(long_secret, sizeof long_secret)),
             ERR_LIMIT);
    bytes_fini(&form);
}

static void test_answer(void)
{
    bytes_init(&token, LINE_TOKEN_MAX);
    CHECK_EQ(parse("{\"token_type\":\"Bearer\",\"access_token\":\"ey.J\",\"expires_in\":900}"),
             OK);
    CHECK(span_is(bytes_span(&token), SPAN("ey.J")));
    CHECK_EQ(life_ms, 900000);
    CHECK_EQ(parse("{\"access_token\":\"second\",\"expires_in\":0}"), OK);
    CHECK(span_is(bytes_span(&token), SPAN("second")));
    bytes_fini(&token);
}

static void test_bad_answers(void)
{
    static const char *const bodies[] = {
        "",
        "{}",
        "[]",
        "{\"access_token\":\"\",\"expires_in\":900}",
        "{\"access_token\":7,\"expires_in\":900}",
        "{\"access_token\":\"x\"}",
        "{\"access_token\":\"x\",\"expires_in\":\"900\"}",
        "{\"access_token\":\"x\",\"expires_in\":-1}",
        "{\"access_token\":\"x\",\"expires_in\":9007199254740991}",
        "{\"access_token\":\"x\",\"expires_in\":900"};

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        bytes_init(&token, LINE_TOKEN_MAX);
        CHECK_EQ(bytes_append_text(&token, "before"), OK);
        CHECK_EQ(parse(bodies[i]), ERR_SYNTAX);
        CHECK_EQ(bytes_len(&token), 0);
        bytes_fini(&token);
    }
}

static void test_memory(void)
{
    unsigned long n = 1;
    enum err rc;

    do {
        bytes_init(&token, LINE_TOKEN_MAX);
        mem_fail_at(n);
        rc = parse("{\"access_token\":\"x\",\"expires_in\":900}");
        CHECK(rc == OK || rc == ERR_NOMEM);
        bytes_fini(&token);
    } while (!mem_sweep_is_over(n++));
    CHECK_EQ(rc, OK);
}

CHECK_MAIN(TEST(test_form), TEST(test_form_that_does_not_fit), TEST(test_answer),
           TEST(test_bad_answers), TEST(test_memory))
