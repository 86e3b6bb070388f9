#ifndef TESTS_UNIT_MESSAGE_RIG_H
#define TESTS_UNIT_MESSAGE_RIG_H

#include "relay-client/lineapi/validate/message_check.h"
#include "relay-client/lineapi/validate/richmenu_check.h"

/* Tables of message objects and what is wrong with them.
 *
 * In JSON here ' stands for ", and <3*ab> for ababab.  Problems read "property: message",
 * several are joined by " | "; no problem is "". */
struct message_rig_case {
    const char *json, *want; /* NULL ends a table */
};

/* Where a case belongs: its JSON replaces "@", and "~" in what is wanted reads `place`. */
struct message_rig_frame {
    const char *json, *place;
    struct message_check check; /* its `body` is filled in */
};

/* The frame is a whole body, {'messages':[@]}. */
void message_rig_check(const struct message_rig_frame *frame,
                       const struct message_rig_case *cases);
void message_rig_check_one(const struct message_rig_frame *frame, const char *json,
                           const char *want);
/* The frame is a rich menu. */
void message_rig_check_menu(const struct message_rig_frame *frame,
                            const struct message_rig_case *cases);

/* What a case's JSON becomes; the caller frees it with mem_free. */
char *message_rig_expand(const char *frame, const char *json);

#endif
