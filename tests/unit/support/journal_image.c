#include "unit/support/journal_image.h"

#include "unit/check.h"

#include <sys/stat.h>
#include <unistd.h>

static const char *file_of(const char *path, const char *ending)
{
    static char name[512];

    CHECK((size_t)snprintf(name, sizeof name, "%s%s", path, ending) < sizeof name);
    return name;
}

static void copy(const char *path, const char *from_ending, const char *to_ending)
{
    static char block[65536];
    FILE *from = fopen(file_of(path, from_ending), "rb");

    if (!from)
        return;
    FILE *to = fopen(file_of(path, to_ending), "wb");
    CHECK(to != NULL);
    for (size_t len; (len = fread(block, 1, sizeof block, from)) > 0;)
        CHECK_EQ(fwrite(block, 1, len, to), len);
    CHECK_EQ(fclose(from), 0);
    CHECK_EQ(fclose(to), 0);
    CHECK_EQ(chmod(file_of(path, to_ending), 0600), 0);
}

void journal_image_take(const char *path)
{
    copy(path, "", ".image");
    copy(path, "-wal", ".image-wal");
}

void journal_image_restore(const char *path)
{
    (void)unlink(file_of(path, "-wal"));
    (void)unlink(file_of(path, "-shm"));
    copy(path, ".image", "");
    copy(path, ".image-wal", "-wal");
    (void)unlink(file_of(path, ".image"));
    (void)unlink(file_of(path, ".image-wal"));
}
