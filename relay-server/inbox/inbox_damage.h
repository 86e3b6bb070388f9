#ifndef SERVER_INBOX_DAMAGE_H
#define SERVER_INBOX_DAMAGE_H

/* What is wrong with a stored record; the worst comes last. */
enum inbox_damage {
    INBOX_WHOLE,
    INBOX_NOTE_DAMAGED, /* attempts and reason may be wrong, the record is good */
    INBOX_RECORD_DAMAGED,
    INBOX_CONTENT_DAMAGED,
    INBOX_CONTENT_MISSING,
    INBOX_HEAD_UNREADABLE, /* and yet its checksum fits */
};

/* For people: "its checksum does not fit". */
const char *inbox_damage_text(enum inbox_damage d);

#endif
