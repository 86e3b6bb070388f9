/* A hostile client against our HTTP/2 server.  The first byte chooses how the server
 * behaves and how the rest is cut; with its highest bit preface and SETTINGS are
 * there already. */
#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/h2_end.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct h2_end server;

static void greet(void)
{
    struct bytes hello;

    bytes_init(&hello, 256);
    h2_raw_hello(&hello);
    CHECK_EQ(h2_codec_feed(server.codec, bytes_peek(&hello), bytes_len(&hello)), OK);
    bytes_fini(&hello);
}

/* What an owner may do at any time. */
static void meddle(uint8_t what)
{
    int32_t stream = 1 + 2 * (what & 3);

    switch (what >> 5) {
    case 0:
        h2_codec_reset(server.codec, stream, ERR_CANCELLED);
        break;
    case 1:
        h2_codec_reset(server.codec, stream, OK);
        break;
    case 2:
        h2_codec_consumed(server.codec, stream, 1000);
        break;
    case 3:
        (void)!h2_codec_announce_shutdown(server.codec);
        break;
    case 4:
        (void)!h2_codec_refuse_streams(server.codec);
        break;
    case 5:
        (void)!h2_codec_ping(server.codec, what);
        break;
    case 6:
        h2_codec_tick(server.codec);
        break;
    default:
        break;
    }
}

static void play(const uint8_t *data, size_t size, size_t chunk)
{
    uint64_t now_ms = 0;
    enum err e = OK;

    while (size > 0 && e == OK) {
        size_t len = size < chunk ? size : chunk;

        h2_codec_set_now(server.codec, now_ms += 700);
        e = h2_codec_feed(server.codec, data, len);
        if (chunk > 1)
            meddle(data[len - 1]);
        enum err produced = h2_end_produce(&server);
        e = e ? e : produced;
        bytes_clear(&server.wire);
        bytes_clear(&server.log);
        data += len;
        size -= len;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t chunks[] = {1, 40, 700, 16384};
    struct h2_options options = h2_end_options(H2_SERVER);

    options.takes_turns = true; /* as a link does */
    if (size == 0)
        return 0;
    CHECK_EQ(h2_end_open(&server, &options), OK);
    server.answer = (size_t)(data[0] & 3) * 30000;
    server.is_silent = data[0] & 4;
    server.keeps = data[0] & 8;
    if (data[0] & 128)
        greet();
    play(data + 1, size - 1, chunks[data[0] >> 4 & 3]);
    h2_end_close(&server);
    CHECK_EQ(mem_live(), 0);
    return 0;
}
