#include "relay-client/lineapi/emulate/content/content_store.h"

#include "base/container.h"
#include "base/list.h"
#include "base/mem.h"

struct entry {
    struct list_node in_store; /* in the order in which they came */
    struct content content;    /* its bytes are behind us */
    char bytes[];
};

struct content_store {
    struct list entries;
    size_t len, bytes_len, bytes_max;
};

enum err content_store_new(size_t bytes_max, struct content_store **out)
{
    struct content_store *s = mem_alloc(sizeof *s);

    if (!s)
        return ERR_NOMEM;
    list_init(&s->entries);
    s->bytes_max = bytes_max;
    *out = s;
    return OK;
}

static struct entry *entry_of(struct list_node *node)
{
    return CONTAINER_OF(node, struct entry, in_store);
}

static void drop(struct content_store *s, struct entry *e)
{
    list_remove(&e->in_store);
    s->len--;
    s->bytes_len -= e->content.bytes.len;
    mem_free(e);
}

void content_store_free(struct content_store *s)
{
    while (s && !list_is_empty(&s->entries))
        drop(s, entry_of(list_first(&s->entries)));
    mem_free(s);
}

static struct entry *find(const struct content_store *s, struct span message_id)
{
    for (struct list_node *n = s->entries.root.next; n != &s->entries.root; n = n->next)
        if (span_is(span_text(entry_of(n)->content.message_id), message_id))
            return entry_of(n);
    return NULL;
}

enum err content_store_put(struct content_store *s, const struct content *c)
{
    struct entry *old = find(s, span_text(c->message_id));

    if (c->bytes.len > s->bytes_max)
        return ERR_LIMIT;
    struct entry *e = mem_alloc(sizeof *e + c->bytes.len);
    if (!e)
        return ERR_NOMEM;
    if (old)
        drop(s, old);
    while (s->len == CONTENT_STORE_MAX || s->bytes_len > s->bytes_max - c->bytes.len)
        drop(s, entry_of(list_first(&s->entries)));
    e->content = *c;
    if (c->bytes.len > 0)
        memcpy(e->bytes, c->bytes.ptr, c->bytes.len);
    e->content.bytes.ptr = e->bytes;
    list_append(&s->entries, &e->in_store);
    s->len++;
    s->bytes_len += c->bytes.len;
    return OK;
}

const struct content *content_store_find(const struct content_store *s, struct span message_id)
{
    const struct entry *e = message_id.len > 0 ? find(s, message_id) : NULL;

    return e ? &e->content : NULL;
}
