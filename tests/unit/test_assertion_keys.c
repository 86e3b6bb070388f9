/* The keys of assertions, from files. */
#include "relay-client/lineapi/emulate/token/assertion_keys.h"

#include "base/mem.h"
#include "relay-client/client_settings_table.h"
#include "unit/check.h"
#include "unit/support/rsa_keys.h"
#include "unit/support/scratch_folder.h"

#define ARGS 4

static struct settings settings;
static struct assertion_keys keys;
static char detail[512];
static char texts[ARGS][256];
static const char *args[ARGS + 1];
static size_t args_len;

static void add(const char *flag, const char *name, const char *content, mode_t mode)
{
    const char *path =
        content ? scratch_folder_write_text(name, content, mode) : scratch_folder_path(name);

    CHECK(args_len < ARGS);
    (void)snprintf(texts[args_len], sizeof texts[0], "--%s=%s", flag, path);
    args[args_len] = texts[args_len];
    args[++args_len] = NULL;
}

static enum err load(void)
{
    static const char *const nothing[] = {NULL};
    struct settings_input input = {.table = client_settings,
                                   .table_len = client_settings_len,
                                   .command = CLIENT_UP,
                                   .args = args,
                                   .environment = nothing};

    detail[0] = '\0';
    CHECK_EQ(settings_load(&settings, &input), OK);
    return assertion_keys_load(&keys, &settings, detail);
}

static void begin(void)
{
    (void)scratch_folder_make();
    args_len = 0;
    args[0] = NULL;
}

static void end(void)
{
    assertion_keys_fini(&keys);
    assertion_keys_fini(&keys);
    settings_fini(&settings);
    scratch_folder_remove();
}

static bool is_signed(int index, const char *kid, bool is_works)
{
    char header[128];
    struct jwt t;

    (void)snprintf(header, sizeof header, "{\"alg\":\"RS256\",\"kid\":\"%s\"}", kid);
    CHECK_EQ(jwt_parse(&t, span_text(rsa_keys_token(index, header, "{}"))), OK);
    bool answer =
        is_works ? assertion_keys_signed_works(&keys, &t) : assertion_keys_signed(&keys, &t);
    CHECK(!assertion_keys_signed(NULL, &t) && !assertion_keys_signed_works(NULL, &t));
    jwt_fini(&t);
    return answer;
}

static void test_none(void)
{
    begin();
    CHECK_EQ(load(), OK);
    CHECK_EQ(keys.len, 0);
    CHECK(!is_signed(0, "k", false));
    end();
}

static void test_several(void)
{
    begin();
    add("assertion-key", "a.json", rsa_keys_jwk(0, "k1"), 0644);
    add("assertion-key", "b.pem", rsa_keys_public(1), 0644);
    CHECK_EQ(load(), OK);
    CHECK_EQ(keys.len, 2);
    CHECK(is_signed(0, "k1", false));
    CHECK(!is_signed(0, "k2", false)); /* this key's name is known */
    CHECK(is_signed(1, "k2", false));
    CHECK(is_signed(0, "k1", true));
    end();
}

static void test_works(void)
{
    begin();
    add("works-key", "w.pem", rsa_keys_private(1), 0600);
    CHECK_EQ(load(), OK);
    CHECK(!is_signed(1, "k", false)); /* LINE does not know it */
    CHECK(is_signed(1, "k", true));
    CHECK(!is_signed(0, "k", true));
    end();
}

static void check_refused(const char *flag, const char *content, mode_t mode, const char *words)
{
    begin();
    add("assertion-key", "good.pem", rsa_keys_public(0), 0644);
    add(flag, "key", content, mode);
    enum err rc = load();
    CHECK(rc == ERR_CONFIG || rc == ERR_DENIED || rc == ERR_NOT_FOUND);
    CHECK(strstr(detail, flag) && strstr(detail, words));
    end();
}

static void test_refused(void)
{
    check_refused("assertion-key", NULL, 0, "key");
    check_refused("assertion-key", "hello", 0644, "neither a key in PEM");
    check_refused("works-key", rsa_keys_public(0), 0600, "the private one is needed");
    check_refused("works-key", rsa_keys_private(0), 0644, "chmod");
    check_refused("works-key", rsa_keys_elliptic(), 0600, "only RSA keys");
}

CHECK_MAIN(TEST(test_none), TEST(test_several), TEST(test_works), TEST(test_refused))
