/* tokens.json: what it holds, what a damaged one does, reloading it, and commands that
 * change it at once. */
#include "base/mem.h"
#include "relay-server/tokens/token_list.h"
#include "relay-server/tokens/tokens.h"
#include "relay-server/tokens/tokens_file.h"
#include "tests/unit/check.h"
#include "tests/unit/support/scratch_folder.h"
#include "tests/unit/support/token_maker.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW TOKEN_MAKER_NOW

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

static enum tokens_verdict verdict_of(const struct tokens *t, const char *text)
{
    enum tokens_verdict verdict;
    char id[TOKEN_TEXT_ID_LEN + 1];
    enum err e = tokens_check(t, span_text(text), NOW, id, &verdict);

    CHECK_EQ(e, verdict == TOKENS_VALID ? OK : ERR_DENIED);
    return verdict;
}

static void test_file_is_private(void)
{
    struct tokens *t;

    set_up();
    save();
    CHECK_EQ(scratch_folder_mode("tokens.json"), 0600);
    CHECK_EQ(chmod(file, 0640), 0);
    CHECK_EQ(tokens_open(file, &t, detail), ERR_DENIED);
    CHECK(strstr(detail, "chmod 600"));
    tear_down();
}

static void test_no_secret_in_file(void)
{
    char text[TOKEN_TEXT_LEN + 1];
    const char *json;

    set_up();
    (void)add("mybot", text);
    save();
    json = scratch_folder_read("tokens.json");
    CHECK(strstr(json, list.tokens[0].id));
    CHECK(!strstr(json, text));
    text[13 + 20] = '\0';
    CHECK(!strstr(json, text + 13)); /* nor its first characters */
    tear_down();
}

static enum err open_text(const char *json)
{
    struct tokens *t = NULL;
    enum err e;

    file = scratch_folder_write_text("tokens.json", json, 0600);
    e = tokens_open(file, &t, detail);
    tokens_free(e ? NULL : t);
    CHECK(!e == (detail[0] == '\0'));
    return e;
}

#define HASH "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\""
#define TOKEN(id, label, tunnels, secrets)                                                     \
    "{\"id\":" id ",\"label\":" label ",\"tunnels\":" tunnels ",\"secrets\":" secrets "}"
#define FILE_OF(version, tokens) "{\"version\":" version ",\"tokens\":[" tokens "]}"

#define GOOD TOKEN("\"abcdefgh\"", "\"\"", "[\"mybot\"]", "[{\"sha256\":" HASH "}]")

static void test_damaged_files(void)
{
    static const char *const damaged[] = {
        "",
        "{}",
        "[]",
        "null",
        "{\"version\":1}",
        "{\"tokens\":[]}",
        FILE_OF("2", ""),
        FILE_OF("\"1\"", ""),
        FILE_OF("1", "7"),
        FILE_OF("1", "{}"),
        FILE_OF("1", GOOD "," GOOD),
        FILE_OF("1", TOKEN("\"abcdefg\"", "\"\"", "[\"a\"]", "[{\"sha256\":" HASH "}]")),
        FILE_OF("1", TOKEN("\"abcdefghi\"", "\"\"", "[\"a\"]", "[{\"sha256\":" HASH "}]")),
        FILE_OF("1", TOKEN("7", "\"\"", "[\"a\"]", "[{\"sha256\":" HASH "}]")),
        FILE_OF("1", TOKEN("\"abcdefgh\"", "7", "[\"a\"]", "[{\"sha256\":" HASH "}]")),
        FILE_OF("1", TOKEN("\"abcdefgh\"", "\"\"", "[]", "[{\"sha256\":" HASH "}]")),
        FILE_OF("1", TOKEN("\"abcdefgh\"", "\"\"", "[\"A\"]", "[{\"sha256\":" HASH "}]")),
        FILE_OF("1", TOKEN("\"abcdefgh\"", "\"\"", "[7]", "[{\"sha256\":" HASH "}]")),
        FILE_OF("1", TOKEN("\"abcdefgh\"", "\"\"", "\"a\"", "[{\"sha256\":" HASH "}]")),
        FILE_OF("1", TOKEN("\"abcdefgh\"", "\"\"", "[\"a\"]", "[]")),
        FILE_OF("1", TOKEN("\"abcdefgh\"", "\"\"", "[\"a\"]", "[{}]")),
        FILE_OF("1", TOKEN("\"abcdefgh\"", "\"\"", "[\"a\"]", "[{\"sha256\":\"ba78\"}]")),
        FILE_OF("1",
                TOKEN("\"abcdefgh\"", "\"\"", "[\"a\"]",
                      "[{\"sha256\":" HASH "},{\"sha256\":" HASH "},{\"sha256\":" HASH "}]")),
        FILE_OF("1", TOKEN("\"abcdefgh\"", "\"\"", "[\"a\"]",
                           "[{\"sha256\":" HASH ",\"expires_ms\":-1}]")),
        FILE_OF("1", TOKEN("\"abcdefgh\"", "\"\",\"revoked_ms\":\"yes\"", "[\"a\"]",
                           "[{\"sha256\":" HASH "}]")),
        FILE_OF("1", TOKEN("\"abcdefgh\"", "\"\",\"expires_ms\":true", "[\"a\"]",
                           "[{\"sha256\":" HASH "}]")),
    };

    set_up();
    CHECK_EQ(open_text(FILE_OF("1", GOOD)), OK);
    CHECK_EQ(open_text(FILE_OF("1", "")), OK);
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++)
        CHECK_EQ(open_text(damaged[i]), ERR_CORRUPT);
    tear_down();
}

static void test_file_cut_anywhere(void)
{
    char json[1024];

    set_up();
    (void)snprintf(json, sizeof json, "%s", FILE_OF("1", GOOD));
    for (size_t len = strlen(json); len-- > 0;) {
        json[len] = '\0';
        CHECK_EQ(open_text(json), ERR_CORRUPT);
        CHECK(strstr(detail, "tokens.json is damaged ("));
        CHECK(strstr(detail, "Restore it"));
    }
    tear_down();
}

static void test_file_keeps_everything(void)
{
    char text[TOKEN_TEXT_LEN + 1];
    struct token_list read;
    struct token *t;

    set_up();
    t = add("mybot", text);
    (void)snprintf(t->label, sizeof t->label, "M\xC3\xBCller's \"laptop\"");
    t->expires_ms = NOW + 1;
    t->revoked_ms = NOW + 2;
    t->secrets[1] = (struct token_secret){.hash = {7}, .created_ms = 5, .expires_ms = 6};
    t->secrets_len = 2;
    save();
    CHECK_EQ(tokens_file_read(file, &read, detail), OK);
    CHECK_EQ(read.len, 1);
    CHECK_STR(read.tokens[0].label, t->label);
    CHECK_STR(read.tokens[0].id, t->id);
    CHECK_EQ(read.tokens[0].created_ms, NOW);
    CHECK_EQ(read.tokens[0].expires_ms, NOW + 1);
    CHECK_EQ(read.tokens[0].revoked_ms, NOW + 2);
    CHECK_EQ(read.tokens[0].tunnels_len, 1);
    CHECK_STR(read.tokens[0].tunnels[0].text, "mybot");
    CHECK_EQ(read.tokens[0].secrets_len, 2);
    CHECK_MEM(read.tokens[0].secrets, t->secrets, sizeof t->secrets);
    CHECK(token_list_find(&read, span_text(t->id)) == &read.tokens[0]);
    CHECK(!token_list_find(&read, SPAN("AAAAAAAA")));
    token_list_fini(&read);
    tear_down();
}

/* --- reloading --- */

static bool reload(struct tokens *t, enum err want)
{
    bool changed = true;

    CHECK_EQ(tokens_reload_if_changed(t, &changed, detail), want);
    return changed;
}

static void test_reload(void)
{
    char text[TOKEN_TEXT_LEN + 1];
    struct tokens *t;

    set_up();
    t = open_tokens(); /* no file yet */
    CHECK_EQ(tokens_len(t), 0);
    CHECK(!reload(t, OK));
    (void)add("mybot", text);
    save();
    CHECK_EQ(verdict_of(t, text), TOKENS_UNKNOWN);
    CHECK(reload(t, OK));
    CHECK(!reload(t, OK));
    CHECK_EQ(verdict_of(t, text), TOKENS_VALID);
    CHECK(tokens_is_live(t, list.tokens[0].id, NOW));
    list.tokens[0].revoked_ms = NOW;
    save();
    CHECK(reload(t, OK));
    CHECK_EQ(verdict_of(t, text), TOKENS_REVOKED);
    CHECK(!tokens_is_live(t, list.tokens[0].id, NOW));
    CHECK_EQ(unlink(file), 0);
    CHECK(reload(t, OK));
    CHECK_EQ(verdict_of(t, text), TOKENS_UNKNOWN);
    tokens_free(t);
    tear_down();
}

static void test_reload_of_a_damaged_file(void)
{
    char text[TOKEN_TEXT_LEN + 1];
    struct tokens *t;

    set_up();
    (void)add("mybot", text);
    save();
    t = open_tokens();
    (void)scratch_folder_write_text("tokens.json", "{\"version\":1,\"tok", 0600);
    CHECK(!reload(t, ERR_CORRUPT));
    CHECK(strstr(detail, "is damaged"));
    CHECK(!reload(t, OK)); /* said once */
    CHECK_EQ(verdict_of(t, text), TOKENS_VALID);
    save();
    CHECK_EQ(chmod(file, 0644), 0);
    CHECK(!reload(t, ERR_DENIED));
    CHECK_EQ(chmod(file, 0600), 0);
    CHECK(reload(t, OK));
    CHECK_EQ(verdict_of(t, text), TOKENS_VALID);
    tokens_free(t);
    tear_down();
}

/* --- memory and neighbours --- */

static enum err open_check_reload(void)
{
    struct tokens *t = NULL;
    bool changed;
    enum err e = tokens_open(file, &t, detail);

    if (e)
        return e;
    CHECK_EQ(chmod(file, 0700), 0);
    CHECK_EQ(chmod(file, 0600), 0);
    e = tokens_reload_if_changed(t, &changed, detail);
    CHECK_EQ(tokens_len(t), 2);
    tokens_free(t);
    return e;
}

static void test_allocation_fails(void)
{
    char text[TOKEN_TEXT_LEN + 1];
    unsigned long before;
    enum err e = ERR_NOMEM;

    set_up();
    (void)add("mybot", text);
    (void)add("bot-*", text);
    before = mem_live();
    for (unsigned long n = 1; e; n++) {
        mem_fail_at(n);
        e = tokens_file_write(file, &list, detail);
        if (!e)
            e = open_check_reload();
        mem_fail_at(0);
        CHECK(e == OK || e == ERR_NOMEM);
        CHECK(e == OK || detail[0] != '\0');
        CHECK_EQ(mem_live(), before);
    }
    tear_down();
}

static void add_one_under_lock(uint64_t seed)
{
    struct tokens_file_lock lock;
    char text[TOKEN_TEXT_LEN + 1];

    random_seeded_init(&seeded, seed);
    CHECK_EQ(tokens_file_lock(file, &lock, detail), OK);
    CHECK_EQ(tokens_file_read(file, &list, detail), OK);
    (void)add("mybot", text);
    save();
    tokens_file_unlock(&lock);
    token_list_fini(&list);
}

/* Eight processes with ten changes each: none is lost. */
static void test_commands_at_once(void)
{
    pid_t children[8];
    struct tokens *t;
    int status;

    set_up();
    for (unsigned i = 0; i < 8; i++) {
        children[i] = fork();
        if (children[i] != 0)
            continue;
        for (unsigned n = 0; n < 10; n++)
            add_one_under_lock(100 * i + n);
        _exit(0);
    }
    for (unsigned i = 0; i < 8; i++) {
        CHECK_EQ(waitpid(children[i], &status, 0), children[i]);
        CHECK_EQ(status, 0);
    }
    t = open_tokens();
    CHECK_EQ(tokens_len(t), 80);
    tokens_free(t);
    CHECK_EQ(scratch_folder_mode("tokens.json.lock"), 0600);
    CHECK_EQ(scratch_folder_count(""), 2);
    tear_down();
}

CHECK_MAIN(TEST(test_file_is_private), TEST(test_no_secret_in_file), TEST(test_damaged_files),
           TEST(test_file_cut_anywhere), TEST(test_file_keeps_everything), TEST(test_reload),
           TEST(test_reload_of_a_damaged_file), TEST(test_allocation_fails),
           TEST(test_commands_at_once))
