#include "relay-client/doctor/doctor_text.h"

#include "relay-client/doctor/doctor_check.h"

#include <stdio.h>
#include <string.h>

const char *doctor_text_title(enum doctor_id id)
{
    static const char *const titles[DOCTOR_CHECKS] = {
        [DOCTOR_RELAY_NAME] = "Name",
        [DOCTOR_RELAY_PORT] = "Port",
        [DOCTOR_RELAY_CHAIN] = "Certificate chain",
        [DOCTOR_RELAY_TLS] = "TLS",
        [DOCTOR_RELAY_HTTP] = "Webhook",
        [DOCTOR_LINK] = "Link",
        [DOCTOR_CLOCK] = "Clock",
        [DOCTOR_INBOX] = "Inbox",
        [DOCTOR_SECRET] = "Channel secret",
        [DOCTOR_LINE_ACCOUNT] = "Channel",
        [DOCTOR_LINE_WEBHOOK] = "Webhook URL",
        [DOCTOR_LINE_TEST] = "LINE's own test",
        [DOCTOR_LINE_REDELIVERY] = "Redelivery",
        [DOCTOR_BOT_LISTENS] = "Listens",
        [DOCTOR_BOT_ANSWERS] = "Answers",
        [DOCTOR_BOT_REFUSES] = "Wrong signature",
    };

    return titles[id];
}

const char *doctor_text_group(enum doctor_id id)
{
    if (id <= DOCTOR_RELAY_HTTP)
        return "LINE -> relay";
    if (id <= DOCTOR_INBOX)
        return "relay = this machine";
    return id <= DOCTOR_LINE_REDELIVERY ? "LINE channel" : "bot";
}

/* --- sentences --- */

static const char *find(const struct doctor_text_row *rows, const char *code)
{
    for (; rows->code; rows++)
        if (strcmp(rows->code, code) == 0)
            return rows->text;
    return NULL;
}

static const char *title_of(const char *id)
{
    for (unsigned i = 0; i < DOCTOR_CHECKS; i++)
        if (strcmp(doctor_id_text(i), id) == 0)
            return doctor_text_title(i);
    return id;
}

static const char *value_of(const struct doctor_check *c, const char *name)
{
    const char *value =
        strcmp(name, "evidence") == 0 ? c->evidence : doctor_check_param(c, name);

    if (!value)
        return "?";
    return strcmp(name, "check") == 0 ? title_of(value) : value;
}

struct expansion {
    char *out;
    size_t len;
};

static void put(struct expansion *e, const char *text, size_t len)
{
    size_t room = DOCTOR_TEXT_SIZE - 1 - e->len;

    len = len < room ? len : room;
    memcpy(e->out + e->len, text, len);
    e->len += len;
    e->out[e->len] = '\0';
}

static const char *expand(const struct doctor_check *c, const char *text,
                          char out[static DOCTOR_TEXT_SIZE])
{
    struct expansion e = {.out = out};
    char name[32];

    out[0] = '\0';
    while (*text) {
        size_t plain = strcspn(text, "{");
        put(&e, text, plain);
        text += plain;
        size_t len = strcspn(text, "}");
        if (*text == '\0' || text[len] == '\0' || len > sizeof name)
            break;
        (void)snprintf(name, sizeof name, "%.*s", (int)len - 1, text + 1);
        const char *value = value_of(c, name);
        put(&e, value, strlen(value));
        text += len + 1;
    }
    return out;
}

const char *doctor_text_finding(const struct doctor_check *c, char out[static DOCTOR_TEXT_SIZE])
{
    const char *text = c->code ? find(doctor_text_findings, c->code) : NULL;

    return expand(c, text ? text : c->code ? c->code : "", out);
}

const char *doctor_text_fix(const struct doctor_check *c, char out[static DOCTOR_TEXT_SIZE])
{
    const char *text = NULL;

    if (c->fix == DOCTOR_FIX_TEXT)
        text = find(doctor_text_fixes, c->fix_value);
    else if (c->fix == DOCTOR_FIX_COMMAND && c->code)
        text = find(doctor_text_commands, c->code);
    return expand(c, text ? text : "", out);
}
