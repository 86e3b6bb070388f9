#include "relay-client/replay/replay_body.h"

#include "base/text.h"
#include "codec/json/json_text.h"
#include "codec/json/json_writer.h"
#include "relay-client/replay/replay_editor.h"
#include "relay-client/replay/replay_input.h"
#include "relay-client/replay/replay_request.h"

#include <string.h>

static enum err take(struct bytes *body, struct bytes *fresh)
{
    bytes_clear(body);
    enum err rc = bytes_append_span(body, bytes_span(fresh));
    bytes_fini(fresh);
    return rc;
}

/* --- --set PATH=VALUE --- */

/* A text stays a text: --set ...text=5 sends "5".  Anything else is written as JSON. */
static enum err format_value(struct bytes *out, struct span old, struct span value)
{
    struct json_writer w;

    if (!json_text_is_string(old))
        return bytes_append_span(out, value);
    json_writer_init(&w, out);
    json_writer_string(&w, value);
    return json_writer_end(&w);
}

static enum err set_value(struct bytes *body, struct span path, struct span value)
{
    struct span old;
    struct bytes literal, fresh;
    enum err rc = json_text_find(bytes_span(body), path, &old);

    if (rc != OK)
        return rc;
    bytes_init(&literal, REPLAY_BODY_MAX);
    bytes_init(&fresh, REPLAY_BODY_MAX);
    rc = format_value(&literal, old, value);
    if (rc == OK)
        rc = json_text_replace(bytes_span(body), path, bytes_span(&literal), &fresh);
    bytes_fini(&literal);
    if (rc == OK)
        return take(body, &fresh);
    bytes_fini(&fresh);
    return rc;
}

static const char *why_not_set(const struct bytes *body, enum err rc)
{
    struct span whole;

    if (rc != ERR_SYNTAX)
        return err_text(rc);
    if (json_text_find(bytes_span(body), SPAN(""), &whole) != OK)
        return "the body is not JSON; --body and --edit can change it";
    return "not a path, or the value is neither for a text nor JSON: events[0].timestamp=5, "
           "events[0].message={\"type\":\"text\"}";
}

static enum err set_one(struct command_call *call, struct bytes *body, const char *assignment)
{
    struct span text = span_text(assignment);
    size_t sign = span_find(text, '=');
    struct span path = span_slice(text, 0, sign);
    char shown[200];

    if (sign == text.len) {
        command_complain(call, "--set %s: write PATH=VALUE, like events[0].message.text=Hello",
                         assignment);
        return ERR_USAGE;
    }
    enum err rc = set_value(body, path, span_slice(text, sign + 1, text.len));
    text_escape(shown, sizeof shown, path);
    if (rc == ERR_NOT_FOUND)
        command_complain(call, "--set: the body has no %s; see `hookline show`", shown);
    else if (rc != OK)
        command_complain(call, "--set %s: %s", shown, why_not_set(body, rc));
    return rc;
}

enum err replay_body_change(struct command_call *call, struct bytes *body)
{
    const struct settings *s = call->settings;
    const char *file = settings_text(s, "body");
    size_t sets_len;
    const char *const *sets = settings_list(s, "set", &sets_len);
    enum err rc = OK;

    if (file) {
        bytes_clear(body);
        rc = replay_input_read(call, "--body", file, body);
    }

    for (size_t i = 0; rc == OK && i < sets_len; i++)
        rc = set_one(call, body, sets[i]);
    if (rc == OK && settings_bool(s, "edit"))
        rc = replay_editor_edit(call, body);
    return rc;
}
