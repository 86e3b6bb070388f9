/* Ids and tokens in LINE's shapes: what they look like, and who takes them for its own. */
#include "relay-client/lineapi/line_mint.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/scratch_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#define NOW 1795305600000u /* 2026-11-22 */

static const char hex[] = "0123456789abcdef";
static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const char url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static const struct {
    enum line_mint_kind kind;
    const char *prefix, *letters;
    size_t len;
} kinds[] = {
    {LINE_MINT_USER, "U", hex, 33},
    {LINE_MINT_GROUP, "C", hex, 33},
    {LINE_MINT_ROOM, "R", hex, 33},
    {LINE_MINT_REPLY_TOKEN, "", hex, 32},
    {LINE_MINT_EVENT_ID, "", crockford, 26},
    {LINE_MINT_MESSAGE_ID, "", "0123456789", 18},
    {LINE_MINT_QUOTE_TOKEN, "", url, 88},
    {LINE_MINT_READ_TOKEN, "", url, 64},
    {LINE_MINT_ACCESS_TOKEN, "",
     "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=", 172},
    {LINE_MINT_RICH_MENU, "richmenu-", hex, 41},
    {LINE_MINT_COUPON, "", crockford, 26},
};

static struct random_seeded random_;
static struct line_mint mint;
static char detail[256];

static enum err open_mint(void)
{
    return line_mint_open(&mint, scratch_folder_path("mint.key"), &random_.base, detail);
}

static void begin(void)
{
    random_seeded_init(&random_, 7);
    (void)scratch_folder_make();
    CHECK_EQ(open_mint(), OK);
}

static void end(void)
{
    line_mint_close(&mint);
    scratch_folder_remove();
}

/* --- what they look like --- */

static void check_shape(size_t i, const char *text)
{
    size_t prefix = strlen(kinds[i].prefix);

    CHECK_EQ(strlen(text), kinds[i].len);
    CHECK(strncmp(text, kinds[i].prefix, prefix) == 0);
    CHECK_EQ(strspn(text + prefix, kinds[i].letters), kinds[i].len - prefix);
}

static void test_shapes(void)
{
    char made[LINE_MINT_SIZE], again[LINE_MINT_SIZE], named[LINE_MINT_SIZE];

    begin();
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        for (int n = 0; n < 200; n++) {
            line_mint_make(&mint, kinds[i].kind, NOW, made);
            line_mint_make(&mint, kinds[i].kind, NOW, again);
            line_mint_named(&mint, kinds[i].kind, span_of(&n, sizeof n), named);
            check_shape(i, made);
            check_shape(i, named);
            CHECK(strcmp(made, again) != 0);
            CHECK(strcmp(made, named) != 0);
        }
    end();
}

static void test_message_ids_have_no_zero_in_front(void)
{
    char made[LINE_MINT_SIZE];

    begin();
    for (int n = 0; n < 500; n++) {
        line_mint_make(&mint, LINE_MINT_MESSAGE_ID, NOW, made);
        CHECK(made[0] != '0');
    }
    end();
}

static void test_event_ids_say_when_and_ascend(void)
{
    char before[LINE_MINT_SIZE] = "", made[LINE_MINT_SIZE];
    uint64_t ms;

    begin();
    for (int n = 0; n < 2000; n++) {
        line_mint_make(&mint, LINE_MINT_EVENT_ID, NOW + (uint64_t)n / 1000, made);
        CHECK(ulid_parse_ms(span_text(made), &ms));
        CHECK_EQ(ms, NOW + (uint64_t)n / 1000);
        CHECK(strcmp(before, made) < 0);
        memcpy(before, made, sizeof before);
    }
    end();
}

static void test_long_lived_tokens_are_base64(void)
{
    char made[LINE_MINT_SIZE];

    begin();
    line_mint_make(&mint, LINE_MINT_ACCESS_TOKEN, NOW, made);
    CHECK_EQ(strcspn(made, "="), 171);
    CHECK_EQ(made[170], 'U'); /* its last two bits are of no byte */
    end();
}

/* --- whose they are --- */

static void test_own_of_one_kind_alone(void)
{
    char made[LINE_MINT_SIZE], named[LINE_MINT_SIZE];

    begin();
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        line_mint_make(&mint, kinds[i].kind, NOW, made);
        line_mint_named(&mint, kinds[i].kind, SPAN("Alice"), named);
        for (size_t other = 0; other < ARRAY_LEN(kinds); other++) {
            CHECK_EQ(line_mint_is_own(&mint, kinds[other].kind, span_text(made)), i == other);
            CHECK_EQ(line_mint_is_own(&mint, kinds[other].kind, span_text(named)), i == other);
        }
    }
    end();
}

static void tamper(enum line_mint_kind kind, char *made, size_t at)
{
    char was = made[at];

    for (unsigned c = 1; c < 256; c++) {
        made[at] = (char)c;
        CHECK_EQ(line_mint_is_own(&mint, kind, span_text(made)), made[at] == was);
    }
    made[at] = was;
}

/* Every letter is in the tag, or is vouched for by it. */
static void test_tampering(void)
{
    char made[LINE_MINT_SIZE];

    begin();
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        line_mint_make(&mint, kinds[i].kind, NOW, made);
        for (size_t at = 0; at < kinds[i].len; at++)
            tamper(kinds[i].kind, made, at);
    }
    end();
}

static void test_lengths(void)
{
    char made[LINE_MINT_SIZE + 1];

    begin();
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        line_mint_make(&mint, kinds[i].kind, NOW, made);
        for (size_t len = 0; len < kinds[i].len; len++)
            CHECK(!line_mint_is_own(&mint, kinds[i].kind, span_of(made, len)));
        memcpy(made + kinds[i].len, "0", 2);
        CHECK(!line_mint_is_own(&mint, kinds[i].kind, span_text(made)));
    }
    end();
}

static void test_what_line_makes(void)
{
    begin();
    CHECK(!line_mint_is_own(&mint, LINE_MINT_REPLY_TOKEN,
                            SPAN("0f3779fba3b349968c5d07db31eab56f")));
    CHECK(!line_mint_is_own(&mint, LINE_MINT_MESSAGE_ID, SPAN("444573844083572737")));
    CHECK(!line_mint_is_own(&mint, LINE_MINT_EVENT_ID, SPAN("01FZ74A0TDDPYRVKNK77XKC3ZR")));
    CHECK(!line_mint_is_own(&mint, LINE_MINT_USER, SPAN("U00000000000000000000000000000000")));
    end();
}

static void test_another_key_is_another_mint(void)
{
    char made[LINE_MINT_SIZE], named[LINE_MINT_SIZE], theirs[LINE_MINT_SIZE];

    begin();
    line_mint_make(&mint, LINE_MINT_USER, NOW, made);
    line_mint_named(&mint, LINE_MINT_USER, SPAN("Alice"), named);
    line_mint_close(&mint);
    CHECK_EQ(unlink(scratch_folder_path("mint.key")), 0);
    CHECK_EQ(open_mint(), OK);
    CHECK(!line_mint_is_own(&mint, LINE_MINT_USER, span_text(made)));
    line_mint_named(&mint, LINE_MINT_USER, SPAN("Alice"), theirs);
    CHECK(strcmp(named, theirs) != 0);
    end();
}

static void test_the_same_name_is_the_same_person(void)
{
    char alice[LINE_MINT_SIZE], again[LINE_MINT_SIZE], bob[LINE_MINT_SIZE];

    begin();
    line_mint_named(&mint, LINE_MINT_USER, SPAN("Alice"), alice);
    line_mint_close(&mint);
    CHECK_EQ(open_mint(), OK); /* the next run */
    line_mint_named(&mint, LINE_MINT_USER, SPAN("Alice"), again);
    line_mint_named(&mint, LINE_MINT_USER, SPAN("Bob"), bob);
    CHECK_STR(again, alice);
    CHECK(strcmp(bob, alice) != 0);
    end();
}

/* --- the key's file --- */

static void test_nobody_else_reads_the_key(void)
{
    mode_t before = umask(0);

    begin();
    CHECK_EQ(scratch_folder_mode("mint.key"), 0600);
    CHECK_EQ(strlen(scratch_folder_read("mint.key")), 65);
    end();
    (void)umask(before);
}

static void check_replaced(const char *text, mode_t mode)
{
    char made[LINE_MINT_SIZE];

    begin();
    line_mint_make(&mint, LINE_MINT_USER, NOW, made);
    line_mint_close(&mint);
    if (text)
        (void)scratch_folder_write_text("mint.key", text, 0600);
    CHECK_EQ(chmod(scratch_folder_path("mint.key"), mode), 0);
    CHECK_EQ(open_mint(), OK);
    CHECK_EQ(scratch_folder_mode("mint.key"), 0600);
    CHECK(!line_mint_is_own(&mint, LINE_MINT_USER, span_text(made)));
    end();
}

static void test_a_key_that_cannot_be_trusted(void)
{
    log_set_level(LOG_ERROR);
    check_replaced("", 0600);
    check_replaced("not a key\n", 0600);
    check_replaced("00112233445566778899aabbccddeeff00112233445566778899aabbccddee\n", 0600);
    check_replaced(NULL, 0644); /* others may have read it */
}

static void test_no_place_for_the_key(void)
{
    begin();
    line_mint_close(&mint);
    (void)scratch_folder_write_text("file", "", 0600);
    CHECK(line_mint_open(&mint, scratch_folder_path("file/mint.key"), &random_.base, detail) !=
          OK);
    CHECK(*detail);
    end();
}

static void test_closing_wipes_the_key(void)
{
    static const uint8_t zero[32];

    begin();
    line_mint_close(&mint);
    CHECK_MEM(mint.key, zero, sizeof zero);
    end();
}

static void test_memory(void)
{
    bool is_over = false;

    begin();
    for (unsigned long n = 1; !is_over; n++) {
        (void)unlink(scratch_folder_path("mint.key"));
        mem_fail_at(n);
        enum err rc = open_mint();
        is_over = mem_sweep_is_over(n);
        CHECK(rc == OK || !is_over);
        CHECK(rc == OK || *detail);
        CHECK(scratch_folder_count("") <= 1); /* the key itself, whole */
        if (scratch_folder_count("") == 1)
            CHECK_EQ(strlen(scratch_folder_read("mint.key")), 65);
    }
    end();
}

CHECK_MAIN(TEST(test_shapes), TEST(test_message_ids_have_no_zero_in_front),
           TEST(test_event_ids_say_when_and_ascend), TEST(test_long_lived_tokens_are_base64),
           TEST(test_own_of_one_kind_alone), TEST(test_tampering), TEST(test_lengths),
           TEST(test_what_line_makes), TEST(test_another_key_is_another_mint),
           TEST(test_the_same_name_is_the_same_person), TEST(test_nobody_else_reads_the_key),
           TEST(test_a_key_that_cannot_be_trusted), TEST(test_no_place_for_the_key),
           TEST(test_closing_wipes_the_key), TEST(test_memory))
