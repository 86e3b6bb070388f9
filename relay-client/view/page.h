#ifndef CLIENT_VIEW_PAGE_H
#define CLIENT_VIEW_PAGE_H

#include "base/bytes.h"
#include "base/text.h"

/* Writes text for people to the end of a byte queue.  Two kinds of text: ours, which is
 * taken as it stands, and that of others ("outside": peers, users, files), which is
 * escaped, so that it can neither move the cursor nor colour anything.
 *
 *     page_init -> page_... -> page_end
 *
 * The first failure sticks, later calls do nothing, page_end reports it; the queue then
 * holds a piece of a text that its owner drops. */
struct page {
    struct bytes *out; /* borrowed */
    bool colour;
    enum err failed;
};

/* Success has no colour (PAGE_GOOD is for "live" and "valid" only). */
enum page_paint {
    PAGE_PLAIN, /* back to normal */
    PAGE_FAINT,
    PAGE_STRONG,
    PAGE_GOOD,
    PAGE_LATE,
    PAGE_WRONG,
    PAGE_MADE, /* made by the user: replays */
};

enum page_align { PAGE_LEFT, PAGE_RIGHT };

void page_init(struct page *p, struct bytes *out, bool colour);
/* ERR_NOMEM, ERR_LIMIT: of the queue. */
MUST_CHECK enum err page_end(const struct page *p);

/* Does nothing on a page without colours. */
void page_paint(struct page *p, enum page_paint paint);
/* Ours: static texts, numbers, what text.h formats.  Never bytes from outside. */
void page_text(struct page *p, const char *ours);
void page_span(struct page *p, struct span ours);
void page_printf(struct page *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
void page_spaces(struct page *p, size_t columns);

/* On one line: line feeds become an arrow. */
void page_outside(struct page *p, struct span s);
/* Cut at a character border with ".." to at most `columns` columns; returns how many it
 * took.  `cut` at 0 columns writes nothing. */
size_t page_cut(struct page *p, struct span s, size_t columns);
/* Cut, and filled with spaces to exactly `columns`. */
void page_cell(struct page *p, struct span s, size_t columns, enum page_align align);

/* How page_wrapped sets its lines. */
struct page_wrap {
    size_t indent;  /* columns before each line but the first */
    size_t columns; /* of a line with its indent; 0: one line, however long */
    size_t lines;   /* what does not fit is cut; 0: no limit */
};
/* Breaks between words and, where a word is longer than a line, inside of it.  Line
 * feeds of the text break lines too.  Ends without a line feed. */
void page_wrapped(struct page *p, struct span s, struct page_wrap wrap);

#endif
