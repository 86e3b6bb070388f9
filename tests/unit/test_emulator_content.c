/* What users sent, in an emulated account. */
#include "unit/check.h"
#include "unit/support/emulator_rig.h"
#include "unit/support/mem_sweep.h"

#include "relay-client/lineapi/emulate/content/content_store.h"

#define ID "500000000000000001"

static unsigned ask(const char *id, const char *what)
{
    char target[128];

    (void)snprintf(target, sizeof target, "/v2/bot/message/%s/content%s", id, what);
    return emulator_rig_get(target);
}

static void give(const char *type)
{
    emulator_rig_message(GIVEN_BY_SIMULATION, "", type, ID);
}

static void check_all(const char *id, unsigned status, const char *message)
{
    static const char *const paths[] = {"", "/preview", "/transcoding"};

    for (size_t i = 0; i < 3; i++) {
        CHECK_EQ(ask(id, paths[i]), status);
        emulator_rig_check_message(status, message);
    }
}

static const uint8_t *bytes(void)
{
    return bytes_peek(&emulator_rig.call.answer);
}

static size_t len(void)
{
    return bytes_len(&emulator_rig.call.answer);
}

/* --- what there is not --- */

static void test_unknown(void)
{
    emulator_rig_open_and_start();
    check_all(ID, 404, "not found");
    check_all("x", 404, "not found");
    check_all(emulator_rig_mint(LINE_MINT_MESSAGE_ID), 404, "not found");
    give("text");
    check_all(ID, 404, "not found");
    give("sticker");
    check_all(ID, 404, "not found");
    emulator_rig_close();
}

static void test_unsent(void)
{
    emulator_rig_open_and_start();
    give("image");
    CHECK_EQ(ask(ID, ""), 200);
    emulator_rig_webhook(GIVEN_BY_LINE,
                         "{\"destination\":\"\",\"events\":[{\"type\":\"unsend\",\"source\":{"
                         "\"type\":\"user\",\"userId\":\"" EMULATOR_RIG_USER
                         "\"},\"unsend\":{\"messageId\":\"" ID "\"}}]}");
    check_all(ID, 410, "The content is gone");
    emulator_rig_close();
}

/* --- made up --- */

static uint32_t crc32_of(const uint8_t *data, size_t size)
{
    uint32_t crc = 0xffffffffu;

    for (size_t i = 0; i < 8 * size; i++) {
        uint32_t bit = ((uint32_t)data[i / 8] >> i % 8 ^ crc) & 1;
        crc = crc >> 1 ^ (bit ? 0xedb88320u : 0);
    }
    return crc ^ 0xffffffffu;
}

static uint32_t u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Every chunk of a PNG is whole; returns how many. */
static unsigned check_png(void)
{
    unsigned chunks = 0;
    size_t at = 8;

    CHECK_STR(emulator_rig.call.content_type, "image/png");
    CHECK_MEM(bytes(), "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    while (at < len()) {
        uint32_t size = u32(bytes() + at);
        CHECK(len() - at >= 12 + size);
        CHECK_EQ(u32(bytes() + at + 8 + size), crc32_of(bytes() + at + 4, size + 4));
        at += 12 + size;
        chunks++;
    }
    CHECK_MEM(bytes() + len() - 8, "IEND", 4);
    return chunks;
}

static void test_picture(void)
{
    uint8_t first[4];

    emulator_rig_open_and_start();
    give("image");
    CHECK_EQ(ask(ID, ""), 200);
    CHECK_EQ(check_png(), 4);
    memcpy(first, bytes() + 41, 3);
    CHECK_EQ(ask(ID, "/preview"), 200);
    CHECK_EQ(check_png(), 4);
    CHECK_MEM(first, bytes() + 41, 3);
    emulator_rig_message(GIVEN_BY_LINE, "", "image", "500000000000000002");
    CHECK_EQ(ask("500000000000000002", ""), 200);
    CHECK(memcmp(first, bytes() + 41, 3) != 0); /* its own colour */
    CHECK_EQ(ask(ID, "/transcoding"), 400);
    emulator_rig_check_message(400, "Transcoding status doesn't support this type of content");
    emulator_rig_close();
}

static bool is_container(const uint8_t *type)
{
    static const char *const types[] = {"moov", "trak", "mdia", "minf", "dinf", "stbl"};

    for (size_t i = 0; i < 6; i++)
        if (memcmp(type, types[i], 4) == 0)
            return true;
    return false;
}

/* Boxes fill what holds them; returns how many there are, inside each other too. */
static unsigned check_boxes(const uint8_t *at, size_t size)
{
    unsigned boxes = 0;

    while (size > 0) {
        CHECK(size >= 8 && u32(at) >= 8 && u32(at) <= size);
        boxes += 1 + (is_container(at + 4) ? check_boxes(at + 8, u32(at) - 8) : 0);
        size -= u32(at);
        at += u32(at);
    }
    return boxes;
}

static void check_film(const char *type)
{
    CHECK_EQ(ask(ID, "/transcoding"), 200);
    CHECK_STR(emulator_rig.body, "{\"status\":\"processing\"}");
    CHECK_EQ(ask(ID, ""), 202);
    CHECK(emulator_rig.call.is_empty);
    emulator_rig_advance(1000);
    CHECK_EQ(ask(ID, "/transcoding"), 200);
    CHECK_STR(emulator_rig.body, "{\"status\":\"succeeded\"}");
    CHECK_EQ(ask(ID, ""), 200);
    CHECK_STR(emulator_rig.call.content_type, type);
    CHECK_MEM(bytes() + 4, "ftyp", 4);
    CHECK_EQ(check_boxes(bytes(), len()), 19);
}

static void test_video(void)
{
    emulator_rig_open_and_start();
    give("video");
    CHECK_EQ(ask(ID, "/preview"), 200);
    CHECK_EQ(check_png(), 4);
    check_film("video/mp4");
    emulator_rig_close();
}

static void test_audio(void)
{
    emulator_rig_open_and_start();
    give("audio");
    check_film("audio/x-m4a");
    CHECK_EQ(ask(ID, "/preview"), 400);
    emulator_rig_check_message(400, "The content can not be previewed");
    emulator_rig_close();
}

static void test_file(void)
{
    emulator_rig_open_and_start();
    give("file");
    CHECK_EQ(ask(ID, ""), 200);
    CHECK_STR(emulator_rig.call.content_type, "application/octet-stream");
    CHECK(len() > 0);
    CHECK_EQ(ask(ID, "/preview"), 400);
    CHECK_EQ(ask(ID, "/transcoding"), 400);
    emulator_rig_close();
}

/* --- put there --- */

static enum err put(const char *id, const char *type, struct span content, uint64_t ready_ms)
{
    const struct emulator_content c = {.message_id = span_text(id),
                                       .type = span_text(type),
                                       .bytes = content,
                                       .ready_ms = ready_ms};

    return emulator_put_content(emulator_rig.emulator, &c);
}

static void check_is(const char *type, const char *text)
{
    CHECK_STR(emulator_rig.call.content_type, type);
    CHECK_EQ(len(), strlen(text));
    CHECK_MEM(bytes(), text, len());
}

static void test_put(void)
{
    emulator_rig_open_and_start();
    give("video");
    CHECK_EQ(put(ID, "video/quicktime", SPAN("film"), EMULATOR_RIG_MS + 5000), OK);
    emulator_rig_advance(4999);
    CHECK_EQ(ask(ID, ""), 202);
    CHECK_EQ(ask(ID, "/transcoding"), 200);
    CHECK_STR(emulator_rig.body, "{\"status\":\"processing\"}");
    emulator_rig_advance(1);
    CHECK_EQ(ask(ID, ""), 200);
    check_is("video/quicktime", "film");
    CHECK_EQ(ask(ID, "/preview"), 200);
    CHECK_EQ(check_png(), 4);
    CHECK_EQ(put(ID, "image/gif", SPAN("gif"), 0), OK); /* instead */
    CHECK_EQ(ask(ID, "/preview"), 200);
    check_is("image/gif", "gif");
    CHECK_EQ(put("7", "text/plain", SPAN(""), 0), OK); /* of no event */
    CHECK_EQ(ask("7", ""), 200);
    CHECK_EQ(len(), 0);
    emulator_rig_close();
}

static void test_put_too_much(void)
{
    char id[64], type[96];
    char *large;

    emulator_rig_open_and_start();
    large = mem_alloc(EMULATOR_CONTENT_MAX + 1);
    memset(id, '1', sizeof id);
    memset(type, 'x', sizeof type);
    CHECK_EQ(put(ID, "image/png", span_of(large, EMULATOR_CONTENT_MAX), 0), OK);
    CHECK_EQ(put(ID, "image/png", span_of(large, EMULATOR_CONTENT_MAX + 1), 0), ERR_LIMIT);
    id[CONTENT_ID_SIZE - 1] = '\0';
    CHECK_EQ(put(id, "image/png", SPAN("x"), 0), OK);
    id[CONTENT_ID_SIZE - 1] = '1';
    id[CONTENT_ID_SIZE] = '\0';
    CHECK_EQ(put(id, "image/png", SPAN("x"), 0), ERR_LIMIT);
    type[CONTENT_TYPE_SIZE - 1] = '\0';
    CHECK_EQ(put(ID, type, SPAN("x"), 0), OK);
    type[CONTENT_TYPE_SIZE - 1] = 'x';
    type[CONTENT_TYPE_SIZE] = '\0';
    CHECK_EQ(put(ID, type, SPAN("x"), 0), ERR_LIMIT);
    mem_free(large);
    emulator_rig_close();
}

static enum err store(struct content_store *s, unsigned id, struct span text)
{
    struct content c = {.bytes = text, .type = "a/b"};

    (void)snprintf(c.message_id, sizeof c.message_id, "%u", id);
    return content_store_put(s, &c);
}

static void test_oldest_go(void)
{
    struct content_store *s;
    unsigned long live = mem_live();

    CHECK_EQ(content_store_new(10, &s), OK);
    CHECK_EQ(store(s, 1, SPAN("12345")), OK);
    CHECK_EQ(store(s, 2, SPAN("67890")), OK);
    CHECK(content_store_find(s, SPAN("1")) != NULL);
    CHECK_EQ(store(s, 3, SPAN("a")), OK);
    CHECK(!content_store_find(s, SPAN("1")));
    CHECK(content_store_find(s, SPAN("2")) != NULL);
    CHECK_EQ(store(s, 2, SPAN("123456789")), OK); /* its own old bytes do not count */
    CHECK(content_store_find(s, SPAN("3")) != NULL);
    CHECK_EQ(store(s, 4, SPAN("12345678901")), ERR_LIMIT);
    mem_fail_at(1);
    CHECK_EQ(store(s, 4, SPAN("1")), ERR_NOMEM);
    mem_fail_at(0);
    for (unsigned i = 0; i <= CONTENT_STORE_MAX; i++) {
        CHECK_EQ(store(s, 100 + i, SPAN("")), OK);
        CHECK_EQ(content_store_find(s, SPAN("100")) != NULL, i < CONTENT_STORE_MAX);
    }
    content_store_free(s);
    content_store_free(NULL);
    CHECK_EQ(mem_live(), live);
}

/* --- memory --- */

static void test_memory(void)
{
    static const char *const types[] = {"image", "video", "audio", "file"};

    for (size_t i = 0; i < 4; i++) {
        emulator_rig_open_and_start();
        give(types[i]);
        emulator_rig_advance(1000);
        for (unsigned long n = 1;; n++) {
            mem_fail_at(n);
            unsigned status = ask(ID, "");
            bool is_over = mem_sweep_is_over(n);
            CHECK(status == 200 || status == 500);
            if (is_over)
                break;
        }
        emulator_rig_close();
    }
}

CHECK_MAIN(TEST(test_unknown), TEST(test_unsent), TEST(test_picture), TEST(test_video),
           TEST(test_audio), TEST(test_file), TEST(test_put), TEST(test_put_too_much),
           TEST(test_oldest_go), TEST(test_memory))
