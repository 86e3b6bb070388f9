/* Assertions and the list of tests of one test program.
 *
 * A failed check prints its place and both values, then aborts: nothing runs on broken state,
 * and the sanitizer adds a stack. Arguments are evaluated once.
 *
 *     static void test_empty(void) { CHECK_EQ(bytes_len(&b), 0); }
 *     CHECK_MAIN(TEST(test_empty), TEST(test_full))
 *
 * `program NAME...` runs only the tests of these names; an unknown name is a failure.
 */
#ifndef TESTS_UNIT_CHECK_H
#define TESTS_UNIT_CHECK_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) check_true(CHECK_PLACE(#condition), (condition))
/* Integers and enums of any type, compared as signed 64-bit values. */
#define CHECK_EQ(got, want) check_eq(CHECK_PLACE(#got), (int64_t)(got), (int64_t)(want))
/* Zero-terminated strings; NULL equals only NULL. */
#define CHECK_STR(got, want) check_str(CHECK_PLACE(#got), (got), (want))
/* The first `len` bytes at both places. */
#define CHECK_MEM(got, want, len) check_mem(CHECK_PLACE(#got), (got), (want), (len))

// clang-format off
#define TEST(function) {#function, function}
// clang-format on
#define CHECK_MAIN(...)                                                                        \
    int main(int argc, char **argv)                                                            \
    {                                                                                          \
        static const struct check_test tests[] = {__VA_ARGS__};                                \
        return check_run(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);                 \
    }

#define CHECK_PLACE(what) ((struct check_place){__FILE__, __LINE__, what})

struct check_place {
    const char *file;
    int line;
    const char *what;
};

struct check_test {
    const char *name;
    void (*run)(void);
};

static inline void check_print_place(struct check_place place)
{
    (void)fprintf(stderr, "%s:%d: %s", place.file, place.line, place.what);
}

static inline void check_true(struct check_place place, bool condition)
{
    if (condition)
        return;
    check_print_place(place);
    (void)fprintf(stderr, " is false\n");
    abort();
}

static inline void check_eq(struct check_place place, int64_t got, int64_t want)
{
    if (got == want)
        return;
    check_print_place(place);
    (void)fprintf(stderr, " is %" PRId64 ", not %" PRId64 "\n", got, want);
    abort();
}

static inline void check_str(struct check_place place, const char *got, const char *want)
{
    if (got == want || (got && want && strcmp(got, want) == 0))
        return;
    check_print_place(place);
    (void)fprintf(stderr, "\n  is   \"%s\"\n  want \"%s\"\n", got ? got : "(NULL)",
                  want ? want : "(NULL)");
    abort();
}

static inline void check_print_bytes(const char *label, const uint8_t *bytes, size_t len)
{
    (void)fprintf(stderr, "  %s", label);
    for (size_t i = 0; i < len && i < 32; i++)
        (void)fprintf(stderr, " %02x", bytes[i]);
    (void)fprintf(stderr, "\n");
}

static inline void check_mem(struct check_place place, const void *got, const void *want,
                             size_t len)
{
    const uint8_t *a = got;
    const uint8_t *b = want;
    size_t at = 0;

    while (at < len && a[at] == b[at])
        at++;
    if (at == len)
        return;
    check_print_place(place);
    (void)fprintf(stderr, " differs at byte %zu of %zu; from there\n", at, len);
    check_print_bytes("is  ", a + at, len - at);
    check_print_bytes("want", b + at, len - at);
    abort();
}

/* True if a test of this name exists; NULL means all of them. */
static inline bool check_run_named(const struct check_test *tests, size_t len, const char *name)
{
    bool found = false;

    for (size_t i = 0; i < len; i++) {
        if (name && strcmp(name, tests[i].name) != 0)
            continue;
        (void)fprintf(stderr, "%s\n", tests[i].name);
        tests[i].run();
        found = true;
    }
    return found;
}

static inline int check_run(const struct check_test *tests, size_t len, int argc, char **argv)
{
    bool found = argc > 1 || check_run_named(tests, len, NULL);

    for (int i = 1; i < argc; i++)
        found = check_run_named(tests, len, argv[i]) && found;
    return found ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
