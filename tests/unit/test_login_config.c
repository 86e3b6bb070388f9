/* The file that `hookline login` writes: ours anew, the rest as it was, for nobody else. */
#include "relay-client/login/login_config.h"

#include "base/mem.h"
#include "relay-client/client_settings_table.h"
#include "unit/check.h"
#include "unit/support/call_rig.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/scratch_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#define HEX32 "0123456789abcdef0123456789abcdef"

static struct login_config config;

static void open_with(const char *before, const char *const *args)
{
    call_rig_open();
    if (before)
        (void)scratch_folder_write_text("config.json", before, 0600);
    call_rig_load(CLIENT_LOGIN, args);
    config = (struct login_config){.file = call_rig.paths.config_file,
                                   .settings = &call_rig.settings,
                                   .token = SPAN("hkl_new")};
}

static void writes(const char *want)
{
    CHECK_EQ(login_config_write(&config), OK);
    CHECK_STR(scratch_folder_read("config.json"), want);
    CHECK_EQ(scratch_folder_mode("config.json"), 0600);
}

#define USUAL                                                                                  \
    (const char *const[])                                                                      \
    {                                                                                          \
        "--relay=r.example.com", "--tunnel=mybot", NULL                                        \
    }

/* What was written can be loaded, by `up` and by the next login. */
static void check_it_loads(void)
{
    call_rig_load(CLIENT_UP, (const char *const[]){"--echo", NULL});
    CHECK_STR(settings_text(&call_rig.settings, "relay"), "r.example.com");
    CHECK_STR(settings_text(&call_rig.settings, "tunnel"), "mybot");
    CHECK(span_is(settings_secret(&call_rig.settings, "token", 0), SPAN("hkl_new")));
}

static void test_first_login(void)
{
    open_with(NULL, USUAL);
    writes("{\"relay\":\"r.example.com\",\"tunnel\":\"mybot\",\"token\":\"hkl_new\"}\n");
    check_it_loads();
    call_rig_close();
}

static void test_folder_is_made(void)
{
    open_with(NULL, USUAL);
    (void)snprintf(call_rig.paths.config_file, PATHS_MAX, "%s",
                   scratch_folder_path("a/b/config.json"));
    CHECK_EQ(login_config_write(&config), OK);
    CHECK_EQ(scratch_folder_mode("a"), 0700);
    CHECK_EQ(scratch_folder_mode("a/b"), 0700);
    CHECK_EQ(scratch_folder_mode("a/b/config.json"), 0600);
    call_rig_close();
}

static void test_everything_there_is(void)
{
    call_rig_open();
    const char *file = scratch_folder_write_text("secret", HEX32 "\n", 0600);
    call_rig_load(CLIENT_LOGIN,
                  (const char *const[]){"--relay=r.example.com:8443", "--tunnel=mybot",
                                        "--secret-file", file, "--channel-id=1650000000",
                                        "--ca-file=/etc/ca \"x\".pem",
                                        "--relay-pin=sha256/AAAA", NULL});
    config = (struct login_config){.file = call_rig.paths.config_file,
                                   .settings = &call_rig.settings,
                                   .token = SPAN("hkl_new")};
    writes("{\"relay\":\"r.example.com:8443\",\"tunnel\":\"mybot\",\"token\":\"hkl_new\","
           "\"secret\":[\"" HEX32
           "\"],\"channel-id\":\"1650000000\",\"ca-file\":\"/etc/ca \\\"x\\\".pem\","
           "\"relay-pin\":\"sha256/AAAA\"}\n");
    call_rig_close();
}

/* --- what was there before --- */

static void test_other_members_stay(void)
{
    open_with("{\"forward\":\"http://127.0.0.1:3000/cb\",\"relay\":\"old\",\"echo\":false,"
              "\"keep-for\":\"12h\",\"keep-size\":1099511627776,\"token\":\"old\","
              "\"target\":[\"a=http://x/\",\"b=http://y/\"],\"log-level\":null}",
              USUAL);
    writes("{\"relay\":\"r.example.com\",\"tunnel\":\"mybot\",\"token\":\"hkl_new\","
           "\"forward\":\"http://127.0.0.1:3000/cb\",\"echo\":false,\"keep-for\":\"12h\","
           "\"keep-size\":1099511627776,\"target\":[\"a=http://x/\",\"b=http://y/\"],"
           "\"log-level\":null}\n");
    check_it_loads();
    size_t len;
    CHECK_STR(settings_list(&call_rig.settings, "target", &len)[1], "b=http://y/");
    CHECK_EQ(settings_size(&call_rig.settings, "keep-size"), 1099511627776u);
    call_rig_close();
}

/* Other providers' secrets stand in it too; they are settings like the rest. */
static void test_secrets_stay(void)
{
    open_with("{\"secret\":[\"" HEX32 "\",\"github=x\"]}", USUAL);
    writes("{\"relay\":\"r.example.com\",\"tunnel\":\"mybot\",\"token\":\"hkl_new\","
           "\"secret\":[\"" HEX32 "\",\"github=x\"]}\n");
    call_rig_close();
}

/* A token beside a token-file would be one too many. */
static void test_files_of_secrets_are_replaced(void)
{
    char before[1024];

    call_rig_open();
    (void)snprintf(before, sizeof before, "{\"token-file\":\"%s\",\"secret-file\":[\"%s\"]}",
                   scratch_folder_write_text("token", "hkl_old\n", 0600),
                   scratch_folder_write_text("secret", HEX32 "\n", 0600));
    (void)scratch_folder_write_text("config.json", before, 0600);
    call_rig_load(CLIENT_LOGIN, USUAL);
    config = (struct login_config){.file = call_rig.paths.config_file,
                                   .settings = &call_rig.settings,
                                   .token = SPAN("hkl_new")};
    writes("{\"relay\":\"r.example.com\",\"tunnel\":\"mybot\",\"token\":\"hkl_new\","
           "\"secret\":[\"" HEX32 "\"]}\n");
    check_it_loads();
    call_rig_close();
}

static void test_twice(void)
{
    open_with(NULL, USUAL);
    CHECK_EQ(login_config_write(&config), OK);
    char first[512];
    (void)snprintf(first, sizeof first, "%s", scratch_folder_read("config.json"));
    call_rig_load(CLIENT_LOGIN, (const char *const[]){NULL});
    writes(first);
    call_rig_close();
}

/* --- what cannot be --- */

static void refuses(const char *before, mode_t mode, enum err want, const char *says)
{
    open_with(NULL, USUAL);
    const char *file = scratch_folder_write_text("config.json", before, mode);
    CHECK_EQ(login_config_write(&config), want);
    CHECK(strstr(config.detail, says));
    CHECK(strstr(config.detail, file));
    CHECK_STR(scratch_folder_read("config.json"), before); /* as it was */
    call_rig_close();
}

static void test_no_object(void)
{
    refuses("not JSON", 0600, ERR_SYNTAX, "not a JSON object");
    refuses("[]", 0600, ERR_SYNTAX, "not a JSON object");
    refuses("", 0600, ERR_SYNTAX, "not a JSON object");
    refuses("{\"a\":1", 0600, ERR_SYNTAX, "not a JSON object");
}

/* Who could read it has the old token; who could write it had a say in this. */
static void test_file_of_everybody(void)
{
    refuses("{}", 0644, ERR_DENIED, "chmod 600");
    refuses("{}", 0660, ERR_DENIED, "chmod 600");
}

static void test_symbolic_link(void)
{
    open_with(NULL, USUAL);
    const char *target = scratch_folder_write_text("target.json", "{}", 0600);
    CHECK_EQ(symlink(target, call_rig.paths.config_file), 0);
    CHECK_EQ(login_config_write(&config), ERR_DENIED);
    CHECK_STR(scratch_folder_read("target.json"), "{}");
    call_rig_close();
}

static void test_folder_of_everybody(void)
{
    open_with(NULL, USUAL);
    CHECK_EQ(mkdir(scratch_folder_path("open"), 0700), 0);
    CHECK_EQ(chmod(scratch_folder_path("open"), 0777), 0);
    config.file = scratch_folder_path("open/config.json");
    CHECK_EQ(login_config_write(&config), ERR_DENIED);
    CHECK(config.detail[0]);
    CHECK_EQ(scratch_folder_count("open"), 0);
    call_rig_close();
}

/* The old file stays whole; a new one is never half. */
static void test_memory_runs_out(void)
{
    static const char before[] = "{\"forward\":\"http://127.0.0.1/\",\"token\":\"hkl_old\"}";
    bool is_untouched = false;

    for (unsigned long n = 1; !is_untouched; n++) {
        open_with(before, USUAL);
        mem_fail_at(n);
        enum err rc = login_config_write(&config);
        is_untouched = mem_sweep_is_over(n);
        CHECK_EQ(rc, is_untouched ? OK : ERR_NOMEM);
        CHECK(is_untouched || strcmp(scratch_folder_read("config.json"), before) == 0);
        call_rig_close();
    }
}

CHECK_MAIN(TEST(test_first_login), TEST(test_folder_is_made), TEST(test_everything_there_is),
           TEST(test_other_members_stay), TEST(test_secrets_stay),
           TEST(test_files_of_secrets_are_replaced), TEST(test_twice), TEST(test_no_object),
           TEST(test_file_of_everybody), TEST(test_symbolic_link),
           TEST(test_folder_of_everybody), TEST(test_memory_runs_out))
