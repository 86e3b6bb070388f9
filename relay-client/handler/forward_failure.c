#include "relay-client/handler/forward_failure.h"

#include <stdio.h>

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

static void explain_nonsense(struct forward_failure *f)
{
    f->why = ERR_PROTOCOL;
    if (f->has_head)
        SAY(f, "the bot's answer is broken: %s", f->detail);
    else if (forward_tap_heard_tls(&f->heard))
        SAY(f,
            "the bot at %s answered in TLS, not in HTTP: forward to https:// if that is "
            "what it serves",
            f->address);
    else
        SAY(f, "the bot's answer is not HTTP: %s", f->detail);
}

void forward_failure_explain(struct forward_failure *f)
{
    if (!f->has_head && forward_tap_heard_tls(&f->heard))
        explain_nonsense(f);
    else if (f->why == ERR_EOF || f->why == ERR_IO || f->why == ERR_CLOSED)
        explain_hang_up(f);
    else if (f->why == ERR_NOMEM || f->why == ERR_TIMEOUT || f->why == ERR_TLS)
        SAY(f, "%s", *f->detail ? f->detail : err_text(f->why));
    else
        explain_nonsense(f);
}
