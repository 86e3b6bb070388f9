#include "relay-client/inspector/simulate/chat_make.h"

#include "base/container.h"
#include "codec/json/json.h"
#include "codec/json/json_writer.h"
#include "relay-client/inspector/edit/edit_request.h"
#include "relay-client/inspector/inspector_reply.h"
#include "relay-client/journal/journal_call.h"
#include "relay-client/lineapi/emulate/emulator.h"
#include "relay-client/lineapi/lineapi.h"

#include <stdio.h>

#define NAME_MAX     100u /* characters */
#define NAME_SIZE    (4 * NAME_MAX + 1)
#define LANGUAGE_MAX 20u

struct making {
    enum line_mint_kind kind;
    const char *type, *language; /* borrowed from the request */
    char id[LINE_MINT_SIZE], name[NAME_SIZE];
    bool is_named;
};

static const struct {
    const char *name;
    enum line_mint_kind kind;
} types[] = {{"user", LINE_MINT_USER}, {"group", LINE_MINT_GROUP}, {"room", LINE_MINT_ROOM}};

static size_t count_chars(const char *utf8)
{
    size_t n = 0;

    for (; *utf8; utf8++)
        n += ((unsigned char)*utf8 & 0xC0) != 0x80;
    return n;
}

static bool read_type(struct making *m, const char *type)
{
    for (size_t i = 0; type && i < ARRAY_LEN(types); i++)
        if (strcmp(type, types[i].name) == 0) {
            m->kind = types[i].kind;
            m->type = types[i].name;
            return true;
        }
    return false;
}

/* What is wrong, or NULL. */
static const char *read_wish(struct making *m, const struct json_value *root)
{
    const struct json_value *name = json_member(root, "name");
    const struct json_value *language = json_member(root, "language");
    const char *text = json_string(name);

    m->language = json_string(language);
    if (!read_type(m, json_string(json_member(root, "type"))))
        return "`type` is user, group or room";
    if (name && (!text || !*text || count_chars(text) > NAME_MAX))
        return "`name` is a text of 1 to 100 characters";
    if (language && (!m->language || strlen(m->language) > LANGUAGE_MAX))
        return "`language` is a text of at most 20 characters, like ja or zh-Hant";
    m->is_named = text != NULL;
    (void)snprintf(m->name, sizeof m->name, "%s", text ? text : "");
    if (!m->language)
        m->language = "";
    return NULL;
}

/* --- it is made --- */

static void make_id(struct making *m, struct inspector *i)
{
    struct line_mint *mint = inspector_options_of(i)->agent_options->mint;
    uint64_t now = clock_wall_ms(loop_clock(inspector_loop(i)));

    if (m->is_named)
        line_mint_named(mint, m->kind, span_text(m->name), m->id);
    else
        line_mint_make(mint, m->kind, now, m->id);
}

static enum err make_known(struct making *m, const struct inspector_options *o)
{
    struct emulator *emulator = o->lineapi ? lineapi_emulator(o->lineapi) : NULL;
    enum err rc = OK;

    if (emulator && m->is_named) {
        const struct emulator_person emulated = {.id = span_text(m->id),
                                                 .name = span_text(m->name),
                                                 .language = span_text(m->language)};
        rc = emulator_put_person(emulator, &emulated);
    } else if (emulator) {
        emulator_name(emulator, span_text(m->id), m->name, sizeof m->name);
    }
    const struct journal_person known = {.id = m->id,
                                         .type = m->type,
                                         .name = m->name,
                                         .language = m->language,
                                         .picture_url = "",
                                         .source = m->is_named ? JOURNAL_PERSON_USER
                                                               : JOURNAL_PERSON_MADE_UP,
                                         .is_test = true};
    return rc == OK ? journal_call_person(o->journal, &known) : rc;
}

/* The schema Chat, of one in which nothing was said so far. */
static enum err write_chat(const struct making *m, uint64_t now_ms, struct bytes *out)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_writer_object(&w);
    json_writer_member_text(&w, "id", m->id);
    json_writer_member_text(&w, "type", m->type);
    json_writer_member_text(&w, "name", *m->name ? m->name : NULL);
    json_writer_member_text(&w, "name_from",
                            m->is_named ? "user"
                            : *m->name  ? "made_up"
                                        : NULL);
    json_writer_member_text(&w, "lang", *m->language ? m->language : NULL);
    json_writer_member_null(&w, "picture_url");
    json_writer_member_bool(&w, "test", true);
    json_writer_member_u64(&w, "count", 0);
    json_writer_key(&w, "last");
    json_writer_object(&w);
    json_writer_member_u64(&w, "at", now_ms);
    json_writer_member_text(&w, "type", "");
    json_writer_member_text(&w, "sub", "");
    json_writer_member_text(&w, "text", "");
    json_writer_member_bool(&w, "out", false);
    json_writer_object_end(&w);
    json_writer_object_end(&w);
    return json_writer_end(&w);
}

void chat_make_act(struct inspector_request *request)
{
    struct inspector *i = inspector_request_owner(request);
    const struct inspector_options *o = inspector_options_of(i);
    struct making m = {0};
    struct json_doc doc;

    if (!edit_request_parse(request, &doc))
        return;
    const char *problem = read_wish(&m, json_root(&doc));
    if (problem || !o->agent_options->mint) {
        json_fini(&doc);
        edit_request_refuse(request, problem ? problem : "there is no LINE API port");
        return;
    }
    make_id(&m, i);
    struct inspector_reply *reply = inspector_request_prepare(request);
    enum err rc = make_known(&m, o);
    if (rc == OK)
        rc = write_chat(&m, clock_wall_ms(loop_clock(inspector_loop(i))), &reply->body);
    json_fini(&doc);
    reply->status = 201;
    if (rc != OK)
        inspector_reply_error(reply, rc, journal_detail(o->journal));
    inspector_request_reply(request);
}
