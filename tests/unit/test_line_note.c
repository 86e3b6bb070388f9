/* The note of the webhook address that was there before. */
#include "relay-client/line/line_note.h"

#include "cli/private_file.h"
#include "unit/check.h"
#include "unit/support/scratch_folder.h"

#include <stdio.h>
#include <sys/stat.h>

static const char *path(void)
{
    return scratch_folder_path("line-webhook.json");
}

static void write_text(const char *text)
{
    char detail[256];

    CHECK_EQ(private_file_write(path(), text, strlen(text), detail), OK);
}

static void test_round_trip(void)
{
    struct line_note note = {.before = "https://a.example/\xe3\x81\x82?\"",
                             .ours = "https://b/"};
    struct line_note back;
    struct stat status;
    char detail[256];

    (void)scratch_folder_make();
    CHECK(!line_note_read(path(), &back));
    CHECK_EQ(line_note_write(path(), &note, detail), OK);
    CHECK_EQ(stat(path(), &status), 0);
    CHECK_EQ(status.st_mode & 0777, 0600);
    CHECK(line_note_read(path(), &back));
    CHECK_STR(back.before, note.before);
    CHECK_STR(back.ours, note.ours);
    line_note_remove(path());
    CHECK(!line_note_read(path(), &back));
    line_note_remove(path());
    scratch_folder_remove();
}

static void test_bad_files(void)
{
    static char longer[LINE_CHANNEL_URL_MAX * 4 + 100];
    struct line_note note;

    (void)scratch_folder_make();
    write_text("");
    CHECK(!line_note_read(path(), &note));
    write_text("{\"before\":\"https://a/\"");
    CHECK(!line_note_read(path(), &note));
    write_text("{\"before\":\"https://a/\",\"ours\":1}");
    CHECK(!line_note_read(path(), &note));
    memset(longer, 'x', sizeof longer);
    (void)memcpy(longer, "{\"ours\":\"", 9);
    (void)memcpy(longer + sizeof longer - 16, "\",\"before\":\"\"}", 15);
    write_text(longer);
    CHECK(!line_note_read(path(), &note));
    scratch_folder_remove();
}

static void test_no_folder(void)
{
    struct line_note note = {.before = "https://a/"};
    char detail[256] = "";

    CHECK(line_note_write("/proc/none/note.json", &note, detail) != OK);
    CHECK(*detail);
}

CHECK_MAIN(TEST(test_round_trip), TEST(test_bad_files), TEST(test_no_folder))
