#include "unit/support/doctor_rig.h"

#include "base/mem.h"
#include "http/http_date.h"
#include "loop/deadline.h"
#include "relay-client/doctor/doctor_check.h"
#include "unit/check.h"
#include "unit/support/test_pki.h"

#include <signal.h>

struct doctor_rig doctor_rig;

/* --- events --- */

/* The next webhook for the bot has a wrong signature. */
static void change_bot(const struct doctor_check *check)
{
    if (check->id == DOCTOR_BOT_REFUSES && check->state == DOCTOR_RUNNING &&
        doctor_rig.bot.manner == HANDLER_BOT_SAYS && doctor_rig.refusal)
        handler_bot_say(&doctor_rig.bot, doctor_rig.refusal);
}

static void on_check(void *owner, const struct doctor_check *check)
{
    struct doctor_rig *r = owner;

    CHECK_EQ(r->done, 0);
    CHECK_EQ(check->state != DOCTOR_RUNNING, check->code != NULL);
    r->checks[check->id] = *check;
    r->told[check->id]++;
    r->events++;
    CHECK(r->told[check->id] <= 2);
    change_bot(check);
    if (r->hook)
        r->hook(check);
}

static void on_done(void *owner)
{
    struct doctor_rig *r = owner;

    CHECK_EQ(r->done++, 0);
    r->doctor = NULL;
}

static const struct doctor_events events = {.on_check = on_check, .on_done = on_done};

/* --- the world --- */

const char *doctor_rig_answer(unsigned status, const char *fields)
{
    static char texts[4][512];
    static unsigned next;
    char *text = texts[next++ % 4];
    char date[HTTP_DATE_LEN];

    (void)http_date_format(date, clock_wall_ms(&doctor_rig.clock.base));
    (void)snprintf(text, sizeof texts[0],
                   "HTTP/1.1 %u Said\r\nDate: %.*s\r\n%sContent-Length: 2\r\n\r\nok", status,
                   (int)HTTP_DATE_LEN, date, fields);
    return text;
}

static struct tls_context *relay_context(const struct tls_identity *identity)
{
    static const char *const alpn[] = {"http/1.1", NULL};
    struct tls_server_options options = {
        .identities = identity, .identities_len = 1, .alpn = alpn};
    struct tls_context *context = NULL;
    char detail[256];

    if (!identity)
        return test_pki_server(NULL, alpn);
    CHECK_EQ(tls_context_new_server(&options, &context, detail), OK);
    return context;
}

static void set_options(struct doctor_rig *r)
{
    (void)snprintf(r->public_url, sizeof r->public_url, "https://localhost:%u/mybot",
                   r->relay.port);
    (void)snprintf(r->forward_url, sizeof r->forward_url, "%s",
                   handler_bot_url(&r->bot, "/callback"));
    r->link = (struct agent_status){
        .state = AGENT_LINKED, .url = r->public_url, .detail = "", .rtt_us = 23000};
    r->secrets.list[0] =
        (struct signature_secret){.provider = signature_provider_named(SPAN("line")),
                                  .secret = SPAN(DOCTOR_RIG_SECRET),
                                  .label = "line 1"};
    r->secrets.len = 1;
    random_seeded_init(&r->random, 17);
    r->options = (struct doctor_options){.relay_host = "localhost",
                                         .relay_port = r->relay.port,
                                         .tunnel = "mybot",
                                         .public_url = r->public_url,
                                         .ca_file = test_pki_ca(),
                                         .forward_url = r->forward_url,
                                         .secrets = &r->secrets,
                                         .link = &r->link,
                                         .random = &r->random.base};
}

void doctor_rig_open(const struct tls_identity *identity)
{
    struct doctor_rig *r = &doctor_rig;
    struct tls_context *tls = relay_context(identity); /* makes files: before we count */

    tls_context_put(tls);
    (void)test_pki_ca();
    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    *r = (struct doctor_rig){.live = mem_live()};
    clock_fake_init(&r->clock, clock_wall_ms(clock_system()));
    CHECK_EQ(loop_new(&r->clock.base, &r->loop), OK);
    r->relay.tls = relay_context(identity);
    handler_bot_open(&r->relay, r->loop);
    handler_bot_say(&r->relay, doctor_rig_answer(200, ""));
    handler_bot_open(&r->bot, r->loop);
    handler_bot_say(&r->bot, doctor_rig_answer(200, ""));
    r->relay.manner = r->bot.manner = HANDLER_BOT_SAYS;
    r->refusal = doctor_rig_answer(401, "");
    set_options(r);
}

void doctor_rig_close(void)
{
    struct doctor_rig *r = &doctor_rig;

    CHECK(!r->doctor);
    handler_bot_close(&r->relay);
    handler_bot_close(&r->bot);
    loop_run(r->loop);
    loop_free(r->loop);
    CHECK_EQ(mem_live(), r->live);
}

/* --- running --- */

enum err doctor_rig_start(void)
{
    struct doctor_rig *r = &doctor_rig;
    enum err rc = doctor_start(r->loop, &r->options, &events, r, &r->doctor);

    CHECK_EQ(r->events, 0); /* none from inside the call */
    return rc;
}

void doctor_rig_wait_for(const int *count, int want)
{
    while (*count < want)
        loop_turn(doctor_rig.loop, true);
}

void doctor_rig_wait(void)
{
    doctor_rig_wait_for(&doctor_rig.done, 1);
}

static const char *text_of(const char *text)
{
    return text ? text : "-";
}

static void print(void)
{
    for (size_t i = 0; i < DOCTOR_CHECKS; i++) {
        const struct doctor_check *c = &doctor_rig.checks[i];
        (void)fprintf(stderr, "  %-12s %-8s %-20s", doctor_id_text(c->id),
                      doctor_state_text(c->state), text_of(c->code));
        for (size_t p = 0; p < c->params_len; p++)
            (void)fprintf(stderr, " %s=%s", c->params[p].name, c->params[p].text);
        (void)fprintf(stderr, " | %s | %s\n", c->evidence, c->fix_value);
    }
}

void doctor_rig_run(void)
{
    CHECK_EQ(doctor_rig_start(), OK);
    doctor_rig_wait();
    print();
}

void doctor_rig_advance(uint64_t ms)
{
    clock_fake_advance(&doctor_rig.clock, ms * 1000);
    deadline_run_due(doctor_rig.loop);
}

/* --- what was found --- */

void doctor_rig_expect(enum doctor_id id, enum doctor_state state, const char *code)
{
    const struct doctor_check *c = &doctor_rig.checks[id];

    CHECK_STR(text_of(c->code), code);
    CHECK_STR(doctor_state_text(c->state), doctor_state_text(state));
    CHECK_EQ(doctor_rig.told[id] == 1,
             state == DOCTOR_SKIPPED && strcmp(code, "needs") == 0 && doctor_rig.told[id] == 1);
}

/* Everything here has a private CA, a port of its own, and a loopback address. */
static bool is_expected_warning(const struct doctor_check *c)
{
    return strcmp(c->code, "loopback_address") == 0 || strcmp(c->code, "port_not_443") == 0 ||
           strcmp(c->code, "chain_private_ca") == 0;
}

void doctor_rig_expect_others_good(enum doctor_id but)
{
    for (size_t i = 0; i < DOCTOR_CHECKS; i++) {
        const struct doctor_check *c = &doctor_rig.checks[i];
        if (c->id != but && c->state != DOCTOR_PASS && c->state != DOCTOR_SKIPPED &&
            !is_expected_warning(c)) {
            (void)fprintf(stderr, "%s: %s\n", doctor_id_text(c->id), c->code);
            CHECK(false);
        }
    }
}

const char *doctor_rig_param(enum doctor_id id, const char *name)
{
    return doctor_check_param(&doctor_rig.checks[id], name);
}

void doctor_rig_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        (void)fprintf(stderr, "\"%s\" is not in \"%s\"\n", part, text);
    CHECK(strstr(text, part));
}

struct handler_bot_connection *doctor_rig_last(struct handler_bot *bot)
{
    struct handler_bot_connection *last = NULL;

    for (int i = 0; i < bot->accepted; i++)
        if (bot->connections[i].requests > 0)
            last = &bot->connections[i];
    CHECK(last);
    return last;
}

const char *doctor_rig_last_head(struct handler_bot *bot)
{
    return doctor_rig_last(bot)->head;
}
