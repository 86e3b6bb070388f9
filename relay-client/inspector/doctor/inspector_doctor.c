/* 1. the first POST makes a room, which stays until the inspector closes
 * 2. the examination starts; the POST is answered with what there is of it
 * 3. each result is kept, and said on the stream
 * What can go wrong:
 *   - one is under way: it goes on, and is what the POST is answered with
 *   - the inspector closes: it is stopped, and the room goes when it has ended */
#include "relay-client/inspector/doctor/inspector_doctor.h"

#include "base/container.h"
#include "base/mem.h"
#include "codec/json/json.h"
#include "codec/json/json_writer.h"
#include "codec/ulid.h"
#include "relay-client/doctor/doctor.h"
#include "relay-client/inspector/inspector_activity.h"
#include "relay-client/inspector/inspector_impl.h"

#include <stdio.h>

#define CHECK_JSON_MAX ((size_t)64 * 1024)

struct inspector_doctor {
    struct inspector_activity activity;
    struct line_client_options line;
    struct doctor *doctor; /* owned; NULL: none is under way */
    bool is_stopping;
    char run[ULID_LEN + 1];
    struct ulid_maker ulids;
    uint64_t started_ms; /* wall clock; 0: never */
    struct doctor_check checks[DOCTOR_CHECKS];
    bool is_told[DOCTOR_CHECKS]; /* of this run */
    /* What the examination borrows, as it was when it began. */
    struct agent_status link;
    char url[LINK_URL_MAX + 1];
    char detail[512];
};

/* --- the room --- */

static void leave(struct inspector_doctor *r)
{
    inspector_activity_end(&r->activity);
    mem_free(r);
}

static void stop(struct inspector_activity *a)
{
    struct inspector_doctor *r = CONTAINER_OF(a, struct inspector_doctor, activity);

    r->is_stopping = true;
    if (r->doctor)
        doctor_stop(r->doctor);
    else
        leave(r);
}

static struct inspector_doctor *find(const struct inspector *i)
{
    struct inspector_activity *a = inspector_activity_find(i, stop);

    return a ? CONTAINER_OF(a, struct inspector_doctor, activity) : NULL;
}

static struct inspector_doctor *find_or_make(struct inspector *i)
{
    struct inspector_doctor *r = find(i);

    if (r || inspector_is_closing(i))
        return r;
    r = mem_alloc(sizeof *r);
    if (!r)
        return NULL;
    r->activity.stop = stop;
    inspector_activity_begin(i, &r->activity);
    return r;
}

/* --- JSON --- */

static void write_check(struct json_writer *w, const struct inspector_doctor *r, size_t i)
{
    json_writer_object(w);
    json_writer_member_text(w, "run", r->run);
    doctor_check_json(w, &r->checks[i]);
    json_writer_object_end(w);
}

/* `r` NULL: there was none. */
static enum err write_examination(const struct inspector_doctor *r, struct bytes *out)
{
    struct json_writer w;
    bool has_one = r && r->started_ms > 0;

    json_writer_init(&w, out);
    json_writer_object(&w);
    json_writer_member_text(&w, "run", has_one ? r->run : "");
    json_writer_member_text(&w, "state", !has_one ? "never" : r->doctor ? "running" : "done");
    if (has_one)
        json_writer_member_u64(&w, "started_at", r->started_ms);
    else
        json_writer_member_null(&w, "started_at");
    json_writer_key(&w, "checks");
    json_writer_array(&w);
    for (size_t i = 0; has_one && i < DOCTOR_CHECKS; i++)
        if (r->is_told[i])
            write_check(&w, r, i);
    json_writer_array_end(&w);
    json_writer_object_end(&w);
    return json_writer_end(&w);
}

static void answer(struct inspector_request *request, const struct inspector_doctor *r,
                   unsigned status)
{
    struct inspector_reply *reply = inspector_request_prepare(request);

    reply->status = status;
    if (write_examination(r, &reply->body) != OK)
        inspector_reply_problem(reply, 503, "out_of_memory", "try again in a moment");
    inspector_request_reply(request);
}

/* --- events --- */

/* A page that misses one, for want of memory, asks for them all again. */
static void on_check(void *owner, const struct doctor_check *check)
{
    struct inspector_doctor *r = owner;
    struct json_writer w;
    struct bytes json;

    r->checks[check->id] = *check;
    r->is_told[check->id] = true;
    bytes_init(&json, CHECK_JSON_MAX);
    json_writer_init(&w, &json);
    write_check(&w, r, check->id);
    if (json_writer_end(&w) == OK)
        inspector_publish(r->activity.inspector, "check", bytes_span(&json));
    bytes_fini(&json);
}

static void on_done(void *owner)
{
    struct inspector_doctor *r = owner;

    r->doctor = NULL;
    if (r->is_stopping)
        leave(r);
}

static const struct doctor_events doctor_events = {.on_check = on_check, .on_done = on_done};

/* --- running --- */

static void copy_link(struct inspector_doctor *r)
{
    r->link = r->activity.inspector->board.link;
    (void)snprintf(r->url, sizeof r->url, "%s", r->link.url ? r->link.url : "");
    (void)snprintf(r->detail, sizeof r->detail, "%s", r->link.detail ? r->link.detail : "");
    r->link.url = r->url;
    r->link.detail = r->detail;
}

static enum err run(struct inspector_doctor *r)
{
    const struct inspector *i = r->activity.inspector;
    const struct inspector_options *o = inspector_options_of(i);
    const struct agent_options *agent = o->agent_options;
    struct loop *l = inspector_loop(i);

    copy_link(r);
    bool has_line = line_client_read_settings(o->settings, o->secrets, &r->line);
    const struct doctor_options options = {.relay_host = agent->relay_host,
                                           .relay_port = agent->relay_port,
                                           .tunnel = agent->tunnel,
                                           .public_url = r->url,
                                           .ca_file = agent->ca_file,
                                           .forward_url = inspector_facts_of(i)->forward_url,
                                           .webhook_path = agent->webhook_path,
                                           .secrets = o->secrets,
                                           .line = has_line ? &r->line : NULL,
                                           .link = &r->link,
                                           .random = o->random};
    enum err rc = doctor_start(l, &options, &doctor_events, r, &r->doctor);
    if (rc != OK)
        return rc;
    r->started_ms = clock_wall_ms(loop_clock(l));
    ulid_make(&r->ulids, r->started_ms, o->random, r->run);
    memset(r->is_told, 0, sizeof r->is_told);
    return OK;
}

void inspector_doctor_get(struct inspector_request *r)
{
    answer(r, find(inspector_request_owner(r)), 200);
}

/* Nothing in it is needed so far, but what is no object was meant for something else. */
static enum err check_body(struct span body)
{
    struct json_doc doc;
    enum err rc = json_parse(&doc, body, INSPECTOR_DOCTOR_BODY_MAX);

    if (rc == OK && json_kind(json_root(&doc)) != JSON_OBJECT)
        rc = ERR_SYNTAX;
    json_fini(&doc);
    return rc;
}

void inspector_doctor_post(struct inspector_request *request)
{
    enum err rc = check_body(inspector_request_body(request));

    if (rc == ERR_SYNTAX || rc == ERR_LIMIT) {
        inspector_reply_problem(inspector_request_prepare(request), 400, "not_json",
                                "send a JSON object: {}");
        inspector_request_reply(request);
        return;
    }
    struct inspector_doctor *r = find_or_make(inspector_request_owner(request));

    if (rc == OK && r && !r->is_stopping && (r->doctor || run(r) == OK)) {
        answer(request, r, 202);
        return;
    }
    inspector_reply_problem(inspector_request_prepare(request), 503, "out_of_memory",
                            "the examination cannot begin; try again in a moment");
    inspector_request_reply(request);
}
