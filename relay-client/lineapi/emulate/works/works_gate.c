#include "relay-client/lineapi/emulate/works/works_gate.h"

#include "relay-client/lineapi/emulate/emulator.h"
#include "relay-client/lineapi/emulate/emulator_rooms.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

struct works_store *works_gate_store(const struct emulated_call *c)
{
    return emulator_rooms_of(c->emulator)->works;
}

/* --- answers --- */

static const char *problem_of(unsigned status)
{
    switch (status) {
    case 401:
    case 403:
        return "unauthorized";
    case 429:
        return "rate";
    }
    return "refused";
}

void works_gate_refuse(struct emulated_call *c, unsigned status, const char *code,
                       const char *description, ...)
{
    char text[512];
    struct json_writer w;
    va_list args;

    va_start(args, description);
    (void)vsnprintf(text, sizeof text, description, args);
    va_end(args);
    c->status = status;
    c->problem = problem_of(status);
    bytes_clear(&c->answer);
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_text(&w, "code", code);
    json_writer_member_text(&w, "description", text);
    json_writer_object_end(&w);
    if (json_writer_end(&w) != OK)
        c->status = 500;
}

__attribute__((format(printf, 3, 4))) static void
add_field(struct emulated_call *c, const char *name, const char *value, ...)
{
    va_list args;

    if (c->fields_len == EMULATED_FIELDS_MAX)
        return;
    struct emulated_field *f = &c->fields[c->fields_len++];
    f->name = name;
    va_start(args, value);
    (void)vsnprintf(f->value, sizeof f->value, value, args);
    va_end(args);
}

/* --- who calls --- */

static struct span bearer_of(const struct emulated_call *c)
{
    struct span value = http_head_value(c->head, "authorization");
    struct span scheme = SPAN("Bearer ");

    if (!span_is_nocase(span_slice(value, 0, scheme.len), scheme))
        return (struct span){0};
    return span_trim(span_slice(value, scheme.len, value.len));
}

/* Is it one of these words, with blanks between? */
static bool has_word(const char *words, const char *word)
{
    struct span rest = span_text(words);

    while (rest.len > 0) {
        struct span each = span_slice(rest, 0, span_find(rest, ' '));
        if (span_is(each, span_text(word)))
            return true;
        rest = span_slice(rest, each.len + 1, rest.len);
    }
    return false;
}

/* One that was not issued here may be LINE WORKS' own, and is taken. */
static bool check_token(struct emulated_call *c)
{
    const char *scope = "bot";
    struct span token = bearer_of(c);
    enum works_token_state state =
        works_store_token(works_gate_store(c), WORKS_TOKEN_ACCESS, token, c->now_ms, &scope);
    bool is_relaxed = emulator_options_of(c->emulator)->is_relaxed;

    if (token.len == 0) {
        works_gate_refuse(c, 401, "UNAUTHORIZED", "Authentication failed.");
        add_field(c, "WWW-Authenticate", "Bearer");
        return false;
    }
    if (state == WORKS_TOKEN_EXPIRED && !is_relaxed) {
        works_gate_refuse(c, 401, "UNAUTHORIZED", "The access token expired.");
        add_field(c, "WWW-Authenticate",
                  "Bearer error=\"invalid_token\", error_description=\"The access token "
                  "expired\"");
        return false;
    }
    if (!has_word(scope, "bot") && !has_word(scope, "bot.message")) {
        works_gate_refuse(c, 403, "FORBIDDEN", "The access token has no scope for this.");
        return false;
    }
    return true;
}

/* --- how often --- */

static bool check_rate(struct emulated_call *c)
{
    struct works_rate rate =
        works_store_count(works_gate_store(c), c->operation->name, c->now_ms);
    bool is_over = rate.is_over && !emulator_options_of(c->emulator)->is_relaxed;

    add_field(c, "rateLimit-limit", "%u", WORKS_RATE);
    add_field(c, "rateLimit-remaining", "%" PRIu64, rate.remaining);
    add_field(c, "rateLimit-reset", "%" PRIu64, rate.reset_s);
    if (is_over)
        works_gate_refuse(c, 429, "TOO_MANY_REQUESTS", "API rate limit exceeded");
    return !is_over;
}

/* --- about what --- */

static bool is_number(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 0;
}

static bool check_bot(struct emulated_call *c)
{
    bool is_bot = is_number(c->params[0]);

    if (!is_bot)
        works_gate_refuse(c, 404, "NOT_FOUND", "The bot does not exist.");
    return is_bot;
}

static bool check_body(struct emulated_call *c)
{
    struct span type = http_head_value(c->head, "content-type");

    type = span_trim(span_slice(type, 0, span_find(type, ';')));
    if (c->root && span_is_nocase(type, SPAN("application/json")))
        return true;
    works_gate_refuse(c, 400, "BAD_REQUEST", "The body must be a JSON object.");
    c->problem = "not_json";
    return false;
}

bool works_gate_pass(struct emulated_call *c)
{
    return check_token(c) && check_rate(c) && check_bot(c) && check_body(c);
}
