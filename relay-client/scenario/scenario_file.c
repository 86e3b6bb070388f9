#include "relay-client/scenario/scenario_file.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/settings/settings_number.h"
#include "codec/json/json_text.h"
#include "relay-client/scenario/scenario_match.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define USER_NAME "user" /* who speaks unless a step says otherwise */

/* --- what is wrong --- */

__attribute__((format(printf, 3, 4))) static enum err
refuse(struct scenario_file *f, const struct scenario_step *step, const char *format, ...)
{
    char what[240];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (step)
        (void)snprintf(f->detail, sizeof f->detail, "step %zu: %s", step->number, what);
    else
        (void)snprintf(f->detail, sizeof f->detail, "%s", what);
    return ERR_SYNTAX;
}

static bool is_one_of(const char *name, const char *const *names)
{
    while (*names && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

/* A misspelt member would be an expectation that nobody checks. */
static enum err check_members(struct scenario_file *f, const struct scenario_step *step,
                              const struct json_value *object, const char *const *names)
{
    char shown[64];

    for (const struct json_value *v = json_first(object); v; v = json_next(v))
        if (!is_one_of(json_name(v), names))
            return refuse(f, step, "\"%s\" is not known here",
                          text_escape(shown, sizeof shown, span_text(json_name(v))));
    return OK;
}

static enum err read_text(struct scenario_file *f, const struct scenario_step *step,
                          const struct json_value *object, const char *name, const char **out)
{
    const struct json_value *v = json_member(object, name);

    if (!v)
        return OK;
    *out = json_string(v);
    return *out && **out ? OK : refuse(f, step, "\"%s\" must be a text", name);
}

/* --- the steps --- */

static enum err read_send(struct scenario_file *f, struct scenario_step *s,
                          const struct json_value *object)
{
    static const char *const names[] = {"send", "text", "set", "as", "in", "note", NULL};
    const struct json_value *what = json_member(object, "send");
    const char *name = json_string(what);
    char shown[64];

    s->set = json_member(object, "set");
    if (name)
        s->sample = event_template_named(span_text(name));
    else if (json_kind(what) == JSON_OBJECT)
        s->event = scenario_file_raw(f, s->number - 1, "send");
    if (name && !s->sample)
        return refuse(f, s, "there is no event \"%s\"; `hookline trigger --list` has them all",
                      text_escape(shown, sizeof shown, span_text(name)));
    if (!s->sample && s->event.len == 0)
        return refuse(f, s, "\"send\" must be the name of an event, or an event");
    if (s->set && json_kind(s->set) != JSON_OBJECT)
        return refuse(f, s, "\"set\" must be an object: {\"message.text\": \"hello\"}");
    enum err rc = read_text(f, s, object, "text", &s->text);
    if (rc == OK && s->text && (!s->sample || !s->sample->main))
        return refuse(f, s, "this event has no text; use \"set\"");
    return rc == OK ? check_members(f, s, object, names) : rc;
}

static enum err read_tap(struct scenario_file *f, struct scenario_step *s,
                         const struct json_value *object)
{
    static const char *const names[] = {"tap", "value", "as", "in", "note", NULL};
    enum err rc = read_text(f, s, object, "tap", &s->label);

    if (rc == OK)
        rc = read_text(f, s, object, "value", &s->value);

    return rc == OK ? check_members(f, s, object, names) : rc;
}

static enum err read_within(struct scenario_file *f, struct scenario_step *s,
                            const struct json_value *object)
{
    const struct json_value *v = json_member(object, "within");
    const char *text = json_string(v);
    int64_t ms = SCENARIO_WITHIN_MS;
    const char *why;

    if (v &&
        (!text || settings_number_parse(SETTING_DURATION, span_text(text), &ms, &why) != OK ||
         ms < 1 || ms > (int64_t)SCENARIO_WITHIN_MAX_MS))
        return refuse(f, s, "\"within\" must be a time from 1ms to 10min, like \"2s\"");
    s->within_ms = (uint64_t)ms;
    return OK;
}

static enum err read_expect(struct scenario_file *f, struct scenario_step *s,
                            const struct json_value *object)
{
    static const char *const names[] = {"expect", "messages", "status", "within",
                                        "as",     "in",       "note",   NULL};
    static const char *const calls[] = {"reply",      "push",    "multicast", "broadcast",
                                        "narrowcast", "nothing", "any",       NULL};
    const struct json_value *status = json_member(object, "status");
    enum err rc = read_text(f, s, object, "expect", &s->call);

    if (rc == OK && !is_one_of(s->call, calls))
        return refuse(
            f, s,
            "\"expect\" must be reply, push, multicast, broadcast, narrowcast, any or "
            "nothing");
    s->messages = json_member(object, "messages");
    const char *problem = s->messages ? scenario_match_problem(s->messages) : NULL;
    if (rc == OK && problem)
        return refuse(f, s, "\"messages\": %s", problem);
    if (rc == OK && status &&
        (!json_u64(status, &s->status) || s->status < 100 || s->status > 599))
        return refuse(f, s, "\"status\" must be a status of HTTP");
    if (rc == OK && strcmp(s->call, "nothing") == 0 && (s->messages || status))
        return refuse(f, s, "nothing has neither \"messages\" nor \"status\"");
    if (rc == OK)
        rc = read_within(f, s, object);
    return rc == OK ? check_members(f, s, object, names) : rc;
}

static enum err read_step(struct scenario_file *f, struct scenario_step *s,
                          const struct json_value *object)
{
    const struct scenario_step *before = s->number > 1 ? s - 1 : NULL;
    bool is_elsewhere = json_member(object, "as") || json_member(object, "in");

    /* Who spoke last goes on, and there. */
    s->as = before ? before->as : USER_NAME;
    s->in = before && !is_elsewhere ? before->in : NULL;
    enum err rc = read_text(f, s, object, "as", &s->as);
    if (rc == OK)
        rc = read_text(f, s, object, "in", &s->in);
    if (rc == OK)
        rc = read_text(f, s, object, "note", &s->note);
    if (rc != OK)
        return rc;
    if (json_member(object, "send")) {
        s->verb = SCENARIO_SEND;
        return read_send(f, s, object);
    }
    if (json_member(object, "tap")) {
        s->verb = SCENARIO_TAP;
        return read_tap(f, s, object);
    }
    if (json_member(object, "expect")) {
        s->verb = SCENARIO_EXPECT;
        return read_expect(f, s, object);
    }
    return refuse(f, s, "a step says \"send\", \"tap\" or \"expect\"");
}

/* --- the file --- */

static enum err read_steps(struct scenario_file *f, const struct json_value *list)
{
    size_t len = json_len(list);

    if (json_kind(list) != JSON_ARRAY || len == 0 || len > SCENARIO_STEPS_MAX)
        return refuse(f, NULL, "\"steps\" must be a list of 1 to %u steps", SCENARIO_STEPS_MAX);
    f->steps = mem_alloc(len * sizeof *f->steps);
    if (!f->steps)
        return ERR_NOMEM;
    for (const struct json_value *v = json_first(list); v; v = json_next(v)) {
        struct scenario_step *s = &f->steps[f->steps_len++];
        s->number = f->steps_len;
        enum err rc = read_step(f, s, v);
        if (rc != OK)
            return rc;
    }
    return OK;
}

static enum err read_file(struct scenario_file *f)
{
    static const char *const names[] = {"scenario", "about", "steps", NULL};
    const struct json_value *root = json_root(&f->doc);

    if (json_kind(root) != JSON_OBJECT)
        return refuse(f, NULL, "a scenario is {\"scenario\": \"its name\", \"steps\": [...]}");
    enum err rc = check_members(f, NULL, root, names);
    if (rc == OK)
        rc = read_text(f, NULL, root, "scenario", &f->title);
    if (rc == OK && !f->title)
        return refuse(f, NULL, "\"scenario\" must be there: its name");
    return rc == OK ? read_steps(f, json_member(root, "steps")) : rc;
}

enum err scenario_file_parse(struct scenario_file *f, struct span text)
{
    *f = (struct scenario_file){0};
    bytes_init(&f->text, SCENARIO_FILE_MAX);
    enum err rc = bytes_append_span(&f->text, text);
    if (rc == OK)
        rc = json_parse(&f->doc, bytes_span(&f->text), SCENARIO_FILE_MAX);
    if (rc == OK)
        return read_file(f);
    (void)snprintf(f->detail, sizeof f->detail, "%s",
                   *f->doc.detail ? f->doc.detail : err_text(rc));
    return rc;
}

static enum err error_of(int number)
{
    if (number == ENOENT)
        return ERR_NOT_FOUND;
    return number == EACCES ? ERR_DENIED : ERR_IO;
}

static enum err read_all(FILE *file, struct bytes *out)
{
    enum err rc = OK;
    uint8_t *room;

    while (rc == OK && !feof(file)) {
        rc = bytes_reserve(out, 65536, &room);
        if (rc != OK)
            break;
        bytes_added(out, fread(room, 1, 65536, file));
        if (ferror(file))
            rc = ERR_IO;
    }
    return rc;
}

enum err scenario_file_read(struct scenario_file *f, const char *path)
{
    FILE *file = fopen(path, "rbe");
    struct bytes text;

    *f = (struct scenario_file){0};
    if (!file) {
        (void)snprintf(f->detail, sizeof f->detail, "%.200s: %s", path, strerror(errno));
        return error_of(errno);
    }
    bytes_init(&text, SCENARIO_FILE_MAX + 65536);
    enum err rc = read_all(file, &text);
    (void)fclose(file);
    if (rc == OK)
        rc = scenario_file_parse(f, bytes_span(&text));
    else
        (void)snprintf(f->detail, sizeof f->detail, "%.200s: %s", path, err_text(rc));
    bytes_fini(&text);
    return rc;
}

void scenario_file_fini(struct scenario_file *f)
{
    mem_free(f->steps);
    json_fini(&f->doc);
    bytes_fini(&f->text);
}

struct span scenario_file_raw(const struct scenario_file *f, size_t step, const char *member)
{
    struct json_text_walk walk;
    struct json_text_item item;
    struct span steps = json_text_member(bytes_span(&f->text), "steps");
    size_t i = 0;

    if (!json_text_walk_init(&walk, steps))
        return SPAN("");
    while (json_text_walk_next(&walk, &item))
        if (i++ == step)
            return json_text_member(item.value, member);
    return SPAN("");
}
