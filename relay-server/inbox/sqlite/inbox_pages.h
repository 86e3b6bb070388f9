#ifndef SERVER_INBOX_PAGES_H
#define SERVER_INBOX_PAGES_H

#include "relay-server/inbox/sqlite/inbox_salvage.h"

#include <stdbool.h>

/* The pages of an inbox file and of the log beside it, without SQLite, which refuses
 * damaged ones.  What is in the log is newer than what is in the file.
 *
 * Life: inbox_pages_init -> ... -> inbox_pages_fini; zeroed is legal. */
struct inbox_pages {
    bool is_open;
    int file, log;    /* -1: not there */
    uint32_t len;     /* pages in the file */
    uint32_t *frames; /* owned: which page each frame of the log has */
    size_t frames_len;
    uint8_t *unused; /* owned: a bit for each page of the file that SQLite has freed */
};

/* Both are held still by the writer's lock.  ERR_IO, ERR_NOMEM. */
MUST_CHECK enum err inbox_pages_init(struct inbox_pages *p, const char *path);
void inbox_pages_fini(struct inbox_pages *p);

/* All that may hold something, from the file and then from the log; `number` counts from
 * 1.  Pages that cannot be read are left out. */
void inbox_pages_each(const struct inbox_pages *p,
                      void (*each)(void *owner, const uint8_t *page, bool is_first),
                      void *owner);
/* The newest of this number; false: there is none, or it cannot be read. */
bool inbox_pages_read(const struct inbox_pages *p, uint32_t number,
                      uint8_t out[static INBOX_SALVAGE_PAGE]);

#endif
