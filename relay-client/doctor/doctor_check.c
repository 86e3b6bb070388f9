#include "relay-client/doctor/doctor_check.h"

#include "base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static struct doctor_param *add(struct doctor_check *c, const char *name)
{
    assert(c->params_len < DOCTOR_PARAMS_MAX);
    struct doctor_param *p = &c->params[c->params_len++];
    p->name = name;
    return p;
}

void doctor_check_text(struct doctor_check *c, const char *name, const char *text)
{
    struct doctor_param *p = add(c, name);

    (void)text_escape(p->text, sizeof p->text, span_text(text));
}

void doctor_check_number(struct doctor_check *c, const char *name, int64_t value)
{
    struct doctor_param *p = add(c, name);

    p->is_number = true;
    (void)snprintf(p->text, sizeof p->text, "%" PRId64, value);
}

void doctor_check_evidence(struct doctor_check *c, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    (void)text_escape(c->evidence, sizeof c->evidence, span_text(text));
}

void doctor_check_command(struct doctor_check *c, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    c->fix = DOCTOR_FIX_COMMAND;
    (void)text_escape(c->fix_value, sizeof c->fix_value, span_text(text));
}

void doctor_check_advice(struct doctor_check *c, const char *code)
{
    c->fix = DOCTOR_FIX_TEXT;
    (void)snprintf(c->fix_value, sizeof c->fix_value, "%s", code);
}

const char *doctor_check_param(const struct doctor_check *c, const char *name)
{
    for (size_t i = 0; i < c->params_len; i++)
        if (strcmp(c->params[i].name, name) == 0)
            return c->params[i].text;
    return NULL;
}

/* --- JSON --- */

static void write_params(struct json_writer *w, const struct doctor_check *c)
{
    json_writer_key(w, "params");
    json_writer_object(w);
    for (size_t i = 0; i < c->params_len; i++) {
        json_writer_key(w, c->params[i].name);
        if (c->params[i].is_number)
            json_writer_raw(w, span_text(c->params[i].text));
        else
            json_writer_text(w, c->params[i].text);
    }
    json_writer_object_end(w);
}

static const char *certificate_state(const struct doctor_certificate *c)
{
    switch (c->state) {
    case DOCTOR_CERTIFICATE_GOOD:
        return "good";
    case DOCTOR_CERTIFICATE_MISSING:
        return "missing";
    case DOCTOR_CERTIFICATE_BAD:
        return "bad";
    }
    return "bad";
}

static void write_chain(struct json_writer *w, const struct doctor_check *c)
{
    json_writer_key(w, "chain");
    json_writer_array(w);
    for (size_t i = 0; i < c->chain_len; i++) {
        json_writer_object(w);
        json_writer_member_text(w, "subject", c->chain[i].subject);
        json_writer_member_text(w, "issuer", c->chain[i].issuer);
        json_writer_member_u64(w, "not_after", c->chain[i].not_after_ms);
        json_writer_member_text(w, "state", certificate_state(&c->chain[i]));
        json_writer_object_end(w);
    }
    json_writer_array_end(w);
}

static void write_evidence(struct json_writer *w, const struct doctor_check *c)
{
    json_writer_key(w, "evidence");
    json_writer_object(w);
    if (c->evidence[0] != '\0')
        json_writer_member_text(w, "text", c->evidence);
    if (c->chain_len > 0)
        write_chain(w, c);
    json_writer_object_end(w);
}

static void write_fix(struct json_writer *w, const struct doctor_check *c)
{
    json_writer_key(w, "fix");
    if (c->fix == DOCTOR_FIX_NONE) {
        json_writer_null(w);
        return;
    }
    json_writer_object(w);
    json_writer_member_text(w, "kind", c->fix == DOCTOR_FIX_COMMAND ? "command" : "text");
    json_writer_member_text(w, "value", c->fix_value);
    json_writer_object_end(w);
}

void doctor_check_json(struct json_writer *w, const struct doctor_check *check)
{
    json_writer_member_text(w, "id", doctor_id_text(check->id));
    json_writer_member_text(w, "group", doctor_group_text(check->id));
    json_writer_member_text(w, "state", doctor_state_text(check->state));
    json_writer_member_text(w, "code", check->code);
    json_writer_key(w, "ms");
    if (check->state == DOCTOR_RUNNING || check->state == DOCTOR_SKIPPED)
        json_writer_null(w);
    else
        json_writer_double(w, (double)check->took_us / 1000);
    write_params(w, check);
    write_evidence(w, check);
    write_fix(w, check);
}
