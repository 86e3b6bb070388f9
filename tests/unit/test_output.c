#include "relay-client/display/output.h"

#include "base/mem.h"
#include "tests/unit/check.h"
#include "tests/unit/support/scratch_folder.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static struct clock_fake clock_fake;
static struct loop *loop;
static struct output output;
static int ends[2]; /* what is read, what is written */
static unsigned drained;

static void on_drained(struct output *o)
{
    CHECK(o == &output);
    CHECK(output_is_idle(o));
    drained++;
    o->dropped = 0;
}

static void open_on(int reading, int writing)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    CHECK_EQ(sigaction(SIGPIPE, &ignore, NULL), 0);
    clock_fake_init(&clock_fake, 1700000000000);
    CHECK_EQ(loop_new(&clock_fake.base, &loop), OK);
    ends[0] = reading;
    ends[1] = writing;
    drained = 0;
    output_init(&output, loop, writing, on_drained);
}

static void open_on_pipe(void)
{
    int fds[2];

    CHECK_EQ(pipe(fds), 0);
    open_on(fds[0], fds[1]);
}

static void close_all(void)
{
    output_fini(&output);
    if (ends[0] >= 0)
        close(ends[0]);
    close(ends[1]);
    loop_free(loop);
    CHECK_EQ(mem_live(), 0);
}

static void advance_ms(uint64_t ms)
{
    clock_fake_advance(&clock_fake, ms * 1000);
    deadline_run_due(loop);
}

/* What can be read without waiting, as text. */
static size_t read_all(char *text, size_t size)
{
    size_t len = 0;
    ssize_t n;

    CHECK_EQ(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    while (len + 1 < size && (n = read(ends[0], text + len, size - 1 - len)) > 0)
        len += (size_t)n;
    text[len] = '\0';
    return len;
}

#define LINE_LEN 100u

/* "12345\n", filled up to 100 bytes. */
static void write_line(unsigned number)
{
    char line[LINE_LEN + 1];

    (void)snprintf(line, sizeof(line), "%0*u\n", (int)LINE_LEN - 1, number);
    output_write(&output, span_of(line, LINE_LEN));
}

/* Lines of `text` are whole, ascend, and begin with `*next`; returns how many. */
static unsigned check_lines(const char *text, size_t len, unsigned *next)
{
    unsigned lines = 0;

    CHECK_EQ(len % LINE_LEN, 0);
    for (size_t at = 0; at < len; at += LINE_LEN, lines++) {
        unsigned number = (unsigned)strtoul(text + at, NULL, 10);

        CHECK(text[at + LINE_LEN - 1] == '\n');
        CHECK_EQ(number, *next);
        *next = number + 1;
    }
    return lines;
}

static void test_writes_at_once(void)
{
    char text[64];

    open_on_pipe();
    output_write(&output, SPAN("one\n"));
    output_write(&output, SPAN("two\n"));
    CHECK_EQ(read_all(text, sizeof(text)), 8);
    CHECK_STR(text, "one\ntwo\n");
    CHECK(output_is_idle(&output));
    CHECK_EQ(drained, 0);
    close_all();
}

static void test_flags_of_others_are_left_alone(void)
{
    open_on_pipe();
    CHECK(!output.may_block);
    CHECK_EQ(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0);
    close_all();
}

static char *big; /* for all that a pipe and a backlog hold */
#define BIG_SIZE ((size_t)4 * 1024 * 1024)

/* Until the backlog refuses lines; returns how many were written. */
static unsigned fill(unsigned refused)
{
    unsigned written = 0;

    while (output.dropped < refused)
        write_line(written++);
    CHECK(bytes_len(&output.backlog) <= OUTPUT_BACKLOG_MAX);
    CHECK(bytes_len(&output.backlog) > OUTPUT_BACKLOG_MAX - LINE_LEN);
    return written;
}

/* Reads until all is through, as a slow reader does; returns the lines. */
static unsigned drain(void)
{
    size_t len = 0;
    unsigned next = 0;

    for (unsigned turn = 0; turn < 10000 && drained == 0; turn++) {
        len += read_all(big + len, BIG_SIZE - len);
        advance_ms(20);
    }
    len += read_all(big + len, BIG_SIZE - len);
    return check_lines(big, len, &next);
}

static void check_that_nobody_reading_is_survived(void)
{
    const unsigned written = fill(5);
    const unsigned kept = drain();

    CHECK_EQ(kept + 5, written);
    CHECK_EQ(drained, 1);
    CHECK(output_is_idle(&output));
    write_line(7);
    unsigned next = 7;
    CHECK_EQ(check_lines(big, read_all(big, BIG_SIZE), &next), 1);
}

static void test_a_pipe_that_nobody_reads(void)
{
    open_on_pipe();
    big = malloc(BIG_SIZE);
    check_that_nobody_reading_is_survived();
    free(big);
    close_all();
}

static void test_a_socket_that_nobody_reads(void)
{
    int fds[2];

    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    open_on(fds[0], fds[1]);
    CHECK(output.may_block);
    big = malloc(BIG_SIZE);
    check_that_nobody_reading_is_survived();
    free(big);
    close_all();
}

static void test_a_line_as_large_as_the_backlog(void)
{
    char *text = malloc(OUTPUT_BACKLOG_MAX + 1);

    open_on_pipe();
    memset(text, 'x', OUTPUT_BACKLOG_MAX + 1);
    output_write(&output, span_of(text, OUTPUT_BACKLOG_MAX + 1));
    CHECK_EQ(output.dropped, 1);
    CHECK(output_is_idle(&output));
    output_write(&output, span_of(text, OUTPUT_BACKLOG_MAX));
    CHECK_EQ(output.dropped, 1);
    CHECK(!output_is_idle(&output));
    free(text);
    close_all();
}

static void test_the_reader_is_gone(void)
{
    open_on_pipe();
    fill(1);
    close(ends[0]);
    ends[0] = -1;
    write_line(0);
    CHECK(output.is_broken);
    CHECK_EQ(bytes_len(&output.backlog), 0);
    write_line(1);
    advance_ms(20);
    CHECK(output_is_idle(&output));
    close_all();
}

static void test_a_descriptor_that_is_closed(void)
{
    open_on_pipe();
    output_fini(&output);
    output_init(&output, loop, -1, NULL);
    output_write(&output, SPAN("x\n"));
    CHECK(output.is_broken);
    close_all();
}

static void test_the_end_takes_what_there_is_room_for(void)
{
    open_on_pipe();
    big = malloc(BIG_SIZE);
    const unsigned written = fill(1);

    output_fini(&output); /* waits a moment, in vain */
    unsigned next = 0;
    unsigned lines = (unsigned)(read_all(big, BIG_SIZE) / LINE_LEN);

    CHECK(lines > 0 && lines < written);
    CHECK_EQ(check_lines(big, lines * LINE_LEN, &next), lines);
    output_init(&output, loop, ends[1], NULL);
    free(big);
    close_all();
}

static void test_a_file_keeps_its_place(void)
{
    (void)scratch_folder_make();
    const char *path = scratch_folder_write_text("log", "before\n", 0600);
    int fd = open(path, O_WRONLY | O_APPEND);

    CHECK(fd >= 0);
    open_on(-1, fd);
    output_write(&output, SPAN("one\n"));
    CHECK_EQ(write(fd, "two\n", 4), 4);
    output_write(&output, SPAN("three\n"));
    CHECK_STR(scratch_folder_read("log"), "before\none\ntwo\nthree\n");
    close_all();
    scratch_folder_remove();
}

static void test_out_of_memory_drops_whole_lines(void)
{
    char text[64];

    open_on_pipe();
    mem_fail_at(1);
    output_write(&output, SPAN("lost\n"));
    mem_fail_at(0);
    CHECK_EQ(output.dropped, 1);
    output_write(&output, SPAN("kept\n"));
    CHECK_EQ(read_all(text, sizeof(text)), 5);
    CHECK_STR(text, "kept\n");
    advance_ms(20);
    CHECK_EQ(drained, 1); /* to say what was lost */
    close_all();
}

CHECK_MAIN(TEST(test_writes_at_once), TEST(test_flags_of_others_are_left_alone),
           TEST(test_a_pipe_that_nobody_reads), TEST(test_a_socket_that_nobody_reads),
           TEST(test_a_line_as_large_as_the_backlog), TEST(test_the_reader_is_gone),
           TEST(test_a_descriptor_that_is_closed),
           TEST(test_the_end_takes_what_there_is_room_for), TEST(test_a_file_keeps_its_place),
           TEST(test_out_of_memory_drops_whole_lines))
