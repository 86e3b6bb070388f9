#include "unit/support/forward_rig.h"

#include "base/mem.h"
#include "unit/check.h"

void forward_rig_open_with(struct forward_rig *r, enum handler_bot_manner manner,
                           struct forward_handler_options *options, const char *path)
{
    char detail[256];

    handler_rig_open(&r->handler, true);
    r->bot = (struct handler_bot){.manner = manner};
    handler_bot_open(&r->bot, r->handler.loop);
    options->url = handler_bot_url(&r->bot, path);
    CHECK_EQ(handler_open_forward(r->handler.loop, options, &r->handler.handler, detail), OK);
    CHECK_STR(detail, "");
}

void forward_rig_open(struct forward_rig *r, enum handler_bot_manner manner,
                      size_t connections_max)
{
    struct forward_handler_options options = {.connections_max = connections_max};

    forward_rig_open_with(r, manner, &options, "");
}

void forward_rig_close(struct forward_rig *r)
{
    handler_rig_close_handler(&r->handler);
    handler_bot_close(&r->bot);
    handler_rig_close(&r->handler);
}

void forward_rig_start(struct forward_rig *r, struct handler_call *c, const char *body)
{
    handler_call_init(c, &r->handler);
    CHECK_EQ(handler_call_send(c, "POST", "/", body), OK);
}

void forward_rig_round_trip(struct forward_rig *r, const char *body)
{
    struct handler_call c;

    forward_rig_start(r, &c, body);
    handler_call_wait(&c);
    CHECK_EQ(c.status, 200);
    CHECK_STR(handler_call_text(&c), body);
    handler_call_fini(&c);
}

void forward_rig_answer(struct handler_bot_connection *c)
{
    static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    handler_bot_write(c, answer, sizeof answer - 1);
}

void forward_rig_turn(struct forward_rig *r, int times)
{
    for (int i = 0; i < times; i++)
        loop_turn(r->handler.loop, false);
}

char *forward_rig_text(size_t len)
{
    char *text = mem_alloc(len + 1);

    memset(text, 'b', len);
    return text;
}
