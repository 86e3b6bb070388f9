#include "relay-client/lineapi/emulate/richmenu/richmenu_store.h"

#include "base/container.h"
#include "base/mem.h"

#include <stdio.h>

#define BUCKETS 4096u

struct link {
    struct link *next; /* in its bucket */
    struct richmenu *menu;
    char user[RICHMENU_USER_SIZE];
};

struct batch {
    char request_id[40];
    uint64_t accepted_ms;
};

struct richmenu_store {
    struct list menus, aliases;
    size_t menus_len, aliases_len, links_len;
    size_t images_bytes;
    struct richmenu *by_default; /* of the list, or NULL */
    struct link *links[BUCKETS];
    struct batch batches[RICHMENU_BATCHES_MAX]; /* a ring */
    size_t batches_len;
};

enum err richmenu_store_new(struct richmenu_store **out)
{
    struct richmenu_store *s = mem_alloc(sizeof *s);

    if (!s)
        return ERR_NOMEM;
    list_init(&s->menus);
    list_init(&s->aliases);
    *out = s;
    return OK;
}

static struct richmenu *menu_of(struct list_node *n)
{
    return n ? CONTAINER_OF(n, struct richmenu, in_store) : NULL;
}

static struct richmenu_alias *alias_of(struct list_node *n)
{
    return n ? CONTAINER_OF(n, struct richmenu_alias, in_store) : NULL;
}

static void free_menu(struct richmenu *m)
{
    bytes_fini(&m->json);
    bytes_fini(&m->image);
    mem_free(m);
}

void richmenu_store_free(struct richmenu_store *s)
{
    struct list_node *n;

    if (!s)
        return;
    richmenu_store_unlink(s, NULL);
    while ((n = list_first(&s->menus))) {
        list_remove(n);
        free_menu(menu_of(n));
    }
    while ((n = list_first(&s->aliases))) {
        list_remove(n);
        mem_free(alias_of(n));
    }
    mem_free(s);
}

/* --- menus --- */

struct richmenu *richmenu_store_next(const struct richmenu_store *s, struct richmenu *m)
{
    return menu_of(m ? list_next(&s->menus, &m->in_store) : list_first(&s->menus));
}

struct richmenu *richmenu_store_find(const struct richmenu_store *s, struct span id)
{
    struct richmenu *m = NULL;

    while ((m = richmenu_store_next(s, m)))
        if (span_is(id, span_text(m->id)))
            break;
    return m;
}

enum err richmenu_store_add(struct richmenu_store *s, const char *id, struct span json,
                            struct richmenu **out)
{
    if (s->menus_len == RICHMENU_MAX || strlen(id) >= RICHMENU_ID_SIZE)
        return ERR_LIMIT;
    struct richmenu *m = mem_alloc(sizeof *m);
    if (!m)
        return ERR_NOMEM;
    bytes_init(&m->json, RICHMENU_JSON_MAX);
    bytes_init(&m->image, RICHMENU_IMAGE_MAX);
    enum err rc = bytes_append_span(&m->json, json);
    if (rc != OK) {
        free_menu(m);
        return rc;
    }
    snprintf(m->id, sizeof m->id, "%s", id);
    list_append(&s->menus, &m->in_store);
    s->menus_len++;
    *out = m;
    return OK;
}

void richmenu_store_delete(struct richmenu_store *s, struct richmenu *m)
{
    richmenu_store_unlink(s, m);
    if (s->by_default == m)
        s->by_default = NULL;
    s->images_bytes -= bytes_len(&m->image);
    s->menus_len--;
    list_remove(&m->in_store);
    free_menu(m);
}

enum err richmenu_store_set_image(struct richmenu_store *s, struct richmenu *m,
                                  struct span image, bool is_png)
{
    if (bytes_len(&m->image) > 0)
        return ERR_CONFLICT;
    if (image.len > RICHMENU_IMAGES_MAX - s->images_bytes)
        return ERR_LIMIT;
    enum err rc = bytes_append_span(&m->image, image);
    if (rc != OK)
        return rc;
    s->images_bytes += image.len;
    m->is_png = is_png;
    return OK;
}

/* --- who sees which --- */

void richmenu_store_set_default(struct richmenu_store *s, struct richmenu *m)
{
    s->by_default = m;
}

struct richmenu *richmenu_store_default(const struct richmenu_store *s)
{
    return s->by_default;
}

/* FNV-1a: names that a peer chooses can only slow down this peer's own calls. */
static size_t bucket_of(struct span user)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < user.len; i++)
        hash = (hash ^ (uint8_t)user.ptr[i]) * 16777619u;
    return hash % BUCKETS;
}

/* Where the pointer to this user's link is, or would be. */
static struct link **find_link(struct richmenu_store *s, struct span user)
{
    struct link **at = &s->links[bucket_of(user)];

    while (*at && !span_is(user, span_text((*at)->user)))
        at = &(*at)->next;
    return at;
}

static void drop_link(struct richmenu_store *s, struct link **at)
{
    struct link *gone = *at;

    *at = gone->next;
    s->links_len--;
    mem_free(gone);
}

struct richmenu *richmenu_store_linked(const struct richmenu_store *s, struct span user)
{
    const struct link *l = s->links[bucket_of(user)];

    while (l && !span_is(user, span_text(l->user)))
        l = l->next;
    return l ? l->menu : NULL;
}

const char *richmenu_store_of_user(const struct richmenu_store *s, struct span user)
{
    const struct richmenu *m = richmenu_store_linked(s, user);

    if (!m)
        m = s->by_default;
    return m ? m->id : "";
}

enum err richmenu_store_link(struct richmenu_store *s, struct span user, struct richmenu *m)
{
    struct link **at = find_link(s, user);

    if (!m && *at)
        drop_link(s, at);
    if (!m)
        return OK;
    if (!*at) {
        if (s->links_len == RICHMENU_LINKS_MAX || user.len >= RICHMENU_USER_SIZE)
            return ERR_LIMIT;
        *at = mem_alloc(sizeof **at);
        if (!*at)
            return ERR_NOMEM;
        memcpy((*at)->user, user.ptr, user.len);
        s->links_len++;
    }
    (*at)->menu = m;
    return OK;
}

void richmenu_store_unlink(struct richmenu_store *s, const struct richmenu *m)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        struct link **at = &s->links[i];
        while (*at) {
            if (!m || (*at)->menu == m)
                drop_link(s, at);
            else
                at = &(*at)->next;
        }
    }
}

static void replace_in(struct richmenu_store *s, struct link **at)
{
    while (*at) {
        const struct richmenu *m = (*at)->menu;
        if (m->is_replaced && !m->replacement) {
            drop_link(s, at);
            continue;
        }
        if (m->is_replaced)
            (*at)->menu = m->replacement;
        at = &(*at)->next;
    }
}

void richmenu_store_replace(struct richmenu_store *s)
{
    for (size_t i = 0; i < BUCKETS; i++)
        replace_in(s, &s->links[i]);
}

void richmenu_store_forget_replacements(struct richmenu_store *s)
{
    struct richmenu *m = NULL;

    while ((m = richmenu_store_next(s, m))) {
        m->is_replaced = false;
        m->replacement = NULL;
    }
}

/* --- aliases --- */

struct richmenu_alias *richmenu_store_next_alias(const struct richmenu_store *s,
                                                 struct richmenu_alias *a)
{
    return alias_of(a ? list_next(&s->aliases, &a->in_store) : list_first(&s->aliases));
}

struct richmenu_alias *richmenu_store_alias(const struct richmenu_store *s, struct span id)
{
    struct richmenu_alias *a = NULL;

    while ((a = richmenu_store_next_alias(s, a)))
        if (span_is(id, span_text(a->id)))
            break;
    return a;
}

enum err richmenu_store_add_alias(struct richmenu_store *s, struct span id,
                                  const struct richmenu *m)
{
    if (richmenu_store_alias(s, id))
        return ERR_CONFLICT;
    if (s->aliases_len == RICHMENU_ALIASES_MAX || id.len >= RICHMENU_ALIAS_SIZE)
        return ERR_LIMIT;
    struct richmenu_alias *a = mem_alloc(sizeof *a);
    if (!a)
        return ERR_NOMEM;
    memcpy(a->id, id.ptr, id.len);
    snprintf(a->menu, sizeof a->menu, "%s", m->id);
    list_append(&s->aliases, &a->in_store);
    s->aliases_len++;
    return OK;
}

void richmenu_store_delete_alias(struct richmenu_store *s, struct richmenu_alias *a)
{
    list_remove(&a->in_store);
    s->aliases_len--;
    mem_free(a);
}

/* --- batches --- */

void richmenu_store_note_batch(struct richmenu_store *s, const char *request_id,
                               uint64_t now_ms)
{
    struct batch *b = &s->batches[s->batches_len++ % RICHMENU_BATCHES_MAX];

    snprintf(b->request_id, sizeof b->request_id, "%s", request_id);
    b->accepted_ms = now_ms;
}

uint64_t richmenu_store_batch_ms(const struct richmenu_store *s, const char *request_id)
{
    for (size_t i = 0; i < RICHMENU_BATCHES_MAX; i++)
        if (*request_id && strcmp(s->batches[i].request_id, request_id) == 0)
            return s->batches[i].accepted_ms;
    return 0;
}
