#include "relay-client/replay/replay_editor.h"

#include "cli/private_file.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char *editor(void)
{
    const char *name = getenv("VISUAL");

    if (!name || !*name)
        name = getenv("EDITOR");
    return name && *name ? name : "vi";
}

/* By the shell, because EDITOR may hold options ("code --wait"); the file's name is an
 * argument and needs no quoting. */
static bool run_editor(const char *file)
{
    char line[1024];
    pid_t pid, ended;
    int status = -1;

    if ((size_t)snprintf(line, sizeof line, "%s \"$1\"", editor()) >= sizeof line)
        return false;
    char *const args[] = {(char[]){"sh"},       (char[]){"-c"},          line,
                          (char[]){"hookline"}, (char *)(uintptr_t)file, NULL};
    if (posix_spawnp(&pid, "sh", NULL, NULL, args, environ) != 0)
        return false;
    do
        ended = waitpid(pid, &status, 0);
    while (ended < 0 && errno == EINTR);
    return ended == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static enum err edit_file(struct command_call *call, struct bytes *body, const char *file)
{
    char detail[PRIVATE_FILE_DETAIL_SIZE] = "";
    enum err rc = private_file_write(file, bytes_peek(body), bytes_len(body), detail);

    if (rc == OK && !run_editor(file)) {
        (void)snprintf(detail, sizeof detail, "%s failed; nothing was sent", editor());
        rc = ERR_CANCELLED;
    }
    if (rc == OK) {
        bytes_clear(body);
        rc = private_file_read(file, body, detail);
    }
    if (rc != OK)
        command_complain(call, "--edit: %s", *detail ? detail : err_text(rc));
    return rc;
}

enum err replay_editor_edit(struct command_call *call, struct bytes *body)
{
    const char *temp = getenv("TMPDIR");
    char folder[PATHS_MAX], file[PATHS_MAX];
    enum err rc = paths_join(temp && *temp == '/' ? temp : "/tmp", "hookline-XXXXXX", folder);

    if (rc == OK && !mkdtemp(folder))
        rc = ERR_IO;
    if (rc == OK)
        rc = paths_join(folder, "webhook.json", file);
    if (rc != OK) {
        command_complain(call, "--edit: no temporary folder can be made");
        return rc;
    }
    rc = edit_file(call, body, file);
    (void)unlink(file);
    (void)rmdir(folder);
    return rc;
}
