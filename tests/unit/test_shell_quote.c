/* Bytes in a shell's words.  That a shell gets them back: tests/e2e/test_inspector_curl.py. */
#include "relay-client/inspector/export/shell_quote.h"

#include "base/mem.h"
#include "unit/check.h"

static struct bytes out;

static const char *text_of(enum err rc)
{
    CHECK_EQ(rc, OK);
    CHECK_EQ(bytes_append(&out, "", 1), OK);
    return (const char *)bytes_peek(&out);
}

static const char *word(struct span s)
{
    bytes_fini(&out);
    bytes_init(&out, 4096);
    return text_of(shell_quote_word(&out, s));
}

static const char *print(struct span s)
{
    bytes_fini(&out);
    bytes_init(&out, 4096);
    return text_of(shell_quote_printf(&out, s));
}

static void test_plain_words(void)
{
    CHECK_STR(word(SPAN("")), "''");
    CHECK_STR(word(SPAN("a b")), "'a b'");
    CHECK_STR(word(SPAN("$HOME `id` \"x\" !! \\ %s")), "'$HOME `id` \"x\" !! \\ %s'");
    CHECK_STR(word(SPAN("'")), "''\\'''");
    CHECK_STR(word(SPAN("it's 'x'")), "'it'\\''s '\\''x'\\'''");
    CHECK_STR(word(SPAN("\xe3\x81\x82")), "'\xe3\x81\x82'");
    bytes_fini(&out);
}

static void test_other_words(void)
{
    CHECK_STR(word(SPAN("a\tb")), "\"$(printf 'a\\011b')\"");
    CHECK_STR(word(SPAN("\xff'!%\\")), "\"$(printf '\\377\\047\\041\\045\\134')\"");
    CHECK_STR(word(SPAN("-\x1b")), "\"$(printf '\\055\\033')\"");
    CHECK_STR(word(SPAN("\xe2\x80\xae")),
              "\"$(printf '\\342\\200\\256')\""); /* right to left */
    bytes_fini(&out);
}

static void test_printf(void)
{
    CHECK_STR(print(SPAN("")), "printf ''");
    CHECK_STR(print(SPAN("-")), "printf '\\055'");
    CHECK_STR(print(SPAN("\0"
                         "12")),
              "printf '\\00012'");
    CHECK_STR(print(SPAN("a\nb\r\n")), "printf 'a\\012b\\015\\012'");
    CHECK_STR(print(SPAN("\xe3\x81\x82\xe3")), "printf '\xe3\x81\x82\\343'");
    bytes_fini(&out);
}

static void test_is_plain(void)
{
    CHECK(shell_quote_is_plain(SPAN("")) && shell_quote_is_plain(SPAN("a'\xe3\x81\x82")));
    CHECK(!shell_quote_is_plain(SPAN("a\n")) && !shell_quote_is_plain(SPAN("\x7f")));
    CHECK(!shell_quote_is_plain(SPAN("a\0b")) && !shell_quote_is_plain(SPAN("\xc2\x9b")));
}

/* Every length of the room: all of it, or an error. */
static void test_room(void)
{
    struct span s = SPAN("it's\x01!");
    size_t need = strlen(word(s));

    for (size_t max = 0; max <= need; max++) {
        bytes_fini(&out);
        bytes_init(&out, max);
        CHECK_EQ(shell_quote_word(&out, s), max < need ? ERR_LIMIT : OK);
    }
    bytes_fini(&out);
}

CHECK_MAIN(TEST(test_plain_words), TEST(test_other_words), TEST(test_printf),
           TEST(test_is_plain), TEST(test_room))
