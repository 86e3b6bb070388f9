#ifndef CLIENT_INSPECTOR_EXPORT_SHELL_QUOTE_H
#define CLIENT_INSPECTOR_EXPORT_SHELL_QUOTE_H

#include "base/bytes.h"

/* Bytes from anywhere as a POSIX shell takes them, one by one: nothing in them is ever a
 * command, a variable, a pattern, or a jump of the cursor where they are pasted. */

/* Can stand in a command as it looks: UTF-8 that may be shown (base/text.h). */
bool shell_quote_is_plain(struct span s);

/* One word: 'it'\''s', or with bytes that cannot be shown "$(printf '\377')".  Such a word
 * must not end in a line feed, and hold no NUL: fields of HTTP do not. */
MUST_CHECK enum err shell_quote_word(struct bytes *out, struct span s);
/* printf '...': a command that prints exactly these bytes. */
MUST_CHECK enum err shell_quote_printf(struct bytes *out, struct span s);

#endif
