/* A journal has a worker thread: thread-test. */
#include "relay-client/view/exchange_view.h"

#include "base/mem.h"
#include "relay-client/view/exchange_view_json.h"
#include "relay-client/view/json_line.h"
#include "tests/unit/check.h"
#include "tests/unit/support/fake_terminal.h"
#include "tests/unit/support/journal_rig.h"
#include "tests/unit/support/scratch_folder.h"

#define TEXT_MAX ((size_t)4 * 1024 * 1024)

static struct journal_rig rig;
static struct journal_reader *reader;
static struct exchange_view view;
static struct journal_exchange *exchange;

static void begin_with(const char *body, const char *explanation)
{
    (void)journal_rig_make_folder();
    journal_rig_start(&rig, &(struct journal_options){0});
    struct journal_answer a = journal_rig_answer(journal_rig_store(&rig, "d1", body));

    a.verdict = VERDICT_INVALID;
    a.explanation = explanation;
    journal_rig_store_answer(&rig, &a);
    reader = journal_rig_reader();
    CHECK_EQ(journal_reader_get(reader, SPAN("1"), &exchange), OK);
    view = (struct exchange_view){.exchange = exchange, .reader = reader, .columns = 79};
}

static void end(void)
{
    journal_exchange_free(exchange);
    journal_reader_close(reader);
    journal_rig_stop(&rig);
    scratch_folder_remove();
    CHECK_EQ(mem_live(), 0);
}

static enum err print(struct bytes *out)
{
    struct page p;

    page_init(&p, out, false);
    enum err e = exchange_view_print(&p, &view);
    return e ? e : page_end(&p);
}

static bool contains(const struct bytes *b, const char *part)
{
    struct span all = bytes_span(b);

    return span_find_span(all, span_text(part)) < all.len;
}

static void test_print(void)
{
    struct bytes out;

    begin_with(journal_rig_body("E1", "こんにちは"), "Another channel's secret.");
    bytes_init(&out, TEXT_MAX);
    CHECK_EQ(print(&out), OK);
    CHECK(contains(&out, "Exchange 1, a webhook: 200 OK in 13 ms\n\n"));
    CHECK(contains(&out, "Signature     invalid, line, secret 1\n              Another ch"));
    CHECK(contains(&out, "     こんにちは\n     event id      E1\n"));
    CHECK(!contains(&out, "Replayed as"));
    fake_terminal_check_plain(bytes_span(&out));
    bytes_fini(&out);
    end();
}

static void test_many_replays(void)
{
    struct bytes out;

    begin_with("{}", "");
    for (size_t i = 0; i < EXCHANGE_VIEW_REPLAYS_MAX; i++)
        view.replays[i] = i + 2;
    bytes_init(&out, TEXT_MAX);
    view.replays_len = EXCHANGE_VIEW_REPLAYS_MAX;
    CHECK_EQ(print(&out), OK);
    CHECK(contains(&out, "Replayed as   2, 3, 4,"));
    CHECK(contains(&out, " 32, 33\n"));
    view.replays_len = EXCHANGE_VIEW_REPLAYS_MAX + 1;
    bytes_clear(&out);
    CHECK_EQ(print(&out), OK);
    CHECK(contains(&out, " 32, 33 and 1 more\n"));
    bytes_fini(&out);
    end();
}

/* A user id that would do something in a shell is not offered for pasting. */
static void test_commands_to_paste_are_harmless(void)
{
    struct bytes out;

    begin_with("{\"events\":[{\"type\":\"follow\",\"source\":{\"type\":\"user\",\"userId\":"
               "\"$(reboot)\"}}]}",
               "");
    bytes_init(&out, TEXT_MAX);
    CHECK_EQ(print(&out), OK);
    CHECK(contains(&out, "follow  from $(reboot)\n"));
    CHECK(!contains(&out, "--user"));
    bytes_fini(&out);
    end();
}

static void test_limits(void)
{
    struct bytes out;

    begin_with("{}", "");
    bytes_init(&out, 100);
    CHECK_EQ(print(&out), ERR_LIMIT);
    bytes_fini(&out);
    bytes_init(&out, 100);
    CHECK_EQ(exchange_view_json(&view, &out), ERR_LIMIT);
    bytes_fini(&out);
    end();
}

static enum err make_json(struct bytes *out)
{
    struct bytes json;

    bytes_init(&json, TEXT_MAX);
    enum err e = exchange_view_json(&view, &json);

    if (!e)
        e = json_line_append(out, bytes_span(&json));
    bytes_fini(&json);
    return e;
}

/* Fails the n-th allocation for every n, until it succeeds untouched. */
static void sweep(enum err (*make)(struct bytes *out))
{
    unsigned long live = mem_live();
    unsigned long n = 1;
    enum err e;

    do {
        struct bytes out;

        bytes_init(&out, TEXT_MAX);
        mem_fail_at(n++);
        e = make(&out);
        mem_fail_at(0);
        CHECK(e == OK || e == ERR_NOMEM);
        bytes_fini(&out);
        CHECK_EQ(mem_live(), live);
    } while (e);
    CHECK(n > 3);
}

static void test_every_allocation_may_fail(void)
{
    begin_with("\xff\xfe not text", "");
    sweep(print);
    sweep(make_json);
    end();
    begin_with(journal_rig_body("E1", "x"), "");
    sweep(print);
    sweep(make_json);
    end();
}

CHECK_MAIN(TEST(test_print), TEST(test_many_replays), TEST(test_commands_to_paste_are_harmless),
           TEST(test_limits), TEST(test_every_allocation_may_fail))
