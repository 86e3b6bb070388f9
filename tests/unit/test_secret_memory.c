/* Tokens and channel secrets leave no trace in memory once they are not needed. */
#include "base/mem.h"
#include "relay-client/client_settings_table.h"
#include "relay-client/login/login_config.h"
#include "unit/check.h"
#include "unit/support/call_rig.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/memory_scan.h"
#include "unit/support/scratch_folder.h"

enum { TOKEN, SECRET, OLD };

#define PLAIN   "{\"tunnel\":\"mybot\",\"token\":\"%0\",\"secret\":[\"%1\"]}"
#define ESCAPED "{\"tunnel\":\"\\u006dybot\",\"token\":\"%0\",\"secret\":[\"\\u0025%1\"]}"
/* Larger than the first piece of memory that a reader takes. */
#define LONG                                                                                   \
    "{\"forward\":\"http://127.0.0.1:3000/a/path/that/is/rather/long/for/a/path\","            \
    "\"data\":\"/a/folder/that/is/rather/long/for/a/folder/too/and/never/looked/at\","         \
    "\"target\":[\"one=http://127.0.0.1:3001/\",\"two=http://127.0.0.1:3002/\"],"              \
    "\"secret\":[\"%1\"],\"token\":\"%2\"}"

static void write_config(const char *pattern)
{
    memory_scan_write_file(scratch_folder_path("config.json"), pattern);
}

static bool is_secret(struct span s, unsigned which)
{
    bool same = s.len >= MEMORY_SCAN_SECRET_LEN;

    for (size_t i = 0; same && i < MEMORY_SCAN_SECRET_LEN; i++)
        same = s.ptr[s.len - MEMORY_SCAN_SECRET_LEN + i] == memory_scan_digit(which, i);
    return same;
}

static void check_no_trace(void)
{
    CHECK_EQ(memory_scan_count(TOKEN), 0);
    CHECK_EQ(memory_scan_count(SECRET), 0);
    CHECK_EQ(memory_scan_count(OLD), 0);
}

static void load_and_forget(const char *pattern)
{
    call_rig_open();
    write_config(pattern);
    call_rig_load(CLIENT_UP, (const char *const[]){"--echo", NULL});
    CHECK(is_secret(settings_secret(&call_rig.settings, "token", 0), TOKEN));
    CHECK(is_secret(settings_secret(&call_rig.settings, "secret", 0), SECRET));
    CHECK_EQ(memory_scan_count(TOKEN), 1); /* only the one that is in use */
    CHECK_EQ(memory_scan_count(SECRET), 1);
    settings_fini(&call_rig.settings);
    check_no_trace();
    call_rig_close();
}

static void test_configuration(void)
{
    load_and_forget(PLAIN);
    load_and_forget(ESCAPED);
}

static void login(void)
{
    call_rig_load(CLIENT_LOGIN,
                  (const char *const[]){"--relay=r.example.com", "--tunnel=mybot",
                                        "--token-file", scratch_folder_path("token"), NULL});
    struct login_config config = {.file = call_rig.paths.config_file,
                                  .settings = &call_rig.settings,
                                  .token = settings_secret(&call_rig.settings, "token", 0)};
    CHECK_EQ(login_config_write(&config), OK);
}

static void test_login(void)
{
    call_rig_open();
    memory_scan_write_file(scratch_folder_path("token"), "%0");
    write_config(LONG);
    login();
    settings_fini(&call_rig.settings);
    check_no_trace();
    call_rig_close();
}

/* Whatever is half done when memory runs out. */
static void test_memory_runs_out(void)
{
    bool is_untouched = false;

    for (unsigned long n = 1; !is_untouched; n++) {
        call_rig_open();
        write_config(ESCAPED);
        struct settings_input input = {.table = client_settings,
                                       .table_len = client_settings_len,
                                       .command = CLIENT_UP,
                                       .args = (const char *const[]){"--echo", NULL},
                                       .environment = call_rig.environment,
                                       .config_file = call_rig.paths.config_file};
        mem_fail_at(n);
        enum err rc = settings_load(&call_rig.settings, &input);
        is_untouched = mem_sweep_is_over(n);
        CHECK_EQ(rc, is_untouched ? OK : ERR_NOMEM);
        settings_fini(&call_rig.settings);
        check_no_trace();
        call_rig_close();
    }
}

CHECK_MAIN(TEST(test_configuration), TEST(test_login), TEST(test_memory_runs_out))
