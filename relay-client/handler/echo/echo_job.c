/* A reply:
 *   1. it is made of an event, and waits while 64 others are under way
 *   2. an access token is there, or is asked for (once for all that wait)
 *   3. it is sent
 *   4. 2xx: done
 * What can go wrong:
 *   - 401: the token is renewed, and it is sent again, once
 *   - 429 of LINE WORKS: again after 1, 2, 4 and 8 s
 *   - no token is to be had: LINE's are sent with a made-up one, which the emulator takes, so
 *     that replays are answered without a network; others are given up
 *   - anything else: it is given up; the log says why, once for each kind
 *   - we are closed: what is under way is cut */
#include "relay-client/handler/echo/echo_job.h"

#include "base/container.h"
#include "base/mem.h"

enum job_state { JOB_QUEUED, JOB_WANTS_TOKEN, JOB_SENT, JOB_PAUSED };

struct echo_job {
    struct list_node in_sender; /* queue, or active */
    struct echo_sender *sender;
    struct echo_account *account;
    enum job_state state;
    struct echo_post post;  /* owned */
    struct echo_call *call; /* JOB_SENT */
    struct deadline pause;  /* JOB_PAUSED */
    unsigned tries, token;  /* its number */
    bool is_renewed;
};

static uint64_t now_ms(const struct echo_sender *s)
{
    return clock_wall_ms(loop_clock(s->loop));
}

static void free_job(struct echo_job *j)
{
    struct echo_sender *s = j->sender;

    if (j->state == JOB_QUEUED)
        s->queue_len--;
    else
        s->active_len--;
    deadline_clear(s->loop, &j->pause);
    list_remove(&j->in_sender);
    echo_post_fini(&j->post);
    mem_free(j);
}

static void go_on(struct echo_job *j);

static void end(struct echo_job *j)
{
    struct echo_sender *s = j->sender;

    free_job(j);
    echo_job_start_next(s);
    echo_sender_went_on(s);
}

static void fail(struct echo_job *j, enum err why)
{
    const struct echo_answer answer = {.why = why, .detail = err_text(why)};

    echo_account_tell(j->account, &answer, false);
    end(j);
}

/* --- step 4 --- */

static void on_pause_over(struct deadline *d)
{
    go_on(CONTAINER_OF(d, struct echo_job, pause));
}

static bool is_again(struct echo_job *j, const struct echo_answer *a)
{
    if (j->sender->is_closing || a->why != OK)
        return false;
    if (a->status == 401 && !j->is_renewed) {
        j->is_renewed = true;
        return echo_token_drop(&j->account->token, j->token);
    }
    return a->status == 429 && j->account->is_works && j->tries < ECHO_SENDER_TRIES_MAX;
}

static void try_again(struct echo_job *j, unsigned status)
{
    if (status == 401) {
        go_on(j);
        return;
    }
    j->state = JOB_PAUSED;
    uint64_t pause_ms = (uint64_t)1000 << (j->tries - 1);
    enum err rc = deadline_set(j->sender->loop, &j->pause, pause_ms, on_pause_over);
    if (rc != OK)
        fail(j, rc);
}

static void on_answer(void *owner, const struct echo_answer *a)
{
    struct echo_job *j = owner;

    j->call = NULL;
    if (is_again(j, a)) {
        try_again(j, a->status);
        return;
    }
    if (a->why == OK && a->status >= 200 && a->status <= 299)
        echo_account_works(j->account);
    else
        echo_account_tell(j->account, a, false);
    end(j);
}

/* --- step 3 --- */

static void send(struct echo_job *j, struct span token)
{
    const struct echo_call_request request = {
        .way = j->account->api,
        .path = j->post.path,
        .type = "application/json",
        .body = bytes_span(&j->post.body),
        .token = token,
        .done = on_answer,
        .owner = j,
    };

    j->state = JOB_SENT;
    j->tries++;
    j->token = j->account->token.number;
    enum err rc = echo_call_start(j->sender->loop, &request, &j->call);
    if (rc != OK)
        fail(j, rc);
}

/* --- step 2 --- */

static struct echo_job *first_that_waits(struct echo_sender *s, const struct echo_account *a)
{
    for (struct list_node *n = list_first(&s->active); n; n = list_next(&s->active, n)) {
        struct echo_job *j = CONTAINER_OF(n, struct echo_job, in_sender);
        if (j->state == JOB_WANTS_TOKEN && j->account == a)
            return j;
    }
    return NULL;
}

static void give_token(struct echo_sender *s, struct echo_account *a, enum err why)
{
    struct span token = echo_token_now(&a->token, now_ms(s));
    struct echo_job *j;

    if (why != OK && !a->is_works)
        token = SPAN(ECHO_ACCOUNT_MADE_UP);
    while ((j = first_that_waits(s, a))) {
        if (token.len == 0 || s->is_closing)
            end(j);
        else
            send(j, token);
    }
}

static void on_token(struct echo_sender *s, struct echo_account *a, const struct echo_answer *r)
{
    bool is_good = r->why == OK && r->status == 200;
    enum err rc = is_good ? echo_token_take(&a->token, r->body, now_ms(s)) : ERR_DENIED;

    a->issuing = NULL;
    if (rc != OK)
        echo_account_tell(a, r, true);
    give_token(s, a, rc);
    echo_sender_went_on(s);
}

/* One for each account: who has asked is known by that. */
static void on_line_token(void *owner, const struct echo_answer *r)
{
    struct echo_sender *s = owner;

    on_token(s, &s->accounts[ECHO_TO_LINE], r);
}

static void on_works_token(void *owner, const struct echo_answer *r)
{
    struct echo_sender *s = owner;

    on_token(s, &s->accounts[ECHO_TO_REAL_WORKS], r);
}

static enum err ask_for_token(struct echo_sender *s, struct echo_account *a)
{
    struct bytes body;

    bytes_init(&body, 4 * JWT_MAX);
    enum err rc =
        echo_token_request(&a->token, now_ms(s), lineapi_options_of(s->port)->random, &body);
    const struct echo_call_request request = {
        .way = a->auth,
        .path = a->token_path,
        .type = "application/x-www-form-urlencoded",
        .body = bytes_span(&body),
        .done = a->is_works ? on_works_token : on_line_token,
        .owner = s,
    };
    if (rc == OK)
        rc = echo_call_start(s->loop, &request, &a->issuing);
    if (body.base)
        mem_wipe(body.base, body.cap);
    bytes_fini(&body);
    return rc;
}

static void go_on(struct echo_job *j)
{
    struct echo_sender *s = j->sender;
    struct echo_account *a = j->account;
    struct span token = echo_token_now(&a->token, now_ms(s));
    enum err rc = OK;

    if (token.len > 0) {
        send(j, token);
        return;
    }
    j->state = JOB_WANTS_TOKEN;
    if (!a->issuing)
        rc = ask_for_token(s, a);
    if (rc != OK)
        fail(j, rc);
}

/* --- step 1 --- */

enum err echo_job_new(struct echo_sender *s, const struct echo_post_source *source)
{
    struct echo_job *j = mem_alloc(sizeof *j);
    enum err rc = j ? echo_post_make(&j->post, source) : ERR_NOMEM;

    if (rc != OK) {
        if (j)
            echo_post_fini(&j->post);
        mem_free(j);
        return rc;
    }
    j->sender = s;
    j->account = source->account;
    list_append(&s->queue, &j->in_sender);
    s->queue_len++;
    return OK;
}

void echo_job_start_next(struct echo_sender *s)
{
    while (!s->is_closing && s->active_len < ECHO_SENDER_CALLS_MAX && s->queue_len > 0) {
        struct echo_job *j = CONTAINER_OF(list_first(&s->queue), struct echo_job, in_sender);
        list_remove(&j->in_sender);
        s->queue_len--;
        list_append(&s->active, &j->in_sender);
        s->active_len++;
        go_on(j);
    }
}

/* --- the end --- */

static void cut(struct echo_job *j)
{
    if (j->state == JOB_SENT)
        echo_call_cancel(j->call); /* on_answer frees it */
    else
        free_job(j);
}

void echo_job_cut_all(struct echo_sender *s)
{
    struct list_node *n, *next;

    while ((n = list_first(&s->queue)))
        free_job(CONTAINER_OF(n, struct echo_job, in_sender));
    for (n = list_first(&s->active); n; n = next) {
        next = list_next(&s->active, n);
        cut(CONTAINER_OF(n, struct echo_job, in_sender));
    }
}
