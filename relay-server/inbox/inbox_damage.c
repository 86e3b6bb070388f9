#include "relay-server/inbox/inbox_damage.h"

const char *inbox_damage_text(enum inbox_damage d)
{
    switch (d) {
    case INBOX_WHOLE:
        return "it is whole";
    case INBOX_NOTE_DAMAGED:
        return "the checksum of the note about it does not fit";
    case INBOX_RECORD_DAMAGED:
        return "its checksum does not fit";
    case INBOX_CONTENT_DAMAGED:
        return "the checksum of its content does not fit";
    case INBOX_CONTENT_MISSING:
        return "its content is missing";
    case INBOX_HEAD_UNREADABLE:
        return "its head cannot be read";
    }
    return "";
}
