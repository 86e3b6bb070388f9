#include "base/log.h"

#include "check.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

static char line[4096];
static size_t line_len;

static int saved_stderr, reader;

/* Datagrams: every write(2) arrives as one message. */
static void capture(void)
{
    int pair[2];

    CHECK_EQ(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair), 0);
    CHECK_EQ(fcntl(pair[1], F_SETFL, O_NONBLOCK), 0);
    saved_stderr = dup(STDERR_FILENO);
    CHECK(dup2(pair[0], STDERR_FILENO) == STDERR_FILENO);
    (void)close(pair[0]);
    reader = pair[1];
}

static void restore(void)
{
    CHECK(dup2(saved_stderr, STDERR_FILENO) == STDERR_FILENO);
    (void)close(saved_stderr);
}

static bool read_line(void)
{
    ssize_t got = recv(reader, line, sizeof(line) - 1, 0);

    line_len = got > 0 ? (size_t)got : 0;
    line[line_len] = '\0';
    return got > 0;
}

static void finish(void)
{
    CHECK(!read_line());
    (void)close(reader);
    log_set_level(LOG_INFO);
}

/* Whole, one line, with a time; what follows the time, without the newline. */
static const char *rest_of_line(void)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:dd.dddZ ";

    CHECK(line_len > sizeof(shape) && line_len <= 1024);
    CHECK_EQ(line[line_len - 1], '\n');
    CHECK(memchr(line, '\n', line_len) == line + line_len - 1);
    for (size_t i = 0; i < sizeof(shape) - 1; i++) {
        if (shape[i] == 'd')
            CHECK(line[i] >= '0' && line[i] <= '9');
        else
            CHECK_EQ(line[i], shape[i]);
    }
    line[line_len - 1] = '\0';
    return line + sizeof(shape) - 1;
}

static void test_one_write_per_line(void)
{
    capture();
    log_info("link", "tunnel=%s linked from=%s", "mybot", "192.0.2.7");
    log_error("inbox", "full");
    restore();
    CHECK(read_line());
    CHECK_STR(rest_of_line(), "info link tunnel=mybot linked from=192.0.2.7");
    CHECK(read_line());
    CHECK_STR(rest_of_line(), "error inbox full");
    finish();
}

static void test_levels(void)
{
    for (int level = LOG_ERROR; level <= LOG_DEBUG; level++) {
        log_set_level((enum log_level)level);
        capture();
        for (int of = LOG_ERROR; of <= LOG_DEBUG; of++)
            log_line((enum log_level)of, "x", "level=%d", of);
        restore();
        for (int of = LOG_ERROR; of <= LOG_DEBUG; of++) {
            CHECK_EQ(log_is_on((enum log_level)of), of <= level);
            if (of <= level)
                CHECK(read_line());
        }
        finish();
    }
}

static void test_parse_level(void)
{
    enum log_level level = LOG_WARN;

    CHECK(log_parse_level(SPAN("error"), &level) && level == LOG_ERROR);
    CHECK(log_parse_level(SPAN("warn"), &level) && level == LOG_WARN);
    CHECK(log_parse_level(SPAN("info"), &level) && level == LOG_INFO);
    CHECK(log_parse_level(SPAN("debug"), &level) && level == LOG_DEBUG);
    CHECK(!log_parse_level(SPAN(""), &level));
    CHECK(!log_parse_level(SPAN("Info"), &level));
    CHECK(!log_parse_level(SPAN("infos"), &level));
    CHECK(!log_parse_level(SPAN("warning"), &level));
    CHECK_EQ(level, LOG_DEBUG);
}

static void test_the_length_of_a_line(void)
{
    static char text[3000];
    const size_t head = strlen("2026-11-21T19:24:05.123Z info c ");
    const size_t fits = 1023 - head;

    memset(text, 'x', sizeof(text) - 1);
    for (size_t len = fits - 3; len <= fits + 3; len++) {
        capture();
        log_info("c", "%.*s", (int)len, text);
        restore();
        CHECK(read_line());
        CHECK_EQ(line_len, len <= fits ? head + len + 1 : 1024);
        const char *rest = rest_of_line();
        CHECK_EQ(strcmp(rest + strlen(rest) - 3, "...") == 0, len > fits);
        finish();
    }
    capture();
    log_info(text, "%s%s", text, text);
    restore();
    CHECK(read_line());
    CHECK_EQ(line_len, 1024);
    finish();
}

static void test_a_long_line_is_cut_between_characters(void)
{
    static char text[4 * 400 + 1];

    for (size_t i = 0; i < 400; i++)
        memcpy(text + 4 * i, "😀", 4);
    for (int shift = 0; shift < 4; shift++) {
        capture();
        log_info("c", "%.*s%s", shift, "aaa", text);
        restore();
        CHECK(read_line());
        CHECK(text_is_utf8(span_text(rest_of_line())));
        finish();
    }
}

static void test_what_nobody_escaped_stays_one_line(void)
{
    capture();
    log_info("c", "a\nb\rc\033[2Jd\177e %s", "日本");
    restore();
    CHECK(read_line());
    CHECK_STR(rest_of_line(), "info c a?b?c?[2Jd?e 日本");
    finish();
}

static void test_log_text(void)
{
    capture();
    log_info("c", "name=%s and=%s", LOG_TEXT(SPAN("a\nb\xff")), LOG_TEXT(SPAN("\u202e")));
    restore();
    CHECK(read_line());
    CHECK_STR(rest_of_line(), "info c name=a\\x0Ab\\xFF and=\\u{202E}");
    finish();
}

static void test_nobody_reads(void)
{
    saved_stderr = dup(STDERR_FILENO);
    (void)close(STDERR_FILENO);
    log_info("c", "lost");
    restore();
}

CHECK_MAIN(TEST(test_one_write_per_line), TEST(test_levels), TEST(test_parse_level),
           TEST(test_the_length_of_a_line), TEST(test_a_long_line_is_cut_between_characters),
           TEST(test_what_nobody_escaped_stays_one_line), TEST(test_log_text),
           TEST(test_nobody_reads))
