#include "relay-client/simulate/trigger_people.h"

#include "codec/json/json_writer.h"
#include "relay-client/agent/control.h"
#include "relay-client/agent_question.h"

#include <stdio.h>

static const struct trigger_person *person_at(const struct trigger_people *p, size_t at)
{
    const struct trigger_events *e = p->events;

    return at < e->len ? &e->users[at] : at == e->len ? &e->group : &e->room;
}

/* The next with a name; false: there is none. */
static bool find_next(struct trigger_people *p)
{
    while (p->at < p->events->len + 2 && !person_at(p, p->at)->name[0])
        p->at++;
    return p->at < p->events->len + 2;
}

static enum err write(struct trigger_people *p)
{
    const struct trigger_person *person = person_at(p, p->at);
    const char *type = person == &p->events->group  ? "group"
                       : person == &p->events->room ? "room"
                                                    : "user";
    struct json_writer w;
    struct bytes out;

    bytes_init(&out, sizeof p->json - 1);
    json_writer_init(&w, &out);
    json_writer_object(&w);
    json_writer_member_text(&w, "id", person->id);
    json_writer_member_text(&w, "type", type);
    json_writer_member_text(&w, "name", person->name);
    json_writer_object_end(&w);
    enum err rc = json_writer_end(&w);
    if (rc == OK)
        (void)snprintf(p->json, sizeof p->json, "%.*s", (int)bytes_len(&out),
                       (const char *)bytes_peek(&out));
    bytes_fini(&out);
    return rc;
}

static enum err ask(struct trigger_people *p);

static void on_answer(void *owner, const struct agent_call_result *result)
{
    struct trigger_people *p = owner;
    enum err rc = result->why;
    const char *detail = result->detail;

    if (rc == OK && result->status != 200) {
        rc = ERR_PROTOCOL;
        detail = "the agent does not know test people; is it older than this command?";
    }
    p->at++;
    if (rc == OK && find_next(p)) {
        rc = ask(p);
        detail = err_text(rc);
        if (rc == OK)
            return;
    }
    p->done(p->owner, rc, detail);
}

static enum err ask(struct trigger_people *p)
{
    enum err rc = write(p);

    if (rc != OK)
        return rc;
    http_head_init_request(&p->head, SPAN("POST"), SPAN(CONTROL_PERSON));
    p->head.scheme = SPAN("http");
    p->head.authority = SPAN("localhost");
    (void)snprintf(p->length, sizeof p->length, "%zu", strlen(p->json));
    rc = http_head_add(&p->head, SPAN("content-length"), span_text(p->length));
    const struct agent_call_request request = {
        .head = &p->head, .body = span_text(p->json), .timeout_ms = AGENT_QUESTION_MS};
    return rc == OK ? agent_reach_ask(p->reach, &request, on_answer, p) : rc;
}

bool trigger_people_start(struct trigger_people *p)
{
    p->at = 0;
    return find_next(p) && ask(p) == OK;
}
