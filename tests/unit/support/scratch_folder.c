#include "tests/unit/support/scratch_folder.h"

#include "tests/unit/check.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXTS_MAX 8192u

static char folder[256];
static char *texts[TEXTS_MAX];
static size_t texts_len;

static char *keep(char *text)
{
    CHECK(text && texts_len < TEXTS_MAX);
    texts[texts_len++] = text;
    return text;
}

const char *scratch_folder_make(void)
{
    const char *top = getenv("TMPDIR");

    CHECK(folder[0] == '\0');
    (void)snprintf(folder, sizeof folder, "%s/hookline-test-XXXXXX", top ? top : "/tmp");
    CHECK(mkdtemp(folder));
    return folder;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path);
}

void scratch_folder_remove(void)
{
    CHECK_EQ(nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
    folder[0] = '\0';
    while (texts_len > 0)
        free(texts[--texts_len]);
}

const char *scratch_folder_path(const char *name)
{
    char *path = NULL;

    CHECK(folder[0]);
    CHECK(asprintf(&path, "%s/%s", folder, name) > 0);
    return keep(path);
}

const char *scratch_folder_write(const char *name, const void *data, size_t len, mode_t mode)
{
    const char *path = scratch_folder_path(name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    CHECK(fd >= 0);
    CHECK_EQ(write(fd, data, len), (ssize_t)len);
    CHECK_EQ(fchmod(fd, mode), 0);
    CHECK_EQ(close(fd), 0);
    return path;
}

const char *scratch_folder_write_text(const char *name, const char *text, mode_t mode)
{
    return scratch_folder_write(name, text, strlen(text), mode);
}

const char *scratch_folder_read(const char *name)
{
    FILE *file = fopen(scratch_folder_path(name), "re");
    char *text = NULL;
    size_t size = 0;

    CHECK(file);
    if (getdelim(&text, &size, '\0', file) < 0) {
        free(text);
        text = calloc(1, 1);
    }
    (void)fclose(file);
    return keep(text);
}

mode_t scratch_folder_mode(const char *name)
{
    struct stat st;

    CHECK_EQ(lstat(scratch_folder_path(name), &st), 0);
    return st.st_mode & 07777;
}

size_t scratch_folder_count(const char *name)
{
    DIR *dir = opendir(scratch_folder_path(name));
    struct dirent *entry;
    size_t count = 0;

    CHECK(dir);
    while ((entry = readdir(dir)))
        count += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
    (void)closedir(dir);
    return count;
}
