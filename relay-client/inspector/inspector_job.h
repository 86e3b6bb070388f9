#ifndef CLIENT_INSPECTOR_INSPECTOR_JOB_H
#define CLIENT_INSPECTOR_INSPECTOR_JOB_H

#include "loop/worker.h"
#include "relay-client/inspector/inspector_route.h"

/* The reader's thread: it begins with the first job, and has one journal_reader.
 *
 * Life: inspector_job_reader_init -> inspector_job_start ... -> inspector_job_reader_close ->
 *       on_closed (at once, or when the last job is done; never inside the call). */

#define INSPECTOR_JOB_QUEUE 64u /* waiting; one more is ERR_BUSY */

struct inspector_job_reader {
    struct loop *loop;        /* borrowed */
    const char *journal_path; /* borrowed */
    struct worker *worker;    /* owned; NULL: no job so far, or closed */
    bool is_closing;
    void (*on_closed)(void *owner);
    void *owner;
    /* The thread's own while there is one. */
    struct journal_reader *journal; /* NULL: not open */
    uint64_t journal_file;          /* which file it has open: its inode */
};

void inspector_job_reader_init(struct inspector_job_reader *r, struct loop *l,
                               const char *journal_path);
/* False: nothing was to be closed, on_closed does not come. */
bool inspector_job_reader_close(struct inspector_job_reader *r, void (*on_closed)(void *owner),
                                void *owner);

#endif
