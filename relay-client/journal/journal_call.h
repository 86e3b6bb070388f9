#ifndef CLIENT_JOURNAL_JOURNAL_CALL_H
#define CLIENT_JOURNAL_JOURNAL_CALL_H

#include "relay-client/journal/journal.h"

/* Calls of the bot to LINE's API, recorded beside the webhooks that they answer, and the names
 * of the people in them.  Stored numbers: never renumber. */

enum journal_call_mode {
    JOURNAL_CALL_EMULATED, /* answered here */
    JOURNAL_CALL_PASSED,   /* on to LINE, whose answer it is */
    JOURNAL_CALL_FAILED,   /* LINE could not be reached: `problem` and `explanation` say why */
};
enum journal_call_tie {
    JOURNAL_CALL_UNTIED,
    JOURNAL_CALL_BY_TOKEN,   /* its reply token */
    JOURNAL_CALL_BY_MESSAGE, /* the message whose content it asks for */
    JOURNAL_CALL_BY_TIME,    /* the latest event of that chat within a minute */
};

#define JOURNAL_CALL_BODY_MAX  ((size_t)1024 * 1024) /* kept of each body */
#define JOURNAL_CALL_CHATS_MAX 500u

struct journal_call {
    uint64_t at_ms; /* wall clock: its head had come */
    uint64_t took_us;
    enum journal_call_mode mode;
    enum journal_call_tie tie;
    uint64_t exchange;       /* that it belongs to, 0: none */
    size_t event;            /* place of the event in it */
    const char *operation;   /* operationId, or "" */
    const char *host;        /* "api.line.me" */
    const char *request_id;  /* x-line-request-id of the answer, or "" */
    const char *problem;     /* "token_used", "rate", ... (docs/line-api.md), or "" */
    const char *explanation; /* of a failed one, for people, or "" */
    /* Chats that its messages go to, or in which it is noticed; one "*" for everybody
     * (broadcast, narrowcast). */
    const char *const *chats;
    size_t chats_len;                         /* at most JOURNAL_CALL_CHATS_MAX */
    const struct http_head *request, *answer; /* answer: NULL, none */
    struct span request_body, answer_body;    /* at most JOURNAL_CALL_BODY_MAX of them */
    bool request_truncated, answer_truncated;
    bool is_sending; /* messages are in it: the conversation shows it */
};

/* Not awaited by anybody, kept in order with the other records; copies everything.  Credentials
 * in heads are stored as what they are: secret fields without their values.  ERR_BUSY and
 * others as journal_record: then it is not recorded. */
MUST_CHECK enum err journal_call_record(struct journal *j, const struct journal_call *call);

/* What is known of a user, a group or a room. */
enum journal_person_source {
    JOURNAL_PERSON_MADE_UP, /* by the emulator */
    JOURNAL_PERSON_LINE,    /* LINE said so, in an answer that was passed on */
    JOURNAL_PERSON_USER,    /* who made the test person */
};
struct journal_person {
    const char *id;
    const char *type;                          /* "user", "group", "room" */
    const char *name, *language, *picture_url; /* "" unknown */
    enum journal_person_source source;
    bool is_test; /* nobody real */
};
/* As above; what is known of that id is replaced, but LINE's words not by made up ones. */
MUST_CHECK enum err journal_call_person(struct journal *j, const struct journal_person *p);

#endif
