#include "relay-server/inbox/commands/inbox_command.h"

#include "relay-server/inbox/sqlite/inbox_schema_table.h"

enum err inbox_command_path(const struct command_call *call, const char *name,
                            char out[static PATHS_MAX])
{
    const char *data = settings_text(call->settings, "data");
    enum err rc = paths_join(data ? data : call->paths->state_folder, name, out);

    if (rc)
        command_complain(call, "the path of the data folder is too long");
    return rc;
}

enum err inbox_command_open(const struct command_call *call, struct database **out,
                            char detail[static DETAIL_MAX])
{
    char path[PATHS_MAX];
    enum err rc = inbox_command_path(call, "inbox.db", path);

    if (rc)
        return rc;
    const struct database_options options = {
        .path = path, .schema = &inbox_schema, .clock = clock_system(), .is_reader = true};
    rc = database_open(&options, out, detail);
    if (rc && rc != ERR_NOT_FOUND && rc != ERR_CORRUPT)
        command_complain(call, "%s", detail);
    return rc;
}
