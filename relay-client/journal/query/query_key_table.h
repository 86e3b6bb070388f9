#ifndef CLIENT_JOURNAL_QUERY_KEY_TABLE_H
#define CLIENT_JOURNAL_QUERY_KEY_TABLE_H

#include "relay-client/journal/query/query_tree.h"

/* The keys of the filter language, each with the kind of its values and the SQL that they
 * become.  docs/inspector.md explains them to users. */

enum query_form {
    QUERY_WORDS,  /* one of `words` */
    QUERY_TYPE,   /* of an event or message: any word, `words` are known ones */
    QUERY_STATUS, /* 200 5xx >=400 200..299 none */
    QUERY_TOOK,   /* >1.5s 200ms..1s */
    QUERY_NUMBER, /* 17 */
    QUERY_SINCE,  /* 10m today 12:00 2026-11-21 */
    QUERY_UNTIL,
    QUERY_AT,      /* 12:00..12:30 today */
    QUERY_PART,    /* somewhere in a text, folded */
    QUERY_SAID,    /* the same, and its longest word */
    QUERY_NAME,    /* a whole text, folded; * is anything */
    QUERY_LIKE,    /* a part of a text, folded; * is anything */
    QUERY_ACTOR,   /* an id of LINE, or a part of one */
    QUERY_ID,      /* of an exchange: its number, or the beginning of its delivery's */
    QUERY_BEGIN,   /* the beginning of an id, as it stands */
    QUERY_FIELD,   /* name=part */
    QUERY_FLAG,    /* journal_insight_flag_code */
    QUERY_FINDING, /* journal_insight_finding_code */
    QUERY_HAS,     /* words, and finding:CODE */
};

struct query_word {
    const char *name;
    struct query_condition condition; /* empty: the key's, with `number` as its ?1 */
    uint64_t number;
};

struct query_key {
    const char *name;
    enum query_form form;
    struct query_condition condition;
    /* Instead: of an id that is whole, a type with its kind (both halves), a path with its
     * query, a delivery's id. */
    struct query_condition whole;
    const struct query_word *words; /* ends with a zeroed one; NULL: none */
};

extern const struct query_key query_key_table[];
extern const size_t query_key_table_len;
/* What a bare word becomes, and a bare word that is a flag. */
extern const struct query_key query_key_bare;

/* By its name, letters without case; NULL. */
const struct query_key *query_key_find(struct span name);
/* The word with this name, letters without case; NULL. */
const struct query_word *query_key_word(const struct query_key *key, struct span name);
/* All words of a key in a row, flags and findings too; NULL behind the last one. */
const char *query_key_word_at(const struct query_key *key, size_t index);

#endif
