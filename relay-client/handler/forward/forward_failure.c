#include "relay-client/handler/forward/forward_failure.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define SAY(f, ...) ((void)snprintf((f)->text, sizeof(f)->text, __VA_ARGS__))

static void explain_hang_up(struct forward_failure *f)
{
    f->why = ERR_EOF;
    if (f->has_head)
        SAY(f, "the bot at %s closed the connection in the middle of its answer", f->address);
    else if (f->heard.bytes > 0)
        SAY(f, "the bot at %s closed the connection in the head of its answer", f->address);
    else
        SAY(f, "the bot at %s closed the connection without an answer", f->address);
}

/* Without what the connection says in front of it. */
static const char *plain_detail(const char *detail)
{
    static const char prefix[] = "malformed answer: ";
    size_t len = sizeof prefix - 1;

    return strncmp(detail, prefix, len) == 0 ? detail + len : detail;
}

static void explain_nonsense(struct forward_failure *f)
{
    const char *detail = plain_detail(f->detail);

    f->why = ERR_PROTOCOL;
    if (f->heard.bytes == 0)
        SAY(f, "%s", detail);
    else if (f->has_head)
        SAY(f, "the bot's answer is broken: %s", detail);
    else
        SAY(f, "the bot's answer is not HTTP: %s", detail);
}

static void explain_other_protocol(struct forward_failure *f)
{
    char first[4 * FORWARD_TAP_FIRST + 1];

    f->why = ERR_PROTOCOL;
    if (forward_tap_heard_tls(&f->heard))
        SAY(f,
            "the bot at %s answered in TLS, not in HTTP: forward to https:// if that is "
            "what it serves",
            f->address);
    else
        SAY(f, "the bot's answer is not HTTP: it begins with \"%s\"",
            text_escape(first, sizeof first, forward_tap_first(&f->heard)));
}

void forward_failure_explain(struct forward_failure *f)
{
    if (f->why == ERR_NOMEM || f->why == ERR_TIMEOUT || f->why == ERR_TLS)
        SAY(f, "%s", *f->detail ? f->detail : err_text(f->why));
    else if (!f->has_head && forward_tap_heard_no_http(&f->heard))
        explain_other_protocol(f);
    else if (f->why == ERR_EOF || f->why == ERR_IO || f->why == ERR_CLOSED)
        explain_hang_up(f);
    else
        explain_nonsense(f);
}
