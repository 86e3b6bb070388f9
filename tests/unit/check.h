/* Assertions and the list of tests of one test program.
 *
 * A failed check prints its place and both values, then aborts: nothing runs on broken state, and
 * the sanitizer adds a stack. Arguments are evaluated once.
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

#define CHECK(condition)                                                                       \
    ((condition) ? (void)0 : check_fail(__FILE__, __LINE__, #condition, "is false"))

/* Integers and enums of any type, compared as signed 64-bit values. */
#define CHECK_EQ(got, want)                                                                    \
    check_eq(__FILE__, __LINE__, #got, (int64_t)(got), (int64_t)(want))

/* Zero-terminated strings; NULL equals only NULL. */
#define CHECK_STR(got, want) check_str(__FILE__, __LINE__, #got, (got), (want))

/* The first `len` bytes at both places. */
#define CHECK_MEM(got, want, len)                                                              \
    check_mem((struct check_place){__FILE__, __LINE__, #got}, (got), (want), (len))

#define TEST(function) {#function, function}

#define CHECK_MAIN(...)                                                                        \
    int main(int argc, char **argv)                                                            \
    {                                                                                          \
        static const struct check_test tests[] = {__VA_ARGS__};                                \
        return check_run(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);                 \
    }

struct check_test {
    const char *name;
    void (*run)(void);
};

struct check_place {
    const char *file;
    int line;
    const char *what;
};

_Noreturn static inline void check_fail(const char *file, int line, const char *what,
                                        const char *problem)
{
    (void)fprintf(stderr, "%s:%d: %s %s\n", file, line, what, problem);
    abort();
}

static inline void check_eq(const char *file, int line, const char *what, int64_t got,
                            int64_t want)
{
    char problem[80];

    if (got == want)
        return;
    (void)snprintf(problem, sizeof(problem), "is %" PRId64 ", not %" PRId64, got, want);
    check_fail(file, line, what, problem);
}

static inline void check_str(const char *file, int line, const char *what, const char *got,
                             const char *want)
{
    if (got == want || (got && want && strcmp(got, want) == 0))
        return;
    (void)fprintf(stderr, "%s:%d: %s\n  is   \"%s\"\n  want \"%s\"\n", file, line, what,
                  got ? got : "(NULL)", want ? want : "(NULL)");
    abort();
}

static inline void check_dump(const char *label, const uint8_t *bytes, size_t len)
{
    (void)fprintf(stderr, "  %s", label);
    for (size_t i = 0; i < len && i < 32; i++)
        (void)fprintf(stderr, " %02x", bytes[i]);
    (void)fputc('\n', stderr);
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
    (void)fprintf(stderr, "%s:%d: %s differs at byte %zu of %zu; from there\n", place.file,
                  place.line, place.what, at, len);
    check_dump("is  ", a + at, len - at);
    check_dump("want", b + at, len - at);
    abort();
}

/* Runs all tests, or the one that is named. Returns how many ran. */
static inline size_t check_run_named(const struct check_test *tests, size_t len, const char *name)
{
    size_t ran = 0;

    for (size_t i = 0; i < len; i++) {
        if (name && strcmp(name, tests[i].name) != 0)
            continue;
        (void)fprintf(stderr, "%s\n", tests[i].name);
        tests[i].run();
        ran++;
    }
    return ran;
}

static inline int check_run(const struct check_test *tests, size_t len, int argc, char **argv)
{
    bool all_found = true;

    if (argc <= 1)
        return check_run_named(tests, len, NULL) > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    for (int i = 1; i < argc; i++)
        all_found = check_run_named(tests, len, argv[i]) > 0 && all_found;
    return all_found ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
