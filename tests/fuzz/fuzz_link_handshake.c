/* What comes in as the beginning of a link, on either side: the relay reads a hello,
 * the agent a welcome.  What passes must obey the rules, and be written again and
 * read again as the same. */
#include "base/mem.h"
#include "codec/h1/h1_codec.h"
#include "link/link_handshake.h"
#include "unit/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_hello(const struct http_head *head)
{
    struct link_hello hello, again;
    enum link_refusal refusal = LINK_REFUSE_SHUTDOWN;
    struct http_head written;
    char scratch[160];

    (void)link_hello_is(head);
    if (link_hello_parse(head, &hello, &refusal) != OK) {
        CHECK(link_refusal_problem(refusal).status >= 400);
        return;
    }
    CHECK(link_hello_is(head));
    CHECK(hello.token.len > 0 && hello.token.len <= LINK_TOKEN_MAX);
    CHECK(link_tunnel_name_is_valid(hello.tunnel));
    CHECK_EQ(link_hello_format(&written, &hello, SPAN("relay.test"), scratch), OK);
    CHECK_EQ(link_hello_parse(&written, &again, &refusal), OK);
    CHECK(span_is(hello.token, again.token) && span_is(hello.tunnel, again.tunnel));
}

static void check_welcome(const struct http_head *head)
{
    struct link_welcome welcome, again;
    struct http_head written;

    if (link_welcome_parse(head, &welcome) != OK)
        return;
    CHECK(welcome.url.len <= LINK_URL_MAX);
    CHECK_EQ(link_welcome_format(&written, &welcome), OK);
    CHECK_EQ(link_welcome_parse(&written, &again), OK);
    CHECK(span_is(welcome.url, again.url) && span_is(welcome.session, again.session));
}

static void on_head(void *owner, const struct http_head *head, bool end)
{
    const struct h1_codec *codec = owner;

    (void)end;
    if (codec->role == H1_SERVER)
        check_hello(head);
    else
        check_welcome(head);
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    (void)owner, (void)data, (void)len;
}

static void on_complete(void *owner)
{
    (void)owner;
}

static void read_as(enum h1_role role, const uint8_t *data, size_t size)
{
    static const struct h1_events events = {
        .on_head = on_head, .on_body = on_body, .on_complete = on_complete};
    struct h1_codec codec;
    enum err e = OK;

    h1_codec_init(&codec, role, &events, &codec);
    for (size_t used = 1; size > 0 && used > 0 && e == OK; data += used, size -= used) {
        used = 0;
        e = h1_codec_feed(&codec, data, size, &used);
    }
    h1_codec_fini(&codec);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_as(H1_SERVER, data, size);
    read_as(H1_CLIENT, data, size);
    CHECK_EQ(mem_live(), 0);
    return 0;
}
