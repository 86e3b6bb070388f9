#include "relay-server/links/tunnels.h"

#include "base/mem.h"
#include "check.h"

static struct tunnels tunnels;

static void test_open_and_find(void)
{
    struct tunnel *a, *again;

    tunnels_init(&tunnels);
    CHECK(tunnels_find(&tunnels, SPAN("mybot")) == NULL);
    CHECK_EQ(tunnels_open(&tunnels, SPAN("MyBot"), &a), OK);
    CHECK_STR(a->name, "mybot");
    CHECK(!a->link);
    CHECK_EQ(tunnels_open(&tunnels, SPAN("mybot"), &again), OK);
    CHECK(again == a && tunnels.len == 1);
    CHECK(tunnels_find(&tunnels, SPAN("MYBOT")) == a);
    CHECK(tunnels_find(&tunnels, SPAN("mybo")) == NULL);
    tunnels_fini(&tunnels);
    CHECK_EQ(mem_live(), 0);
}

static struct tunnel *open_numbered(unsigned i, enum err want)
{
    char name[16];
    struct tunnel *t = NULL;

    (void)snprintf(name, sizeof name, "bot-%u", i);
    CHECK_EQ(tunnels_open(&tunnels, span_text(name), &t), want);
    return t;
}

static struct tunnel *find_numbered(unsigned i)
{
    char name[16];

    (void)snprintf(name, sizeof name, "bot-%u", i);
    return tunnels_find(&tunnels, span_text(name));
}

/* Nobody looks at it. */
static struct link *a_link(void)
{
    return (struct link *)(void *)&tunnels;
}

static void unlink_all(void)
{
    for (unsigned i = 0; i < TUNNELS_MAX; i++)
        if (find_numbered(i))
            find_numbered(i)->link = NULL;
}

static void test_limit(void)
{
    struct tunnel *t;

    tunnels_init(&tunnels);
    for (unsigned i = 0; i < TUNNELS_MAX; i++)
        open_numbered(i, OK)->link = a_link();
    CHECK(!open_numbered(TUNNELS_MAX, ERR_LIMIT));
    CHECK_EQ(tunnels_open(&tunnels, SPAN("bot-17"), &t), OK);
    CHECK_EQ(tunnels.len, TUNNELS_MAX);
    unlink_all();
    tunnels_fini(&tunnels);
    CHECK_EQ(mem_live(), 0);
}

/* Names come and go for years: who has not been there for the longest time is forgotten. */
static void test_the_longest_unlinked_is_forgotten(void)
{
    tunnels_init(&tunnels);
    for (unsigned i = 0; i < TUNNELS_MAX - 1; i++)
        (void)open_numbered(i, OK);
    (void)open_numbered(TUNNELS_MAX - 1, OK); /* still fits */
    CHECK(find_numbered(0));
    find_numbered(0)->link = a_link(); /* has an agent */
    (void)open_numbered(1, OK);        /* linked again since */
    (void)open_numbered(TUNNELS_MAX, OK);
    CHECK(!find_numbered(2) && find_numbered(0) && find_numbered(1) && find_numbered(3));
    CHECK(find_numbered(TUNNELS_MAX));
    (void)open_numbered(TUNNELS_MAX + 1, OK);
    CHECK(!find_numbered(3) && find_numbered(4));
    CHECK_EQ(tunnels.len, TUNNELS_MAX);
    mem_fail_at(1);
    CHECK(!open_numbered(2, ERR_NOMEM));
    CHECK(find_numbered(4)); /* nobody is forgotten for nothing */
    unlink_all();
    tunnels_fini(&tunnels);
    CHECK_EQ(mem_live(), 0);
}

static void test_out_of_memory(void)
{
    struct tunnel *t;

    tunnels_init(&tunnels);
    mem_fail_at(1);
    CHECK_EQ(tunnels_open(&tunnels, SPAN("mybot"), &t), ERR_NOMEM);
    CHECK_EQ(tunnels.len, 0);
    CHECK_EQ(tunnels_open(&tunnels, SPAN("mybot"), &t), OK);
    tunnels_fini(&tunnels);
}

static void test_links_are_counted_by_token(void)
{
    struct tunnel *a, *b, *c;

    tunnels_init(&tunnels);
    CHECK_EQ(tunnels_open(&tunnels, SPAN("a"), &a), OK);
    CHECK_EQ(tunnels_open(&tunnels, SPAN("b"), &b), OK);
    CHECK_EQ(tunnels_open(&tunnels, SPAN("c"), &c), OK);
    memcpy(a->token_id, "token1", 7);
    memcpy(b->token_id, "token1", 7);
    memcpy(c->token_id, "token2", 7);
    a->link = c->link = (struct link *)(void *)a;
    CHECK_EQ(tunnels_links_of(&tunnels, "token1"), 1); /* b has no agent */
    CHECK_EQ(tunnels_links_of(&tunnels, "token2"), 1);
    CHECK_EQ(tunnels_links_of(&tunnels, "token3"), 0);
    a->link = c->link = NULL;
    tunnels_fini(&tunnels);
}

CHECK_MAIN(TEST(test_open_and_find), TEST(test_limit),
           TEST(test_the_longest_unlinked_is_forgotten), TEST(test_out_of_memory),
           TEST(test_links_are_counted_by_token))
