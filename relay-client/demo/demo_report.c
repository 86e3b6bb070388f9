#include "relay-client/demo/demo_report.h"

#include "base/clock.h"
#include "relay-client/view/exchange_json.h"
#include "relay-client/view/json_line.h"

#define LINE_MAX_BYTES ((size_t)64 * 1024)

struct object {
    struct bytes json;
    struct json_writer w;
};

static void object_init(struct object *o, const char *type)
{
    bytes_init(&o->json, LINE_MAX_BYTES);
    json_writer_init(&o->w, &o->json);
    json_writer_object(&o->w);
    json_writer_member_text(&o->w, "type", type);
    exchange_json_time(&o->w, "time", clock_wall_ms(clock_system()));
}

static void object_finish(struct object *o, const struct demo_report *r)
{
    struct bytes line;

    bytes_init(&line, LINE_MAX_BYTES);
    json_writer_object_end(&o->w);
    if (json_writer_end(&o->w) == OK && json_line_append(&line, bytes_span(&o->json)) == OK) {
        (void)fwrite(bytes_peek(&line), 1, bytes_len(&line), r->out);
        (void)fflush(r->out); /* the programs of the demo write there too */
    }
    bytes_fini(&line);
    bytes_fini(&o->json);
}

void demo_report_step(const struct demo_report *r, const char *what)
{
    struct object o;

    if (!r->is_json) {
        (void)fprintf(r->out, "%s\n", what);
        (void)fflush(r->out);
        return;
    }
    object_init(&o, "note");
    json_writer_member_text(&o.w, "text", what);
    object_finish(&o, r);
}

void demo_report_gap(const struct demo_report *r)
{
    if (r->is_json)
        return;
    (void)fputc('\n', r->out);
    (void)fflush(r->out);
}

void demo_report_ready(const struct demo_report *r, const struct demo_address *a)
{
    struct object o;

    if (!r->is_json)
        return;
    object_init(&o, "ready");
    json_writer_member_text(&o.w, "url", a->url);
    json_writer_member_text(&o.w, "relay", a->relay);
    json_writer_member_u64(&o.w, "https_port", a->https_port);
    json_writer_member_text(&o.w, "tunnel", DEMO_TUNNEL);
    json_writer_member_text(&o.w, "inspector", a->inspector[0] ? a->inspector : NULL);
    json_writer_member_text(&o.w, "data", a->files->folder);
    json_writer_member_text(&o.w, "ca_file", a->files->ca);
    json_writer_member_text(&o.w, "body_file", a->files->body);
    json_writer_member_text(&o.w, "signature", a->files->signature);
    object_finish(&o, r);
}

void demo_report_invitation(const struct demo_report *r, const struct demo_address *a)
{
    if (r->is_json)
        return;
    (void)fprintf(r->out,
                  "\nThe demo stays up; Ctrl-C ends it. Send the webhook again from another "
                  "terminal:\n\n"
                  "  curl --cacert %s \\\n"
                  "    -H 'x-line-signature: %s' \\\n"
                  "    --data-binary @%s \\\n"
                  "    %s/callback\n\n"
                  "Change a byte of the file and see what is said about the signature. Look at "
                  "it all with\n\n"
                  "  %s list --data %s\n\n",
                  a->files->ca, a->files->signature, a->files->body, a->url, a->hookline,
                  a->files->folder);
    if (a->inspector[0])
        (void)fprintf(r->out, "or in a browser:\n\n  %s\n\n", a->inspector);
    (void)fflush(r->out);
}

void demo_report_done(const struct demo_report *r)
{
    struct object o;

    if (!r->is_json)
        return;
    object_init(&o, "done");
    object_finish(&o, r);
}
