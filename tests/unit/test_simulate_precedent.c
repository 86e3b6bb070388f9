/* What a simulated webhook has in common with those that LINE sent before. */
#include "relay-client/simulate/simulate_precedent.h"

#include "base/mem.h"
#include "relay-client/client_settings_table.h"
#include "unit/check.h"
#include "unit/support/journal_rig.h"
#include "unit/support/scratch_folder.h"

#define BOT   "U8e742f61d673b39c7fff3cecb7536ef0"
#define OTHER "U00000000000000000000000000000001"

static struct journal_rig rig;
static struct random_seeded random_;
static struct line_mint mint = {.random = &random_.base};
static struct simulate_precedent precedent;

static void init_with(const char *flag, const char *value)
{
    const char *args[] = {flag, value, NULL}, *environment[] = {NULL};
    const struct settings_input input = {.table = client_settings,
                                         .table_len = client_settings_len,
                                         .command = CLIENT_TRIGGER,
                                         .args = args,
                                         .environment = environment};
    struct settings settings = {0};

    CHECK_EQ(settings_load(&settings, &input), OK);
    simulate_precedent_init(&precedent, &mint, &settings);
    settings_fini(&settings);
}

static void test_without_any(void)
{
    random_seeded_init(&random_, 1);
    init_with(NULL, NULL);
    CHECK_STR(precedent.path, "/");
    CHECK(line_mint_is_own(&mint, LINE_MINT_USER, span_text(precedent.destination)));
    init_with("--forward", "http://127.0.0.1:3000/hook");
    CHECK_STR(precedent.path, "/hook");
    init_with("--webhook-path", "/line");
    CHECK_STR(precedent.path, "/line");
    simulate_precedent_set_path(&precedent, SPAN("no path"));
    CHECK_STR(precedent.path, "/line");
    CHECK(!precedent.is_known);
}

static void record(const char *delivery, const char *body, bool is_simulated)
{
    struct journal_request r = journal_rig_request(delivery, body);
    uint64_t id;

    r.is_simulated = is_simulated;
    CHECK_EQ(journal_rig_record(&rig, &r, &id), OK);
}

static enum err read_precedent(void)
{
    struct journal_reader *reader = journal_rig_reader();
    enum err rc = simulate_precedent_read(&precedent, reader);

    journal_reader_close(reader);
    return rc;
}

static void begin(void)
{
    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    init_with(NULL, NULL);
}

static void test_the_newest_of_line(void)
{
    begin();
    record("01KAAAAAAAAAAAAAAAAAAAAAA1", "{\"destination\":\"" BOT "\",\"events\":[]}", false);
    record("01KAAAAAAAAAAAAAAAAAAAAAA2", "{\"destination\":\"U1\",\"events\":[]}", false);
    record("01KAAAAAAAAAAAAAAAAAAAAAA3", "{\"object\":\"page\"}", false);
    record("01KAAAAAAAAAAAAAAAAAAAAAA4", "{\"destination\":\"" OTHER "\",\"events\":[]}", true);
    journal_rig_stop(&rig);
    CHECK_EQ(read_precedent(), OK);
    CHECK_STR(precedent.destination, BOT);
    CHECK(precedent.is_known);
    scratch_folder_remove();
}

static void test_an_empty_journal(void)
{
    begin();
    journal_rig_stop(&rig);
    CHECK_EQ(read_precedent(), OK);
    CHECK(!precedent.is_known);
    CHECK_STR(precedent.path, "/");
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_without_any), TEST(test_the_newest_of_line), TEST(test_an_empty_journal))
