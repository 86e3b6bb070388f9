/* No request has a say in where it goes (threats A15). */
#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/forward_rig.h"

static struct forward_rig rig;

/* --- where it goes (threats A15) --- */

/* xorshift; the same targets every time. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static struct span random_target(uint64_t *state, unsigned bait, char text[static 128])
{
    static const char *const pieces[] = {
        "http://", "https:", "//", "/",    "@", "127.0.0.1",    ":",     "\\",      "?",  "#",
        "..",      "%2f",    " ",  "\r\n", "*", "evil.example", "[::1]", "Host: x", "\t", "a"};
    size_t count = 1 + next_random(state) % 8;
    size_t len = 0;

    if (next_random(state) % 2)
        text[len++] = '/';
    for (size_t i = 0; i < count; i++) {
        size_t which = next_random(state) % (sizeof pieces / sizeof pieces[0] + 2);

        if (which < sizeof pieces / sizeof pieces[0])
            len += (size_t)snprintf(text + len, 128 - len, "%s", pieces[which]);
        else if (which % 2)
            len += (size_t)snprintf(text + len, 128 - len, "127.0.0.1:%u", bait);
        else
            text[len++] = (char)next_random(state);
    }
    return span_of(text, len);
}

static void try_target(struct span target, bool webhook)
{
    struct handler_call c;
    struct http_head head;
    struct handler_request request = {.head = &head, .end = true, .webhook = webhook};
    int before = rig.bot.requests;

    handler_call_init(&c, &rig.handler);
    http_head_init_request(&head, SPAN("GET"), target);
    head.authority = SPAN("evil.example");
    enum err rc = handler_call_start(&c, &request);
    if (rc == OK) {
        handler_call_wait(&c);
        CHECK_EQ(c.status, 200);
        CHECK_EQ(rig.bot.requests, before + 1);
        CHECK(strncmp(rig.bot.connections[0].head, "GET /", 5) == 0);
        CHECK(strstr(rig.bot.connections[0].head, "\nhost: evil.example\n"));
    } else {
        CHECK_EQ(rc, ERR_SYNTAX);
        CHECK_EQ(rig.bot.requests, before);
    }
    handler_call_fini(&c);
}

static void test_only_to_the_configured_address(void)
{
    static struct handler_bot bait;
    uint64_t state = 88172645463325252u;
    char text[128];

    forward_rig_open(&rig, HANDLER_BOT_ECHO, 0);
    bait = (struct handler_bot){.manner = HANDLER_BOT_ECHO};
    handler_bot_open(&bait, rig.handler.loop);
    for (int i = 0; i < 3000; i++)
        try_target(random_target(&state, bait.port, text), i % 2);
    CHECK(rig.bot.requests > 300);
    CHECK_EQ(rig.bot.accepted, 1);
    CHECK_EQ(bait.accepted, 0);
    handler_bot_close(&bait);
    forward_rig_close(&rig);
}

CHECK_MAIN(TEST(test_only_to_the_configured_address))
