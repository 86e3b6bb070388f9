/* Users, groups and rooms of an emulated account. */
#include "unit/check.h"
#include "unit/support/emulator_rig.h"
#include "unit/support/mem_sweep.h"

#include "base/text.h"
#include "relay-client/lineapi/emulate/people/people_names.h"
#include "relay-client/lineapi/emulate/people/people_store.h"

#define GROUP "/v2/bot/group/" EMULATOR_RIG_GROUP
#define ROOM  "/v2/bot/room/" EMULATOR_RIG_ROOM

static unsigned profile(const char *user)
{
    char target[128];

    (void)snprintf(target, sizeof target, "/v2/bot/profile/%s", user);
    return emulator_rig_get(target);
}

/* --- profiles --- */

static void test_profile(void)
{
    char name[128];

    emulator_rig_open_and_start();
    CHECK_EQ(profile(EMULATOR_RIG_USER), 404);
    emulator_rig_check_message(404, "Not found");
    emulator_rig_message(GIVEN_BY_LINE, "", "text", "1");
    CHECK_EQ(profile(EMULATOR_RIG_USER), 200);
    emulator_name(emulator_rig.emulator, SPAN(EMULATOR_RIG_USER), name, sizeof name);
    CHECK(strlen(name) > 0);
    CHECK_STR(emulator_rig_text("displayName"), name);
    CHECK_STR(emulator_rig_text("userId"), EMULATOR_RIG_USER);
    CHECK_STR(emulator_rig_text("language"), people_names_language(SPAN(EMULATOR_RIG_USER)));
    CHECK_STR(emulator_rig_text("pictureUrl"), "");
    CHECK_EQ(profile(emulator_rig_mint(LINE_MINT_USER)), 200); /* known by itself */
    emulator_rig_close();
}

static void test_profile_of_bad_id(void)
{
    static const char *const bad[] = {
        "x", EMULATOR_RIG_GROUP, "U1111111111111111111111111111111",
        "U111111111111111111111111111111111", "U1111111111111111111111111111111x"};

    emulator_rig_open_and_start();
    for (size_t i = 0; i < 5; i++) {
        CHECK_EQ(profile(bad[i]), 400);
        emulator_rig_check_message(400, "The value for the 'userId' parameter is invalid");
    }
    emulator_rig_close();
}

static void test_blocked(void)
{
    emulator_rig_open_and_start();
    emulator_rig_message(GIVEN_BY_LINE, "", "text", "1");
    emulator_rig_webhook(GIVEN_BY_SIMULATION,
                         "{\"destination\":\"\",\"events\":[{\"type\":\"unfollow\",\"source\":{"
                         "\"type\":\"user\",\"userId\":\"" EMULATOR_RIG_USER "\"}}]}");
    CHECK_EQ(profile(EMULATOR_RIG_USER), 404);
    CHECK_EQ(emulator_rig_get("/v2/bot/followers/ids"), 200);
    CHECK_STR(emulator_rig.body, "{\"userIds\":[]}");
    emulator_rig_message(GIVEN_BY_LINE, "", "text", "2");
    CHECK_EQ(profile(EMULATOR_RIG_USER), 200);
    emulator_rig_close();
}

static void put(struct span id, struct span name)
{
    const struct emulator_person p = {.id = id,
                                      .name = name,
                                      .language = SPAN("ja"),
                                      .picture_url = SPAN("https://example.com/p.png"),
                                      .status_message = SPAN("hello")};

    CHECK_EQ(emulator_put_person(emulator_rig.emulator, &p), OK);
}

static void test_put_person(void)
{
    const struct emulator_person bad = {.id = SPAN("Alice")};
    const struct emulator_person nameless = {.id = SPAN(EMULATOR_RIG_USER)};

    emulator_rig_open_and_start();
    CHECK_EQ(emulator_put_person(emulator_rig.emulator, &bad), ERR_SYNTAX);
    CHECK_EQ(emulator_put_person(emulator_rig.emulator, &nameless), OK);
    CHECK_EQ(profile(EMULATOR_RIG_USER), 200);
    CHECK(*emulator_rig_text("displayName") != '\0');
    put(SPAN(EMULATOR_RIG_USER), SPAN("Alice"));
    put(SPAN(EMULATOR_RIG_GROUP), SPAN("Friends"));
    CHECK_EQ(profile(EMULATOR_RIG_USER), 200);
    CHECK_STR(emulator_rig.body,
              "{\"displayName\":\"Alice\",\"userId\":\"" EMULATOR_RIG_USER "\",\"pictureUrl\":"
              "\"https://example.com/p.png\",\"statusMessage\":\"hello\",\"language\":\"ja\"}");
    CHECK_EQ(emulator_rig_get(GROUP "/member/" EMULATOR_RIG_USER), 200);
    CHECK_STR(emulator_rig.body,
              "{\"displayName\":\"Alice\",\"userId\":\"" EMULATOR_RIG_USER "\",\"pictureUrl\":"
              "\"https://example.com/p.png\"}");
    emulator_rig_close();
}

static void test_long_name(void)
{
    char name[PEOPLE_TEXT_MAX + 8], out[PEOPLE_TEXT_MAX + 8], little[4];

    emulator_rig_open_and_start();
    for (size_t i = 0; i + 3 < sizeof name; i += 3)
        memcpy(name + i, "あ", 3);
    put(SPAN(EMULATOR_RIG_USER), span_of(name, sizeof name / 3 * 3));
    emulator_name(emulator_rig.emulator, SPAN(EMULATOR_RIG_USER), out, sizeof out);
    CHECK_EQ(strlen(out), PEOPLE_TEXT_MAX / 3 * 3);
    emulator_name(emulator_rig.emulator, SPAN(EMULATOR_RIG_USER), little, 3);
    CHECK_STR(little, "");
    emulator_name(emulator_rig.emulator, SPAN(EMULATOR_RIG_USER), little, 4);
    CHECK_STR(little, "あ");
    emulator_rig_close();
}

/* Stable, UTF-8, and not all of one language. */
static void test_names(void)
{
    char id[40], name[PEOPLE_NAMES_SIZE], again[PEOPLE_NAMES_SIZE];
    unsigned languages[3] = {0};

    for (unsigned i = 0; i < 3000; i++) {
        (void)snprintf(id, sizeof id, "%c%032u", "UCR"[i % 3], i);
        people_names_make(span_text(id), name);
        people_names_make(span_text(id), again);
        CHECK_STR(name, again);
        CHECK(text_is_utf8(span_text(name)) && strlen(name) > 1);
        const char *language = people_names_language(span_text(id));
        languages[strcmp(language, "ja") == 0 ? 0 : strcmp(language, "en") == 0 ? 1 : 2]++;
    }
    CHECK(languages[0] > 500 && languages[1] > 500 && languages[2] > 500);
}

/* --- groups and rooms --- */

static void test_group(void)
{
    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_get(GROUP "/summary"), 404);
    emulator_rig_check_message(404, "Not found");
    emulator_rig_group_event("join", "");
    CHECK_EQ(emulator_rig_get(GROUP "/summary"), 200);
    CHECK_STR(emulator_rig_text("groupId"), EMULATOR_RIG_GROUP);
    CHECK(*emulator_rig_text("groupName") != '\0');
    CHECK_EQ(emulator_rig_get(GROUP "/members/count"), 200);
    CHECK_STR(emulator_rig.body, "{\"count\":3}"); /* of whom nothing was heard */
    CHECK_EQ(emulator_rig_get(GROUP "/members/ids"), 200);
    CHECK_EQ(profile(emulator_rig_text("memberIds[2]")), 200);
    emulator_rig_group_event("message", EMULATOR_RIG_USER);
    CHECK_EQ(emulator_rig_get(GROUP "/members/ids"), 200);
    CHECK_STR(emulator_rig.body, "{\"memberIds\":[\"" EMULATOR_RIG_USER "\"]}");
    CHECK_EQ(emulator_rig_get(GROUP "/member/" EMULATOR_RIG_USER), 200);
    CHECK_EQ(emulator_rig_get(GROUP "/member/U99999999999999999999999999999999"), 404);
    CHECK_EQ(emulator_rig_get(GROUP "/member/bob"), 400);
    emulator_rig_check_message(400, "The value for the 'userId' parameter is invalid");
    emulator_rig_close();
}

static void check_left(const char *base, bool has_summary)
{
    static const char *const paths[] = {"/members/count", "/members/ids",
                                        ("/member/" EMULATOR_RIG_USER), "/summary"};
    char target[128];

    for (size_t i = 0; i < (has_summary ? 4 : 3); i++) {
        (void)snprintf(target, sizeof target, "%s%s", base, paths[i]);
        CHECK_EQ(emulator_rig_get(target), 404);
        emulator_rig_check_message(404, "Not found");
    }
    (void)snprintf(target, sizeof target, "%s/leave", base);
    CHECK_EQ(emulator_rig_post(target, NULL), 404);
}

static void test_leave(void)
{
    emulator_rig_open_and_start();
    check_left(GROUP, true);
    emulator_rig_group_event("join", "");
    CHECK_EQ(emulator_rig_post(GROUP "/leave", NULL), 200);
    CHECK_STR(emulator_rig.body, "{}");
    check_left(GROUP, true);
    emulator_rig_advance(1);
    emulator_rig_group_event("join", ""); /* invited again */
    CHECK_EQ(emulator_rig_get(GROUP "/summary"), 200);
    emulator_rig_advance(1);
    emulator_rig_group_event("leave", ""); /* made to leave */
    check_left(GROUP, true);
    emulator_rig_close();
}

static void test_room(void)
{
    emulator_rig_open_and_start();
    check_left(ROOM, false);
    put(SPAN(EMULATOR_RIG_ROOM), SPAN(""));
    emulator_rig_message(GIVEN_BY_LINE, "", "text", "1");
    CHECK_EQ(emulator_rig_get(ROOM "/members/count"), 200);
    CHECK_EQ(emulator_rig_get(ROOM "/members/ids"), 200);
    CHECK_EQ(emulator_rig_get(ROOM "/member/" EMULATOR_RIG_USER), 200);
    CHECK_EQ(emulator_rig_post(ROOM "/leave", NULL), 200);
    check_left(ROOM, false);
    emulator_rig_close();
}

static void test_bad_chats(void)
{
    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_get("/v2/bot/group/" EMULATOR_RIG_ROOM "/summary"), 400);
    emulator_rig_check_message(400, "The value for the 'groupId' parameter is invalid");
    CHECK_EQ(emulator_rig_get("/v2/bot/group/x/members/count"), 400);
    CHECK_EQ(emulator_rig_get("/v2/bot/room/" EMULATOR_RIG_GROUP "/members/ids"), 400);
    emulator_rig_check_message(400, "The value for the 'roomId' parameter is invalid");
    CHECK_EQ(emulator_rig_post("/v2/bot/room/x/leave", NULL), 400);
    emulator_rig_close();
}

/* --- lists --- */

static void give_users(unsigned len)
{
    char id[40];

    for (unsigned i = 0; i < len; i++) {
        (void)snprintf(id, sizeof id, "U%032u", len - i);
        emulator_rig_group_event("message", id);
    }
}

/* How many are in this page; `next` is for the one behind it. */
static unsigned count_page(const char *base, const char *list, char next[static 64])
{
    char target[256], path[64];
    unsigned len = 0;

    (void)snprintf(target, sizeof target, "%s%s%s", base, *next ? "start=" : "", next);
    CHECK_EQ(emulator_rig_get(target), 200);
    do
        (void)snprintf(path, sizeof path, "%s[%u]", list, len);
    while (*emulator_rig_text(path) && ++len);
    (void)snprintf(next, 64, "%s", emulator_rig_text("next"));
    return len;
}

static void test_followers(void)
{
    char next[64] = "";

    emulator_rig_open_and_start();
    give_users(650);
    CHECK_EQ(count_page("/v2/bot/followers/ids?", "userIds", next), 300);
    CHECK_STR(emulator_rig_text("userIds[0]"), "U00000000000000000000000000000001");
    CHECK_EQ(count_page("/v2/bot/followers/ids?", "userIds", next), 300);
    CHECK_STR(emulator_rig_text("userIds[0]"), "U00000000000000000000000000000301");
    CHECK_EQ(count_page("/v2/bot/followers/ids?", "userIds", next), 50);
    CHECK_STR(next, "");
    CHECK_EQ(count_page("/v2/bot/followers/ids?limit=1&", "userIds", next), 1);
    CHECK_EQ(count_page("/v2/bot/followers/ids?limit=649&", "userIds", next), 649);
    CHECK_STR(next, "");
    CHECK_EQ(count_page("/v2/bot/followers/ids?limit=1000", "userIds", next), 650);
    CHECK_EQ(count_page(GROUP "/members/ids?", "memberIds", next), 100);
    CHECK(*next != '\0');
    CHECK_EQ(count_page(GROUP "/members/ids?", "memberIds", next), 100);
    emulator_rig_close();
}

static void test_bad_pages(void)
{
    static const char *const starts[] = {
        "", "x", "1", "1-", "1-00000000", "01-050c5d1f", "99999999999999999999999999999999999"};
    char target[128];

    emulator_rig_open_and_start();
    for (size_t i = 0; i < 7; i++) {
        (void)snprintf(target, sizeof target, "/v2/bot/followers/ids?start=%s", starts[i]);
        CHECK_EQ(emulator_rig_get(target), 400);
        emulator_rig_check_message(400, "Invalid start param");
    }
    CHECK_EQ(emulator_rig_get("/v2/bot/followers/ids?limit=0"), 400);
    emulator_rig_check_message(400, "The value for the 'limit' parameter is invalid");
    CHECK_EQ(emulator_rig_get("/v2/bot/followers/ids?limit=1001"), 400);
    CHECK_EQ(emulator_rig_get("/v2/bot/followers/ids?limit=ten"), 400);
    emulator_rig_close();
}

/* --- memory, and how much is kept --- */

static void test_store(void)
{
    struct people_store *s;
    struct person p = {.name = "x"};
    unsigned long live = mem_live();

    CHECK_EQ(people_store_new(&s), OK);
    for (unsigned i = 0; i <= PEOPLE_MAX; i++) {
        (void)snprintf(p.id, sizeof p.id, "U%032u", i);
        CHECK_EQ(people_store_put(s, &p), OK);
        CHECK_EQ(people_store_put(s, &p), OK); /* once more is no other one */
        CHECK_STR(people_store_find(s, span_text(p.id))->name, "x");
        if (i + 1 == PEOPLE_MAX)
            CHECK(people_store_find(s, SPAN("U00000000000000000000000000000000")) != NULL);
    }
    CHECK(!people_store_find(s, SPAN("U00000000000000000000000000000000")));
    CHECK_STR(people_store_at(s, 0)->id, "U00000000000000000000000000000001");
    CHECK(people_store_at(s, PEOPLE_MAX - 1) != NULL);
    CHECK(!people_store_at(s, PEOPLE_MAX));
    for (unsigned i = 0; i <= PEOPLE_LEFT_MAX; i++) {
        (void)snprintf(p.id, sizeof p.id, "C%032u", i);
        people_store_leave(s, span_text(p.id), 5);
    }
    CHECK_EQ(people_store_left_ms(s, SPAN("C00000000000000000000000000000000")), 0);
    CHECK_EQ(people_store_left_ms(s, SPAN("C00000000000000000000000000000001")), 5);
    people_store_free(s);
    people_store_free(NULL);
    CHECK_EQ(mem_live(), live);
}

static void sweep(const char *target)
{
    emulator_rig_open_and_start();
    give_users(100);
    for (unsigned long n = 1;; n++) {
        mem_fail_at(n);
        unsigned status = emulator_rig_get(target);
        bool is_over = mem_sweep_is_over(n);
        CHECK(status == 200 || status == 500);
        if (is_over)
            break;
    }
    emulator_rig_close();
}

static void test_memory(void)
{
    sweep("/v2/bot/followers/ids");
    sweep(GROUP "/members/ids");
    sweep(GROUP "/members/count");
    sweep(GROUP "/summary");
    sweep("/v2/bot/profile/U00000000000000000000000000000007");
}

static void test_memory_of_put(void)
{
    const struct emulator_person p = {.id = SPAN(EMULATOR_RIG_USER), .name = SPAN("A")};

    emulator_rig_open_and_start();
    mem_fail_at(1);
    CHECK_EQ(emulator_put_person(emulator_rig.emulator, &p), ERR_NOMEM);
    mem_fail_at(0);
    CHECK_EQ(profile(EMULATOR_RIG_USER), 404);
    emulator_rig_close();
}

CHECK_MAIN(TEST(test_profile), TEST(test_profile_of_bad_id), TEST(test_blocked),
           TEST(test_put_person), TEST(test_long_name), TEST(test_names), TEST(test_group),
           TEST(test_leave), TEST(test_room), TEST(test_bad_chats), TEST(test_followers),
           TEST(test_bad_pages), TEST(test_store), TEST(test_memory), TEST(test_memory_of_put))
