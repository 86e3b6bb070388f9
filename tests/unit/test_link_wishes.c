/* Who answers and what happens offline: words of the hello; how many wait: one of the
 * welcome. */
#include "base/container.h"
#include "link/link_handshake.h"
#include "unit/check.h"

static struct http_head head;
static char scratch[160];

static void test_words(void)
{
    static const char *const answers[] = {"guard", "now", "bot"};
    static const char *const offlines[] = {"keep", "refuse"};
    static const char *const none[] = {"", "Guard", "guard ", "guar", "guards", "keeps", "k"};
    enum link_answer answer = LINK_ANSWER_BOT;
    enum link_offline offline = LINK_OFFLINE_REFUSE;

    for (size_t i = 0; i < ARRAY_LEN(none); i++) {
        CHECK(!link_answer_parse(span_text(none[i]), &answer));
        CHECK(!link_offline_parse(span_text(none[i]), &offline));
    }
    CHECK(answer == LINK_ANSWER_BOT && offline == LINK_OFFLINE_REFUSE); /* untouched */
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        CHECK(link_answer_parse(span_text(answers[i]), &answer));
        CHECK_EQ(answer, i);
        CHECK_STR(link_answer_text(answer), answers[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(offlines); i++) {
        CHECK(link_offline_parse(span_text(offlines[i]), &offline));
        CHECK_EQ(offline, i);
        CHECK_STR(link_offline_text(offline), offlines[i]);
    }
}

/* --- hello --- */

static void make_hello(enum link_answer answer, enum link_offline offline)
{
    struct link_hello hello = {
        .token = SPAN("token"), .tunnel = SPAN("mybot"), .answer = answer, .offline = offline};

    CHECK_EQ(link_hello_format(&head, &hello, SPAN("relay.test"), scratch), OK);
}

static void set(const char *name, const char *value)
{
    http_head_remove(&head, name);
    CHECK_EQ(http_head_add(&head, span_text(name), span_text(value)), OK);
}

static void check_refused(void)
{
    enum link_refusal refusal = LINK_REFUSE_SHUTDOWN;
    struct link_hello got;

    CHECK(link_hello_parse(&head, &got, &refusal) != OK);
    CHECK_EQ(refusal, LINK_REFUSE_MALFORMED);
}

static void test_what_one_side_writes_the_other_reads(void)
{
    enum link_refusal refusal;
    struct link_hello got;

    for (int a = LINK_ANSWER_GUARD; a <= LINK_ANSWER_BOT; a++)
        for (int o = LINK_OFFLINE_KEEP; o <= LINK_OFFLINE_REFUSE; o++) {
            make_hello((enum link_answer)a, (enum link_offline)o);
            CHECK_EQ(link_hello_parse(&head, &got, &refusal), OK);
            CHECK(got.answer == (enum link_answer)a && got.offline == (enum link_offline)o);
        }
}

/* An agent of before, or another implementation. */
static void test_what_is_not_said(void)
{
    struct link_hello got = {.answer = LINK_ANSWER_BOT, .offline = LINK_OFFLINE_REFUSE};
    enum link_refusal refusal;

    make_hello(LINK_ANSWER_NOW, LINK_OFFLINE_REFUSE);
    http_head_remove(&head, "hookline-answer");
    http_head_remove(&head, "hookline-offline");
    CHECK_EQ(link_hello_parse(&head, &got, &refusal), OK);
    CHECK(got.answer == LINK_ANSWER_GUARD && got.offline == LINK_OFFLINE_KEEP);
}

static void test_unknown_words(void)
{
    make_hello(LINK_ANSWER_NOW, LINK_OFFLINE_KEEP);
    set("Hookline-Answer", "later");
    check_refused();
    make_hello(LINK_ANSWER_NOW, LINK_OFFLINE_KEEP);
    set("Hookline-Offline", "drop");
    check_refused();
}

static void test_words_said_twice(void)
{
    make_hello(LINK_ANSWER_NOW, LINK_OFFLINE_KEEP);
    CHECK_EQ(http_head_add(&head, SPAN("hookline-answer"), SPAN("now")), OK);
    check_refused();
    make_hello(LINK_ANSWER_NOW, LINK_OFFLINE_KEEP);
    CHECK_EQ(http_head_add(&head, SPAN("hookline-offline"), SPAN("keep")), OK);
    check_refused();
}

/* --- welcome --- */

static enum err welcome(const char *kept)
{
    struct link_welcome w = {.url = SPAN("https://mybot.relay.test"),
                             .session = SPAN("0123456789abcdef"),
                             .kept = span_text(kept)};

    return link_welcome_format(&head, &w);
}

static void test_how_many_wait(void)
{
    static const char *const wrong[] = {"-1", "1.0", "one", " 1", "18446744073709551616"};
    struct link_welcome got;

    CHECK_EQ(welcome(""), OK);
    CHECK(!http_head_find(&head, "hookline-kept"));
    CHECK_EQ(link_welcome_parse(&head, &got), OK);
    CHECK_EQ(got.kept.len, 0);
    CHECK_EQ(welcome("18446744073709551615"), OK);
    CHECK_EQ(link_welcome_parse(&head, &got), OK);
    CHECK(span_is(got.kept, SPAN("18446744073709551615")));
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        CHECK_EQ(welcome(wrong[i]), ERR_SYNTAX);
        CHECK_EQ(welcome("1"), OK);
        set("Hookline-Kept", wrong[i]);
        CHECK_EQ(link_welcome_parse(&head, &got), ERR_PROTOCOL);
    }
}

CHECK_MAIN(TEST(test_words), TEST(test_what_one_side_writes_the_other_reads),
           TEST(test_what_is_not_said), TEST(test_unknown_words), TEST(test_words_said_twice),
           TEST(test_how_many_wait))
