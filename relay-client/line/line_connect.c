/* The way to be connected:
 *   1. whose channel is it?
 *   2. which address is set?  Another than ours is replaced only when asked for
 *   3. LINE tests ours; one that does not work is not set
 *   4. what was there is noted in a file, ours is set
 *   5. "Use webhook" must be on, which only the console can do
 *   6. at the end: if ours still stands there, the one before is set; the note goes
 * What can go wrong:
 *   - LINE cannot be asked, or refuses: said, and nothing is changed
 *   - it cannot be put back: the note stays, and the next run does it */
#include "relay-client/line/line_connect.h"

#include "base/mem.h"
#include "relay-client/line/line_note.h"
#include "relay-client/line/line_reason.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum step {
    STEP_BOT,
    STEP_LOOK,
    STEP_TEST,
    STEP_SET,
    STEP_CONNECTED,
    STEP_LOOK_AGAIN,
    STEP_RESTORE,
    STEP_OVER,
};

struct line_connect {
    struct line_connect_options options;
    enum step step;
    enum err rc;
    char bot_id[40];
    struct line_note note;  /* what was there before */
    bool is_active, is_set; /* "Use webhook"; ours is there, and the note says so */
    bool wants_restore;
    const struct line_connect_events *events;
    void *owner;
};

__attribute__((format(printf, 2, 3))) static void say(struct line_connect *c,
                                                      const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    c->events->on_note(c->owner, text);
}

static void on_answer(void *owner, const struct line_channel_answer *a);

static void restore(struct line_connect *c);

static void end(struct line_connect *c, enum err rc)
{
    c->step = STEP_CONNECTED;
    c->rc = rc;
    c->events->on_connected(c->owner, rc, c->bot_id);
    if (c->wants_restore)
        restore(c);
}

static void ask(struct line_connect *c, enum step step)
{
    const struct line_channel_ask a = {c->options.client, on_answer, c};
    enum err rc = OK;

    c->step = step;
    if (step == STEP_BOT)
        rc = line_channel_bot(&a);
    else if (step == STEP_LOOK || step == STEP_LOOK_AGAIN)
        rc = line_channel_webhook(&a);
    else if (step == STEP_TEST)
        rc = line_channel_test(&a, c->options.url);
    else if (step == STEP_SET)
        rc = line_channel_set(&a, c->options.url);
    else
        rc = line_channel_set(&a, c->note.before);
    if (rc == OK)
        return;
    on_answer(c, &(struct line_channel_answer){.why = rc});
}

/* --- step 6 --- */

static void after_restore(struct line_connect *c, const struct line_channel_answer *a)
{
    c->step = STEP_OVER;
    if (a->why != OK)
        say(c,
            "LINE's webhook address is still this tunnel's: %.300s. The next `hookline up "
            "--line` "
            "puts %.200s back, or `hookline webhook set` does.",
            *a->detail ? a->detail : err_text(a->why), c->note.before);
    else
        line_note_remove(c->options.note_file);
    if (a->why == OK)
        say(c,
            "LINE's webhook address is %.300s again. For up to a minute webhooks may still "
            "come "
            "here; %s",
            c->note.before,
            c->options.is_kept ? "the relay keeps them for the next `hookline up`."
                               : "with --offline=refuse LINE gets 503 for them.");
    c->events->on_restored(c->owner);
}

/* Somebody has set another address meanwhile: that one nobody has told us to replace. */
static void after_look_again(struct line_connect *c, const struct line_channel_answer *a)
{
    if (a->why != OK) {
        after_restore(c, a);
        return;
    }
    if (strcmp(a->url, c->options.url) == 0) {
        ask(c, STEP_RESTORE);
        return;
    }
    c->step = STEP_OVER;
    line_note_remove(c->options.note_file);
    say(c,
        "LINE's webhook address was changed meanwhile, to %.300s, and stays so; before this "
        "tunnel it was %.200s.",
        a->url, c->note.before);
    c->events->on_restored(c->owner);
}

static void restore(struct line_connect *c)
{
    if (c->is_set && *c->note.before) {
        ask(c, STEP_LOOK_AGAIN);
        return;
    }
    c->step = STEP_OVER;
    c->events->on_restored(c->owner);
}

void line_connect_restore(struct line_connect *c)
{
    c->wants_restore = true;
    if (c->step == STEP_CONNECTED)
        restore(c);
}

/* --- step 4 and 5 --- */

static void after_set(struct line_connect *c)
{
    c->is_set = true;
    say(c, "LINE's webhook address is now %.300s%s%.200s", c->options.url,
        *c->note.before ? "; at the end it will be " : "", c->note.before);
    if (!c->is_active)
        say(c,
            "\"Use webhook\" is off, so LINE sends nothing yet. Only the console can switch it "
            "on: LINE Developers, the channel, \"Messaging API\", \"Webhook settings\".");
    end(c, OK);
}

static void set(struct line_connect *c)
{
    char detail[256] = "";
    enum err rc = line_note_write(c->options.note_file, &c->note, detail);

    if (rc == OK) {
        ask(c, STEP_SET);
        return;
    }
    say(c, "LINE's webhook address was not changed, for the one before could not be noted: %s",
        detail);
    end(c, rc);
}

/* --- step 3 --- */

static void after_test(struct line_connect *c, const struct line_channel_answer *a)
{
    const struct line_reason *r =
        line_reason_find(span_text(a->reason), span_text(a->reason_detail));

    if (a->is_good) {
        set(c);
        return;
    }
    say(c,
        "LINE tried %.300s and says %.30s (%.100s). %s To do: %s LINE's address was not "
        "changed.",
        c->options.url, a->reason, a->reason_detail, r->means, r->fix);
    end(c, ERR_FAILED);
}

/* --- step 2 --- */

static void after_look(struct line_connect *c, const struct line_channel_answer *a)
{
    struct line_note noted;
    bool is_noted = line_note_read(c->options.note_file, &noted);
    bool is_ours = strcmp(a->url, c->options.url) == 0;
    bool is_left_behind = is_noted && strcmp(a->url, noted.ours) == 0;

    c->is_active = a->is_active;
    (void)snprintf(c->note.ours, sizeof c->note.ours, "%s", c->options.url);
    if (is_left_behind)
        (void)snprintf(c->note.before, sizeof c->note.before, "%s", noted.before);
    else if (!is_ours)
        (void)snprintf(c->note.before, sizeof c->note.before, "%s", a->url);
    if (!is_ours && !is_left_behind && *a->url && !c->options.may_replace) {
        say(c,
            "LINE's webhook address is %.300s, and stays so: this may be a bot that people "
            "use. "
            "`hookline up --line --yes` puts this tunnel there, and the other one back at the "
            "end.",
            a->url);
        end(c, ERR_CONFLICT);
        return;
    }
    ask(c, STEP_TEST);
}

/* --- step 1 --- */

static void after_bot(struct line_connect *c, const struct line_channel_answer *a)
{
    (void)snprintf(c->bot_id, sizeof c->bot_id, "%s", a->bot_id);
    say(c, "LINE's channel is %.100s (%.60s)", a->name, a->basic_id);
    ask(c, STEP_LOOK);
}

static void on_answer(void *owner, const struct line_channel_answer *a)
{
    struct line_connect *c = owner;
    bool is_none_set = c->step == STEP_LOOK && a->why == ERR_NOT_FOUND;

    if (c->step == STEP_RESTORE) {
        after_restore(c, a);
    } else if (c->step == STEP_LOOK_AGAIN) {
        after_look_again(c, a);
    } else if (a->why != OK && !is_none_set) {
        say(c, "LINE's webhook address was not changed. %s",
            *a->detail ? a->detail : err_text(a->why));
        end(c, a->why);
    } else if (c->step == STEP_BOT) {
        after_bot(c, a);
    } else if (c->step == STEP_LOOK) {
        after_look(c, a);
    } else if (c->step == STEP_TEST) {
        after_test(c, a);
    } else {
        after_set(c);
    }
}

/* --- life --- */

enum err line_connect_start(const struct line_connect_options *options,
                            const struct line_connect_events *events, void *owner,
                            struct line_connect **out)
{
    struct line_connect *c = mem_alloc(sizeof *c);

    if (!c)
        return ERR_NOMEM;
    c->options = *options;
    c->events = events;
    c->owner = owner;
    const struct line_channel_ask a = {options->client, on_answer, c};
    enum err rc = line_channel_bot(&a);
    if (rc != OK) {
        mem_free(c);
        return rc;
    }
    *out = c;
    return OK;
}

void line_connect_free(struct line_connect *c)
{
    mem_free(c);
}
