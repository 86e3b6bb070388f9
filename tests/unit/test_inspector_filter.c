#include "tests/unit/check.h"

#include "base/container.h"
#include "base/mem.h"
#include "codec/json/json_text.h"
#include "tests/unit/support/mem_sweep.h"
#include "tests/unit/support/query_sample.h"
#include "tests/unit/support/reading_rig.h"
#include "tests/unit/support/scratch_folder.h"

/* Suggestions and explanations: what is offered where, with which numbers. */

static struct reading_rig rig;

static void begin(void)
{
    rig = (struct reading_rig){0};
    journal_reader_close(query_sample_open());
    journal_rig_use(scratch_folder_path("journal.db"));
    reading_rig_start(&rig);
}

/* ---- suggest ---- */

/* "insert(label count from-to) " of the first few. */
static const char *shown(size_t max)
{
    static char line[1024];
    size_t len = reading_rig_len(&rig, "items"), at = 0;
    static const char *const members[] = {"insert", "label_code", "count", "from", "to"};

    line[0] = '\0';
    for (size_t i = 0; i < len && i < max; i++) {
        for (size_t m = 0; m < ARRAY_LEN(members); m++) {
            char path[64];

            (void)snprintf(path, sizeof(path), "items[%zu].%s", i, members[m]);
            struct span value = reading_rig_at(&rig, path);
            at += (size_t)snprintf(line + at, sizeof(line) - at, "%.*s%s", (int)value.len,
                                   value.ptr, m + 1 < ARRAY_LEN(members) ? " " : "; ");
        }
    }
    return line;
}

#define SUGGEST "/api/filter/suggest?q="

static void test_keys(void)
{
    begin();
    reading_rig_get(&rig, SUGGEST "ty");
    CHECK_STR(shown(9), "\"type:\" \"key.type\" null 0 2; ");
    reading_rig_get(&rig, SUGGEST "TY");
    CHECK_STR(shown(9), "\"type:\" \"key.type\" null 0 2; ");
    reading_rig_get(&rig, SUGGEST "la");
    CHECK_STR(shown(1), "\"late\" \"flag.late\" null 0 2; ");
    /* what begins with it, then what has it: keys, and flags */
    reading_rig_get(&rig, SUGGEST "re");
    CHECK_STR(shown(3), "\"replay\" \"flag.replay\" null 0 2; "
                        "\"redelivery\" \"flag.redelivery\" null 0 2; "
                        "\"secret:\" \"key.secret\" null 0 2; ");
    reading_rig_get(&rig, SUGGEST);
    CHECK(reading_rig_len(&rig, "items") == 40);
    reading_rig_get(&rig, "/api/filter/suggest");
    CHECK(reading_rig_len(&rig, "items") == 40);
    reading_rig_get(&rig, SUGGEST "sig:"); /* each once */
    CHECK_EQ(reading_rig_len(&rig, "items"), 5);
    reading_rig_get(&rig, SUGGEST "zzz");
    CHECK_EQ(reading_rig_len(&rig, "items"), 0);
    /* behind what is there: negated, in brackets, after 返金 (two units) and 😀 (two) */
    reading_rig_get(&rig, SUGGEST "late+-ty");
    CHECK_STR(shown(1), "\"type:\" \"key.type\" null 6 8; ");
    reading_rig_get(&rig, SUGGEST "(ty");
    CHECK_STR(shown(1), "\"type:\" \"key.type\" null 1 3; ");
    reading_rig_get(&rig, SUGGEST "%E8%BF%94%E9%87%91+%F0%9F%98%80+ty");
    CHECK_STR(shown(1), "\"type:\" \"key.type\" null 6 8; ");
    /* full width is half width */
    reading_rig_get(&rig, SUGGEST "%EF%BD%94%EF%BD%99");
    CHECK_STR(shown(1), "\"type:\" \"key.type\" null 0 2; ");
    reading_rig_end(&rig);
}

static void test_cursor(void)
{
    begin();
    /* in the middle: what stands before counts, the whole word is replaced */
    reading_rig_get(&rig, SUGGEST "type+late&at=2");
    CHECK_STR(shown(9), "\"type:\" \"key.type\" null 0 4; ");
    reading_rig_get(&rig, SUGGEST "type+late&at=7");
    CHECK_STR(shown(1), "\"late\" \"flag.late\" null 5 9; ");
    reading_rig_get(&rig, SUGGEST "ty&at=0");
    CHECK_EQ(reading_rig_len(&rig, "items"), 40);
    reading_rig_check(&rig, "items[0].to", "2");
    reading_rig_get(&rig, SUGGEST "late++kept&at=5"); /* between two words */
    reading_rig_check(&rig, "items[0].from", "5");
    reading_rig_check(&rig, "items[0].to", "5");
    reading_rig_get(&rig, SUGGEST "late+&at=999");
    reading_rig_check(&rig, "items[0].from", "5");
    reading_rig_get(&rig, SUGGEST "sig:va,in&at=6");
    CHECK_STR(shown(9), "\"valid\" \"value\" null 4 6; \"invalid\" \"value\" null 4 6; ");
    reading_rig_get(&rig, SUGGEST "sig:va,in&at=9");
    CHECK_STR(shown(9), "\"invalid\" \"value\" null 7 9; \"missing\" \"value\" null 7 9; ");
    reading_rig_get(&rig, SUGGEST "sig:va&at=3"); /* in front of the colon it is the key */
    CHECK_STR(shown(9), "\"sig:\" \"key.sig\" null 0 6; ");
    reading_rig_refused(&rig, SUGGEST "ty&at=x", 400, "bad_request");
    reading_rig_refused(&rig, SUGGEST "ty&at=-1", 400, "bad_request");
    reading_rig_end(&rig);
}

static void test_values(void)
{
    begin();
    reading_rig_get(&rig, SUGGEST "is:re");
    CHECK_STR(shown(9), "\"replay\" \"flag.replay\" null 3 5; "
                        "\"redelivery\" \"flag.redelivery\" null 3 5; ");
    reading_rig_get(&rig, SUGGEST "finding:late_s");
    CHECK_STR(shown(9), "\"bot_late_strict\" \"value\" null 8 14; ");
    /* what the journal has, the most frequent first, without what was deleted */
    reading_rig_get(&rig, SUGGEST "type:");
    CHECK_STR(shown(3), "\"message\" \"value\" 6 5 5; \"text\" \"value\" 4 5 5; "
                        "\"follow\" \"value\" 1 5 5; ");
    reading_rig_get(&rig, SUGGEST "type:st");
    CHECK_STR(shown(9), "\"sticker\" \"value\" 1 5 7; \"postback\" \"value\" 1 5 7; ");
    reading_rig_get(&rig, SUGGEST "user:");
    CHECK_STR(shown(9), "\"" QUERY_SAMPLE_USER "\" \"value\" 5 5 5; "
                        "\"Uffffffffffffffffffffffffffffffff\" \"value\" 3 5 5; ");
    reading_rig_get(&rig, SUGGEST "-user:FF");
    CHECK_STR(shown(9), "\"Uffffffffffffffffffffffffffffffff\" \"value\" 3 6 8; ");
    reading_rig_get(&rig, SUGGEST "group:");
    CHECK_STR(shown(9), "\"C0123456789abcdef0123456789abcdef\" \"value\" 2 6 6; ");
    reading_rig_get(&rig, SUGGEST "room:C");
    CHECK_STR(shown(9), "\"R0123456789abcdef0123456789abcdef\" \"value\" 1 5 6; ");
    reading_rig_get(&rig, SUGGEST "path:");
    CHECK_STR(shown(9),
              "\"/callback\" \"value\" 10 5 5; \"/liff/index.html\" \"value\" 1 5 5; ");
    reading_rig_get(&rig, SUGGEST "method:");
    CHECK_STR(shown(9), "\"POST\" \"value\" 10 7 7; \"GET\" \"value\" 1 7 7; ");
    reading_rig_get(&rig, SUGGEST "tunnel:o");
    CHECK_STR(shown(9), "\"other\" \"value\" 1 7 8; \"mybot\" \"value\" 10 7 8; ");
    /* quotes around what has a space, also when they have been begun */
    reading_rig_get(&rig, SUGGEST "secret:");
    CHECK_STR(shown(9), "\"\\\"secret 1\\\"\" \"value\" 6 7 7; "
                        "\"\\\"secret 2\\\"\" \"value\" 1 7 7; ");
    reading_rig_get(&rig, SUGGEST "secret:%22secret+2");
    CHECK_STR(shown(9), "\"\\\"secret 2\\\"\" \"value\" 1 7 16; ");
    /* nothing to say */
    reading_rig_get(&rig, SUGGEST "text:x");
    CHECK_EQ(reading_rig_len(&rig, "items"), 0);
    reading_rig_get(&rig, SUGGEST "typ:x");
    CHECK_EQ(reading_rig_len(&rig, "items"), 0);
    reading_rig_get(&rig, SUGGEST "user:%27+OR+1%3D1+--");
    reading_rig_end(&rig);
}

/* Wherever the cursor is, and whatever is half typed. */
static void test_every_cursor(void)
{
    static const char text[] =
        "late+-(type:image,po+user:%22U0+%E8%BF%94%F0%9F%98%80%22)OR::,,";
    char target[256];

    begin();
    for (unsigned cut = 0; cut < sizeof(text); cut++) {
        if (cut >= 2 && (text[cut - 1] == '%' || text[cut - 2] == '%'))
            continue;
        for (unsigned at = 0; at <= cut; at++) {
            (void)snprintf(target, sizeof(target), SUGGEST "%.*s&at=%u", (int)cut, text, at);
            if (reading_rig_try(&rig, target) == OK) /* else: half a character */
                reading_rig_get(&rig, target);
        }
    }
    reading_rig_end(&rig);
}

/* ---- explain ---- */

#define EXPLAIN "/api/filter/explain?q="

static void test_explain(void)
{
    begin();
    reading_rig_get(&rig, EXPLAIN "type:text+-late+(kept+OR+pass)");
    CHECK_EQ(reading_rig_len(&rig, "parts"), 3);
    reading_rig_check(&rig, "parts[0].text", "\"type:text\"");
    reading_rig_check(&rig, "parts[0].count", "4");
    reading_rig_check(&rig, "parts[1].text", "\"-late\"");
    reading_rig_check(&rig, "parts[1].count", "10");
    reading_rig_check(&rig, "parts[2].text", "\"(kept OR pass)\"");
    reading_rig_check(&rig, "parts[2].count", "2");
    reading_rig_check(&rig, "error", "null");
    reading_rig_get(&rig, EXPLAIN "type:text+sig:valid+OR+pass");
    reading_rig_check(&rig, "parts[0].text", "\"type:text sig:valid\"");
    reading_rig_check(&rig, "parts[0].count", "3");
    reading_rig_check(&rig, "parts[1].count", "1");
    reading_rig_get(&rig, EXPLAIN);
    reading_rig_check(&rig, "parts", "[]");
    reading_rig_check(&rig, "error", "null");
    reading_rig_get(&rig, EXPLAIN "%E8%BF%94+typ:x");
    reading_rig_check(&rig, "parts", "[]");
    reading_rig_check(
        &rig, "error",
        "{\"offset\":2,\"length\":3,\"code\":\"unknown_key\",\"hint\":\"type:\"}");
    reading_rig_end(&rig);
}

static void test_no_memory(void)
{
    static const char *const targets[] = {EXPLAIN "type:text+OR+%E8%BF%94", SUGGEST "user:U",
                                          SUGGEST "type:", EXPLAIN "typ:x"};

    begin();
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        bool is_over = false;

        for (unsigned long n = 1; !is_over; n++) {
            mem_fail_at(n);
            enum err e = reading_rig_try(&rig, targets[i]);
            is_over = mem_sweep_is_over(n);
            CHECK(e == OK || (e == ERR_NOMEM && !is_over));
        }
        reading_rig_get(&rig, targets[i]);
    }
    reading_rig_end(&rig);
}

CHECK_MAIN(TEST(test_keys), TEST(test_cursor), TEST(test_values), TEST(test_every_cursor),
           TEST(test_explain), TEST(test_no_memory))
