#include "relay-server/inbox/sqlite/inbox_pages.h"

#include "base/mem.h"
#include "store/database.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE         INBOX_SALVAGE_PAGE
#define LOG_HEADER   32u
#define FRAME_HEADER 24u
#define FRAME        (FRAME_HEADER + PAGE)
#define TRUNK_LEN    (PAGE / 4 - 2) /* pages that one of the list of unused ones names */

static uint32_t number_at(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* What is behind the end of a file that was cut is zero. */
static bool read_at(int fd, void *out, size_t len, uint64_t offset)
{
    ssize_t got = fd >= 0 ? pread(fd, out, len, (off_t)offset) : -1;

    if (got <= 0)
        return false;
    memset((uint8_t *)out + got, 0, len - (size_t)got);
    return true;
}

static uint64_t size_of(int fd)
{
    struct stat st;

    return fd >= 0 && fstat(fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

static uint64_t frame_offset(size_t frame)
{
    return LOG_HEADER + (uint64_t)frame * FRAME;
}

/* ---- life ---- */

static enum err read_frames(struct inbox_pages *p)
{
    uint64_t size = size_of(p->log);
    size_t len = size > LOG_HEADER ? (size_t)((size - LOG_HEADER) / FRAME) : 0;
    uint8_t header[FRAME_HEADER];

    if (len == 0)
        return OK;
    p->frames = mem_alloc(len * sizeof(p->frames[0]));
    if (!p->frames)
        return ERR_NOMEM;
    while (p->frames_len < len &&
           read_at(p->log, header, sizeof(header), frame_offset(p->frames_len)))
        p->frames[p->frames_len++] = number_at(header);
    return OK;
}

static void mark_unused(struct inbox_pages *p, uint32_t number)
{
    if (number > 0 && number <= p->len)
        p->unused[number / 8] |= (uint8_t)(1u << number % 8);
}

static bool is_unused(const struct inbox_pages *p, uint32_t number)
{
    return number <= p->len && p->unused[number / 8] & 1u << number % 8;
}

/* As far as the list can be followed. */
static void find_unused(struct inbox_pages *p)
{
    uint8_t page[PAGE];
    uint32_t trunk = inbox_pages_read(p, 1, page) ? number_at(page + 32) : 0;

    while (trunk > 1 && trunk <= p->len && !is_unused(p, trunk) &&
           inbox_pages_read(p, trunk, page)) {
        uint32_t len = number_at(page + 4);

        if (len > TRUNK_LEN)
            return;
        mark_unused(p, trunk);
        for (uint32_t i = 0; i < len; i++)
            mark_unused(p, number_at(page + 8 + 4 * (size_t)i));
        trunk = number_at(page);
    }
}

enum err inbox_pages_init(struct inbox_pages *p, const char *path)
{
    char log[DATABASE_PATH_MAX + 8];

    (void)snprintf(log, sizeof(log), "%s-wal", path);
    *p = (struct inbox_pages){
        .is_open = true,
        .file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW),
        .log = open(log, O_RDONLY | O_CLOEXEC | O_NOFOLLOW),
    };
    uint64_t pages = (size_of(p->file) + PAGE - 1) / PAGE;
    if (p->file < 0 || pages > UINT32_MAX - 1)
        return ERR_IO;
    p->len = (uint32_t)pages;
    p->unused = mem_alloc(pages / 8 + 1);
    enum err rc = p->unused ? read_frames(p) : ERR_NOMEM;
    if (!rc)
        find_unused(p);
    return rc;
}

void inbox_pages_fini(struct inbox_pages *p)
{
    if (p->is_open && p->file >= 0)
        close(p->file);
    if (p->is_open && p->log >= 0)
        close(p->log);
    mem_free(p->frames);
    mem_free(p->unused);
    *p = (struct inbox_pages){0};
}

/* ---- reading ---- */

bool inbox_pages_read(const struct inbox_pages *p, uint32_t number,
                      uint8_t out[static INBOX_SALVAGE_PAGE])
{
    for (size_t i = p->frames_len; i > 0; i--)
        if (p->frames[i - 1] == number)
            return read_at(p->log, out, PAGE, frame_offset(i - 1) + FRAME_HEADER);
    return number > 0 && number <= p->len &&
           read_at(p->file, out, PAGE, (uint64_t)(number - 1) * PAGE);
}

void inbox_pages_each(const struct inbox_pages *p,
                      void (*each)(void *owner, const uint8_t *page, bool is_first),
                      void *owner)
{
    uint8_t page[PAGE];

    for (uint32_t number = 1; number <= p->len; number++)
        if (!is_unused(p, number) &&
            read_at(p->file, page, PAGE, (uint64_t)(number - 1) * PAGE))
            each(owner, page, number == 1);
    for (size_t i = 0; i < p->frames_len; i++)
        if (read_at(p->log, page, PAGE, frame_offset(i) + FRAME_HEADER))
            each(owner, page, p->frames[i] == 1);
}
