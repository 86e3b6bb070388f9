#include "base/list.h"

#include "base/container.h"
#include "base/random.h"
#include "check.h"

struct item {
    struct list_node node;
    int number;
};

static void check_numbers(const struct list *l, const int *want, size_t len)
{
    struct list_node *n = list_first(l);
    size_t i = 0;

    CHECK_EQ(list_is_empty(l), len == 0);
    for (; n && i < len; n = list_next(l, n), i++)
        CHECK_EQ(CONTAINER_OF(n, struct item, node)->number, want[i]);
    CHECK(n == NULL);
    CHECK_EQ(i, len);
}

static void test_empty(void)
{
    struct list l;
    struct item zeroed = {0};

    list_init(&l);
    check_numbers(&l, NULL, 0);
    CHECK(!list_has_node(&zeroed.node));
    list_remove(&zeroed.node);
    check_numbers(&l, NULL, 0);
}

static void test_append_and_remove(void)
{
    struct list l;
    struct item items[3] = {{.number = 1}, {.number = 2}, {.number = 3}};

    list_init(&l);
    for (size_t i = 0; i < 3; i++)
        list_append(&l, &items[i].node);
    check_numbers(&l, (int[]){1, 2, 3}, 3);
    list_remove(&items[1].node);
    CHECK(!list_has_node(&items[1].node) && list_has_node(&items[0].node));
    check_numbers(&l, (int[]){1, 3}, 2);
    list_remove(&items[1].node);
    list_append(&l, &items[1].node);
    list_remove(&items[0].node);
    check_numbers(&l, (int[]){3, 2}, 2);
    list_remove(&items[1].node);
    list_remove(&items[2].node);
    check_numbers(&l, NULL, 0);
}

/* The reference is an array of numbers in order. */
static void test_random_operations(void)
{
    struct list l;
    struct item items[16] = {0};
    int want[16] = {0};
    size_t len = 0;
    struct random_seeded random;

    random_seeded_init(&random, 1);
    list_init(&l);
    for (int round = 0; round < 5000; round++) {
        int number = (int)random_below(&random.base, 16);
        struct item *item = &items[number];

        if (list_has_node(&item->node)) {
            size_t at = 0;

            while (at < len && want[at] != number)
                at++;
            memmove(want + at, want + at + 1, (len - at - 1) * sizeof(want[0]));
            len--;
            list_remove(&item->node);
        } else {
            item->number = number;
            want[len++] = number;
            list_append(&l, &item->node);
        }
        check_numbers(&l, want, len);
    }
}

CHECK_MAIN(TEST(test_empty), TEST(test_append_and_remove), TEST(test_random_operations))
