#include "unit/support/feed_page.h"

#include "unit/check.h"

/* --- the stream's text out of its chunks --- */

static const char *head_end(const struct feed_page *p)
{
    const struct net_peer *peer = &p->client.peer;
    struct span got = span_of(peer->got, peer->got_len);
    size_t at = span_find_span(got, SPAN("\r\n\r\n"));

    return at < got.len ? got.ptr + at + 4 : NULL;
}

static size_t chunk_len(struct span *rest)
{
    size_t line = span_find_span(*rest, SPAN("\r\n"));
    char text[16];

    if (!rest->ptr || line == rest->len || line >= sizeof text)
        return SIZE_MAX;
    memcpy(text, rest->ptr, line);
    text[line] = '\0';
    *rest = span_slice(*rest, line + 2, rest->len);
    return strtoul(text, NULL, 16);
}

void feed_page_look(struct feed_page *p)
{
    const struct net_peer *peer = &p->client.peer;
    const char *begin = head_end(p);
    size_t used = 0;

    p->text[0] = '\0';
    if (!begin)
        return;
    struct span rest =
        span_of(begin, (size_t)((const char *)peer->got + peer->got_len - begin));
    for (;;) {
        size_t len = chunk_len(&rest);
        if (len == SIZE_MAX || len + 2 > rest.len || !rest.ptr)
            return;
        CHECK(len < sizeof p->text - used);
        memcpy(p->text + used, rest.ptr, len);
        used += len;
        p->text[used] = '\0';
        rest = span_slice(rest, len + 2, rest.len);
    }
}

/* --- life --- */

unsigned feed_page_open(struct feed_page *p, const char *query, const char *last_id)
{
    struct loop *l = inspector_rig.journal.loop;
    char text[1000];
    unsigned status = 0;

    loopback_sit(&p->client, l, loopback_tcp(l, inspector_port(inspector_rig.inspector)),
                 false);
    (void)snprintf(text, sizeof text,
                   "GET /api/stream%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"
                   "%s%s%s\r\n",
                   query, inspector_rig_authority(), inspector_rig_key(),
                   last_id ? "Last-Event-ID: " : "", last_id ? last_id : "",
                   last_id ? "\r\n" : "");
    net_peer_say(&p->client.peer, text);
    while (!head_end(p) && !p->client.peer.ended)
        inspector_rig_turn();
    if (head_end(p))
        (void)sscanf((const char *)p->client.peer.got, "HTTP/1.1 %u", &status);
    return status;
}

void feed_page_close(struct feed_page *p)
{
    loopback_leave(&p->client);
}

/* --- hearing --- */

unsigned feed_page_count(struct feed_page *p, const char *text)
{
    unsigned count = 0;

    feed_page_look(p);
    for (const char *at = p->text; (at = strstr(at, text)) != NULL; at++)
        count++;
    return count;
}

/* Time passes so that everything that waits for it comes; a turn does not wait for nothing. */
void feed_page_wait(struct feed_page *p, const char *text, unsigned times)
{
    for (unsigned i = 0; feed_page_count(p, text) < times; i++) {
        CHECK(!p->client.peer.ended && i < 100000);
        if (i % 16 == 15)
            inspector_rig_advance(10);
        loop_turn(inspector_rig.journal.loop, false);
    }
}

const char *feed_page_last_id(struct feed_page *p)
{
    static char id[64];

    feed_page_look(p);
    id[0] = '\0';
    for (const char *at = p->text; (at = strstr(at, "id: ")) != NULL; at++)
        if (at == p->text || at[-1] == '\n')
            (void)snprintf(id, sizeof id, "%.*s", (int)strcspn(at + 4, "\n"), at + 4);
    return id;
}

void feed_page_clear(struct feed_page *p)
{
    const char *begin;

    feed_page_look(p);
    begin = head_end(p);
    CHECK(begin != NULL);
    p->client.peer.got_len = (size_t)(begin - (const char *)p->client.peer.got);
}
