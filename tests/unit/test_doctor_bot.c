/* What the doctor makes of a bot.  thread-test */
#include "unit/check.h"
#include "unit/support/doctor_rig.h"
#include "unit/support/talker.h"
#include "unit/support/test_pki.h"

/* Only the bot matters here: the relay is far away. */
static void open_bot(void)
{
    doctor_rig_open(NULL);
    doctor_rig.options.relay_host = NULL;
}

static void expect(enum doctor_id id, enum doctor_state state, const char *code,
                   const char *fix)
{
    doctor_rig_expect(id, state, code);
    CHECK_STR(doctor_rig.checks[id].fix_value, fix);
}

/* --- what it gets --- */

static char body[128];

/* Bodies go with their connections: while the first is open. */
static void keep_body(const struct doctor_check *check)
{
    if (check->id == DOCTOR_BOT_ANSWERS && check->state != DOCTOR_RUNNING)
        (void)snprintf(body, sizeof body, "%s",
                       handler_bot_body(doctor_rig_last(&doctor_rig.bot)));
}

static void test_what_it_is_asked(void)
{
    char host[64];
    const char *head;

    open_bot();
    doctor_rig.hook = keep_body;
    doctor_rig_run();
    CHECK_EQ(doctor_rig.bot.requests, 2);
    head = doctor_rig_last_head(&doctor_rig.bot);
    (void)snprintf(host, sizeof host, "\nhost: 127.0.0.1:%u\n", doctor_rig.bot.port);
    doctor_rig_has(head, "POST /callback\n");
    doctor_rig_has(head, host);
    doctor_rig_has(head, "user-agent: LineBotWebhook/2.0\n");
    doctor_rig_has(head, "content-type: application/json; charset=utf-8\n");
    doctor_rig_has(head, "content-length: 63\n");
    CHECK_STR(body, "{\"destination\":\"Uhooklinedoctor000000000000000000\",\"events\":[]}");
    doctor_rig_close();
}

/* The first is signed with the channel secret, the second with another one. */
static void test_signatures(void)
{
    static const char right[] = "x-line-signature: "
                                "HoqRam+E/C+OI0h6+6pHFDdxw2jGWfHhWR2ywIolRKY=\n";
    const struct handler_bot_connection *all = doctor_rig.bot.connections;
    int signed_well = 0, signed_at_all = 0;

    open_bot();
    doctor_rig_run();
    for (int i = 0; i < doctor_rig.bot.accepted; i++) {
        signed_at_all += strstr(all[i].head, "x-line-signature: ") != NULL;
        signed_well += strstr(all[i].head, right) != NULL;
    }
    CHECK_EQ(signed_at_all, 2);
    CHECK_EQ(signed_well, 1);
    doctor_rig_close();
}

static void test_the_bot_of_the_secret(void)
{
    open_bot();
    doctor_rig.secrets.list[0].bot_user_id = "U0123456789abcdef0123456789abcdef";
    doctor_rig.hook = keep_body;
    doctor_rig_run();
    doctor_rig_has(body, "\"U0123456789abcdef0123456789abcdef\"");
    doctor_rig_close();
}

static void test_query(void)
{
    open_bot();
    (void)snprintf(doctor_rig.forward_url, sizeof doctor_rig.forward_url, "%s",
                   handler_bot_url(&doctor_rig.bot, "/hook/line?bot=1"));
    doctor_rig_run();
    doctor_rig_has(doctor_rig_last_head(&doctor_rig.bot), "POST /hook/line?bot=1\n");
    doctor_rig_close();
}

/* --- does it listen? --- */

static void test_down(void)
{
    open_bot();
    handler_bot_stop_listening(&doctor_rig.bot);
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_BOT_LISTENS, DOCTOR_FAIL, "bot_down");
    doctor_rig_expect(DOCTOR_BOT_ANSWERS, DOCTOR_SKIPPED, "needs");
    doctor_rig_expect(DOCTOR_BOT_REFUSES, DOCTOR_SKIPPED, "needs");
    CHECK_STR(doctor_rig_param(DOCTOR_BOT_REFUSES, "check"), "bot_listens");
    CHECK(doctor_rig.checks[DOCTOR_BOT_LISTENS].fix != DOCTOR_FIX_NONE);
    doctor_rig_close();
}

static void test_no_such_host(void)
{
    open_bot();
    doctor_rig.options.forward_url = "http://bot.invalid:3000/callback";
    doctor_rig_run();
    CHECK_EQ(doctor_rig.checks[DOCTOR_BOT_LISTENS].state, DOCTOR_FAIL);
    CHECK_STR(doctor_rig.checks[DOCTOR_BOT_LISTENS].fix_value, "bot_address");
    doctor_rig_close();
}

static void test_no_address(void)
{
    open_bot();
    doctor_rig.options.forward_url = NULL;
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_BOT_LISTENS, DOCTOR_SKIPPED, "no_address");
    doctor_rig_expect(DOCTOR_BOT_ANSWERS, DOCTOR_SKIPPED, "needs");
    doctor_rig_expect(DOCTOR_BOT_REFUSES, DOCTOR_SKIPPED, "needs");
    CHECK_EQ(doctor_rig.bot.accepted, 0);
    doctor_rig_close();
}

/* --- what does it answer? --- */

static void test_statuses(void)
{
    static const struct {
        unsigned status;
        enum doctor_state state;
        const char *code, *fix;
    } cases[] = {
        {200, DOCTOR_PASS, "answered", ""},
        {204, DOCTOR_PASS, "answered", ""},
        {301, DOCTOR_FAIL, "answer_redirect", "bot_redirect"},
        {308, DOCTOR_FAIL, "answer_redirect", "bot_redirect"},
        {400, DOCTOR_FAIL, "answer_status", "bot_secret"},
        {401, DOCTOR_FAIL, "answer_status", "bot_secret"},
        {403, DOCTOR_FAIL, "answer_status", "bot_secret"},
        {404, DOCTOR_FAIL, "answer_status", "bot_path"},
        {405, DOCTOR_FAIL, "answer_status", "bot_post"},
        {500, DOCTOR_FAIL, "answer_status", "bot_log"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        open_bot();
        handler_bot_say(&doctor_rig.bot,
                        cases[i].status == 204
                            ? "HTTP/1.1 204 No Content\r\n\r\n"
                            : doctor_rig_answer(cases[i].status, "Location: /callback/\r\n"));
        doctor_rig_run();
        expect(DOCTOR_BOT_ANSWERS, cases[i].state, cases[i].code, cases[i].fix);
        if (cases[i].state == DOCTOR_FAIL)
            CHECK_STR(doctor_rig_param(DOCTOR_BOT_ANSWERS, "line"), "error_status_code");
        else
            CHECK(!doctor_rig_param(DOCTOR_BOT_ANSWERS, "line"));
        /* it gave an answer, so the wrong one is tried too */
        expect(DOCTOR_BOT_REFUSES, DOCTOR_PASS, "refused", "");
        doctor_rig_close();
    }
}

/* An interim answer is none. */
static void test_interim(void)
{
    open_bot();
    handler_bot_say(&doctor_rig.bot, "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\n"
                                     "Content-Length: 0\r\n\r\n");
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_BOT_ANSWERS, DOCTOR_PASS, "answered");
    doctor_rig_close();
}

static void test_how_long_it_takes(void)
{
    static const struct {
        uint64_t ms;
        enum doctor_state state;
        const char *code;
    } cases[] = {
        {1000, DOCTOR_PASS, "answered"},        {1001, DOCTOR_WARN, "answer_slow"},
        {2000, DOCTOR_WARN, "answer_slow"},     {2001, DOCTOR_FAIL, "answer_too_slow"},
        {3999, DOCTOR_FAIL, "answer_too_slow"},
    };
    static const char says[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char ms[16];
        open_bot();
        doctor_rig.bot.manner = HANDLER_BOT_SILENT;
        CHECK_EQ(doctor_rig_start(), OK);
        doctor_rig_wait_for(&doctor_rig.bot.requests, 1);
        doctor_rig_advance(cases[i].ms);
        handler_bot_write(doctor_rig_last(&doctor_rig.bot), says, sizeof says - 1);
        doctor_rig.bot.manner = HANDLER_BOT_SAYS;
        doctor_rig_wait();
        doctor_rig_expect(DOCTOR_BOT_ANSWERS, cases[i].state, cases[i].code);
        (void)snprintf(ms, sizeof ms, "%u", (unsigned)cases[i].ms);
        CHECK_STR(doctor_rig_param(DOCTOR_BOT_ANSWERS, "ms"), ms);
        CHECK_EQ(doctor_rig_param(DOCTOR_BOT_ANSWERS, "line") != NULL, cases[i].ms > 2000);
        doctor_rig_close();
    }
}

static void test_no_answer(void)
{
    open_bot();
    doctor_rig.bot.manner = HANDLER_BOT_SILENT;
    CHECK_EQ(doctor_rig_start(), OK);
    doctor_rig_wait_for(&doctor_rig.bot.requests, 1);
    doctor_rig_advance(4000);
    doctor_rig_wait();
    expect(DOCTOR_BOT_ANSWERS, DOCTOR_FAIL, "answer_timeout", "bot_answer_first");
    CHECK_STR(doctor_rig_param(DOCTOR_BOT_ANSWERS, "line"), "request_timeout");
    doctor_rig_expect(DOCTOR_BOT_REFUSES, DOCTOR_SKIPPED, "needs");
    CHECK_STR(doctor_rig_param(DOCTOR_BOT_REFUSES, "check"), "bot_answers");
    doctor_rig_close();
}

static void test_it_hangs_up(void)
{
    static const enum handler_bot_manner manners[] = {HANDLER_BOT_CLOSES, HANDLER_BOT_RESETS};

    for (size_t i = 0; i < 2; i++) {
        open_bot();
        doctor_rig.bot.manner = manners[i];
        doctor_rig_run();
        expect(DOCTOR_BOT_ANSWERS, DOCTOR_FAIL, "answer_cut", "bot_log");
        CHECK_STR(doctor_rig_param(DOCTOR_BOT_ANSWERS, "line"), "unclassified");
        doctor_rig_close();
    }
}

/* One that ends its answer with the connection, as HTTP/1.0 does. */
static void test_http_1_0(void)
{
    open_bot();
    handler_bot_say(&doctor_rig.bot, "HTTP/1.0 200 OK\r\n\r\nok");
    doctor_rig.bot.manner = HANDLER_BOT_SAYS_AND_CLOSES;
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_BOT_ANSWERS, DOCTOR_PASS, "answered");
    doctor_rig_close();
}

static void test_other_protocols(void)
{
    struct talker talker;
    char url[64];

    for (int tls = 0; tls < 2; tls++) {
        open_bot();
        if (tls)
            talker_open(&talker, doctor_rig.loop, "\x15\x03\x03\x00\x02\x02\x46", 7);
        else
            talker_open(&talker, doctor_rig.loop, "+OK redis\r\n", 11);
        (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/callback", talker.port);
        doctor_rig.options.forward_url = url;
        doctor_rig_run();
        doctor_rig_expect(DOCTOR_BOT_ANSWERS, DOCTOR_FAIL,
                          tls ? "bot_speaks_tls" : "answer_not_http");
        if (tls) {
            (void)snprintf(url, sizeof url,
                           "hookline up --forward https://127.0.0.1:%u/callback", talker.port);
            CHECK_STR(doctor_rig.checks[DOCTOR_BOT_ANSWERS].fix_value, url);
        }
        talker_close(&talker);
        doctor_rig_close();
    }
}

/* Its certificate is nobody's that the system knows. */
static void test_https(void)
{
    char url[64];

    open_bot();
    (void)snprintf(url, sizeof url, "https://localhost:%u/callback", doctor_rig.relay.port);
    doctor_rig.options.forward_url = url;
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_BOT_LISTENS, DOCTOR_PASS, "listens");
    if (tls_context_system_bundle())
        expect(DOCTOR_BOT_ANSWERS, DOCTOR_FAIL, "bot_tls_failed", "bot_tls");
    else
        doctor_rig_expect(DOCTOR_BOT_ANSWERS, DOCTOR_FAIL, "could_not_check");
    doctor_rig_expect(DOCTOR_BOT_REFUSES, DOCTOR_SKIPPED, "needs");
    doctor_rig_close();
}

/* --- does it refuse? --- */

static void test_it_accepts_everything(void)
{
    open_bot();
    doctor_rig.refusal = NULL;
    doctor_rig_run();
    expect(DOCTOR_BOT_REFUSES, DOCTOR_WARN, "accepts_bad_signature", "bot_check_signature");
    CHECK_STR(doctor_rig_param(DOCTOR_BOT_REFUSES, "status"), "200");
    doctor_rig_close();
}

static void hang_up_on_the_second(const struct doctor_check *check)
{
    if (check->id == DOCTOR_BOT_REFUSES && check->state == DOCTOR_RUNNING)
        doctor_rig.bot.manner = HANDLER_BOT_CLOSES;
}

static void test_it_refuses_silently(void)
{
    open_bot();
    doctor_rig.hook = hang_up_on_the_second;
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_BOT_ANSWERS, DOCTOR_PASS, "answered");
    expect(DOCTOR_BOT_REFUSES, DOCTOR_WARN, "refused_silently", "bot_answer_401");
    doctor_rig_close();
}

/* That needs no secret. */
static void test_without_secret(void)
{
    open_bot();
    doctor_rig.secrets.len = 0;
    doctor_rig.refusal = NULL;
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_BOT_ANSWERS, DOCTOR_SKIPPED, "needs");
    CHECK_STR(doctor_rig_param(DOCTOR_BOT_ANSWERS, "check"), "secret");
    doctor_rig_expect(DOCTOR_BOT_REFUSES, DOCTOR_WARN, "accepts_bad_signature");
    CHECK_EQ(doctor_rig.bot.requests, 1);
    doctor_rig_close();
}

CHECK_MAIN(TEST(test_what_it_is_asked), TEST(test_signatures), TEST(test_the_bot_of_the_secret),
           TEST(test_query), TEST(test_down), TEST(test_no_such_host), TEST(test_no_address),
           TEST(test_statuses), TEST(test_interim), TEST(test_how_long_it_takes),
           TEST(test_no_answer), TEST(test_it_hangs_up), TEST(test_http_1_0),
           TEST(test_other_protocols), TEST(test_https), TEST(test_it_accepts_everything),
           TEST(test_it_refuses_silently), TEST(test_without_secret))
