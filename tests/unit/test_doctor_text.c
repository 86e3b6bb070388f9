/* The doctor's words: parameters in their places, and nothing else's. */
#include "relay-client/doctor/doctor_text.h"

#include "relay-client/doctor/doctor_check.h"
#include "unit/check.h"

static char out[DOCTOR_TEXT_SIZE];

static struct doctor_check check_of(enum doctor_id id, const char *code)
{
    return (struct doctor_check){.id = id, .code = code, .state = DOCTOR_WARN};
}

static void test_parameters(void)
{
    struct doctor_check c = check_of(DOCTOR_RELAY_NAME, "resolved");

    doctor_check_text(&c, "host", "mybot.relay.example.com");
    doctor_check_text(&c, "address", "203.0.113.10");
    CHECK_STR(doctor_text_finding(&c, out), "mybot.relay.example.com is 203.0.113.10");
    CHECK_STR(doctor_text_fix(&c, out), "");
}

/* What a peer said is text, even if it looks like a place for another parameter. */
static void test_values_are_not_expanded(void)
{
    struct doctor_check c = check_of(DOCTOR_RELAY_NAME, "resolved");

    doctor_check_text(&c, "host", "{address}{");
    doctor_check_text(&c, "address", "%s}");
    CHECK_STR(doctor_text_finding(&c, out), "{address}{ is %s}");
}

static void test_missing_parameters(void)
{
    struct doctor_check c = check_of(DOCTOR_RELAY_NAME, "resolved");

    CHECK_STR(doctor_text_finding(&c, out), "? is ?");
}

static void test_titles(void)
{
    struct doctor_check c = check_of(DOCTOR_RELAY_TLS, "needs");

    doctor_check_text(&c, "check", "relay_port");
    CHECK_STR(doctor_text_finding(&c, out), "Not checked: it needs \"Port\" first.");
    for (unsigned i = 0; i < DOCTOR_CHECKS; i++)
        CHECK(*doctor_text_title(i) && *doctor_text_group(i));
}

static void test_evidence(void)
{
    struct doctor_check c = check_of(DOCTOR_CLOCK, "could_not_check");

    doctor_check_evidence(&c, "%s\x1b[2J", "out of memory");
    CHECK_STR(doctor_text_finding(&c, out),
              "This could not be checked: out of memory\\x1B[2J.");
}

static void test_unknown_codes(void)
{
    struct doctor_check c = check_of(DOCTOR_CLOCK, "brand_new");

    CHECK_STR(doctor_text_finding(&c, out), "brand_new");
    doctor_check_advice(&c, "brand_new_advice");
    CHECK_STR(doctor_text_fix(&c, out), "");
    c = check_of(DOCTOR_CLOCK, NULL);
    CHECK_STR(doctor_text_finding(&c, out), "");
}

static void test_fixes(void)
{
    struct doctor_check c = check_of(DOCTOR_BOT_LISTENS, "bot_down");

    doctor_check_number(&c, "other_port", 8000);
    doctor_check_command(&c, "hookline up --forward http://127.0.0.1:%u", 8000u);
    CHECK_STR(doctor_text_fix(&c, out),
              "something else listens on this machine's port 8000; if that is it:");
    doctor_check_advice(&c, "bot_start");
    CHECK_STR(doctor_text_fix(&c, out),
              "start the bot, or correct the address: hookline up --forward URL.");
}

/* The longest that can be is cut, not written beyond its end. */
static void test_long_values(void)
{
    struct doctor_check c = check_of(DOCTOR_RELAY_CHAIN, "chain_expired");
    char long_text[3000];

    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    doctor_check_evidence(&c, "%s", long_text);
    doctor_check_text(&c, "subject", long_text);
    doctor_check_command(&c, "%s", long_text);
    CHECK_EQ(strlen(c.evidence), sizeof c.evidence - 1);
    CHECK_EQ(strlen(c.params[0].text), sizeof c.params[0].text - 1);
    CHECK_EQ(strlen(c.fix_value), sizeof c.fix_value - 1);
    CHECK(strlen(doctor_text_finding(&c, out)) < DOCTOR_TEXT_SIZE);
}

/* --- JSON --- */

static void check_json(const struct doctor_check *c, const char *want)
{
    struct json_writer w;
    struct bytes json;

    bytes_init(&json, 65536);
    json_writer_init(&w, &json);
    json_writer_object(&w);
    doctor_check_json(&w, c);
    json_writer_object_end(&w);
    CHECK_EQ(json_writer_end(&w), OK);
    CHECK_EQ(bytes_append(&json, "", 1), OK);
    CHECK_STR((const char *)bytes_peek(&json), want);
    bytes_fini(&json);
}

static void test_json(void)
{
    struct doctor_check c = check_of(DOCTOR_RELAY_CHAIN, "chain_incomplete");

    c.state = DOCTOR_FAIL;
    c.took_us = 1500;
    doctor_check_text(&c, "missing", "R11 \"x\"");
    doctor_check_number(&c, "days", -3);
    doctor_check_evidence(&c, "seen");
    c.chain[0] = (struct doctor_certificate){"a", "R11", 17, DOCTOR_CERTIFICATE_GOOD};
    c.chain[1] = (struct doctor_certificate){"R11", "", 0, DOCTOR_CERTIFICATE_MISSING};
    c.chain_len = 2;
    doctor_check_command(&c, "do it");
    check_json(&c, "{\"id\":\"relay_chain\",\"group\":\"relay\",\"state\":\"fail\",\"code\":"
                   "\"chain_incomplete\",\"ms\":1.5,\"params\":{\"missing\":\"R11 \\\"x\\\"\","
                   "\"days\":-3},\"evidence\":{\"text\":\"seen\",\"chain\":[{\"subject\":\"a\","
                   "\"issuer\":\"R11\",\"not_after\":17,\"state\":\"good\"},{\"subject\":"
                   "\"R11\",\"issuer\":\"\",\"not_after\":0,\"state\":\"missing\"}]},\"fix\":"
                   "{\"kind\":\"command\",\"value\":\"do it\"}}");
}

static void test_json_while_it_runs(void)
{
    struct doctor_check c = {.id = DOCTOR_BOT_REFUSES};

    check_json(&c, "{\"id\":\"bot_refuses\",\"group\":\"bot\",\"state\":\"running\",\"code\":"
                   "null,\"ms\":null,\"params\":{},\"evidence\":{},\"fix\":null}");
    c.state = DOCTOR_SKIPPED;
    c.code = "needs";
    doctor_check_advice(&c, "bot_start");
    check_json(&c, "{\"id\":\"bot_refuses\",\"group\":\"bot\",\"state\":\"skipped\",\"code\":"
                   "\"needs\",\"ms\":null,\"params\":{},\"evidence\":{},\"fix\":{\"kind\":"
                   "\"text\",\"value\":\"bot_start\"}}");
}

CHECK_MAIN(TEST(test_parameters), TEST(test_values_are_not_expanded),
           TEST(test_missing_parameters), TEST(test_titles), TEST(test_evidence),
           TEST(test_unknown_codes), TEST(test_fixes), TEST(test_long_values), TEST(test_json),
           TEST(test_json_while_it_runs))
