#include "relay-client/lineapi/emulate/people/people.h"

#include "relay-client/lineapi/emulate/people/people_names.h"
#include "relay-client/lineapi/emulate/people/people_store.h"

bool people_is_id(struct span text, const char *kinds)
{
    if (text.len != PEOPLE_ID_SIZE - 1 || text.ptr[0] == '\0' || !strchr(kinds, text.ptr[0]))
        return false;
    for (size_t i = 1; i < text.len; i++)
        if (!((text.ptr[i] >= '0' && text.ptr[i] <= '9') ||
              (text.ptr[i] >= 'a' && text.ptr[i] <= 'f')))
            return false;
    return true;
}

/* What the bot heard last in this chat, or of this user. */
static const struct given_event *newest(const struct emulator *e, struct span id)
{
    return given_events_by_chat(e->options.given, id, 0);
}

static bool is_own(const struct emulator *e, struct span id)
{
    return line_mint_is_own(e->options.mint, LINE_MINT_USER, id) ||
           line_mint_is_own(e->options.mint, LINE_MINT_GROUP, id) ||
           line_mint_is_own(e->options.mint, LINE_MINT_ROOM, id);
}

static bool is_known(const struct emulator *e, struct span id)
{
    return newest(e, id) || people_store_find(e->people, id) || is_own(e, id);
}

bool people_has_user(const struct emulator *e, struct span user)
{
    const struct given_event *event = newest(e, user);

    return is_known(e, user) && !(event && strcmp(event->type, "unfollow") == 0);
}

bool people_has_left(const struct emulator *e, struct span chat)
{
    const struct given_event *event = newest(e, chat);
    uint64_t left_ms = people_store_left_ms(e->people, chat);

    if (event && strcmp(event->type, "leave") == 0)
        return true;
    return left_ms > 0 && !(event && event->bot_ms > left_ms);
}

bool people_has_chat(const struct emulator *e, struct span chat)
{
    return is_known(e, chat) && !people_has_left(e, chat);
}

const char *people_language(const struct emulator *e, struct span id)
{
    const struct person *p = people_store_find(e->people, id);

    if (p && *p->language)
        return p->language;
    return p && *p->name ? "" : people_names_language(id);
}
