#include "cli/paths.h"

#include <stdio.h>
#include <string.h>

/* An absolute path from the environment, or NULL. */
static const char *variable(const struct paths_input *in, const char *name)
{
    size_t len = strlen(name);

    for (const char *const *v = in->environment; v && *v; v++)
        if (strncmp(*v, name, len) == 0 && (*v)[len] == '=' && (*v)[len + 1] == '/')
            return *v + len + 1;
    return NULL;
}

enum err paths_join(const char *folder, const char *name, char out[static PATHS_MAX])
{
    size_t len = strlen(folder);
    const char *slash = len > 0 && folder[len - 1] == '/' ? "" : "/";
    int written = snprintf(out, PATHS_MAX, "%s%s%s", folder, slash, name);

    return written >= 0 && (size_t)written < PATHS_MAX ? OK : ERR_LIMIT;
}

/* One of the three kinds of folders. */
struct kind {
    const char *systemd; /* variable */
    const char *root;    /* folder */
    const char *xdg;     /* variable */
    const char *in_home; /* NULL: none */
};

/* systemd names several folders with colons; the first is the program's own. */
static enum err take_first(const char *list, char out[static PATHS_MAX])
{
    int written = snprintf(out, PATHS_MAX, "%.*s", (int)strcspn(list, ":"), list);

    return written >= 0 && (size_t)written < PATHS_MAX ? OK : ERR_CONFIG;
}

static enum err in_home(const struct paths_input *in, const struct kind *kind,
                        char out[static PATHS_MAX])
{
    const char *home = variable(in, "HOME");
    char folder[PATHS_MAX];

    if (!home)
        home = in->home;
    if (!home || !kind->in_home || paths_join(home, kind->in_home, folder))
        return ERR_CONFIG;
    return paths_join(folder, in->name, out) ? ERR_CONFIG : OK;
}

static enum err find_folder(const struct paths_input *in, const struct kind *kind,
                            char out[static PATHS_MAX])
{
    const char *systemd = in->is_service ? variable(in, kind->systemd) : NULL;
    const char *xdg = variable(in, kind->xdg);

    if (systemd)
        return take_first(systemd, out);
    if (in->is_service && in->is_root)
        return paths_join(kind->root, in->name, out) ? ERR_CONFIG : OK;
    if (xdg)
        return paths_join(xdg, in->name, out) ? ERR_CONFIG : OK;
    return in_home(in, kind, out);
}

enum err paths_find(const struct paths_input *in, struct paths *out)
{
    static const struct kind config = {"CONFIGURATION_DIRECTORY", "/etc", "XDG_CONFIG_HOME",
                                       ".config"};
    static const struct kind state = {"STATE_DIRECTORY", "/var/lib", "XDG_STATE_HOME",
                                      ".local/state"};
    static const struct kind runtime = {"RUNTIME_DIRECTORY", "/run", "XDG_RUNTIME_DIR", NULL};
    struct paths found;
    char folder[PATHS_MAX];
    enum err e = find_folder(in, &config, folder);

    if (!e && paths_join(folder, "config.json", found.config_file))
        e = ERR_CONFIG;
    if (!e)
        e = find_folder(in, &state, found.state_folder);
    if (!e && find_folder(in, &runtime, found.runtime_folder))
        memcpy(found.runtime_folder, found.state_folder, PATHS_MAX);
    if (!e)
        *out = found;
    return e;
}
