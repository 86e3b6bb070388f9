#include "relay-client/runner_settings.h"

#include "codec/url.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum err runner_settings_check(const struct settings *s, bool has_link, char detail[static 512])
{
    const char *path = has_link ? settings_text(s, "webhook-path") : NULL;

    if (!path || (*path == '/' && !strpbrk(path, "?#") && strlen(path) < WEBHOOK_PATH_MAX))
        return OK;
    snprintf(detail, 512,
             "--webhook-path %.200s: write a path that begins with /, without a query, of less "
             "than %u bytes",
             path, WEBHOOK_PATH_MAX);
    return ERR_CONFIG;
}

const char *runner_settings_webhook_path(const struct settings *s, bool has_link,
                                         char storage[static WEBHOOK_PATH_MAX])
{
    const char *path = has_link ? settings_text(s, "webhook-path") : NULL;
    const char *forward = settings_text(s, "forward");
    struct url url;

    if (path)
        return path;
    if (!forward || url_parse(span_text(forward), &url, NULL) != OK || url.path.len <= 1 ||
        url.path.len >= WEBHOOK_PATH_MAX)
        return NULL;
    snprintf(storage, WEBHOOK_PATH_MAX, "%.*s", (int)url.path.len, url.path.ptr);
    return storage;
}

/* Texts of the table: each is one of its choices. */
void runner_settings_policy(const struct settings *s, struct agent_options *out)
{
    bool is_known = link_answer_parse(span_text(settings_text(s, "answer")), &out->answer) &&
                    link_offline_parse(span_text(settings_text(s, "offline")), &out->offline);

    assert(is_known);
    (void)is_known;
    out->no_retry = strcmp(settings_text(s, "retry"), "off") == 0;
    out->dedupe = settings_bool(s, "dedupe");
}
