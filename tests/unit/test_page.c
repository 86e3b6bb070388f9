#include "relay-client/view/page.h"

#include "base/mem.h"
#include "base/random.h"
#include "tests/unit/check.h"
#include "tests/unit/support/fake_terminal.h"

static struct bytes out;
static struct page page;

static void begin(bool colour)
{
    bytes_init(&out, 1024 * 1024);
    page_init(&page, &out, colour);
}

/* What was written, as a text; ends the page. */
static const char *end(void)
{
    static char text[65536];

    CHECK_EQ(page_end(&page), OK);
    CHECK(bytes_len(&out) < sizeof(text));
    memcpy(text, bytes_peek(&out), bytes_len(&out));
    text[bytes_len(&out)] = '\0';
    bytes_fini(&out);
    CHECK_EQ(mem_live(), 0);
    return text;
}

static const char *outside(struct span s)
{
    begin(false);
    page_outside(&page, s);
    return end();
}

static const char *cut(const char *text, size_t columns, size_t used)
{
    begin(false);
    CHECK_EQ(page_cut(&page, span_text(text), columns), used);
    return end();
}

static void test_outside_is_escaped(void)
{
    CHECK_STR(outside(SPAN("")), "");
    CHECK_STR(outside(SPAN("plain ~")), "plain ~");
    CHECK_STR(outside(SPAN("\x1b[31m\x07\t\x7f")), "\\x1B[31m\\x07\\x09\\x7F");
    CHECK_STR(outside(SPAN("a\0b")), "a\\x00b");
    CHECK_STR(outside(SPAN("\xc2\x9b")), "\\u{009B}");
    CHECK_STR(outside(SPAN("\x9b\xff\xe3\x81")), "\\x9B\\xFF\\xE3\\x81");
    CHECK_STR(outside(SPAN("\u202eabc\u200b")), "\\u{202E}abc\\u{200B}");
    CHECK_STR(outside(SPAN("こんにちは🍣")), "こんにちは🍣");
}

static void test_outside_stays_on_its_line(void)
{
    CHECK_STR(outside(SPAN("a\nb\r\nc\rd")), "a\u21b5b\u21b5c\\x0Dd");
}

static void test_ours_is_taken_as_it_is(void)
{
    begin(false);
    page_text(&page, "a\n");
    page_span(&page, SPAN("b"));
    page_printf(&page, "%d", 5);
    page_spaces(&page, 3);
    CHECK_STR(end(), "a\nb5   ");
}

static void test_paint_only_with_colour(void)
{
    begin(false);
    page_paint(&page, PAGE_WRONG);
    page_text(&page, "x");
    page_paint(&page, PAGE_PLAIN);
    CHECK_STR(end(), "x");
    begin(true);
    page_paint(&page, PAGE_WRONG);
    page_text(&page, "x");
    page_paint(&page, PAGE_PLAIN);
    CHECK_STR(end(), "\x1b[31mx\x1b[0m");
}

static void test_cut(void)
{
    CHECK_STR(cut("hello", 6, 5), "hello");
    CHECK_STR(cut("hello", 5, 5), "hello");
    CHECK_STR(cut("hello", 4, 4), "he..");
    CHECK_STR(cut("hello", 2, 2), "..");
    CHECK_STR(cut("hello", 1, 1), ".");
    CHECK_STR(cut("hello", 0, 0), "");
    CHECK_STR(cut("", 0, 0), "");
}

static void test_cut_counts_wide_characters(void)
{
    CHECK_STR(cut("日本語", 6, 6), "日本語");
    CHECK_STR(cut("日本語", 5, 4), "日..");
    CHECK_STR(cut("日本語", 4, 4), "日..");
    CHECK_STR(cut("日本語", 3, 2), "..");
}

static void test_cut_does_not_split_an_escape(void)
{
    CHECK_STR(cut("\x1b\x1b\x1b", 12, 12), "\\x1B\\x1B\\x1B");
    CHECK_STR(cut("\x1b\x1b\x1b", 11, 10), "\\x1B\\x1B..");
    CHECK_STR(cut("\x1b\x1b\x1b", 5, 2), "..");
}

/* Marks take no column, but bytes and patience. */
static void test_cut_bounds_towers_of_marks(void)
{
    char tower[20001] = "a";

    for (size_t i = 1; i + 1 < sizeof(tower); i += 2)
        memcpy(tower + i, "\u0301", 2);
    begin(false);
    CHECK(page_cut(&page, span_of(tower, 19999), 10) <= 10);
    CHECK(strlen(end()) < 200);
}

static void test_cells(void)
{
    begin(false);
    page_cell(&page, SPAN("ab"), 4, PAGE_LEFT);
    page_text(&page, "|");
    page_cell(&page, SPAN("ab"), 4, PAGE_RIGHT);
    page_text(&page, "|");
    page_cell(&page, SPAN("日本語"), 5, PAGE_LEFT);
    page_text(&page, "|");
    page_cell(&page, SPAN("abcdef"), 4, PAGE_RIGHT);
    CHECK_STR(end(), "ab  |  ab|日.. |ab..");
}

static const char *wrapped(const char *text, struct page_wrap wrap)
{
    begin(false);
    page_wrapped(&page, span_text(text), wrap);
    return end();
}

static void test_wrapped(void)
{
    CHECK_STR(wrapped("one two three", (struct page_wrap){2, 9, 0}), "one two\n  three");
    CHECK_STR(wrapped("one two three", (struct page_wrap){0, 13, 0}), "one two three");
    CHECK_STR(wrapped("one two three", (struct page_wrap){0, 12, 0}), "one two\nthree");
    CHECK_STR(wrapped("abcdefgh", (struct page_wrap){0, 3, 0}), "abc\ndef\ngh");
    CHECK_STR(wrapped("日本語です", (struct page_wrap){1, 6, 0}), "日本\n 語で\n す");
    CHECK_STR(wrapped("a\nb", (struct page_wrap){1, 9, 0}), "a\n b");
    CHECK_STR(wrapped("", (struct page_wrap){1, 9, 0}), "");
    CHECK_STR(wrapped("a b\nc", (struct page_wrap){0}), "a b\u21b5c");
}

static void test_wrapped_has_a_last_line(void)
{
    CHECK_STR(wrapped("one two three four", (struct page_wrap){0, 7, 2}), "one two\nthree..");
    CHECK_STR(wrapped("one two three", (struct page_wrap){0, 7, 2}), "one two\nthree");
    CHECK_STR(wrapped("one two", (struct page_wrap){0, 3, 1}), "o..");
}

static void test_wrapped_ends_where_nothing_fits(void)
{
    CHECK_STR(wrapped("日本", (struct page_wrap){4, 2, 0}), "日\n    本");
    CHECK_STR(wrapped("\x1b\x1b", (struct page_wrap){0, 1, 0}), "\\x1B\n\\x1B");
}

static void test_random_bytes_are_safe(void)
{
    struct random_seeded seeded;
    uint8_t raw[256];

    random_seeded_init(&seeded, 20261121);
    for (unsigned round = 0; round < 20000; round++) {
        struct span s = span_of(raw, round % sizeof(raw));

        random_fill(&seeded.base, raw, sizeof(raw));
        begin(false);
        page_outside(&page, s);
        page_text(&page, "\n");
        (void)page_cut(&page, s, round % 40);
        page_cell(&page, s, round % 30, PAGE_RIGHT);
        page_wrapped(&page, s, (struct page_wrap){round % 8, round % 50, round % 4});
        CHECK_EQ(page_end(&page), OK);
        fake_terminal_check_plain(bytes_span(&out));
        bytes_fini(&out);
    }
}

static void test_failure_sticks(void)
{
    bytes_init(&out, 4);
    page_init(&page, &out, false);
    page_text(&page, "abc");
    page_text(&page, "de");
    page_text(&page, "f"); /* would fit */
    CHECK_EQ(page_end(&page), ERR_LIMIT);
    CHECK_MEM(bytes_peek(&out), "abc", 3);
    CHECK_EQ(bytes_len(&out), 3);
    bytes_fini(&out);
    begin(false);
    mem_fail_at(1);
    page_outside(&page, SPAN("x"));
    mem_fail_at(0);
    CHECK_EQ(page_end(&page), ERR_NOMEM);
    bytes_fini(&out);
}

CHECK_MAIN(TEST(test_outside_is_escaped), TEST(test_outside_stays_on_its_line),
           TEST(test_ours_is_taken_as_it_is), TEST(test_paint_only_with_colour), TEST(test_cut),
           TEST(test_cut_counts_wide_characters), TEST(test_cut_does_not_split_an_escape),
           TEST(test_cut_bounds_towers_of_marks), TEST(test_cells), TEST(test_wrapped),
           TEST(test_wrapped_has_a_last_line), TEST(test_wrapped_ends_where_nothing_fits),
           TEST(test_random_bytes_are_safe), TEST(test_failure_sticks))
