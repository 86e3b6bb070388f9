#include "codec/json/json_writer.h"
#include "codec/url.h"
#include "relay-client/inspector/export/curl_command.h"
#include "relay-client/inspector/export/export_flag.h"
#include "relay-client/inspector/export/har_entry.h"
#include "relay-client/inspector/export/inspector_export.h"
#include "relay-client/inspector/import/inspector_import.h"
#include "relay-client/inspector/inspector_route.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ERR_NOT_FOUND, also for what is no number. */
static enum err get_exchange(const struct inspector_reading *r, struct journal_exchange **out)
{
    char number[24];
    uint64_t id;

    if (!inspector_param_u64(r->params, "id", &id))
        return ERR_NOT_FOUND;
    (void)snprintf(number, sizeof number, "%" PRIu64, id);
    enum err rc = journal_reader_get(r->reader, span_text(number), out);
    return rc == ERR_CONFLICT ? ERR_NOT_FOUND : rc;
}

/* --- cURL --- */

struct curl_url {
    char base[URL_AUTHORITY_SIZE + 16]; /* scheme and authority */
    struct bytes target;
};

/* As the handler addresses the bot: webhooks go to the path of --forward, if it has one. */
static enum err address_bot(const char *forward_url, const struct journal_exchange *x,
                            struct curl_url *out)
{
    struct span target = journal_exchange_request(x)->target;
    struct span query = span_slice(target, span_find(target, '?'), target.len);
    char authority[URL_AUTHORITY_SIZE];
    struct url url;
    enum err rc = url_parse(span_text(forward_url), &url, NULL);

    if (rc != OK)
        return rc;
    (void)snprintf(out->base, sizeof out->base, "%s://%s", url.is_https ? "https" : "http",
                   url_format_authority(&url, authority));
    if (!journal_exchange_row(x)->webhook || (url.path.len <= 1 && url.query.len == 0))
        return bytes_append_span(&out->target, target);
    rc = bytes_append_span(&out->target, url.path);
    return rc == OK ? bytes_append_span(&out->target, url.query.len > 0 ? url.query : query)
                    : rc;
}

static enum err address_publicly(const char *public_url, const struct journal_exchange *x,
                                 struct curl_url *out)
{
    char authority[URL_AUTHORITY_SIZE];
    struct url url;
    enum err rc = url_parse(span_text(public_url), &url, NULL);

    if (rc != OK)
        return rc;
    (void)snprintf(out->base, sizeof out->base, "%s://%s", url.is_https ? "https" : "http",
                   url_format_authority(&url, authority));
    if (span_ends(url.path, SPAN("/")))
        url.path.len--;
    rc = bytes_append_span(&out->target, url.path);
    return rc == OK ? bytes_append_span(&out->target, journal_exchange_request(x)->target) : rc;
}

static enum err write_curl(struct inspector_reading *r, const struct journal_exchange *x,
                           const struct curl_url *url, bool is_public)
{
    struct curl_wish wish = {
        .head = journal_exchange_request(x),
        .body = journal_exchange_request_body(x),
        .url = url->base,
        .target = bytes_span(&url->target),
        .is_public = is_public,
    };
    struct json_writer w;
    struct bytes command;

    if (!export_flag_signature(r->params, r->reply, &wish.with_signature))
        return OK;
    bytes_init(&command, INSPECTOR_REPLY_MAX);
    enum err rc = curl_command_write(&wish, &command);
    if (rc == OK) {
        json_writer_init(&w, &r->reply->body);
        json_writer_object(&w);
        json_writer_member_string(&w, "command", bytes_span(&command));
        json_writer_object_end(&w);
        rc = json_writer_end(&w);
    }
    bytes_fini(&command);
    return rc;
}

static enum err make_curl(struct inspector_reading *r, const struct journal_exchange *x)
{
    const char *to = inspector_param(r->params, "to");
    bool is_public = to && strcmp(to, "public") == 0;
    const char *base = is_public ? r->public_url : r->facts->forward_url;
    struct curl_url url;

    if (to && !is_public && strcmp(to, "bot") != 0) {
        inspector_reply_problem(r->reply, 400, "bad_request",
                                "the parameter to is bot or public");
        return OK;
    }
    if (journal_exchange_row(x)->body_truncated) {
        inspector_reply_problem(r->reply, 409, "truncated",
                                "the journal has only the beginning of its body");
        return OK;
    }
    if (!base || !*base) {
        inspector_reply_problem(r->reply, 409, "bad_request",
                                is_public
                                    ? "the tunnel has no public address before the first "
                                      "link"
                                    : "the bot is no address (--exec or --echo); ask with "
                                      "to=public");
        return OK;
    }
    bytes_init(&url.target, 2 * HTTP_TARGET_MAX);
    enum err rc = is_public ? address_publicly(base, x, &url) : address_bot(base, x, &url);
    if (rc == OK)
        rc = write_curl(r, x, &url, is_public);
    bytes_fini(&url.target);
    return rc;
}

static enum err read_curl(struct inspector_reading *r)
{
    struct journal_exchange *x;
    enum err rc = get_exchange(r, &x);

    if (rc != OK)
        return rc;
    rc = make_curl(r, x);
    journal_exchange_free(x);
    return rc;
}

/* --- HAR of one --- */

static enum err write_har(struct bytes *out, const struct journal_exchange *x,
                          bool with_signature)
{
    struct json_writer w;
    enum err rc = bytes_append_text(out, HAR_ENTRY_HEAD);

    if (rc != OK)
        return rc;
    json_writer_init(&w, out);
    rc = har_entry_write(&w, x, with_signature);
    if (rc == OK)
        rc = json_writer_end(&w);
    return rc == OK ? bytes_append_text(out, HAR_ENTRY_TAIL) : rc;
}

static enum err read_har(struct inspector_reading *r)
{
    struct journal_exchange *x;
    bool with_signature;

    if (!export_flag_signature(r->params, r->reply, &with_signature))
        return OK;
    enum err rc = get_exchange(r, &x);
    if (rc != OK)
        return rc;
    rc = write_har(&r->reply->body, x, with_signature);
    r->reply->type = "application/octet-stream";
    (void)snprintf(r->reply->file_name, sizeof r->reply->file_name, "exchange-%" PRIu64 ".har",
                   journal_exchange_row(x)->id);
    journal_exchange_free(x);
    return rc;
}

const struct inspector_route inspector_export_routes[] = {
    {.method = "GET", .pattern = "/api/exchanges/{id}/curl", .read = read_curl},
    {.method = "GET", .pattern = "/api/exchanges/{id}/har", .read = read_har},
    {.method = "GET", .pattern = "/api/export", .act = inspector_export_act},
    {.method = "POST",
     .pattern = "/api/import",
     .act = inspector_import_act,
     .body_max = INSPECTOR_IMPORT_MAX},
    {0},
};
