#include "relay-client/login/login_config.h"

#include "base/container.h"
#include "base/mem.h"
#include "codec/json/json.h"
#include "codec/json/json_writer.h"

#include <stdio.h>

static const char *const ours[] = {"relay",      "tunnel",  "token",    "secret",
                                   "channel-id", "ca-file", "relay-pin"};

/* What is given twice, here and in a file, is refused. */
static bool replaces_file(struct span name, const struct settings *s)
{
    return span_is(name, SPAN("token-file")) ||
           (span_is(name, SPAN("secret-file")) && settings_secret(s, "secret", 0).len > 0);
}

static bool is_ours(struct span name, const struct settings *s)
{
    for (size_t i = 0; i < ARRAY_LEN(ours); i++)
        if (span_is(name, span_text(ours[i])))
            return true;
    return replaces_file(name, s);
}

/* --- what was there before --- */

static void copy_scalar(struct json_writer *w, const struct json_value *v)
{
    double number;
    bool truth;

    if (json_string(v))
        json_writer_text(w, json_string(v));
    else if (json_bool(v, &truth))
        json_writer_bool(w, truth);
    else if (json_double(v, &number))
        json_writer_double(w, number);
    else
        json_writer_null(w);
}

/* Settings are scalars and lists of them; nothing deeper can stand in a file that was
 * loaded. */
static void copy_member(struct json_writer *w, const struct json_value *member)
{
    json_writer_key(w, json_name(member));
    if (json_kind(member) != JSON_ARRAY) {
        copy_scalar(w, member);
        return;
    }
    json_writer_array(w);
    for (const struct json_value *v = json_first(member); v; v = json_next(v))
        copy_scalar(w, v);
    json_writer_array_end(w);
}

static void copy_others(struct json_writer *w, const struct json_doc *before,
                        const struct settings *s)
{
    for (const struct json_value *v = json_first(json_root(before)); v; v = json_next(v))
        if (!is_ours(span_text(json_name(v)), s))
            copy_member(w, v);
}

/* --- what is new --- */

static void write_text(struct json_writer *w, const struct settings *s, const char *key)
{
    if (settings_text(s, key))
        json_writer_member_text(w, key, settings_text(s, key));
}

static void write_secrets(struct json_writer *w, const struct settings *s)
{
    if (settings_secret(s, "secret", 0).len == 0)
        return;
    json_writer_key(w, "secret");
    json_writer_array(w);
    for (size_t i = 0; settings_secret(s, "secret", i).len > 0; i++)
        json_writer_string(w, settings_secret(s, "secret", i));
    json_writer_array_end(w);
}

static enum err format(struct bytes *out, const struct login_config *c,
                       const struct json_doc *before)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_writer_object(&w);
    write_text(&w, c->settings, "relay");
    write_text(&w, c->settings, "tunnel");
    json_writer_member_string(&w, "token", c->token);
    write_secrets(&w, c->settings);
    write_text(&w, c->settings, "channel-id");
    write_text(&w, c->settings, "ca-file");
    write_text(&w, c->settings, "relay-pin");
    copy_others(&w, before, c->settings);
    json_writer_object_end(&w);
    enum err rc = json_writer_end(&w);
    return rc == OK ? bytes_append_text(out, "\n") : rc;
}

static enum err read_before(struct login_config *c, struct json_doc *before)
{
    struct bytes text;

    bytes_init(&text, LOGIN_CONFIG_MAX);
    enum err rc = private_file_read(c->file, &text, c->detail);
    if (rc == OK)
        rc = json_parse(before, bytes_span(&text), LOGIN_CONFIG_MAX);
    if (rc == OK && json_kind(json_root(before)) != JSON_OBJECT)
        rc = ERR_SYNTAX;
    if (rc == ERR_SYNTAX)
        (void)snprintf(c->detail, sizeof c->detail, "%s is not a JSON object; mend or move it",
                       c->file);
    if (text.base)
        mem_wipe(text.base, text.cap);
    bytes_fini(&text);
    return rc == ERR_NOT_FOUND ? OK : rc;
}

enum err login_config_write(struct login_config *c)
{
    struct json_doc before = {0};
    struct bytes out;
    uint8_t *room;

    bytes_init(&out, LOGIN_CONFIG_MAX);
    enum err rc = read_before(c, &before);
    if (rc == OK) /* all at once: growing would leave pieces of secrets behind */
        rc = bytes_reserve(&out, LOGIN_CONFIG_MAX, &room);
    if (rc == OK)
        rc = format(&out, c, &before);
    if (rc == OK)
        rc = private_file_write(c->file, bytes_peek(&out), bytes_len(&out), c->detail);
    if (out.base)
        mem_wipe(out.base, out.cap);
    bytes_fini(&out);
    json_fini(&before);
    return rc;
}
