/* Who gets in with which token, and to which tunnels. */
#include "base/mem.h"
#include "relay-server/tokens/token_list.h"
#include "relay-server/tokens/tokens.h"
#include "relay-server/tokens/tokens_file.h"
#include "tests/unit/check.h"
#include "tests/unit/support/scratch_folder.h"
#include "tests/unit/support/token_maker.h"

#define NOW    TOKEN_MAKER_NOW
#define MINUTE UINT64_C(60000)

static struct random_seeded seeded;
static struct token_list list;
static const char *file;
static char detail[TOKENS_DETAIL_SIZE];

static void set_up(void)
{
    random_seeded_init(&seeded, 4711);
    (void)scratch_folder_make();
    file = scratch_folder_path("tokens.json");
}

static void tear_down(void)
{
    token_list_fini(&list);
    scratch_folder_remove();
    CHECK_EQ(mem_live(), 0);
}

static struct token *add(const char *scope, char text[static TOKEN_TEXT_LEN + 1])
{
    return token_maker_add(&list, &seeded.base, scope, text);
}

static void save(void)
{
    CHECK_EQ(tokens_file_write(file, &list, detail), OK);
}

static struct tokens *open_tokens(void)
{
    struct tokens *t;

    CHECK_EQ(tokens_open(file, &t, detail), OK);
    return t;
}

static enum tokens_verdict verdict_at(const struct tokens *t, const char *text, uint64_t ms)
{
    enum tokens_verdict verdict;
    char id[TOKEN_TEXT_ID_LEN + 1];
    enum err e = tokens_check(t, span_text(text), ms, id, &verdict);

    /* The verdict is for the log; a peer sees this, and it is one of two. */
    CHECK_EQ(e, verdict == TOKENS_VALID ? OK : ERR_DENIED);
    CHECK_EQ(strlen(id), verdict == TOKENS_MALFORMED ? 0 : TOKEN_TEXT_ID_LEN);
    CHECK(verdict == TOKENS_MALFORMED || memcmp(id, text + 4, TOKEN_TEXT_ID_LEN) == 0);
    return verdict;
}

static void test_verdicts(void)
{
    char good[TOKEN_TEXT_LEN + 1], expired[TOKEN_TEXT_LEN + 1], revoked[TOKEN_TEXT_LEN + 1],
        other_secret[TOKEN_TEXT_LEN + 1], unknown[TOKEN_TEXT_LEN + 1];
    struct tokens *t;

    set_up();
    token_text_make(&seeded.base, add("mybot", good)->id, other_secret);
    add("mybot", expired)->expires_ms = NOW;
    add("mybot", revoked)->revoked_ms = NOW;
    (void)add("mybot", unknown);
    mem_free(list.tokens[--list.len].tunnels);
    save();
    t = open_tokens();
    CHECK_EQ(tokens_len(t), 3);
    CHECK_EQ(verdict_at(t, good, NOW), TOKENS_VALID);
    CHECK_EQ(verdict_at(t, other_secret, NOW), TOKENS_WRONG_SECRET);
    CHECK_EQ(verdict_at(t, unknown, NOW), TOKENS_UNKNOWN);
    CHECK_EQ(verdict_at(t, revoked, NOW), TOKENS_REVOKED);
    CHECK_EQ(verdict_at(t, expired, NOW), TOKENS_EXPIRED);
    CHECK_EQ(verdict_at(t, expired, NOW - 1), TOKENS_VALID);
    CHECK_EQ(verdict_at(t, "hkl_", NOW), TOKENS_MALFORMED);
    CHECK_EQ(verdict_at(t, "", NOW), TOKENS_MALFORMED);
    good[20] = good[20] == 'a' ? 'b' : 'a';
    CHECK_EQ(verdict_at(t, good, NOW), TOKENS_MALFORMED);
    for (int v = TOKENS_VALID; v <= TOKENS_REVOKED; v++)
        CHECK(strlen(tokens_verdict_text((enum tokens_verdict)v)) > 1);
    tokens_free(t);
    tear_down();
}

static void test_live(void)
{
    char text[TOKEN_TEXT_LEN + 1];
    struct token *one, *other;
    struct tokens *t;

    set_up();
    (void)add("mybot", text);
    add("mybot", text)->expires_ms = NOW;
    other = add("mybot", text);
    other->revoked_ms = NOW;
    save();
    one = &list.tokens[0];
    t = open_tokens();
    CHECK(tokens_is_live(t, one->id, UINT64_MAX));
    CHECK(tokens_is_live(t, list.tokens[1].id, NOW - 1));
    CHECK(!tokens_is_live(t, list.tokens[1].id, NOW));
    CHECK(!tokens_is_live(t, other->id, 0));
    CHECK(!tokens_is_live(t, "AAAAAAAA", NOW));
    CHECK(!tokens_is_live(t, "", NOW));
    tokens_free(t);
    tear_down();
}

/* While a token is rotated both secrets are good; then only the new one. */
static void test_rotation(void)
{
    char old[TOKEN_TEXT_LEN + 1], new[TOKEN_TEXT_LEN + 1];
    struct token *token;
    struct tokens *t;

    set_up();
    token = add("mybot", old);
    token_maker_set_secret(token, 1, &seeded.base, new);
    token->secrets[0].expires_ms = NOW + MINUTE;
    save();
    t = open_tokens();
    CHECK_EQ(verdict_at(t, old, NOW + MINUTE - 1), TOKENS_VALID);
    CHECK_EQ(verdict_at(t, new, NOW), TOKENS_VALID);
    CHECK_EQ(verdict_at(t, old, NOW + MINUTE), TOKENS_EXPIRED);
    CHECK_EQ(verdict_at(t, new, NOW + MINUTE), TOKENS_VALID);
    tokens_free(t);
    tear_down();
}

/* An unused place for a second secret holds zeroes, which must not match anything. */
static void test_empty_places_match_nothing(void)
{
    char text[TOKEN_TEXT_LEN + 1];
    struct tokens *t;

    set_up();
    memset(add("mybot", text)->secrets[0].hash, 0, TOKEN_TEXT_HASH_LEN);
    save();
    t = open_tokens();
    CHECK_EQ(verdict_at(t, text, NOW), TOKENS_WRONG_SECRET);
    tokens_free(t);
    tear_down();
}

static void test_scopes(void)
{
    static const struct {
        const char *scope, *tunnel;
        bool covers;
    } cases[] = {
        {"mybot", "mybot", true},        {"mybot", "mybot2", false},
        {"mybot", "mybo", false},        {"mybot", "MyBot", false},
        {"mybot", "mybot.", false},      {"mybot", "", false},
        {"bot-*", "bot-1", true},        {"bot-*", "bot-", false},
        {"bot-*", "bot", false},         {"bot-*", "bots-1", false},
        {"bot-*", "robot-1", false},     {"bot-*", "bot-a-b", true},
        {"bot-*", "bot--a", true},       {"bot-*", "bot-*", false},
        {"xn-*", "xn--mybt-5qa", false}, {"bot-*", "bot-A", false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_EQ(tokens_scope_covers(span_text(cases[i].scope), span_text(cases[i].tunnel)),
                 cases[i].covers);
}

static void test_valid_scopes(void)
{
    static const char *const valid[] = {"a", "mybot", "my-bot-2", "2", "bot-*", "a-b-*"};
    static const char *const invalid[] = {
        "",        "*",          "-*",    "bot*",  "b*t",          "*-bot",
        "-bot",    "bot-",       "Bot",   "bot.x", "xn--mybt-5qa", "bot--*",
        "bot-*-*", "b\xC3\xB6t", "bot\n", "bot ",  "xn--a-*",      "bot-**",
    };
    char label[66];

    for (size_t i = 0; i < sizeof valid / sizeof valid[0]; i++)
        CHECK(tokens_scope_is_valid(span_text(valid[i])));
    for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++)
        CHECK(!tokens_scope_is_valid(span_text(invalid[i])));
    memset(label, 'a', sizeof label);
    CHECK(tokens_scope_is_valid(span_of(label, 63)));
    CHECK(!tokens_scope_is_valid(span_of(label, 64)));
    memcpy(label + 61, "-*", 2);
    CHECK(tokens_scope_is_valid(span_of(label, 63)));
}

static void test_covers_by_id(void)
{
    char text[TOKEN_TEXT_LEN + 1];
    struct tokens *t;

    set_up();
    (void)add("mybot", text);
    (void)add("bot-*", text);
    save();
    t = open_tokens();
    CHECK(tokens_covers(t, list.tokens[0].id, SPAN("mybot")));
    CHECK(!tokens_covers(t, list.tokens[0].id, SPAN("bot-1")));
    CHECK(tokens_covers(t, list.tokens[1].id, SPAN("bot-1")));
    CHECK(!tokens_covers(t, "AAAAAAAA", SPAN("mybot")));
    tokens_free(t);
    tear_down();
}

static void test_covered_by_any_live_token(void)
{
    char text[TOKEN_TEXT_LEN + 1], longest[65];

    set_up();
    (void)add("mybot", text);
    add("bot-*", text)->expires_ms = NOW + MINUTE;
    add("gone", text)->revoked_ms = NOW - MINUTE;
    save();
    struct tokens *t = open_tokens();
    CHECK(tokens_any_covers(t, SPAN("mybot"), NOW));
    CHECK(tokens_any_covers(t, SPAN("MyBot"), NOW));
    CHECK(tokens_any_covers(t, SPAN("bot-1"), NOW + MINUTE - 1));
    CHECK(!tokens_any_covers(t, SPAN("bot-1"), NOW + MINUTE));
    CHECK(!tokens_any_covers(t, SPAN("bot-"), NOW));
    CHECK(!tokens_any_covers(t, SPAN("gone"), NOW));
    CHECK(!tokens_any_covers(t, SPAN("mybo"), NOW));
    CHECK(!tokens_any_covers(t, SPAN(""), NOW));
    memset(longest, 'a', sizeof longest);
    memcpy(longest, "bot-", 4);
    CHECK(tokens_any_covers(t, span_of(longest, 63), NOW));
    CHECK(!tokens_any_covers(t, span_of(longest, 64), NOW));
    CHECK(!tokens_any_covers(t, span_of(longest, 65), NOW));
    tokens_free(t);
    tear_down();
}

static void test_many(void)
{
    static char texts[TOKENS_MAX][TOKEN_TEXT_LEN + 1];
    struct token *extra;
    struct tokens *t;

    set_up();
    for (size_t i = 0; i < TOKENS_MAX; i++)
        (void)add("bot-*", texts[i]);
    CHECK_EQ(token_list_add(&list, &extra), ERR_LIMIT);
    save();
    t = open_tokens();
    CHECK_EQ(tokens_len(t), TOKENS_MAX);
    for (size_t i = 0; i < TOKENS_MAX; i++)
        CHECK_EQ(verdict_at(t, texts[i], NOW), TOKENS_VALID);
    tokens_free(t);
    tear_down();
}

CHECK_MAIN(TEST(test_verdicts), TEST(test_live), TEST(test_rotation),
           TEST(test_empty_places_match_nothing), TEST(test_scopes), TEST(test_valid_scopes),
           TEST(test_covers_by_id), TEST(test_covered_by_any_live_token), TEST(test_many))
