#include "unit/support/replay_rig.h"

#include "unit/check.h"
#include "unit/support/journal_rig.h"
#include "unit/support/scratch_folder.h"

struct replay_rig replay_rig;

void replay_rig_begin(const char *method)
{
    http_head_init_request(&replay_rig.recorded, span_text(method), SPAN("/callback?a=%20"));
    replay_rig.recorded.scheme = SPAN("https");
    replay_rig.recorded.authority = SPAN("mybot.relay.example.com");
    replay_rig.secrets = (struct secrets){0};
    random_seeded_init(&replay_rig.seeded, 1);
}

void replay_rig_field(const char *name, const char *value)
{
    CHECK_EQ(http_head_add(&replay_rig.recorded, span_text(name), span_text(value)), OK);
}

void replay_rig_secret(const char *provider, const char *secret)
{
    replay_rig.secrets.list[replay_rig.secrets.len++] =
        (struct signature_secret){.provider = signature_provider_named(span_text(provider)),
                                  .secret = span_text(secret),
                                  .label = "a secret"};
}

/* Through the journal, as `hookline replay` gets it. */
void replay_rig_record(const char *body)
{
    struct journal_rig rig;
    struct journal_reader *reader;
    uint64_t id;

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    struct journal_request r = journal_rig_request("01KAAAAAAAAAAAAAAAAAAAAAAA", body);
    r.head = &replay_rig.recorded;
    CHECK_EQ(journal_rig_record(&rig, &r, &id), OK);
    CHECK_EQ(id, 1);
    journal_rig_stop(&rig);
    reader = journal_rig_reader();
    CHECK_EQ(journal_reader_get(reader, SPAN("1"), &replay_rig.exchange), OK);
    journal_reader_close(reader);
}

/* The next day. */
#define NOW_MS (JOURNAL_RIG_NOW_MS + 86400000u)

enum err replay_rig_make(struct replay_plan plan)
{
    plan.exchange = replay_rig.exchange;
    plan.secrets = &replay_rig.secrets;
    replay_rig.mint.random = &replay_rig.seeded.base;
    plan.random = &replay_rig.seeded.base;
    plan.mint = &replay_rig.mint;
    replay_request_fini(&replay_rig.request);
    return replay_request_make(&replay_rig.request, &plan, NOW_MS);
}

void replay_rig_end(void)
{
    replay_request_fini(&replay_rig.request);
    replay_rig.request = (struct replay_request){0};
    journal_exchange_free(replay_rig.exchange);
    scratch_folder_remove();
}

void replay_rig_check_field(const char *name, const char *want)
{
    CHECK_EQ(http_head_count(&replay_rig.request.head, name), want ? 1 : 0);
    CHECK(!want || span_is(http_head_value(&replay_rig.request.head, name), span_text(want)));
}

enum verdict replay_rig_verdict(void)
{
    struct signature_check check;

    CHECK_EQ(signature_verify(&replay_rig.request.head, replay_rig.request.body,
                              replay_rig.secrets.list, replay_rig.secrets.len, NOW_MS, &check),
             OK);
    return check.verdict;
}

const char *replay_rig_secret_for(const struct signature_provider *p)
{
    return p->key == SIGNATURE_KEY_WHSEC ? "whsec_c2VjcmV0c2VjcmV0c2VjcmV0" : REPLAY_RIG_SECRET;
}

void replay_rig_record_signed(const struct signature_provider *p)
{
    replay_rig_begin("POST");
    replay_rig_field(p->header, "old");
    if (strcmp(p->name, "github") == 0)
        replay_rig_field("x-github-event", "push");
    if (p->timestamp_header)
        replay_rig_field(p->timestamp_header, "1700000000");
    if (p->id_header)
        replay_rig_field(p->id_header, "msg_123");
    replay_rig_record("{\"a\":1}");
}
