/* Where files live, for every kind of program and environment. */
#include "base/container.h"
#include "cli/paths.h"
#include "tests/unit/check.h"

#define ENV(...) ((const char *const[]){__VA_ARGS__, NULL})

struct paths_case {
    bool is_service, is_root;
    const char *home;
    const char *const *environment;
    const char *config, *state, *runtime; /* config NULL: refused */
};

static void check_case(const struct paths_case *c)
{
    struct paths_input input = {
        .name = "prog",
        .is_service = c->is_service,
        .is_root = c->is_root,
        .home = c->home,
        .environment = c->environment,
    };
    struct paths out;
    enum err e = paths_find(&input, &out);

    CHECK_EQ(e, c->config ? OK : ERR_CONFIG);
    if (e)
        return;
    CHECK_STR(out.config_file, c->config);
    CHECK_STR(out.state_folder, c->state);
    CHECK_STR(out.runtime_folder, c->runtime);
}

static void test_cases(void)
{
    const struct paths_case cases[] = {
        {false, false, NULL, ENV("HOME=/h"), "/h/.config/prog/config.json",
         "/h/.local/state/prog", "/h/.local/state/prog"},
        {false, false, "/p", ENV("HOME="), "/p/.config/prog/config.json",
         "/p/.local/state/prog", "/p/.local/state/prog"},
        {false, false, "/p", ENV("HOME=relative"), "/p/.config/prog/config.json",
         "/p/.local/state/prog", "/p/.local/state/prog"},
        {false, false, "/p",
         ENV("XDG_CONFIG_HOME=/c", "XDG_STATE_HOME=/s/", "XDG_RUNTIME_DIR=/run/user/1"),
         "/c/prog/config.json", "/s/prog", "/run/user/1/prog"},
        {false, false, "/p", ENV("XDG_CONFIG_HOME=c", "XDG_STATE_HOME=./s"),
         "/p/.config/prog/config.json", "/p/.local/state/prog", "/p/.local/state/prog"},
        {false, true, NULL, ENV("HOME=/r"), "/r/.config/prog/config.json",
         "/r/.local/state/prog", "/r/.local/state/prog"},
        {false, false, NULL, ENV("HOME=/h", "STATE_DIRECTORY=/s"),
         "/h/.config/prog/config.json", "/h/.local/state/prog", "/h/.local/state/prog"},
        {true, true, NULL, ENV("HOME=/r", "XDG_CONFIG_HOME=/c"), "/etc/prog/config.json",
         "/var/lib/prog", "/run/prog"},
        {true, false, NULL, ENV("HOME=/h"), "/h/.config/prog/config.json",
         "/h/.local/state/prog", "/h/.local/state/prog"},
        {true, false, NULL,
         ENV("CONFIGURATION_DIRECTORY=/etc/x", "STATE_DIRECTORY=/var/lib/a:/var/lib/b",
             "RUNTIME_DIRECTORY=/run/x"),
         "/etc/x/config.json", "/var/lib/a", "/run/x"},
        {false, false, NULL, ENV("PATH=/bin"), NULL, NULL, NULL},
        {false, false, "", ENV("PATH=/bin"), "/.config/prog/config.json", "/.local/state/prog",
         "/.local/state/prog"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check_case(&cases[i]);
}

static void test_lengths(void)
{
    char home[PATHS_MAX + 8] = "HOME=/";
    char out[PATHS_MAX];
    struct paths paths;
    struct paths_input input = {.name = "p", .environment = ENV(home)};
    /* "/.config/p/config.json" is 22 characters, and the NUL one more */
    size_t longest = PATHS_MAX - 1 - 22;

    memset(home + 6, 'h', longest - 1);
    CHECK_EQ(paths_find(&input, &paths), OK);
    CHECK_EQ(strlen(paths.config_file), PATHS_MAX - 1);
    home[6 + longest - 1] = 'h';
    CHECK_EQ(paths_find(&input, &paths), ERR_CONFIG);
    CHECK_EQ(paths_join("/a", "b", out), OK);
    CHECK_STR(out, "/a/b");
    CHECK_EQ(paths_join("/", "b", out), OK);
    CHECK_STR(out, "/b");
}

CHECK_MAIN(TEST(test_cases), TEST(test_lengths))
