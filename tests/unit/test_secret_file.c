/* Secrets and private files on a real disk: modes, links, line ends, replacement. */
#include "base/mem.h"
#include "cli/private_file.h"
#include "cli/secret_file.h"
#include "tests/unit/check.h"
#include "tests/unit/support/scratch_folder.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct secret_file secret;
static char detail[PRIVATE_FILE_DETAIL_SIZE];

static enum err read_text(const char *text)
{
    const char *path = scratch_folder_write_text("secret", text, 0600);

    return secret_file_read(path, &secret, detail);
}

static bool says(const char *words)
{
    return strstr(detail, words) != NULL;
}

static void test_line_ends(void)
{
    static const char *const same[] = {"s3cret", "s3cret\n", "s3cret\r\n", "s3cret\r"};

    (void)scratch_folder_make();
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        CHECK_EQ(read_text(same[i]), OK);
        CHECK_STR(secret.text, "s3cret");
        CHECK_EQ(secret.len, 6);
    }
    CHECK_EQ(read_text("two words\n"), OK);
    CHECK_STR(secret.text, "two words");
    scratch_folder_remove();
}

static void test_refused_contents(void)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "is empty"},
        {"\n", "is empty"},
        {"s3cret\n\n", "white space"},
        {" s3cret", "white space"},
        {"s3cret \n", "white space"},
        {"\ts3cret", "white space"},
        {"one\ntwo\n", "several lines"},
        {"one\x01two", "control character"},
        {"one\x7Ftwo", "control character"},
    };

    (void)scratch_folder_make();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_EQ(read_text(cases[i].text), ERR_SYNTAX);
        CHECK(says(cases[i].why));
        CHECK(says("/secret: "));
        CHECK(!says("s3cret"));
        CHECK_EQ(secret.len, 0);
        CHECK_STR(secret.text, "");
    }
    CHECK_EQ(secret_file_read(scratch_folder_write("nul", "a\0b", 3, 0600), &secret, detail),
             ERR_SYNTAX);
    scratch_folder_remove();
}

static enum err read_of_length(size_t len, const char *end)
{
    static char text[SECRET_FILE_MAX + 16];

    memset(text, 'x', len);
    (void)snprintf(text + len, 3, "%s", end);
    return read_text(text);
}

static void test_length_limit(void)
{
    (void)scratch_folder_make();
    CHECK_EQ(read_of_length(1, ""), OK);
    CHECK_EQ(read_of_length(SECRET_FILE_MAX - 1, "\n"), OK);
    CHECK_EQ(read_of_length(SECRET_FILE_MAX, ""), OK);
    CHECK_EQ(read_of_length(SECRET_FILE_MAX, "\r\n"), OK);
    CHECK_EQ(secret.len, SECRET_FILE_MAX);
    CHECK_EQ(read_of_length(SECRET_FILE_MAX + 1, ""), ERR_SYNTAX);
    CHECK_EQ(read_of_length(SECRET_FILE_MAX + 3, ""), ERR_LIMIT);
    CHECK(says("too large"));
    scratch_folder_remove();
}

static void test_modes(void)
{
    const char *path;

    (void)scratch_folder_make();
    for (unsigned mode = 0; mode <= 0777; mode++) {
        bool is_private = (mode & 0077) == 0;
        if (!(mode & 0400) && geteuid() != 0)
            continue; /* not even ours to read */
        path = scratch_folder_write_text("secret", "s3cret\n", (mode_t)mode);
        CHECK_EQ(secret_file_read(path, &secret, detail), is_private ? OK : ERR_DENIED);
        CHECK(is_private || (says("chmod 600") && says("/secret")));
        CHECK_EQ(unlink(path), 0);
    }
    scratch_folder_remove();
}

static void test_what_is_no_file(void)
{
    const char *link;

    (void)scratch_folder_make();
    CHECK_EQ(secret_file_read(scratch_folder_path("absent"), &secret, detail), ERR_NOT_FOUND);
    CHECK(says("/absent"));
    CHECK_EQ(secret_file_read(scratch_folder_path("."), &secret, detail), ERR_DENIED);
    CHECK_EQ(mkfifo(scratch_folder_path("fifo"), 0600), 0);
    CHECK_EQ(secret_file_read(scratch_folder_path("fifo"), &secret, detail), ERR_DENIED);
    CHECK(says("not a regular file"));
    link = scratch_folder_path("link");
    CHECK_EQ(symlink(scratch_folder_write_text("secret", "s3cret", 0600), link), 0);
    CHECK_EQ(secret_file_read(link, &secret, detail), ERR_DENIED);
    CHECK(says("symbolic link"));
    scratch_folder_remove();
}

/* Names come from users and scripts, and messages go to terminals. */
static void test_names_are_escaped(void)
{
    (void)scratch_folder_make();
    CHECK_EQ(secret_file_read(scratch_folder_path("\x1B]0;x\x07"), &secret, detail),
             ERR_NOT_FOUND);
    CHECK(!strpbrk(detail, "\x1B\x07"));
    scratch_folder_remove();
}

static enum err read_through_pipe(const char *text, size_t piece)
{
    int ends[2];
    pid_t writer;
    enum err e;

    CHECK_EQ(pipe(ends), 0);
    writer = fork();
    if (writer == 0) {
        for (size_t at = 0; at < strlen(text); at += piece)
            if (write(ends[1], text + at, strnlen(text + at, piece)) < 0)
                _exit(1);
        _exit(0);
    }
    (void)close(ends[1]);
    e = secret_file_read_fd(ends[0], "standard input", &secret, detail);
    (void)close(ends[0]);
    CHECK_EQ(waitpid(writer, NULL, 0), writer);
    return e;
}

static void test_pipe(void)
{
    static char large[SECRET_FILE_MAX + 100];

    CHECK_EQ(read_through_pipe("s3cret\n", 1), OK);
    CHECK_STR(secret.text, "s3cret");
    CHECK_EQ(read_through_pipe("s3cret", 100), OK);
    CHECK_STR(secret.text, "s3cret");
    CHECK_EQ(read_through_pipe("", 1), ERR_SYNTAX);
    CHECK(says("standard input: the secret is empty"));
    memset(large, 'x', sizeof large - 1);
    CHECK_EQ(read_through_pipe(large, sizeof large), ERR_SYNTAX);
    CHECK(says("longer than"));
    CHECK_EQ(secret_file_read_fd(-1, "standard input", &secret, detail), ERR_IO);
}

static void test_wipe(void)
{
    static const struct secret_file zero;

    CHECK_EQ(read_through_pipe("s3cret", 100), OK);
    secret_file_wipe(&secret);
    CHECK_MEM(&secret, &zero, sizeof zero);
}

static void test_write_under_any_umask(void)
{
    static const mode_t umasks[] = {0, 022, 077, 0777};

    (void)scratch_folder_make();
    for (size_t i = 0; i < sizeof umasks / sizeof umasks[0]; i++) {
        char name[32];
        mode_t before = umask(umasks[i]);
        (void)snprintf(name, sizeof name, "a%zu/b/file", i);
        CHECK_EQ(private_file_write(scratch_folder_path(name), "x", 1, detail), OK);
        (void)umask(before);
        CHECK_EQ(scratch_folder_mode(name), 0600);
        *strrchr(name, '/') = '\0';
        CHECK_EQ(scratch_folder_mode(name), 0700);
        *strrchr(name, '/') = '\0';
        CHECK_EQ(scratch_folder_mode(name), 0700);
    }
    scratch_folder_remove();
}

static void test_write_replaces(void)
{
    const char *path;

    (void)scratch_folder_make();
    path = scratch_folder_write_text("file", "before", 0644);
    CHECK_EQ(private_file_write(path, "after", 5, detail), OK);
    CHECK_STR(scratch_folder_read("file"), "after");
    CHECK_EQ(scratch_folder_mode("file"), 0600);
    CHECK_EQ(private_file_write(path, NULL, 0, detail), OK);
    CHECK_STR(scratch_folder_read("file"), "");
    /* A link in its place is replaced, its target is left alone. */
    (void)scratch_folder_write_text("target", "precious", 0600);
    CHECK_EQ(unlink(path), 0);
    CHECK_EQ(symlink("target", path), 0);
    CHECK_EQ(private_file_write(path, "after", 5, detail), OK);
    CHECK_STR(scratch_folder_read("target"), "precious");
    CHECK_STR(scratch_folder_read("file"), "after");
    CHECK_EQ(scratch_folder_count(""), 2);
    scratch_folder_remove();
}

static void test_write_fails_whole(void)
{
    (void)scratch_folder_make();
    CHECK_EQ(private_file_write("", "x", 1, detail), ERR_CONFIG);
    CHECK_EQ(private_file_write(scratch_folder_path("x/"), "x", 1, detail), ERR_CONFIG);
    (void)scratch_folder_write_text("plain", "kept", 0600);
    CHECK(private_file_write(scratch_folder_path("plain/x"), "x", 1, detail) != OK);
    CHECK_STR(scratch_folder_read("plain"), "kept");
    CHECK_EQ(mkdir(scratch_folder_path("taken"), 0700), 0);
    CHECK(private_file_write(scratch_folder_path("taken"), "x", 1, detail) != OK);
    CHECK_EQ(scratch_folder_count(""), 2); /* and no temporary file */
    scratch_folder_remove();
}

static void test_folder_of_others(void)
{
    (void)scratch_folder_make();
    CHECK_EQ(mkdir(scratch_folder_path("open"), 0700), 0);
    CHECK_EQ(chmod(scratch_folder_path("open"), 0777), 0);
    CHECK_EQ(private_file_make_folder(scratch_folder_path("open"), detail), ERR_DENIED);
    CHECK(says("chmod go-w"));
    CHECK_EQ(chmod(scratch_folder_path("open"), 01777), 0);
    CHECK_EQ(private_file_make_folder(scratch_folder_path("open"), detail), OK);
    CHECK_EQ(chmod(scratch_folder_path("open"), 0755), 0);
    CHECK_EQ(private_file_make_folder(scratch_folder_path("open"), detail), OK);
    CHECK_EQ(scratch_folder_mode("open"), 0755);
    scratch_folder_remove();
}

static void test_allocation_fails(void)
{
    const char *path;
    enum err e = ERR_NOMEM;

    (void)scratch_folder_make();
    path = scratch_folder_path("file");
    for (unsigned long n = 1; e; n++) {
        mem_fail_at(n);
        e = private_file_write(path, "s3cret", 6, detail);
        if (!e)
            e = secret_file_read(path, &secret, detail);
        mem_fail_at(0);
        CHECK(e == OK || e == ERR_NOMEM);
        CHECK(e == OK || detail[0] != '\0');
        CHECK_EQ(mem_live(), 0);
    }
    CHECK_STR(secret.text, "s3cret");
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_line_ends), TEST(test_refused_contents), TEST(test_length_limit),
           TEST(test_modes), TEST(test_what_is_no_file), TEST(test_names_are_escaped),
           TEST(test_pipe), TEST(test_wipe), TEST(test_write_under_any_umask),
           TEST(test_write_replaces), TEST(test_write_fails_whole), TEST(test_folder_of_others),
           TEST(test_allocation_fails))
