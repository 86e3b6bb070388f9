#include "relay-client/lineapi/validate/lineapi_problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A text that is cut at the border of a character. */
struct line {
    char *at;
    size_t size, len;
};

static void put(struct line *l, const char *text)
{
    size_t room = l->size - 1 - l->len;
    size_t len = strlen(text);

    if (len > room) {
        len = room;
        while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
            len--;
        l->size = l->len + len + 1; /* nothing comes behind a cut */
    }
    memcpy(l->at + l->len, text, len);
    l->len += len;
    l->at[l->len] = '\0';
}

static void put_name(struct line *l, const char *name)
{
    if (l->len > 0)
        put(l, ".");
    put(l, name);
}

static void put_place(struct line *l, const struct lineapi_place *place)
{
    char index[32];

    if (!place)
        return;
    put_place(l, place->parent); /* as deep as JSON_DEPTH_MAX allows */
    if (place->name) {
        put_name(l, place->name);
        return;
    }
    (void)snprintf(index, sizeof(index), "[%zu]", place->index);
    put(l, index);
}

void lineapi_problems_add(struct lineapi_problems *p, const struct lineapi_place *place,
                          const char *name, const char *message, ...)
{
    p->total++;
    if (p->len == LINEAPI_PROBLEMS_MAX)
        return;

    struct lineapi_problem *new = &p->list[p->len++];
    struct line property = {new->property, sizeof(new->property), 0};
    struct line words = {new->message, sizeof(new->message), 0};
    char text[2 * sizeof(new->message)];
    va_list args;

    put_place(&property, place);
    if (name)
        put_name(&property, name);
    va_start(args, message);
    (void)vsnprintf(text, sizeof(text), message, args);
    va_end(args);
    put(&words, text);
}
