#include "unit/support/memory_scan.h"

#include "base/mem.h"
#include "unit/check.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define CHUNK       ((size_t)1024 * 1024)
#define TAIL_LEN    (MEMORY_SCAN_SECRET_LEN / 2)
#define REGION_MAX  ((size_t)1 << 31) /* larger ones are a sanitizer's own */
#define LINE_SIZE   1024
#define CONTENT_MAX 1024

char memory_scan_digit(unsigned which, size_t at)
{
    uint32_t x = (uint32_t)at * 2654435761u + which * 40503u + 11;

    return "0123456789abcdef"[(x ^ x >> 15) >> 9 & 15];
}

static bool is_tail(const char *bytes, unsigned which)
{
    for (size_t i = 0; i < TAIL_LEN; i++)
        if (bytes[i] != memory_scan_digit(which, TAIL_LEN + i))
            return false;
    return true;
}

static size_t count_in(const char *bytes, size_t len, unsigned which)
{
    const char *end = bytes + len;
    const char *at = bytes;
    size_t count = 0;

    while (end - at >= (ptrdiff_t)TAIL_LEN) {
        at = memchr(at, memory_scan_digit(which, TAIL_LEN), (size_t)(end - at) - TAIL_LEN + 1);
        if (!at)
            break;
        count += is_tail(at++, which);
    }
    return count;
}

struct scan {
    int memory;  /* /proc/self/mem: a sanitizer does not let us read what was freed */
    void *chunk; /* owned */
    unsigned which;
};

static size_t count_in_region(const struct scan *s, size_t begin, size_t end)
{
    size_t count = 0;

    for (size_t at = begin; at + TAIL_LEN <= end;) {
        size_t len = end - at < CHUNK ? end - at : CHUNK;
        ssize_t got = pread(s->memory, s->chunk, len, (off_t)at);
        if (got <= 0)
            break;
        count += count_in(s->chunk, (size_t)got, s->which);
        at += (size_t)got > TAIL_LEN ? (size_t)got - TAIL_LEN + 1 : (size_t)got;
    }
    return count;
}

/* What can be written, but for our own chunk, which is shared, and for the stack, where the
 * dynamic linker saves the registers with which the last bytes were copied. */
static bool is_looked_at(const char *line, size_t *begin, size_t *end)
{
    char mode[8];

    return sscanf(line, "%zx-%zx %7s", begin, end, mode) == 3 && strcmp(mode, "rw-p") == 0 &&
           *end - *begin <= REGION_MAX && !strstr(line, "[stack]");
}

size_t memory_scan_count(unsigned which)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    struct scan scan = {
        .memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC),
        .chunk = mmap(NULL, CHUNK, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0),
        .which = which,
    };
    char line[LINE_SIZE];
    size_t begin, end, count = 0;

    CHECK(maps && scan.memory >= 0 && scan.chunk != MAP_FAILED);
    while (fgets(line, sizeof line, maps))
        if (is_looked_at(line, &begin, &end))
            count += count_in_region(&scan, begin, end);
    (void)fclose(maps);
    (void)close(scan.memory);
    CHECK_EQ(munmap(scan.chunk, CHUNK), 0);
    return count;
}

void memory_scan_write_file(const char *path, const char *pattern)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    char content[CONTENT_MAX];
    size_t len = 0;

    CHECK(fd >= 0);
    for (const char *c = pattern; *c; c++) {
        CHECK(len + MEMORY_SCAN_SECRET_LEN < sizeof content);
        if (*c != '%') {
            content[len++] = *c;
            continue;
        }
        c++;
        for (size_t i = 0; i < MEMORY_SCAN_SECRET_LEN; i++)
            content[len++] = memory_scan_digit((unsigned)(*c - '0'), i);
    }
    CHECK_EQ(write(fd, content, len), (ssize_t)len);
    mem_wipe(content, sizeof content);
    CHECK_EQ(close(fd), 0);
}
