/* A hostile server (an agent, as the relay sees it) against our HTTP/2 client, which
 * has three requests under way: one complete, one with a body, one still sending.  The
 * first byte chooses how the rest is cut; with its highest bit SETTINGS have come. */
#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/h2_end.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct h2_end client;

static void ask(size_t body, bool end)
{
    static const uint8_t filler[100000];
    struct http_head head;
    int32_t stream;

    h2_end_request(&head, "/callback");
    CHECK_EQ(h2_codec_request(client.codec, &head, body == 0 && end, &client, &stream), OK);
    if (body > 0)
        CHECK_EQ(h2_codec_send_body(client.codec, stream, filler, body), OK);
    if (body > 0 && end)
        CHECK_EQ(h2_codec_send_end(client.codec, stream), OK);
}

static void play(const uint8_t *data, size_t size, size_t chunk)
{
    uint64_t now_ms = 0;
    enum err e = h2_end_produce(&client);

    while (size > 0 && e == OK) {
        size_t len = size < chunk ? size : chunk;

        h2_codec_set_now(client.codec, now_ms += 700);
        e = h2_codec_feed(client.codec, data, len);
        if (data[0] % 16 == 1)
            h2_codec_reset(client.codec, 3, ERR_CANCELLED);
        h2_codec_tick(client.codec);
        enum err produced = h2_end_produce(&client);
        e = e ? e : produced;
        bytes_clear(&client.wire);
        bytes_clear(&client.log);
        data += len;
        size -= len;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t chunks[] = {1, 40, 700, 16384};
    static const uint8_t settings[9] = {0, 0, 0, 4};
    struct h2_options options = h2_end_options(H2_CLIENT);

    options.takes_turns = true; /* as a link does */
    if (size == 0)
        return 0;
    CHECK_EQ(h2_end_open(&client, &options), OK);
    client.keeps = data[0] & 8;
    ask(0, true);
    ask(3, true);
    ask(100000, false);
    if (data[0] & 128)
        CHECK_EQ(h2_codec_feed(client.codec, settings, sizeof settings), OK);
    play(data + 1, size - 1, chunks[data[0] >> 4 & 3]);
    h2_end_close(&client);
    CHECK_EQ(mem_live(), 0);
    return 0;
}
