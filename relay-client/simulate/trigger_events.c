/* 1. the event as JSON: TYPE's sample, or --event, or the list of --batch FILE
 * 2. TEXT, --file and --set change it
 * 3. --batch N repeats it; each has its user
 * What can go wrong is said: a type that there is not, a file that cannot be read or is not
 * JSON, a path that cannot be set, a group where the type does not come from one. */
#include "relay-client/simulate/trigger_events.h"

#include "base/text.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"
#include "relay-client/replay/replay_input.h"
#include "relay-client/simulate/event_set.h"

#include <inttypes.h>
#include <stdarg.h>
#include <sys/stat.h>

struct reading {
    struct command_call *call;
    const struct settings *s;
    struct trigger_events *e;
    const struct event_template *template; /* of TYPE; NULL: it is one's own */
    struct bytes event;                    /* the single one */
};

__attribute__((format(printf, 2, 3))) static enum err wrong(struct reading *r,
                                                            const char *format, ...)
{
    char text[600], shown[800];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    command_complain(r->call, "%s", text_escape(shown, sizeof shown, span_text(text)));
    return ERR_USAGE;
}

/* --- step 1 --- */

static const char unknown_event[] =
    "{\"type\":\"wave\",\"wave\":{\"hand\":\"left\",\"times\":2}}";
static const char unknown_message[] =
    "{\"type\":\"message\",\"message\":{\"type\":\"hologram\",\"frames\":24,"
    "\"contentProvider\":{\"type\":\"line\"}}}";

static enum err take_template(struct reading *r, const char *name)
{
    bool is_unknown = settings_bool(r->s, "unknown-type");

    r->template = event_template_named(span_text(name));
    if (!r->template)
        return wrong(r, "there is no event %s to trigger; `hookline trigger --list` shows all",
                     name);
    if (!is_unknown)
        return bytes_append_text(&r->event, r->template->sample);
    bool is_message = strcmp(r->template->type, "message") == 0;
    r->template = NULL;
    return bytes_append_text(&r->event, is_message ? unknown_message : unknown_event);
}

static enum err check_json(struct reading *r, const char *flag, struct span text)
{
    struct json_problem problem = {0};

    if (json_scan(text, &problem) == OK)
        return OK;
    command_complain(r->call, "%s: not JSON: %s at byte %zu", flag, problem.what, problem.at);
    return ERR_SYNTAX;
}

static enum err read_json(struct reading *r, const char *flag, const char *file,
                          struct bytes *out)
{
    enum err rc = replay_input_read(r->call, flag, file, out);

    return rc == OK ? check_json(r, flag, bytes_span(out)) : rc;
}

static struct span trim(struct span text)
{
    size_t from = json_scan_space_end(text, 0);

    return span_slice(text, from, json_scan_value_end(text, from));
}

/* A list of events, or the body of a webhook. */
static struct span list_in(struct span text)
{
    struct span value = trim(text);

    return json_text_is_object(value) ? json_text_member(value, "events") : value;
}

/* --- step 2 --- */

static enum err set(struct reading *r, struct span path, struct span value)
{
    struct bytes fresh;
    char shown[200];

    bytes_init(&fresh, EVENT_DRESS_MAX);
    enum err rc = event_set(trim(bytes_span(&r->event)), r->template, path, value, &fresh);
    if (rc == OK) {
        bytes_clear(&r->event);
        rc = bytes_append_span(&r->event, bytes_span(&fresh));
    } else {
        command_complain(r->call, "--set %s: %s", text_escape(shown, sizeof shown, path),
                         rc == ERR_SYNTAX ? "not a path in this event; write message.text=Hello"
                                          : err_text(rc));
    }
    bytes_fini(&fresh);
    return rc;
}

static enum err set_text(struct reading *r)
{
    const char *text = settings_text(r->s, "text");

    if (!text)
        return OK;
    if (!r->template || !r->template->main)
        return wrong(r, "%s has no text to set; --set sets its other values",
                     r->template ? r->template->name : "this event");
    return set(r, span_text(r->template->main), span_text(text));
}

/* A file message says its name and size. */
static enum err set_file(struct reading *r)
{
    const char *path = settings_text(r->s, "file");
    struct stat st;
    char size[24];

    if (!path || !r->template)
        return OK;
    if (!(r->template->flags & EVENT_MEDIA))
        return wrong(r, "--file: %s has no content; image, video, audio and file have",
                     r->template->name);
    if (strcmp(r->template->sub, "file") != 0 || stat(path, &st) != 0)
        return OK;
    const char *name = strrchr(path, '/');
    (void)snprintf(size, sizeof size, "%" PRIu64, (uint64_t)st.st_size);
    enum err rc = set(r, SPAN("message.fileSize"), span_text(size));
    return rc == OK && !settings_text(r->s, "text")
               ? set(r, SPAN("message.fileName"), span_text(name ? name + 1 : path))
               : rc;
}

static enum err set_values(struct reading *r)
{
    size_t len;
    const char *const *list = settings_list(r->s, "set", &len);
    enum err rc = set_text(r);

    if (rc == OK)
        rc = set_file(r);
    for (size_t i = 0; rc == OK && i < len; i++) {
        struct span all = span_text(list[i]);
        size_t sign = span_find(all, '=');
        if (sign == all.len)
            return wrong(r, "--set %s: write PATH=VALUE, like message.text=Hello", list[i]);
        rc = set(r, span_slice(all, 0, sign), span_slice(all, sign + 1, all.len));
    }
    return rc;
}

/* --- step 3 --- */

/* The text of all events is one piece, which must not move once they borrow from it. */
static enum err add_list(struct reading *r, struct span list)
{
    struct trigger_events *e = r->e;
    struct json_text_walk walk;
    struct json_text_item item;

    if (!json_text_walk_init(&walk, list) || !json_text_is_array(list))
        return wrong(r, "--batch %s: neither a list of events nor the body of a webhook",
                     settings_text(r->s, "batch"));
    while (json_text_walk_next(&walk, &item)) {
        if (e->len == SIMULATE_EVENTS_MAX)
            return wrong(r, "--batch %s: more than 100 events", settings_text(r->s, "batch"));
        e->list[e->len++].text = item.value;
    }
    return e->len > 0 ? OK : wrong(r, "--batch %s: no events", settings_text(r->s, "batch"));
}

static enum err add_copies(struct reading *r, size_t count)
{
    enum err rc = bytes_append_span(&r->e->text, trim(bytes_span(&r->event)));

    for (size_t i = 0; i < count; i++)
        r->e->list[i].text = bytes_span(&r->e->text);
    r->e->len = count;
    return rc;
}

static enum err read_single(struct reading *r)
{
    const char *type = settings_text(r->s, "type"), *file = settings_text(r->s, "event");

    if (type && file)
        return wrong(r, "%s: give TYPE or --event, not both", type);
    if (!type && !file)
        return wrong(r,
                     "what shall be triggered? For example: hookline trigger text \"%s\"; "
                     "--list shows all",
                     "こんにちは");
    enum err rc = type ? take_template(r, type) : read_json(r, "--event", file, &r->event);
    return rc == OK ? set_values(r) : rc;
}

static enum err read_events(struct reading *r)
{
    const char *batch = settings_text(r->s, "batch");
    uint64_t count = 1;

    if (batch && !span_parse_u64(span_text(batch), &count)) {
        if (settings_text(r->s, "type") || settings_text(r->s, "event"))
            return wrong(r, "--batch %s: the file says what is triggered: no TYPE, no --event",
                         batch);
        enum err rc = read_json(r, "--batch", batch, &r->e->text);
        return rc == OK ? add_list(r, list_in(bytes_span(&r->e->text))) : rc;
    }
    if (count < 1 || count > SIMULATE_EVENTS_MAX)
        return wrong(r, "--batch %s: from 1 to 100 events", batch);
    enum err rc = read_single(r);
    return rc == OK ? add_copies(r, (size_t)count) : rc;
}

/* --- people --- */

static bool is_id(const char *text, char first)
{
    return text[0] == first && strlen(text) == 33 && strspn(text + 1, "0123456789abcdef") == 32;
}

/* An id as it is; else a name of the mint's. */
static void take_chat(struct line_mint *mint, const char *text, enum line_mint_kind kind,
                      struct trigger_person *out)
{
    if (!text || is_id(text, kind == LINE_MINT_GROUP ? 'C' : 'R')) {
        (void)snprintf(out->id, sizeof out->id, "%.60s", text ? text : "");
        return;
    }
    line_mint_named(mint, kind, span_text(text), out->id);
    (void)snprintf(out->name, sizeof out->name, "%s", text);
}

/* The first of a batch is whom the flags say, the others are like them, with a number. */
static void take_user(struct reading *r, struct line_mint *mint, size_t i)
{
    const char *as = settings_text(r->s, "as"), *user = settings_text(r->s, "user");
    struct trigger_person *out = &r->e->users[i];
    char name[128];

    if (user && i == 0) {
        (void)snprintf(out->id, sizeof out->id, "%s", user);
        return;
    }
    if (!as && i == 0)
        return;
    if (i == 0)
        (void)snprintf(name, sizeof name, "%s", as);
    else
        (void)snprintf(name, sizeof name, "%s %zu", as ? as : "somebody", i + 1);
    line_mint_named(mint, LINE_MINT_USER, span_text(name), out->id);
    if (as)
        (void)snprintf(out->name, sizeof out->name, "%s", name);
}

static enum err check_chat(struct reading *r)
{
    unsigned from = r->template ? r->template->flags : EVENT_FROM_ANY;

    if (settings_text(r->s, "user") && settings_text(r->s, "as"))
        return wrong(r, "--user %s: give --user or --as, not both",
                     settings_text(r->s, "user"));
    if (settings_text(r->s, "group") && settings_text(r->s, "room"))
        return wrong(r, "--group %s: give --group or --room, not both",
                     settings_text(r->s, "group"));
    if (settings_text(r->s, "group") && !(from & EVENT_FROM_GROUP))
        return wrong(r, "--group: %s does not come from a group", r->template->name);
    if (settings_text(r->s, "room") && !(from & EVENT_FROM_ROOM))
        return wrong(r, "--room: %s does not come from a room", r->template->name);
    return OK;
}

static const char *id_or_null(const struct trigger_person *p)
{
    return p->id[0] ? p->id : NULL;
}

static enum err add_people(struct reading *r, struct line_mint *mint)
{
    struct trigger_events *e = r->e;
    enum err rc = check_chat(r);

    take_chat(mint, settings_text(r->s, "group"), LINE_MINT_GROUP, &e->group);
    take_chat(mint, settings_text(r->s, "room"), LINE_MINT_ROOM, &e->room);
    for (size_t i = 0; rc == OK && i < e->len; i++) {
        take_user(r, mint, i);
        e->list[i].user = id_or_null(&e->users[i]);
        e->list[i].group = id_or_null(&e->group);
        e->list[i].room = id_or_null(&e->room);
    }
    return rc;
}

enum err trigger_events_read(struct trigger_events *e, struct command_call *call,
                             struct line_mint *mint)
{
    struct reading r = {.call = call, .s = call->settings, .e = e};

    e->len = 0;
    bytes_init(&e->text, SIMULATE_BODY_MAX);
    bytes_init(&r.event, EVENT_DRESS_MAX);
    enum err rc = read_events(&r);
    if (rc == OK)
        rc = add_people(&r, mint);
    bytes_fini(&r.event);
    return rc;
}

void trigger_events_fini(struct trigger_events *e)
{
    bytes_fini(&e->text);
}
