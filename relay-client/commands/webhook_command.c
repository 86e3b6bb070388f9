/* `hookline webhook get|set|test`: LINE is asked, and what it says is printed.
 * Of `set`: 1. the address that is set now: another one is replaced with --yes only
 *           2. ours is set   3. LINE tests it */
#include "base/text.h"
#include "codec/json/json_writer.h"
#include "relay-client/commands/commands.h"
#include "relay-client/line/line_channel.h"
#include "relay-client/line/line_reason.h"

struct webhook_run {
    struct command_call *call;  /* borrowed */
    struct line_client *client; /* owned */
    const char *url;            /* NULL: the one that is set */
    bool failed;
};

/* ---- the end ---- */

static void on_closed(void *owner)
{
    (void)owner;
}

static void end(struct webhook_run *r, bool is_good)
{
    r->failed = !is_good;
    line_client_close(r->client, on_closed, r);
}

/* True: it was a failure, said and done. */
static bool has_failed(struct webhook_run *r, const struct line_channel_answer *a)
{
    if (a->why == OK)
        return false;
    command_complain(r->call, "%s", *a->detail ? a->detail : err_text(a->why));
    end(r, false);
    return true;
}

static void begin_json(struct json_writer *w, struct bytes *out, const char *type)
{
    bytes_init(out, 16384);
    json_writer_init(w, out);
    json_writer_object(w);
    json_writer_member_text(w, "type", type);
}

static void end_json(struct webhook_run *r, struct json_writer *w, struct bytes *out)
{
    json_writer_object_end(w);
    if (json_writer_end(w) == OK)
        (void)fprintf(r->call->out, "%.*s\n", (int)bytes_len(out),
                      (const char *)bytes_peek(out));
    bytes_fini(out);
}

static bool wants_json(const struct webhook_run *r)
{
    return settings_bool(r->call->settings, "json");
}

/* ---- test ---- */

static void print_test(struct webhook_run *r, const struct line_channel_answer *a)
{
    const struct line_reason *why =
        line_reason_find(span_text(a->reason), span_text(a->reason_detail));
    char reason[64], detail[300];
    struct json_writer w;
    struct bytes out;

    if (wants_json(r)) {
        begin_json(&w, &out, "webhook_test");
        json_writer_member_bool(&w, "success", a->is_good);
        json_writer_member_text(&w, "reason", a->reason);
        json_writer_member_text(&w, "detail", a->reason_detail);
        json_writer_member_text(&w, "means", why->means);
        json_writer_member_text(&w, "fix", why->fix);
        end_json(r, &w, &out);
        return;
    }
    (void)fprintf(r->call->out, "LINE says: %s (%s)\n%s\n",
                  text_escape(reason, sizeof reason, span_text(a->reason)),
                  text_escape(detail, sizeof detail, span_text(a->reason_detail)), why->means);
    if (!a->is_good)
        (void)fprintf(r->call->out, "To do: %s\n", why->fix);
}

static void on_tested(void *owner, const struct line_channel_answer *a)
{
    struct webhook_run *r = owner;

    if (has_failed(r, a))
        return;
    print_test(r, a);
    end(r, a->is_good);
}

static enum err start_test(struct webhook_run *r)
{
    const struct line_channel_ask ask = {r->client, on_tested, r};

    return line_channel_test(&ask, r->url);
}

/* ---- get ---- */

static void print_webhook(struct webhook_run *r, const char *url, bool is_active)
{
    char shown[2100];
    struct json_writer w;
    struct bytes out;

    if (wants_json(r)) {
        begin_json(&w, &out, "webhook");
        json_writer_member_text(&w, "url", url);
        json_writer_member_bool(&w, "active", is_active);
        end_json(r, &w, &out);
        return;
    }
    (void)fprintf(r->call->out, "%s\n", text_escape(shown, sizeof shown, span_text(url)));
    if (!is_active)
        (void)fprintf(r->call->out,
                      "\"Use webhook\" is off, so LINE sends nothing. Only the console can "
                      "switch it on: the channel, \"Messaging API\", \"Webhook settings\".\n");
}

static void on_got(void *owner, const struct line_channel_answer *a)
{
    struct webhook_run *r = owner;

    if (has_failed(r, a))
        return;
    print_webhook(r, a->url, a->is_active);
    end(r, true);
}

static enum err start_get(struct webhook_run *r)
{
    const struct line_channel_ask ask = {r->client, on_got, r};

    return line_channel_webhook(&ask);
}

/* ---- set ---- */

static void on_set(void *owner, const struct line_channel_answer *a)
{
    struct webhook_run *r = owner;

    if (!has_failed(r, a) && start_test(r) != OK)
        end(r, false);
}

static bool may_replace(struct webhook_run *r, const struct line_channel_answer *now)
{
    char shown[600];

    if (!*now->url || strcmp(now->url, r->url) == 0 || settings_bool(r->call->settings, "yes"))
        return true;
    command_complain(
        r->call,
        "LINE's webhook address is %s, and stays so: this may be a bot that people "
        "use. With --yes it is replaced",
        text_escape(shown, sizeof shown, span_text(now->url)));
    return false;
}

static void on_looked(void *owner, const struct line_channel_answer *a)
{
    struct webhook_run *r = owner;
    const struct line_channel_ask ask = {r->client, on_set, r};

    if (a->why != ERR_NOT_FOUND && has_failed(r, a))
        return;
    if (!may_replace(r, a)) {
        end(r, false);
        return;
    }
    print_webhook(r, r->url, a->is_active);
    if (line_channel_set(&ask, r->url) != OK)
        end(r, false);
}

static enum err start_set(struct webhook_run *r)
{
    const struct line_channel_ask ask = {r->client, on_looked, r};

    return line_channel_webhook(&ask);
}

/* ---- the commands ---- */

static bool read_options(struct command_call *call, struct secrets *secrets,
                         struct line_client_options *options)
{
    secrets_read(secrets, call->settings);
    if (line_client_read_settings(call->settings, secrets, options))
        return true;
    command_complain(call, "LINE wants to know who asks: give --channel-id ID and the channel "
                           "secret (--secret-file FILE, or `hookline login`), or "
                           "--access-token-file FILE");
    return false;
}

static enum err run_loop(struct webhook_run *r, const struct line_client_options *options,
                         enum err (*start)(struct webhook_run *r))
{
    char detail[256] = "";
    struct loop *l;
    enum err rc = loop_new(clock_system(), &l);

    if (rc != OK)
        return rc;
    rc = line_client_open(l, options, &r->client, detail);
    if (rc == OK) {
        rc = start(r);
        if (rc != OK)
            line_client_close(r->client, on_closed, r);
    }
    loop_run(l);
    loop_free(l);
    if (rc != OK)
        command_complain(r->call, "%s", *detail ? detail : err_text(rc));
    return rc;
}

static enum command_exit run(struct command_call *call, const char *url,
                             enum err (*start)(struct webhook_run *r))
{
    struct webhook_run r = {.call = call, .url = url, .failed = true};
    struct line_client_options options;
    struct secrets secrets;

    command_set_log_level(call);
    if (!read_options(call, &secrets, &options))
        return COMMAND_USAGE;
    enum err rc = run_loop(&r, &options, start);
    return rc == OK && !r.failed ? COMMAND_OK : COMMAND_FAILED;
}

enum command_exit webhook_command_get(struct command_call *call)
{
    return run(call, NULL, start_get);
}

enum command_exit webhook_command_set(struct command_call *call)
{
    return run(call, settings_text(call->settings, "url"), start_set);
}

enum command_exit webhook_command_test(struct command_call *call)
{
    return run(call, settings_text(call->settings, "test-url"), start_test);
}
