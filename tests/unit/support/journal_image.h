/* A journal's files as a sudden death leaves them: taken at one moment, put back later. */
#ifndef TESTS_UNIT_SUPPORT_JOURNAL_IMAGE_H
#define TESTS_UNIT_SUPPORT_JOURNAL_IMAGE_H

/* Nothing may be on its way to the disk. */
void journal_image_take(const char *path);
/* The journal is closed; what was written since is gone. */
void journal_image_restore(const char *path);

#endif
