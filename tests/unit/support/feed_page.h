/* A page that listens to the inspector of inspector_rig: what it has heard, as text. */
#ifndef TESTS_UNIT_SUPPORT_FEED_PAGE_H
#define TESTS_UNIT_SUPPORT_FEED_PAGE_H

#include "unit/support/inspector_rig.h"

struct feed_page {
    struct public_client client;
    char text[262144]; /* the events so far, without the chunks around them */
};

/* GET /api/stream with this query ("?q=..." or "") and Last-Event-ID (or NULL); waits for the
 * head.  Returns its status. */
unsigned feed_page_open(struct feed_page *p, const char *query, const char *last_id);
/* Takes in what has come. */
void feed_page_look(struct feed_page *p);
/* Time passes until the page has heard this text `times` times. */
void feed_page_wait(struct feed_page *p, const char *text, unsigned times);
unsigned feed_page_count(struct feed_page *p, const char *text);
/* The last id that it was told; until the next call. */
const char *feed_page_last_id(struct feed_page *p);
/* Forgets what was heard. */
void feed_page_clear(struct feed_page *p);
void feed_page_close(struct feed_page *p);

#endif
