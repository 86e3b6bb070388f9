#ifndef CLIENT_LINE_LINE_NOTE_H
#define CLIENT_LINE_LINE_NOTE_H

#include "relay-client/line/line_channel.h"

/* Which address stood in LINE's console before ours, in a file of the journal's folder: so that
 * it comes back although we were killed. */
struct line_note {
    char before[LINE_CHANNEL_URL_MAX * 4 + 1]; /* "": none */
    char ours[LINE_CHANNEL_URL_MAX * 4 + 1];
};

/* On the disk when it returns.  On failure `detail` says what to do. */
MUST_CHECK enum err line_note_write(const char *path, const struct line_note *note,
                                    char detail[static 256]);
/* False: there is none that could be read. */
bool line_note_read(const char *path, struct line_note *out);
void line_note_remove(const char *path);

#endif
