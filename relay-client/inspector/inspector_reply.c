/* 1. the head is sent
 * 2. pieces of the body, until enough wait to be read; on_drain goes on
 * 3. the end; the exchange is let go
 * What can go wrong:
 *   - who asked goes away: the rest is dropped
 *   - memory is out, or the head cannot be sent: the exchange is broken off */
#include "relay-client/inspector/inspector_reply.h"

#include "base/mem.h"
#include "codec/json/json_writer.h"

#include <stdarg.h>
#include <stdio.h>

#define PIECE       ((size_t)64 * 1024)
#define LENGTH_SIZE 24u
#define NAME_SIZE   320u /* of a file, twice */

struct sending {
    struct exchange *x; /* owned */
    struct bytes body;  /* owned */
    struct span rest;   /* of it, or static */
};

/* --- fields --- */

static const char page_policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action "
    "'none'";
static const char data_policy[] =
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox";
static const char permissions[] =
    "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), serial=(), "
    "usb=()";

static enum err add(struct http_head *head, const char *name, const char *value)
{
    return http_head_add(head, span_text(name), span_text(value));
}

enum err inspector_reply_add_fields(struct http_head *head, enum inspector_reply_kind kind)
{
    const char *const fields[][2] = {
        {"Content-Security-Policy", kind == INSPECTOR_REPLY_PAGE ? page_policy : data_policy},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Embedder-Policy", "require-corp"},
        {"Permissions-Policy", permissions},
    };
    enum err rc = kind == INSPECTOR_REPLY_DATA ? add(head, "Cache-Control", "no-store") : OK;

    for (size_t i = 0; rc == OK && i < sizeof fields / sizeof fields[0]; i++)
        rc = add(head, fields[i][0], fields[i][1]);
    return rc;
}

/* --- problems --- */

void inspector_reply_init(struct inspector_reply *reply)
{
    *reply = (struct inspector_reply){.status = 200, .type = "application/json"};
    bytes_init(&reply->body, INSPECTOR_REPLY_MAX);
    bytes_init(&reply->problem_members, 4096);
}

void inspector_reply_fini(struct inspector_reply *reply)
{
    bytes_fini(&reply->body);
    bytes_fini(&reply->problem_members);
}

static const char *title_of(unsigned status)
{
    const char *text = http_status_text(status);

    return *text ? text : "It did not work";
}

void inspector_reply_problem(struct inspector_reply *reply, unsigned status, const char *code,
                             const char *detail, ...)
{
    va_list args;

    va_start(args, detail);
    (void)vsnprintf(reply->detail, sizeof reply->detail, detail, args);
    va_end(args);
    reply->status = status;
    reply->code = code;
    if (!reply->title)
        reply->title = title_of(status);
}

struct answer_to {
    enum err why;
    unsigned status;
    const char *code, *detail;
};

static const struct answer_to answers[] = {
    {ERR_NOT_FOUND, 404, "not_found", "there is nothing of that name or number any more"},
    {ERR_BUSY, 503, "busy", "too much is asked at once; ask again in a moment"},
    {ERR_CLOSED, 503, "busy", "hookline is stopping"},
    {ERR_NOMEM, 503, "out_of_memory", "memory is out; ask again in a moment"},
    {ERR_LIMIT, 413, "too_large", "that is more than can be told at once; ask for less"},
    {ERR_SYNTAX, 400, "bad_request", "the request is not understood"},
    {ERR_CONFLICT, 409, "gone", "it has changed meanwhile; look again"},
};

void inspector_reply_error(struct inspector_reply *reply, enum err why, const char *detail)
{
    bytes_clear(&reply->body);
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        if (answers[i].why == why) {
            inspector_reply_problem(reply, answers[i].status, answers[i].code, "%s",
                                    detail && *detail ? detail : answers[i].detail);
            return;
        }
    inspector_reply_problem(reply, 503, "journal", "the journal cannot be read: %s",
                            detail && *detail ? detail : err_text(why));
}

static enum err format_problem(struct inspector_reply *reply, struct bytes *out)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_writer_object(&w);
    json_writer_member_text(&w, "type", "about:blank");
    json_writer_member_text(&w, "title", reply->title);
    json_writer_member_u64(&w, "status", reply->status);
    json_writer_member_text(&w, "detail", reply->detail);
    json_writer_member_text(&w, "code", reply->code);
    json_writer_object_end(&w);
    enum err rc = json_writer_end(&w);
    if (rc != OK || bytes_len(&reply->problem_members) == 0)
        return rc;
    /* They come before the closing bracket. */
    out->tail--;
    rc = bytes_append_span(out, bytes_span(&reply->problem_members));
    return rc == OK ? bytes_append_text(out, "}") : rc;
}

/* --- sending --- */

static void free_sending(struct sending *s)
{
    exchange_let_go(s->x);
    bytes_fini(&s->body);
    mem_free(s);
}

static void push(struct sending *s)
{
    enum err rc = OK;

    while (rc == OK && s->rest.len > 0 && exchange_queued(s->x) <= EXCHANGE_HIGH_WATER) {
        size_t len = s->rest.len < PIECE ? s->rest.len : PIECE;
        rc = exchange_send_body(s->x, s->rest.ptr, len);
        s->rest = span_slice(s->rest, len, s->rest.len);
    }
    if (rc == OK && s->rest.len > 0)
        return; /* on_drain */
    if (rc == OK)
        rc = exchange_send_end(s->x);
    (void)rc; /* an exchange that is let go unfinished is broken off */
    free_sending(s);
}

static void on_drain(void *owner)
{
    push(owner);
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    (void)why, (void)detail;
    free_sending(owner);
}

static const struct exchange_events events = {
    .on_drain = on_drain,
    .on_abort = on_abort,
};

/* Takes the bytes out of `body` if there are some, else `fixed` is the body. */
static void start(struct exchange *x, const struct http_head *head, struct bytes *body,
                  struct span fixed)
{
    struct sending *s = mem_alloc(sizeof *s);

    if (!s || exchange_send_head(x, head, false) != OK) {
        mem_free(s);
        exchange_let_go(x);
        return;
    }
    s->x = x;
    s->rest = fixed;
    if (body) {
        s->body = *body;
        bytes_init(body, body->max);
        s->rest = bytes_span(&s->body);
    }
    exchange_own(x, &events, s);
    push(s);
}

void inspector_reply_send_static(struct exchange *x, const struct http_head *head,
                                 struct span body, bool is_head)
{
    if (is_head || body.len == 0) {
        enum err rc = exchange_send_head(x, head, true);
        (void)rc;
        exchange_let_go(x);
        return;
    }
    start(x, head, NULL, body);
}

/* RFC 6266: a plain name for everybody. */
static const char *disposition(const struct inspector_reply *reply, char out[static NAME_SIZE])
{
    size_t len = 0;
    char name[sizeof reply->file_name];

    for (const char *c = reply->file_name; *c; c++)
        name[len++] = (*c > ' ' && *c < 0x7f && !strchr("\"\\/%:", *c)) ? *c : '-';
    name[len] = '\0';
    snprintf(out, NAME_SIZE, "attachment; filename=\"%s\"", name);
    return out;
}

static enum err make_head(struct http_head *head, const struct inspector_reply *reply,
                          char length[static LENGTH_SIZE], char name[static NAME_SIZE])
{
    snprintf(length, LENGTH_SIZE, "%zu", bytes_len(&reply->body));
    http_head_init_response(head, reply->status);
    bool is_empty = reply->status == 204; /* has neither (RFC 9110 §8.6, §15.3.5) */
    enum err rc = is_empty ? OK : add(head, "Content-Type", reply->type);

    if (rc == OK && !is_empty)
        rc = add(head, "Content-Length", length);
    if (rc == OK && reply->file_name[0])
        rc = add(head, "Content-Disposition", disposition(reply, name));
    if (rc == OK && reply->allow[0])
        rc = add(head, "Allow", reply->allow);
    if (rc == OK && reply->status == 429)
        rc = add(head, "Retry-After", "60");
    if (rc == OK && reply->status == 503)
        rc = add(head, "Retry-After", "1");
    return rc == OK ? inspector_reply_add_fields(head, INSPECTOR_REPLY_DATA) : rc;
}

static enum err prepare(struct inspector_reply *reply)
{
    if (!reply->code)
        return OK;
    bytes_clear(&reply->body);
    reply->type = "application/problem+json";
    reply->file_name[0] = '\0';
    return format_problem(reply, &reply->body);
}

void inspector_reply_send(struct exchange *x, struct inspector_reply *reply, const char *cookie)
{
    char length[LENGTH_SIZE], name[NAME_SIZE];
    struct http_head head;
    enum err rc = prepare(reply);

    if (rc == OK)
        rc = make_head(&head, reply, length, name);
    if (rc == OK && cookie)
        rc = add(&head, "Set-Cookie", cookie);
    if (rc == OK)
        start(x, &head, &reply->body, (struct span){0});
    else
        exchange_let_go(x);
    inspector_reply_fini(reply);
}
