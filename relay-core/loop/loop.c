#include "loop/loop.h"

#include "base/mem.h"
#include "loop/loop_impl.h"

#include <stdio.h>
#include <stdlib.h>

/* How often loop_free lets handles finish that were closed just before it. */
#define LAST_TURNS 8

enum err loop_new(const struct clock *clock, struct loop **out)
{
    struct loop *l = mem_alloc(sizeof(*l));
    uint8_t *read_buffer = mem_alloc(LOOP_READ_BUFFER);
    enum err e = ERR_NOMEM;

    if (!l || !read_buffer)
        goto fail;
    if (uv_loop_init(&l->uv)) {
        e = ERR_IO;
        goto fail;
    }
    l->clock = clock;
    l->read_buffer = read_buffer;
    defer_open(l);
    deadline_open(l);
    *out = l;
    return OK;
fail:
    mem_free(read_buffer);
    mem_free(l);
    return e;
}

static void on_own_closed(uv_handle_t *handle)
{
    struct loop *l = CONTAINER_OF(handle->loop, struct loop, uv);

    l->own_handles--;
}

static void close_own(uv_handle_t *handle, struct loop *l)
{
    uv_close(handle, on_own_closed);
    l->own_handles++;
}

static void on_leftover(uv_handle_t *handle, void *context)
{
    (void)context;
    fprintf(stderr, "loop_free: a handle is still open: %s%s\n",
            uv_handle_type_name(handle->type), uv_is_closing(handle) ? " (closing)" : "");
}

void loop_free(struct loop *l)
{
    if (!l)
        return;
    for (int i = 0; i < LAST_TURNS && uv_loop_alive(&l->uv); i++)
        uv_run(&l->uv, UV_RUN_NOWAIT);

    close_own((uv_handle_t *)&l->defer.before_poll, l);
    close_own((uv_handle_t *)&l->defer.after_poll, l);
    close_own((uv_handle_t *)&l->defer.no_wait, l);
    close_own((uv_handle_t *)&l->heap.timer, l);
    while (l->own_handles > 0)
        uv_run(&l->uv, UV_RUN_NOWAIT);

    if (uv_loop_close(&l->uv)) {
        uv_walk(&l->uv, on_leftover, NULL);
        abort();
    }
    mem_free(l->heap.at);
    mem_free(l->read_buffer);
    mem_free(l);
}

void loop_run(struct loop *l)
{
    uv_run(&l->uv, UV_RUN_DEFAULT);
}

void loop_turn(struct loop *l, bool wait)
{
    uv_run(&l->uv, wait ? UV_RUN_ONCE : UV_RUN_NOWAIT);
}

void loop_stop(struct loop *l)
{
    uv_stop(&l->uv);
}

struct uv_loop_s *loop_uv(struct loop *l)
{
    return &l->uv;
}

const struct clock *loop_clock(const struct loop *l)
{
    return l->clock;
}

uint64_t loop_now_ms(const struct loop *l)
{
    return clock_us(l->clock) / 1000;
}

uint8_t *loop_read_buffer(struct loop *l)
{
    return l->read_buffer;
}
