#include "unit/support/control_client.h"

#include "codec/json/json.h"
#include "unit/check.h"

static size_t heard; /* bytes of the client that were looked at */

void control_client_init(void)
{
    heard = 0;
}

/* What came since the last time, as text. */
static const char *answer(void)
{
    static char text[8192];
    struct net_peer *c = &agent_world.client;
    size_t len = c->got_len - heard;

    CHECK(len < sizeof text);
    memcpy(text, c->got + heard, len);
    text[len] = '\0';
    heard = c->got_len;
    return text;
}

static bool is_whole(void)
{
    struct net_peer *c = &agent_world.client;
    struct span all = span_slice(span_of(c->got, c->got_len), heard, c->got_len);
    size_t head = span_find_span(all, SPAN("\r\n\r\n"));
    size_t at = span_find_span(all, SPAN("ontent-Length: "));
    uint64_t len = 0;

    if (head >= all.len || at >= head)
        return false;
    struct span number = span_slice(all, at + 15, all.len);
    CHECK(span_parse_u64(span_slice(number, 0, span_find(number, '\r')), &len));
    return all.len >= head + 4 + len;
}

const char *control_client_ask(const char *text)
{
    if (!agent_world.client.stream)
        agent_world_connect();
    net_peer_say(&agent_world.client, text);
    while (!is_whole())
        loop_turn(agent_world.loop, true);
    agent_world_settle();
    return answer();
}

const char *control_client_post(const char *path, const char *body)
{
    static char text[8192];

    (void)snprintf(text, sizeof text,
                   "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n\r\n%s", path,
                   strlen(body), body);
    return control_client_ask(text);
}

void control_client_check_status(unsigned status, const char *got)
{
    char line[32];

    (void)snprintf(line, sizeof line, "HTTP/1.1 %u ", status);
    if (strncmp(got, line, strlen(line)) != 0)
        (void)fprintf(stderr, "%s\n", got);
    CHECK(strncmp(got, line, strlen(line)) == 0);
    CHECK(status == 200 || strstr(got, "application/problem+json"));
}

const char *control_client_body(const char *got)
{
    control_client_check_status(200, got);
    CHECK(strstr(got, "application/json"));
    return strstr(got, "\r\n\r\n") + 4;
}

void control_client_check_count(const char *got, uint64_t want)
{
    struct json_doc doc;
    uint64_t count;

    CHECK_EQ(json_parse(&doc, span_text(control_client_body(got)), 4096), OK);
    CHECK(json_u64(json_member(json_root(&doc), "count"), &count));
    CHECK_EQ(count, want);
    json_fini(&doc);
}
