#include "relay-client/handler/echo/echo_sender.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "relay-client/handler/echo/echo_job.h"
#include "relay-client/lineapi/emulate/token/assertion_keys.h"

/* --- closing --- */

static void free_sender(struct defer_task *task)
{
    struct echo_sender *s = CONTAINER_OF(task, struct echo_sender, over);
    void (*on_closed)(void *owner) = s->on_closed;
    void *owner = s->owner;

    for (size_t i = 0; i < ECHO_ACCOUNTS; i++)
        echo_account_fini(&s->accounts[i]);
    jwt_rsa_free(s->works_key);
    mem_free(s);
    if (on_closed)
        on_closed(owner);
}

static void on_account_closed(void *owner)
{
    struct echo_sender *s = owner;

    if (--s->closing == 0)
        defer_post(s->loop, &s->over, free_sender);
}

static bool is_quiet(const struct echo_sender *s)
{
    bool is_issuing = false;

    for (size_t i = 0; i < ECHO_ACCOUNTS; i++)
        is_issuing = is_issuing || s->accounts[i].issuing;
    return s->active_len == 0 && s->queue_len == 0 && !is_issuing;
}

void echo_sender_went_on(struct echo_sender *s)
{
    if (!s->is_closing || s->is_over || !is_quiet(s))
        return;
    s->is_over = true;
    s->closing = 1;
    for (size_t i = 0; i < ECHO_ACCOUNTS; i++)
        s->closing += echo_account_close(&s->accounts[i], on_account_closed, s);
    on_account_closed(s);
}

/* --- webhooks --- */

static bool is_room(struct echo_sender *s)
{
    bool is_full = s->queue_len >= ECHO_SENDER_WAITING_MAX;

    if (is_full && !s->is_full_told)
        log_warn("echo", "%u replies are under way and %u wait: more are dropped",
                 ECHO_SENDER_CALLS_MAX, ECHO_SENDER_WAITING_MAX);
    s->is_full_told = is_full;
    return !is_full;
}

/* The real LINE WORKS gets answers to real webhooks only: signed, not replayed, and not while
 * somebody simulates or replays. */
static struct echo_account *works_account(struct echo_sender *s, const struct echo_webhook *w)
{
    const struct lineapi_options *o = lineapi_options_of(s->port);
    bool is_guarded = !o->live_push && push_guard_now(o->guard) != PUSH_GUARD_OFF;
    bool is_pass = o->mode == LINEAPI_PASS;
    bool is_real = s->has_real_works && o->mode != LINEAPI_EMULATE &&
                   (is_pass || (!w->is_replay && !is_guarded));

    if (is_real && w->verdict != VERDICT_VALID) {
        if (!s->is_unsigned_told)
            log_warn("echo", "a webhook of LINE WORKS is not answered there, for its signature "
                             "is not checked: give the bot secret with --secret-file");
        s->is_unsigned_told = true;
        is_real = false;
    }
    return &s->accounts[is_real ? ECHO_TO_REAL_WORKS : ECHO_TO_WORKS];
}

static void take_event(struct echo_sender *s, const struct echo_post_source *source)
{
    enum err rc = is_room(s) ? echo_job_new(s, source) : OK;

    if (rc == ERR_CONFIG && !s->is_bot_told)
        log_warn("echo",
                 "a webhook of LINE WORKS does not say which bot it is for: give its id "
                 "with --works-bot-id");
    s->is_bot_told = s->is_bot_told || rc == ERR_CONFIG;
    if (rc != OK && rc != ERR_NOT_FOUND && rc != ERR_CONFIG)
        log_warn("echo", "a reply cannot be made: %s", err_text(rc));
    echo_job_start_next(s);
}

void echo_sender_take(struct echo_sender *s, const struct echo_webhook *w)
{
    bool is_trusted = w->verdict == VERDICT_VALID || w->verdict == VERDICT_UNCHECKED;
    struct line_batch batch;

    if (s->is_closing || !is_trusted || line_batch_parse(&batch, w->body) != OK)
        return;
    struct echo_post_source source = {
        .kind = batch.kind,
        .account =
            batch.kind == LINE_BODY_WORKS ? works_account(s, w) : &s->accounts[ECHO_TO_LINE],
        .bot_id = w->bot_id,
        .settings = lineapi_options_of(s->port)->settings,
    };
    for (size_t i = 0; i < batch.events_len; i++) {
        source.event = &batch.events[i];
        take_event(s, &source);
    }
    line_batch_fini(&batch);
}

/* --- life --- */

static enum err open_real_works(struct echo_sender *s, const struct settings *settings,
                                char detail[static 512])
{
    if (!echo_account_has_works(settings, detail))
        return *detail ? ERR_CONFIG : OK;
    enum err rc = assertion_keys_load_works(settings, &s->works_key, detail);
    if (rc == OK)
        rc = echo_account_init_real_works(&s->accounts[ECHO_TO_REAL_WORKS], s->loop, settings,
                                          s->works_key, detail);
    s->has_real_works = rc == OK;
    return rc;
}

static enum err open_accounts(struct echo_sender *s, char detail[static 512])
{
    const struct lineapi_options *o = lineapi_options_of(s->port);
    enum err rc = echo_account_init_line(&s->accounts[ECHO_TO_LINE], o, s->port);

    if (rc == OK)
        rc = echo_account_init_works(&s->accounts[ECHO_TO_WORKS], s->port);
    return rc == OK ? open_real_works(s, o->settings, detail) : rc;
}

enum err echo_sender_open(struct loop *l, struct lineapi *port, struct echo_sender **out,
                          char detail[static 512])
{
    struct echo_sender *s = mem_alloc(sizeof *s);

    detail[0] = '\0';
    if (!s)
        return ERR_NOMEM;
    s->loop = l;
    s->port = port;
    list_init(&s->queue);
    list_init(&s->active);
    enum err rc = open_accounts(s, detail);
    if (rc == OK)
        *out = s;
    else
        echo_sender_close(s, NULL, NULL);
    return rc;
}

void echo_sender_close(struct echo_sender *s, void (*on_closed)(void *owner), void *owner)
{
    if (s->is_closing)
        return;
    s->is_closing = true;
    s->on_closed = on_closed;
    s->owner = owner;
    echo_job_cut_all(s);
    for (size_t i = 0; i < ECHO_ACCOUNTS; i++)
        if (s->accounts[i].issuing)
            echo_call_cancel(s->accounts[i].issuing);
    echo_sender_went_on(s);
}
