#ifndef CLIENT_LINEAPI_RICHMENU_STORE_H
#define CLIENT_LINEAPI_RICHMENU_STORE_H

#include "base/bytes.h"
#include "base/list.h"

#include <stdbool.h>

/* The rich menus of an emulated account, their images and aliases, and who sees which.
 *
 * Life: richmenu_store_new -> ... -> richmenu_store_free */
struct richmenu_store;

#define RICHMENU_MAX         1000u /* LINE's, by API */
#define RICHMENU_ALIASES_MAX 1000u
#define RICHMENU_LINKS_MAX   100000u /* users with a menu of their own */
#define RICHMENU_JSON_MAX    ((size_t)128 * 1024)
#define RICHMENU_IMAGE_MAX   ((size_t)1024 * 1024)
/* All images together; ERR_LIMIT beyond. */
#define RICHMENU_IMAGES_MAX ((size_t)128 * 1024 * 1024)
#define RICHMENU_ID_SIZE    64u
#define RICHMENU_ALIAS_SIZE 33u
#define RICHMENU_USER_SIZE  34u

struct richmenu {
    struct list_node in_store;
    char id[RICHMENU_ID_SIZE];
    struct bytes json;  /* what it was created from */
    struct bytes image; /* empty: none yet */
    bool is_png;        /* else JPEG */
    /* While a batch is made up: who has this one gets `replacement`, or NULL: none. */
    bool is_replaced;
    struct richmenu *replacement;
};

struct richmenu_alias {
    struct list_node in_store;
    char id[RICHMENU_ALIAS_SIZE];
    char menu[RICHMENU_ID_SIZE];
};

MUST_CHECK enum err richmenu_store_new(struct richmenu_store **out);
void richmenu_store_free(struct richmenu_store *s);

/* The id of the menu that this user sees: linked to it, or the default; "": none.  Borrowed
 * until the next change. */
const char *richmenu_store_of_user(const struct richmenu_store *s, struct span user);
struct richmenu *richmenu_store_find(const struct richmenu_store *s, struct span id);
/* NULL in; then each in the order of their creation; NULL behind the last. */
struct richmenu *richmenu_store_next(const struct richmenu_store *s, struct richmenu *m);

/* `json` is copied.  ERR_LIMIT: there are RICHMENU_MAX. */
MUST_CHECK enum err richmenu_store_add(struct richmenu_store *s, const char *id,
                                       struct span json, struct richmenu **out);
/* With its links and as default; its aliases stay, as they do at LINE. */
void richmenu_store_delete(struct richmenu_store *s, struct richmenu *m);
/* Copied.  ERR_CONFLICT: it has one. */
MUST_CHECK enum err richmenu_store_set_image(struct richmenu_store *s, struct richmenu *m,
                                             struct span image, bool is_png);

/* NULL clears it. */
void richmenu_store_set_default(struct richmenu_store *s, struct richmenu *m);
struct richmenu *richmenu_store_default(const struct richmenu_store *s);
/* ERR_LIMIT.  `m` NULL: unlink. */
MUST_CHECK enum err richmenu_store_link(struct richmenu_store *s, struct span user,
                                        struct richmenu *m);
/* Linked to it, not by default. */
struct richmenu *richmenu_store_linked(const struct richmenu_store *s, struct span user);
/* Nobody has `m` any more; NULL: nobody has any. */
void richmenu_store_unlink(struct richmenu_store *s, const struct richmenu *m);
/* Everybody gets the replacement of what they have, all at once: two may change places. */
void richmenu_store_replace(struct richmenu_store *s);
void richmenu_store_forget_replacements(struct richmenu_store *s);

struct richmenu_alias *richmenu_store_alias(const struct richmenu_store *s, struct span id);
/* As richmenu_store_next. */
struct richmenu_alias *richmenu_store_next_alias(const struct richmenu_store *s,
                                                 struct richmenu_alias *a);
/* ERR_CONFLICT, ERR_LIMIT. */
MUST_CHECK enum err richmenu_store_add_alias(struct richmenu_store *s, struct span id,
                                             const struct richmenu *m);
void richmenu_store_delete_alias(struct richmenu_store *s, struct richmenu_alias *a);

/* When a batch of changes was accepted, by its request id; 0: no such.  The newest
 * RICHMENU_BATCHES_MAX are known. */
#define RICHMENU_BATCHES_MAX 64u
void richmenu_store_note_batch(struct richmenu_store *s, const char *request_id,
                               uint64_t now_ms);
uint64_t richmenu_store_batch_ms(const struct richmenu_store *s, const char *request_id);

#endif
