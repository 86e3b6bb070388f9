/* 1. the agent says something of the link, or the journal changes: the pages' picture is old
 * 2. at most a second later the reader's thread counts
 * 3. the Status goes to every open page; and to whoever asked for it with GET
 * What can go wrong:
 *   - the reader has too much to do, or cannot read: the next change tries again */
#include "relay-client/inspector/status/inspector_status.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/inspector/inspector_impl.h"
#include "relay-client/inspector/inspector_reply.h"
#include "relay-client/inspector/status/status_count.h"
#include "relay-client/lineapi/lineapi_status.h"

#include <stdio.h>

#define PAUSE_MS   1000u
#define STATUS_MAX ((size_t)64 * 1024)

/* One count, for the pages or for one request. */
struct status_job {
    struct inspector_job job;
    struct inspector_status *board;    /* back-pointer */
    struct inspector_request *request; /* NULL: for the pages */
    uint64_t now_ms;
    struct status_count count;
};

/* --- step 3: the schema Status --- */

static void member_or_null(struct json_writer *w, const char *name, const char *text)
{
    json_writer_member_text(w, name, text && *text ? text : NULL);
}

static void write_tunnel(struct json_writer *w, const struct inspector_status *b)
{
    const struct inspector_options *o = &b->inspector->options;
    const char *path = o->agent_options->webhook_path;
    char url[sizeof b->url + 600];

    snprintf(url, sizeof url, "%s%s", b->url, path && b->url[0] ? path : "");
    json_writer_key(w, "tunnel");
    json_writer_object(w);
    json_writer_member_text(w, "name",
                            o->agent_options->tunnel ? o->agent_options->tunnel : "");
    member_or_null(w, "webhook_url", url);
    json_writer_object_end(w);
}

static void write_link(struct json_writer *w, const struct inspector_status *b)
{
    json_writer_key(w, "link");
    json_writer_object(w);
    json_writer_member_text(w, "state", agent_state_text(b->link.state));
    json_writer_member_u64(w, "since", b->since_ms);
    json_writer_key(w, "rtt_ms");
    if (b->link.rtt_us > 0)
        json_writer_double(w, (double)b->link.rtt_us / 1000);
    else
        json_writer_null(w);
    if (b->next_try_ms > 0)
        json_writer_member_u64(w, "next_try_at", b->next_try_ms);
    else
        json_writer_member_null(w, "next_try_at");
    json_writer_member_u64(w, "attempts", b->link.attempt);
    member_or_null(w, "reason", b->detail);
    json_writer_object_end(w);
    json_writer_key(w, "inbox");
    json_writer_object(w);
    json_writer_member_u64(w, "count", b->link.kept);
    json_writer_object_end(w);
}

static void write_handler(struct json_writer *w, const struct inspector_options *o,
                          const struct status_count *c)
{
    const char *kind = "echo";

    if (settings_text(o->settings, "forward"))
        kind = "forward";
    else if (settings_text(o->settings, "exec"))
        kind = "exec";
    json_writer_key(w, "handler");
    json_writer_object(w);
    json_writer_member_text(w, "kind", kind);
    json_writer_member_text(w, "target", handler_name(o->handler));
    status_count_write_handler(w, c);
    json_writer_object_end(w);
}

static void write_journal(struct json_writer *w, const struct inspector_options *o,
                          const struct status_count *c)
{
    json_writer_key(w, "journal");
    json_writer_object(w);
    json_writer_member_u64(w, "bytes", c->bytes);
    if (c->oldest_at_ms > 0)
        json_writer_member_u64(w, "oldest_at", c->oldest_at_ms);
    else
        json_writer_member_null(w, "oldest_at");
    json_writer_member_u64(w, "keep_ms", settings_duration_ms(o->settings, "keep-for"));
    json_writer_member_u64(w, "keep_bytes", settings_size(o->settings, "keep-size"));
    json_writer_object_end(w);
}

static void write_secrets(struct json_writer *w, const struct secrets *secrets)
{
    json_writer_key(w, "secrets");
    json_writer_array(w);
    for (size_t i = 0; i < secrets->len; i++) {
        json_writer_object(w);
        json_writer_member_text(w, "label", secrets->list[i].label);
        json_writer_member_text(w, "provider", secrets->list[i].provider->name);
        json_writer_member_bool(w, "plausible", secrets_is_plausible(&secrets->list[i]));
        json_writer_object_end(w);
    }
    json_writer_array_end(w);
}

/* NAME=URL each. */
static void write_targets(struct json_writer *w, const struct settings *settings)
{
    size_t len;
    const char *const *list = settings_list(settings, "target", &len);

    json_writer_key(w, "targets");
    json_writer_array(w);
    for (size_t i = 0; i < len; i++)
        json_writer_string(
            w, span_slice(span_text(list[i]), 0, span_find(span_text(list[i]), '=')));
    json_writer_array_end(w);
}

static enum err write_status(const struct inspector_status *b, const struct status_count *c,
                             struct bytes *out)
{
    const struct inspector_options *o = &b->inspector->options;
    struct json_writer w;

    json_writer_init(&w, out);
    json_writer_object(&w);
    json_writer_member_text(&w, "version", HOOKLINE_VERSION);
    json_writer_member_u64(&w, "now", clock_wall_ms(b->inspector->facts.clock));
    write_tunnel(&w, b);
    write_link(&w, b);
    write_handler(&w, o, c);
    json_writer_key(&w, "line_api");
    lineapi_status_write(o->lineapi, &w);
    json_writer_member_text(&w, "answer_mode", settings_text(o->settings, "answer"));
    json_writer_member_text(&w, "offline_mode", settings_text(o->settings, "offline"));
    status_count_write_tallies(&w, c);
    write_journal(&w, o, c);
    write_secrets(&w, o->secrets);
    write_targets(&w, o->settings);
    member_or_null(&w, "last_error", journal_detail(o->journal));
    json_writer_object_end(&w);
    return json_writer_end(&w);
}

static void publish(struct inspector_status *b, const struct status_count *c)
{
    struct bytes json;

    bytes_init(&json, STATUS_MAX);
    if (write_status(b, c, &json) == OK)
        inspector_publish(b->inspector, "status", bytes_span(&json));
    bytes_fini(&json);
}

static void answer(struct inspector_status *b, struct inspector_request *r, enum err rc,
                   const struct status_count *c)
{
    struct inspector_reply *reply = inspector_request_prepare(r);

    if (rc == OK)
        rc = write_status(b, c, &reply->body);
    if (rc != OK)
        inspector_reply_error(reply, rc, NULL);
    inspector_request_reply(r);
}

/* --- step 2 --- */

static enum err run(struct inspector_job *job, struct journal_reader *reader)
{
    struct status_job *j = CONTAINER_OF(job, struct status_job, job);
    const struct inspector_status *b = j->board;

    return status_count_read(reader, b->inspector->options.journal_path, b->started_ms,
                             j->now_ms, &j->count);
}

static void on_counted(struct inspector_job *job, enum err rc)
{
    struct status_job *j = CONTAINER_OF(job, struct status_job, job);
    struct inspector_status *b = j->board;
    struct inspector *i = b->inspector;

    if (j->request) {
        answer(b, j->request, rc, &j->count);
    } else {
        b->is_counting = false;
        if (rc == OK)
            publish(b, &j->count);
        if (b->is_stale)
            inspector_status_changed(b);
    }
    mem_free(j);
    inspector_release(i);
}

static enum err start_count(struct inspector_status *b, struct inspector_request *r)
{
    struct status_job *j = mem_alloc(sizeof *j);

    if (!j)
        return ERR_NOMEM;
    j->board = b;
    j->request = r;
    j->now_ms = clock_wall_ms(b->inspector->facts.clock);
    j->job.run = run;
    j->job.done = on_counted;
    enum err rc = inspector_job_start(b->inspector, &j->job);
    if (rc != OK)
        mem_free(j);
    else
        inspector_hold(b->inspector);
    return rc;
}

void inspector_status_answer(struct inspector_request *r)
{
    struct inspector_status *b = &inspector_request_owner(r)->board;
    enum err rc = start_count(b, r);

    if (rc != OK)
        answer(b, r, rc, NULL);
}

/* --- step 1 --- */

static void on_later(struct deadline *d)
{
    struct inspector_status *b = CONTAINER_OF(d, struct inspector_status, later);

    b->is_stale = false;
    b->told_ms = loop_now_ms(b->inspector->loop);
    b->is_counting = start_count(b, NULL) == OK;
}

void inspector_status_changed(struct inspector_status *b)
{
    struct inspector *i = b->inspector;
    uint64_t since_ms = loop_now_ms(i->loop) - b->told_ms;

    b->is_stale = true;
    if (i->is_closing || b->is_counting || deadline_is_set(&b->later) ||
        !feed_hub_has_streams(&i->feed))
        return;
    enum err rc = deadline_set(i->loop, &b->later,
                               since_ms < PAUSE_MS ? PAUSE_MS - since_ms : 0, on_later);
    (void)rc; /* the next change tries again */
}

void inspector_status_take(struct inspector_status *b, const struct agent_status *news)
{
    uint64_t now_ms = clock_wall_ms(b->inspector->facts.clock);

    if (news->state != b->link.state || b->since_ms == 0)
        b->since_ms = now_ms;
    b->link = *news;
    snprintf(b->url, sizeof b->url, "%s", news->url ? news->url : "");
    snprintf(b->detail, sizeof b->detail, "%s", news->detail ? news->detail : "");
    b->link.url = b->url;
    b->link.detail = b->detail;
    b->next_try_ms = news->retry_ms > 0 ? now_ms + news->retry_ms : 0;
    inspector_status_changed(b);
}

void inspector_status_init(struct inspector_status *b, struct inspector *i)
{
    *b = (struct inspector_status){
        .inspector = i,
        .link = {.state = AGENT_CONNECTING, .attempt = 1},
        .started_ms = clock_wall_ms(i->facts.clock),
    };
    b->since_ms = b->started_ms;
}

void inspector_status_stop(struct inspector_status *b)
{
    deadline_clear(b->inspector->loop, &b->later);
}
