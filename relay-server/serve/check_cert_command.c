/* `hookline-relay check-cert`: what LINE would say of a certificate, if it said anything. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/json/json_writer.h"
#include "net/tls/tls_chain_check.h"
#include "relay-server/commands.h"

#include <stdio.h>
#include <string.h>

#define HOSTS_MAX SETTINGS_LIST_MAX

/* One certificate file after another; hosts that some other one covers are not asked of
 * this one. */
struct check {
    struct command_call *call;
    const char *const *certs, *const *keys;
    size_t certs_len, keys_len;
    const char *uncovered[HOSTS_MAX + 1]; /* by none of them; asked of the first */
    struct tls_chain_report *report;      /* owned */
    size_t errors, warnings;
};

static enum err run_one(struct check *c, size_t i, const char *const *hosts)
{
    struct tls_chain_input input = {
        .certificate_file = c->certs[i],
        .key_file = i < c->keys_len ? c->keys[i] : NULL,
        .hosts = hosts,
        .ca_file = settings_text(c->call->settings, "ca-bundle"),
        .now_ms = clock_wall_ms(clock_system()),
    };

    return tls_chain_check_run(&input, c->report);
}

/* --- hosts of several certificates --- */

static bool report_covers(const struct tls_chain_report *r)
{
    for (size_t i = 0; i < r->findings_len; i++)
        if (r->findings[i].code == TLS_CHAIN_HOST_NOT_COVERED)
            return false;
    return r->subject[0] != '\0';
}

static enum err find_uncovered(struct check *c)
{
    size_t hosts_len, len = 0;
    const char *const *hosts = settings_list(c->call->settings, "host", &hosts_len);

    for (size_t h = 0; h < hosts_len && len < HOSTS_MAX; h++) {
        bool covered = false;
        for (size_t i = 0; !covered && i < c->certs_len && c->certs_len > 1; i++) {
            if (run_one(c, i, (const char *const[]){hosts[h], NULL}))
                return ERR_NOMEM;
            covered = report_covers(c->report);
        }
        if (!covered)
            c->uncovered[len++] = hosts[h];
    }
    return OK;
}

/* --- telling it --- */

static void print(struct check *c, size_t i)
{
    const struct tls_chain_report *r = c->report;
    char shown[200], until[32];

    (void)fprintf(c->call->out, "%s", text_escape(shown, sizeof shown, span_text(c->certs[i])));
    if (r->subject[0])
        (void)fprintf(c->call->out, ": %s, issued by %s, until %.10s\n  names: %s", r->subject,
                      r->issuer, text_time(until, sizeof until, r->not_after_ms),
                      r->names[0] ? r->names : "none");
    (void)fputc('\n', c->call->out);
    for (size_t f = 0; f < r->findings_len; f++)
        (void)fprintf(c->call->out, "  %s: %s\n", r->findings[f].is_error ? "ERROR" : "warning",
                      r->findings[f].text);
}

static void write_findings(struct json_writer *w, const struct tls_chain_report *r)
{
    json_writer_key(w, "findings");
    json_writer_array(w);
    for (size_t f = 0; f < r->findings_len; f++) {
        json_writer_object(w);
        json_writer_member_text(w, "severity", r->findings[f].is_error ? "error" : "warning");
        json_writer_member_text(w, "code", tls_chain_check_code_text(r->findings[f].code));
        json_writer_member_text(w, "text", r->findings[f].text);
        json_writer_object_end(w);
    }
    json_writer_array_end(w);
}

static void print_json(struct check *c, size_t i)
{
    const struct tls_chain_report *r = c->report;
    struct json_writer w;
    struct bytes out;
    char until[32];

    bytes_init(&out, sizeof *r * 2);
    json_writer_init(&w, &out);
    json_writer_object(&w);
    json_writer_member_text(&w, "certificate", c->certs[i]);
    json_writer_member_text(&w, "key", i < c->keys_len ? c->keys[i] : NULL);
    json_writer_member_bool(&w, "ok", !r->is_broken);
    json_writer_member_text(&w, "subject", r->subject);
    json_writer_member_text(&w, "issuer", r->issuer);
    json_writer_member_text(&w, "names", r->names);
    json_writer_member_text(
        &w, "expires", r->subject[0] ? text_time(until, sizeof until, r->not_after_ms) : NULL);
    write_findings(&w, r);
    json_writer_object_end(&w);
    if (json_writer_end(&w) == OK)
        (void)fprintf(c->call->out, "%.*s\n", (int)bytes_len(&out),
                      (const char *)bytes_peek(&out));
    else
        command_complain(c->call, "%s", err_text(ERR_NOMEM));
    bytes_fini(&out);
}

static void count(struct check *c)
{
    for (size_t f = 0; f < c->report->findings_len; f++) {
        c->errors += c->report->findings[f].is_error;
        c->warnings += !c->report->findings[f].is_error;
    }
}

static void print_verdict(const struct check *c)
{
    if (c->errors > 0)
        (void)fprintf(c->call->out, "BROKEN: LINE would not connect (%zu error%s)\n", c->errors,
                      c->errors == 1 ? "" : "s");
    else if (c->warnings > 0)
        (void)fprintf(c->call->out, "OK for LINE, with %zu warning%s\n", c->warnings,
                      c->warnings == 1 ? "" : "s");
    else
        (void)fprintf(c->call->out, "OK: LINE will connect\n");
}

static enum err run(struct check *c)
{
    bool json = settings_bool(c->call->settings, "json");
    enum err e = find_uncovered(c);

    for (size_t i = 0; !e && i < c->certs_len; i++) {
        e = run_one(c, i, i == 0 ? c->uncovered : NULL);
        if (e)
            break;
        count(c);
        if (json)
            print_json(c, i);
        else
            print(c, i);
    }
    if (!e && !json)
        print_verdict(c);
    return e;
}

enum command_exit check_cert_command(struct command_call *call)
{
    struct check c = {.call = call, .report = mem_alloc(sizeof *c.report)};
    enum err e = ERR_NOMEM;

    c.certs = settings_list(call->settings, "cert", &c.certs_len);
    c.keys = settings_list(call->settings, "key", &c.keys_len);
    if (c.keys_len > c.certs_len) {
        command_complain(call, "there are more --key than --cert");
        mem_free(c.report);
        return COMMAND_USAGE;
    }
    if (c.report)
        e = run(&c);
    mem_free(c.report);
    if (e)
        command_complain(call, "%s", err_text(e));
    return e || c.errors > 0 ? COMMAND_FAILED : COMMAND_OK;
}
