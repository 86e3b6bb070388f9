#include "unit/support/call_rig.h"

#include "base/mem.h"
#include "relay-client/client_settings_table.h"
#include "unit/check.h"
#include "unit/support/scratch_folder.h"

static const struct command_program program = {.name = "hookline"};

struct call_rig call_rig;

void call_rig_open(void)
{
    struct call_rig *r = &call_rig;

    memset(r, 0, sizeof *r);
    r->live = mem_live();
    (void)scratch_folder_make();
    (void)snprintf(r->paths.config_file, PATHS_MAX, "%s", scratch_folder_path("config.json"));
    (void)snprintf(r->paths.state_folder, PATHS_MAX, "%s", scratch_folder_path("state"));
    (void)snprintf(r->paths.runtime_folder, PATHS_MAX, "%s", scratch_folder_path("run"));
    r->call = (struct command_call){.program = &program,
                                    .settings = &r->settings,
                                    .paths = &r->paths,
                                    .environment = r->environment,
                                    .out = open_memstream(&r->printed, &r->printed_len),
                                    .err = open_memstream(&r->said, &r->said_len),
                                    .in = -1};
    CHECK(r->call.out && r->call.err);
}

void call_rig_load(unsigned command, const char *const *args)
{
    struct settings_input input = {.table = client_settings,
                                   .table_len = client_settings_len,
                                   .command = command,
                                   .args = args,
                                   .environment = call_rig.environment,
                                   .config_file = call_rig.paths.config_file};

    settings_fini(&call_rig.settings);
    enum err rc = settings_load(&call_rig.settings, &input);
    if (rc != OK)
        (void)fprintf(stderr, "%s", settings_problems(&call_rig.settings));
    CHECK_EQ(rc, OK);
}

static const char *take(FILE *stream, char **text)
{
    static char copy[65536];

    CHECK_EQ(fflush(stream), 0);
    /* what was longer before is still behind it */
    (void)snprintf(copy, sizeof copy, "%.*s", (int)ftello(stream), *text);
    CHECK_EQ(fseeko(stream, 0, SEEK_SET), 0);
    return copy;
}

const char *call_rig_said(void)
{
    return take(call_rig.call.err, &call_rig.said);
}

const char *call_rig_printed(void)
{
    return take(call_rig.call.out, &call_rig.printed);
}

void call_rig_close(void)
{
    struct call_rig *r = &call_rig;

    settings_fini(&r->settings);
    (void)fclose(r->call.out);
    (void)fclose(r->call.err);
    free(r->said);
    free(r->printed);
    scratch_folder_remove();
    CHECK_EQ(mem_live(), r->live);
}
