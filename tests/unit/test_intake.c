/* The order of one link's webhooks, and what happens behind one that is missing. */
#include "relay-client/agent/webhook/intake.h"

#include "base/container.h"
#include "link/link_handshake.h"
#include "unit/check.h"

#define PLACES 6

struct member {
    struct intake_place place;
    char name;
    bool fails; /* when its turn comes, at once */
};

static struct intake intake;
static struct member members[PLACES];
static char told[32]; /* "a" recorded, "A" refused */
static size_t told_len;

static void record(struct intake_place *p, bool is_refused)
{
    struct member *m = CONTAINER_OF(p, struct member, place);

    told[told_len++] = (char)(is_refused ? m->name - 'a' + 'A' : m->name);
    if (is_refused)
        intake_leave(p);
    else if (m->fails)
        intake_fail(p);
}

static struct http_head head_with(const char *field)
{
    struct http_head head;

    http_head_init_request(&head, SPAN("POST"), SPAN("/"));
    if (field)
        CHECK_EQ(http_head_add(&head, span_text(field), SPAN("1")), OK);
    return head;
}

static bool enter(struct member *m, const char *field)
{
    struct http_head head = head_with(field);

    m->place.record = record;
    return intake_enter(&intake, &m->place, &head);
}

static void open_with(int count)
{
    memset(members, 0, sizeof members);
    memset(told, 0, sizeof told);
    told_len = 0;
    intake_init(&intake);
    for (int i = 0; i < PLACES; i++)
        members[i].name = (char)('a' + i);
    for (int i = 0; i < count; i++)
        CHECK(enter(&members[i], NULL));
}

static void complete(const char *names)
{
    for (; *names; names++)
        intake_complete(&members[*names - 'a'].place);
}

static void test_in_the_order_of_their_beginning(void)
{
    static const char *const orders[] = {"abc", "acb", "bac", "bca", "cab", "cba"};

    for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
        open_with(3);
        complete(orders[i]);
        CHECK_STR(told, "abc");
        intake_fini(&intake);
    }
}

static void test_first_is_not_held_up(void)
{
    open_with(3);
    complete("a");
    CHECK_STR(told, "a");
    complete("c");
    CHECK_STR(told, "a");
    complete("b");
    CHECK_STR(told, "abc");
    intake_fini(&intake);
}

/* 413: it is never sent again. */
static void test_one_leaves_for_good(void)
{
    open_with(3);
    complete("bc");
    intake_leave(&members[0].place);
    CHECK_STR(told, "bc");
    CHECK(!intake.is_broken);
    intake_leave(&members[0].place); /* again: nothing */
    CHECK(enter(&members[3], NULL));
    intake_fini(&intake);
}

static void end_broken(void)
{
    CHECK(!enter(&members[4], NULL));
    CHECK(members[4].place.intake == NULL);
    intake_fini(&intake);
}

static void check_refused_behind(int failing)
{
    for (int i = failing + 1; i < 4; i++)
        CHECK(strchr(told, "ABCD"[i]));
}

/* Whichever fails: nothing behind it is recorded. */
static void test_each_may_break_in_its_body(void)
{
    for (int failing = 0; failing < 4; failing++) {
        open_with(4);
        intake_fail(&members[failing].place);
        for (int i = 0; i < 4; i++)
            if (i != failing)
                intake_complete(&members[i].place);
        CHECK_EQ(strspn(told, "abcd"), 0);
        check_refused_behind(failing);
        end_broken();
    }
}

static void test_each_may_fail_in_its_turn(void)
{
    for (int failing = 0; failing < 4; failing++) {
        open_with(4);
        members[failing].fails = true;
        complete("abcd");
        CHECK_EQ(strspn(told, "abcd"), failing + 1);
        check_refused_behind(failing);
        end_broken();
    }
}

/* By then the others are on their way to the disk too. */
static void test_each_may_fail_at_the_disk(void)
{
    for (int failing = 0; failing < 4; failing++) {
        open_with(4);
        complete("abcd");
        intake_fail(&members[failing].place);
        CHECK_STR(told, "abcd");
        end_broken();
    }
}

static void test_resume(void)
{
    open_with(2);
    intake_fail(&members[0].place);
    complete("b");
    CHECK_STR(told, "B");
    CHECK(!enter(&members[2], NULL));
    CHECK(!enter(&members[2], LINK_FIELD_ATTEMPT));
    CHECK(enter(&members[2], LINK_FIELD_RESUME));
    CHECK(enter(&members[3], NULL));
    complete("dc");
    CHECK_STR(told, "Bcd");
    intake_fini(&intake);
}

/* It could not even enter. */
static void test_broken_from_outside(void)
{
    open_with(2);
    complete("b");
    intake_break(&intake);
    complete("a");
    CHECK_STR(told, "AB");
    intake_fini(&intake);
}

/* The link has gone: whoever is at the disk is on its own. */
static void test_link_ends_first(void)
{
    open_with(2);
    complete("a");
    intake_fini(&intake);
    CHECK(members[0].place.intake == NULL && members[1].place.intake == NULL);
    intake_fail(&members[0].place);
    intake_leave(&members[1].place);
    CHECK_STR(told, "a");
}

static void test_local_ones_have_no_order(void)
{
    open_with(1);
    members[1].place.record = record;
    complete("b");
    CHECK_STR(told, "b");
    intake_fail(&members[1].place);
    CHECK(!intake.is_broken);
    complete("a");
    CHECK_STR(told, "ba");
    intake_fini(&intake);
}

static size_t refused;

static void count_refused(struct intake_place *p, bool is_refused)
{
    refused += is_refused;
    intake_leave(p);
}

/* Complete, and reset by the relay before it could be recorded: some are kept. */
static void test_senders_leave(void)
{
    static struct intake_place many[INTAKE_LEFT_MAX + 1];
    struct http_head head = head_with(NULL);

    open_with(2);
    CHECK(!intake_sender_left(&members[1].place)); /* not complete */
    intake_leave(&members[1].place);
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        many[i] = (struct intake_place){.record = count_refused};
        CHECK(intake_enter(&intake, &many[i], &head));
        intake_complete(&many[i]);
        CHECK_EQ(intake_sender_left(&many[i]), i < INTAKE_LEFT_MAX);
        if (i >= INTAKE_LEFT_MAX)
            intake_fail(&many[i]);
    }
    refused = 0;
    intake_complete(&members[0].place);
    CHECK_EQ(refused, INTAKE_LEFT_MAX);
    CHECK(intake_sender_left(&members[0].place)); /* had its turn */
    intake_fini(&intake);
}

/* A hundred thousand that are refused in one go: a loop, no recursion. */
static void test_many_are_refused(void)
{
    static struct intake_place many[100000];
    struct http_head head = head_with(NULL);

    open_with(1);
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        many[i] = (struct intake_place){.record = count_refused};
        CHECK(intake_enter(&intake, &many[i], &head));
        intake_complete(&many[i]);
    }
    refused = 0;
    intake_fail(&members[0].place);
    CHECK_EQ(refused, ARRAY_LEN(many));
    intake_fini(&intake);
}

CHECK_MAIN(TEST(test_in_the_order_of_their_beginning), TEST(test_first_is_not_held_up),
           TEST(test_one_leaves_for_good), TEST(test_each_may_break_in_its_body),
           TEST(test_each_may_fail_in_its_turn), TEST(test_each_may_fail_at_the_disk),
           TEST(test_resume), TEST(test_broken_from_outside), TEST(test_link_ends_first),
           TEST(test_local_ones_have_no_order), TEST(test_senders_leave),
           TEST(test_many_are_refused))
