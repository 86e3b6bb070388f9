#ifndef SERVER_INBOX_SALVAGE_H
#define SERVER_INBOX_SALVAGE_H

#include "relay-server/inbox/inbox_op.h"

/* Finds records in single pages of a damaged inbox file, as SQLite writes them ("Database
 * File Format", sections 1.6 and 2.1), without trusting anything but checksums.  Pure: one
 * page in, what is in it out.
 *
 * Only leaves of tables are looked at, also when one bit of their mark has flipped.  Pages
 * that hold nothing but a piece of somebody's body begin otherwise: what a sender wrote is
 * never taken for a record. */

#define INBOX_SALVAGE_PAGE 4096u /* bytes; SQLite's own choice since 2016, and ours */

/* A content as a page has it; its checksum is the record's. */
struct inbox_salvage_content {
    uint64_t seq;
    uint64_t head_len, body_len;
    struct span local;  /* the bytes of both that are in this page */
    uint32_t next_page; /* where it goes on, as inbox_salvage_next tells; 0: it ends */
};

struct inbox_salvage_events {
    /* Its checksum fits.  Borrowed for the call; no head and body. */
    void (*record)(void *owner, const struct inbox_row *row);
    void (*content)(void *owner, const struct inbox_salvage_content *c);
    void *owner;
};

/* `is_first`: page 1, which begins with the file's header. */
void inbox_salvage_page(const uint8_t page[static INBOX_SALVAGE_PAGE], bool is_first,
                        const struct inbox_salvage_events *events);

/* A page that a content goes on in: its bytes; returns the next one, or 0. */
uint32_t inbox_salvage_next(const uint8_t page[static INBOX_SALVAGE_PAGE], struct span *bytes);

#endif
