#include "relay-client/journal_access.h"

#include "base/text.h"
#include "relay-client/runner.h"

#include <string.h>

static enum err find(const struct command_call *call, struct journal_access *out)
{
    struct runner_places places;
    enum err e = runner_find_places(call->settings, call->paths, &places);

    *out = (struct journal_access){0};
    if (e)
        return e;
    memcpy(out->path, places.journal, sizeof(out->path));
    memcpy(out->folder, out->path, sizeof(out->folder));
    *strrchr(out->folder, '/') = '\0'; /* paths_join has put it there */
    return OK;
}

enum command_exit journal_access_open(const struct command_call *call,
                                      struct journal_access *out)
{
    char detail[512] = "";
    char shown[512];
    enum err e = find(call, out);

    if (!e)
        e = journal_reader_open(out->path, &out->reader, detail);
    if (!e)
        return COMMAND_OK;
    text_escape(shown, sizeof(shown), span_text(out->path));
    if (e == ERR_NOT_FOUND)
        command_complain(call,
                         "there is no journal yet (%s). `hookline up` starts one; --data names "
                         "another folder.",
                         shown);
    else
        command_complain(call, "cannot read the journal: %s",
                         detail[0] != '\0' ? detail : err_text(e));
    return COMMAND_FAILED;
}

void journal_access_close(struct journal_access *a)
{
    if (a->reader)
        journal_reader_close(a->reader);
    a->reader = NULL;
}

enum command_exit journal_access_complain(const struct command_call *call, enum err why)
{
    command_complain(call, "cannot read the journal: %s", err_text(why));
    return COMMAND_FAILED;
}

enum command_exit journal_access_complain_of(const struct command_call *call, const char *id,
                                             enum err why)
{
    char shown[64];

    text_escape(shown, sizeof(shown), span_text(id));
    if (why == ERR_NOT_FOUND)
        command_complain(call,
                         "the journal has no exchange \"%s\"; `hookline list` shows "
                         "the ids, `last` is the newest one.",
                         shown);
    else if (why == ERR_CONFLICT)
        command_complain(call,
                         "several deliveries begin with \"%s\": write more of it, or "
                         "a number of `hookline list`.",
                         shown);
    else
        return journal_access_complain(call, why);
    return COMMAND_FAILED;
}
