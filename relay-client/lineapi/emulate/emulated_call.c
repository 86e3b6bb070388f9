#include "relay-client/lineapi/emulate/emulated_call.h"

#include "relay-client/lineapi/emulate/emulated_query.h"

#include <stdarg.h>
#include <stdio.h>

#define MESSAGE_SIZE 1024u

void emulated_call_init(struct emulated_call *c)
{
    *c = (struct emulated_call){.status = 200, .content_type = "application/json"};
    bytes_init(&c->answer, EMULATED_ANSWER_MAX);
}

void emulated_call_fini(struct emulated_call *c)
{
    json_fini(&c->doc);
    bytes_fini(&c->answer);
    c->root = NULL;
}

void emulated_call_finish(struct emulated_call *c)
{
    c->done(c);
}

/* --- answers --- */

static void begin(struct emulated_call *c, unsigned status, struct json_writer *w)
{
    c->status = status;
    c->content_type = "application/json";
    c->is_empty = false;
    bytes_clear(&c->answer);
    json_writer_init(w, &c->answer);
}

void emulated_call_written(struct emulated_call *c, struct json_writer *w)
{
    if (json_writer_end(w) == OK)
        return;
    begin(c, 500, w); /* what does not need memory: {} */
}

/* What the inspector says of a refusal, unless the operation knows better. */
static const char *problem_of(unsigned status)
{
    switch (status) {
    case 400:
        return "refused";
    case 401:
        return "unauthorized";
    case 413:
        return "too_large";
    case 429:
        return "rate";
    case 501:
        return "not_emulated";
    }
    return NULL;
}

void emulated_call_refuse(struct emulated_call *c, unsigned status, const char *message, ...)
{
    char text[MESSAGE_SIZE];
    struct json_writer w;
    va_list args;

    va_start(args, message);
    (void)vsnprintf(text, sizeof text, message, args);
    va_end(args);
    begin(c, status, &w);
    c->problem = problem_of(status);
    json_writer_object(&w);
    json_writer_member_text(&w, "message", text);
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
}

void emulated_call_refuse_problems(struct emulated_call *c,
                                   const struct lineapi_problems *problems)
{
    char text[MESSAGE_SIZE];
    struct json_writer w;

    (void)snprintf(text, sizeof text, "The request body has %zu error(s)", problems->total);
    begin(c, 400, &w);
    c->problem = problem_of(400);
    json_writer_object(&w);
    json_writer_member_text(&w, "message", text);
    json_writer_key(&w, "details");
    json_writer_array(&w);
    for (size_t i = 0; i < problems->len; i++) {
        json_writer_object(&w);
        json_writer_member_text(&w, "message", problems->list[i].message);
        json_writer_member_text(&w, "property", problems->list[i].property);
        json_writer_object_end(&w);
    }
    json_writer_array_end(&w);
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
}

void emulated_call_refuse_oauth(struct emulated_call *c, const char *error,
                                const char *description)
{
    struct json_writer w;

    begin(c, 400, &w);
    c->problem = problem_of(400);
    json_writer_object(&w);
    json_writer_member_text(&w, "error", error);
    if (description)
        json_writer_member_text(&w, "error_description", description);
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
}

/* --- parameters --- */

bool emulated_call_query(const struct emulated_call *c, const char *name, char *out,
                         size_t size)
{
    return emulated_query_find(c->query, name, out, size);
}

bool emulated_call_form(const struct emulated_call *c, const char *name, char *out, size_t size)
{
    return emulated_query_find(c->body, name, out, size);
}
