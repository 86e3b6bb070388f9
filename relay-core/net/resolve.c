/* 1. libuv asks on its threads, under a deadline
 * 2. what came is told as texts
 * What can go wrong:
 *   - no such name, no name server: told
 *   - out of time, or cancelled: libuv cannot be stopped, so it stays until the answer comes,
 *     silent */
#include "net/resolve.h"

#include "base/container.h"
#include "base/mem.h"
#include "loop/deadline.h"

#include <arpa/inet.h>
#include <string.h>
#include <uv.h>

#define HOST_MAX 253u

struct resolve {
    struct loop *loop; /* borrowed for ever */
    void (*on_done)(void *owner, const struct resolve_answer *answer);
    void *owner;
    bool is_over; /* nobody listens any more */
    uv_getaddrinfo_t request;
    struct deadline deadline;
    struct resolve_answer answer;
};

/* --- what an address is --- */

static bool has_prefix(const uint8_t *address, const uint8_t *prefix, unsigned bits)
{
    for (unsigned i = 0; i < bits; i++)
        if (((address[i / 8] ^ prefix[i / 8]) >> (7 - i % 8)) & 1)
            return false;
    return true;
}

static enum resolve_reach reach_of_v4(const uint8_t *a)
{
    static const struct {
        uint8_t prefix[4];
        unsigned bits;
        enum resolve_reach reach;
    } ranges[] = {
        {{127}, 8, RESOLVE_LOOPBACK},      {{0}, 8, RESOLVE_LOOPBACK},
        {{10}, 8, RESOLVE_PRIVATE},        {{172, 16}, 12, RESOLVE_PRIVATE},
        {{192, 168}, 16, RESOLVE_PRIVATE}, {{169, 254}, 16, RESOLVE_PRIVATE},
        {{100, 64}, 10, RESOLVE_PRIVATE},
    };

    for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
        if (has_prefix(a, ranges[i].prefix, ranges[i].bits))
            return ranges[i].reach;
    return RESOLVE_PUBLIC;
}

static enum resolve_reach reach_of_v6(const struct in6_addr *a)
{
    static const uint8_t unique_local[] = {0xfc}, link_local[] = {0xfe, 0x80};

    if (IN6_IS_ADDR_V4MAPPED(a))
        return reach_of_v4(a->s6_addr + 12);
    if (IN6_IS_ADDR_LOOPBACK(a) || IN6_IS_ADDR_UNSPECIFIED(a))
        return RESOLVE_LOOPBACK;
    return has_prefix(a->s6_addr, unique_local, 7) || has_prefix(a->s6_addr, link_local, 10)
               ? RESOLVE_PRIVATE
               : RESOLVE_PUBLIC;
}

static bool describe(const struct sockaddr *address, struct resolve_address *out)
{
    const void *raw;

    out->is_ipv6 = address->sa_family == AF_INET6;
    if (address->sa_family == AF_INET) {
        const struct in_addr *v4 = &((const struct sockaddr_in *)address)->sin_addr;
        raw = v4;
        out->reach = reach_of_v4((const uint8_t *)&v4->s_addr);
    } else if (out->is_ipv6) {
        const struct in6_addr *v6 = &((const struct sockaddr_in6 *)address)->sin6_addr;
        raw = v6;
        out->reach = reach_of_v6(v6);
    } else {
        return false;
    }
    return inet_ntop(address->sa_family, raw, out->text, sizeof out->text) != NULL;
}

/* --- the answer --- */

static bool is_known(const struct resolve_answer *answer, const char *text)
{
    for (size_t i = 0; i < answer->len; i++)
        if (strcmp(answer->list[i].text, text) == 0)
            return true;
    return false;
}

static void collect(struct resolve_answer *answer, const struct addrinfo *found)
{
    for (; found && answer->len < RESOLVE_ADDRESSES_MAX; found = found->ai_next) {
        struct resolve_address *a = &answer->list[answer->len];
        if (describe(found->ai_addr, a) && !is_known(answer, a->text))
            answer->len++;
    }
}

static enum err reason(int status, size_t len)
{
    if (status == 0)
        return len > 0 ? OK : ERR_NOT_FOUND;
    if (status == UV_EAI_NONAME || status == UV_EAI_NODATA)
        return ERR_NOT_FOUND;
    return status == UV_EAI_MEMORY || status == UV_ENOMEM ? ERR_NOMEM : ERR_IO;
}

static void on_answer(uv_getaddrinfo_t *request, int status, struct addrinfo *found)
{
    struct resolve *r = CONTAINER_OF(request, struct resolve, request);

    if (!r->is_over) {
        deadline_clear(r->loop, &r->deadline);
        collect(&r->answer, found);
        r->answer.why = reason(status, r->answer.len);
        r->on_done(r->owner, &r->answer);
    }
    if (found)
        uv_freeaddrinfo(found);
    mem_free(r);
}

static void on_late(struct deadline *d)
{
    struct resolve *r = CONTAINER_OF(d, struct resolve, deadline);
    struct resolve_answer answer = {.why = ERR_TIMEOUT};

    resolve_cancel(r);
    r->on_done(r->owner, &answer); /* the request keeps it alive */
}

/* --- life --- */

static bool is_plausible(const char *host)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789.-_:%";
    size_t len = strlen(host);

    return len > 0 && len <= HOST_MAX && strspn(host, allowed) == len;
}

enum err resolve_start(struct loop *l, const struct resolve_options *options,
                       struct resolve **out)
{
    static const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};

    if (!is_plausible(options->host))
        return ERR_CONFIG;
    struct resolve *r = mem_alloc(sizeof *r);
    if (!r)
        return ERR_NOMEM;
    r->loop = l;
    r->on_done = options->on_done;
    r->owner = options->owner;
    enum err rc = deadline_set(l, &r->deadline, options->timeout_ms, on_late);
    if (rc == OK &&
        uv_getaddrinfo(loop_uv(l), &r->request, on_answer, options->host, NULL, &hints) != 0)
        rc = ERR_NOMEM;
    if (rc != OK) {
        deadline_clear(l, &r->deadline);
        mem_free(r);
        return rc;
    }
    *out = r;
    return OK;
}

void resolve_cancel(struct resolve *r)
{
    r->is_over = true;
    deadline_clear(r->loop, &r->deadline);
    (void)uv_cancel((uv_req_t *)&r->request);
}
