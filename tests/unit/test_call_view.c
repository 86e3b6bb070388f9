/* Calls of the bot to LINE's API, for people: in `hookline show`, and what went wrong. */
#include "relay-client/view/call_view.h"

#include "base/container.h"
#include "relay-client/view/call_words.h"
#include "tests/unit/check.h"
#include "tests/unit/support/fake_terminal.h"
#include "tests/unit/support/line_call_rig.h"
#include "tests/unit/support/mem_sweep.h"
#include "tests/unit/support/pending_rig.h"
#include "tests/unit/support/scratch_folder.h"

static struct journal_rig rig;
static struct line_call_rig call;
static struct journal_reader *reader;
static struct journal_row row;

static void begin(void)
{
    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    CHECK_EQ(journal_rig_store(&rig, "d1", "{}"), 1);
    line_call_rig_init(&call, 1, "Ua");
    line_call_rig_record(&rig, &call);
    http_head_init_response(&call.answer, 400);
    call.call.at_ms = JOURNAL_RIG_NOW_MS + 75000;
    call.call.problem = "token_expired";
    call.call.request_body = SPAN("{\"messages\":[{\"type\":\"flex\",\"altText\":\"\\u001b[2J"
                                  "menu\"},{\"type\":\"sticker\"},7]}");
    line_call_rig_record(&rig, &call);
    line_call_rig_init(&call, 1, NULL);
    call.call.operation = "";
    call.request.target = SPAN("/v2/bot/\x1b[2Jnothing");
    call.request.method = SPAN("GET");
    call.call.is_sending = false;
    call.call.answer = NULL;
    call.call.mode = JOURNAL_CALL_FAILED;
    call.call.problem = "unreachable";
    call.call.explanation = "its name could not be \x1b[1mresolved";
    line_call_rig_record(&rig, &call);
    row = pending_rig_row(1);
    reader = journal_rig_reader();
}

static void end(void)
{
    journal_reader_close(reader);
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

static enum err print(struct bytes *out)
{
    struct page p;

    page_init(&p, out, false);
    enum err rc = call_view_print(&p, reader, &row, 79);
    return rc ? rc : page_end(&p);
}

static bool has(const struct bytes *out, const char *text)
{
    return span_find_span(bytes_span(out), span_text(text)) < bytes_len(out);
}

static void test_print(void)
{
    struct bytes out;

    begin();
    bytes_init(&out, 65536);
    CHECK_EQ(print(&out), OK);
    CHECK(has(&out, "\nLINE API\n"));
    CHECK(has(&out, "   reply  emulated  200  0.9 ms  0a1b2c3d-0000-4000-8000-000000000000\n"
                    "              text  hello\n"));
    CHECK(has(&out, "   reply  emulated  400"));
    CHECK(has(&out, "menu\n              sticker\n"));
    CHECK(has(&out, " old: LINE takes it for 60 s"));
    CHECK(has(&out, "   GET /v2/bot/"));
    CHECK(has(&out, "  failed  0.9 ms"));
    fake_terminal_check_plain(bytes_span(&out));
    bytes_fini(&out);
    end();
}

static void test_none(void)
{
    struct bytes out;

    begin();
    row.calls_len = 0;
    bytes_init(&out, 65536);
    CHECK_EQ(print(&out), OK);
    CHECK_EQ(bytes_len(&out), 0);
    bytes_fini(&out);
    end();
}

static void test_json(void)
{
    struct json_writer w;
    struct bytes out;

    begin();
    bytes_init(&out, 65536);
    json_writer_init(&w, &out);
    json_writer_object(&w);
    CHECK_EQ(call_view_json(&w, reader, &row), OK);
    json_writer_object_end(&w);
    CHECK_EQ(json_writer_end(&w), OK);
    CHECK(has(&out, "{\"calls\":[{\"id\":1,"));
    CHECK(has(&out,
              "\"tied_by\":\"token\",\"mode\":\"emulated\",\"operation\":\"replyMessage\","
              "\"method\":\"POST\",\"target\":\"/v2/bot/message/reply\","
              "\"host\":\"api.line.me\",\"status\":200,"));
    CHECK(has(&out, "\"problem\":\"token_expired\",\"explanation\":\"the reply token is "));
    CHECK(has(&out, "\"operation\":null"));
    bytes_fini(&out);
    end();
}

static void test_out_of_memory(void)
{
    enum err rc = ERR_NOMEM;
    unsigned long n = 0;

    begin();
    for (bool is_over = false; !is_over;) {
        struct bytes out;

        bytes_init(&out, 65536);
        mem_fail_at(++n);
        rc = print(&out);
        is_over = mem_sweep_is_over(n);
        bytes_fini(&out);
        CHECK(rc == OK || (rc == ERR_NOMEM && !is_over));
    }
    CHECK_EQ(rc, OK);
    end();
}

/* ---- words ---- */

static const char *name_of(const char *operation)
{
    static char buf[CALL_WORDS_SIZE];
    const struct call_words w = {
        .operation = span_text(operation), .method = SPAN("GET"), .target = SPAN("/x")};

    return call_words_name(buf, &w);
}

static const char *problem_of(struct call_words w)
{
    static char buf[CALL_WORDS_SIZE];

    return call_words_problem(buf, &w);
}

static void test_words(void)
{
    static const char *const codes[] = {
        "token_expired", "token_used", "token_unknown", "token_foreign", "rate",
        "quota",         "refused",    "unauthorized",  "not_emulated",  "unknown_path",
        "wrong_method",  "not_json",   "wrong_type",    "too_large",     "retry_key",
        "unreachable",   "line_rate",  "line_error",    "tls_on_http",   "assertion_key"};
    const char *plain = "LINE does not take it";

    CHECK_STR(name_of("replyMessage"), "reply");
    CHECK_STR(name_of("pushMessage"), "push");
    CHECK_STR(name_of("multicast"), "multicast");
    CHECK_STR(name_of("getProfile"), "get profile");
    CHECK_STR(name_of("getAllLIFFApps"), "get all LIFF apps");
    CHECK_STR(name_of("verifyChannelTokenByJWT"), "verify channel token by JWT");
    CHECK_STR(name_of("missionStickerV3"), "mission sticker V3");
    CHECK_STR(name_of(""), "GET /x");
    CHECK_STR(problem_of((struct call_words){.status = 200}), "");
    CHECK_STR(problem_of((struct call_words){.status = 404}), plain);
    CHECK_STR(problem_of((struct call_words){.status = 418, .problem = SPAN("new")}), plain);
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        CHECK(strcmp(problem_of(
                         (struct call_words){.status = 400, .problem = span_text(codes[i])}),
                     plain) != 0);
    CHECK_STR(problem_of((struct call_words){
                  .status = 400, .problem = SPAN("token_expired"), .after_ms = 75000}),
              "the reply token is 75 s old: LINE takes it for 60 s; reply sooner, or send "
              "with push");
    CHECK_STR(problem_of((struct call_words){.mode = JOURNAL_CALL_FAILED,
                                             .explanation = SPAN("no network")}),
              "no network");
}

/* However long what comes from outside is, it is cut. */
static void test_long(void)
{
    static char text[4000];

    memset(text, 'A', sizeof(text) - 1);
    CHECK_EQ(strlen(name_of(text)), CALL_WORDS_SIZE - 2);
    CHECK_EQ(strlen(problem_of((struct call_words){.mode = JOURNAL_CALL_FAILED,
                                                   .explanation = span_text(text)})),
             CALL_WORDS_SIZE - 1);
}

CHECK_MAIN(TEST(test_print), TEST(test_none), TEST(test_json), TEST(test_out_of_memory),
           TEST(test_words), TEST(test_long))
