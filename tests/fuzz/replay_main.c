/* Runs a fuzz target over every file of the folders and files that are named.
 *
 * This is how a corpus takes part in the ordinary tests, without libFuzzer. The empty input is
 * always tried too. A folder without files is a failure: a target without a corpus tests
 * nothing.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_SIZE 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

_Noreturn static void fail(const char *path, const char *problem)
{
    (void)fprintf(stderr, "%s: %s\n", path, problem);
    exit(EXIT_FAILURE);
}

/* Each input gets an allocation of exactly its size, so that reading past the end is caught. */
static void replay_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(size > 0 ? size : 1);

    if (!file || !data || fread(data, 1, size, file) != size)
        fail(path, "cannot be read");
    (void)fprintf(stderr, "%s\n", path);
    (void)LLVMFuzzerTestOneInput(data, size);
    free(data);
    (void)fclose(file);
}

static size_t replay(const char *path);

static size_t replay_folder(const char *path)
{
    DIR *folder = opendir(path);
    size_t files = 0;

    if (!folder)
        fail(path, "cannot be opened");
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        char child[PATH_SIZE];

        if (entry->d_name[0] == '.')
            continue;
        if (snprintf(child, sizeof(child), "%s/%s", path, entry->d_name) >= PATH_SIZE)
            fail(path, "has too long a name");
        files += replay(child);
    }
    (void)closedir(folder);
    if (files == 0)
        fail(path, "has no inputs");
    return files;
}

static size_t replay(const char *path)
{
    struct stat about;

    if (stat(path, &about) != 0)
        fail(path, "does not exist");
    if (S_ISDIR(about.st_mode))
        return replay_folder(path);
    replay_file(path, (size_t)about.st_size);
    return 1;
}

int main(int argc, char **argv)
{
    static const uint8_t nothing[1];
    size_t files = 0;

    (void)LLVMFuzzerTestOneInput(nothing, 0);
    for (int i = 1; i < argc; i++)
        files += replay(argv[i]);
    (void)fprintf(stderr, "%zu inputs\n", files);
    return files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
