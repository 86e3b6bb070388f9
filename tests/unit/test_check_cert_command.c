/* `check-cert` as a shell would call it. */
#include "base/container.h"
#include "base/mem.h"
#include "codec/json/json.h"
#include "relay-server/commands.h"
#include "relay-server/relay_settings_table.h"
#include "tests/unit/check.h"
#include "tests/unit/support/chain_maker.h"
#include "tests/unit/support/scratch_folder.h"

#include <time.h>

#define CHAIN(...) ((const struct tls_certificate *const[]){__VA_ARGS__, NULL})

static const struct command commands[] = {
    {.name = "check-cert", .bit = RELAY_CHECK_CERT, .summary = "-", .run = check_cert_command},
};

static const char *full, *leaf_only, *key, *ca, *other_full;
static char *out_text, *error_text;
static size_t out_len, error_len;

static enum command_exit run(const char *const *args)
{
    const struct command_program program = {
        .name = "hookline-relay",
        .version = "0",
        .summary = "-",
        .commands = commands,
        .commands_len = ARRAY_LEN(commands),
        .settings = relay_settings,
        .settings_len = relay_settings_len,
    };
    struct command_io io = {
        .args = args,
        .environment = (const char *const[]){"HOME=/nonexistent", NULL},
        .in = -1,
    };
    enum command_exit result;

    free(out_text);
    free(error_text);
    io.out = open_memstream(&out_text, &out_len);
    io.err = open_memstream(&error_text, &error_len);
    result = command_main(&program, &io);
    (void)fclose(io.out);
    (void)fclose(io.err);
    return result;
}

#define RUN(...)                                                                               \
    run((const char *const[]){"hookline-relay", "check-cert", "--ca-bundle", ca, __VA_ARGS__,  \
                              NULL})

/* The command looks at the real clock: certificates around today. */
static void set_up(void)
{
    static const char *const other_names[] = {"other.example.org", NULL};
    struct tls_certificate_options options = chain_maker_leaf_options();
    struct tls_certificate root, intermediate, leaf, other;
    uint64_t now = (uint64_t)time(NULL) * 1000;

    (void)scratch_folder_make();
    options.not_before_ms = now - CHAIN_MAKER_DAY;
    options.not_after_ms = now + 90 * CHAIN_MAKER_DAY;
    leaf = (struct tls_certificate){0};
    options.is_ca = true;
    options.subject = "Test Root";
    root = chain_maker_sign(&options, NULL);
    options.subject = "Test R11";
    intermediate = chain_maker_sign(&options, &root);
    options.is_ca = false;
    options.subject = CHAIN_MAKER_HOST;
    leaf = chain_maker_sign(&options, &intermediate);
    options.subject = other_names[0];
    options.names = other_names;
    other = chain_maker_sign(&options, &intermediate);
    full = chain_maker_file("fullchain.pem", CHAIN(&leaf, &intermediate));
    leaf_only = chain_maker_file("cert.pem", CHAIN(&leaf));
    other_full = chain_maker_file("other.pem", CHAIN(&other, &intermediate));
    key = scratch_folder_write_text("privkey.pem", leaf.key, 0600);
    ca = chain_maker_file("ca.pem", CHAIN(&root));
    tls_certificate_fini(&root);
    tls_certificate_fini(&intermediate);
    tls_certificate_fini(&leaf);
    tls_certificate_fini(&other);
}

static void tear_down(void)
{
    scratch_folder_remove();
    free(out_text);
    free(error_text);
    out_text = error_text = NULL;
    CHECK_EQ(mem_live(), 0);
}

static void test_good(void)
{
    set_up();
    CHECK_EQ(RUN("--cert", full, "--key", key, "--host", CHAIN_MAKER_HOST), COMMAND_OK);
    CHECK(strstr(out_text, "fullchain.pem: relay.example.com, issued by Test R11, until 2"));
    CHECK(strstr(out_text, "\nOK: LINE will connect\n"));
    CHECK_EQ(RUN("--cert", full), COMMAND_OK); /* the key may be elsewhere */
    CHECK_STR(error_text, "");
    tear_down();
}

static void test_broken(void)
{
    set_up();
    CHECK_EQ(RUN("--cert", leaf_only, "--key", key), COMMAND_FAILED);
    CHECK(strstr(out_text, "\n  ERROR: The file holds only the certificate for relay.example"));
    CHECK(strstr(out_text, "\nBROKEN: LINE would not connect (1 error)\n"));
    CHECK_EQ(RUN("--cert", scratch_folder_path("absent"), "--key", key), COMMAND_FAILED);
    CHECK(strstr(out_text, "No such file"));
    tear_down();
}

static void test_warning(void)
{
    char text[65536];
    const char *file;

    set_up();
    (void)snprintf(text, sizeof text, "%s%s", scratch_folder_read("fullchain.pem"),
                   scratch_folder_read("ca.pem"));
    file = scratch_folder_write_text("with-root.pem", text, 0644);
    CHECK_EQ(RUN("--cert", file), COMMAND_OK);
    CHECK(strstr(out_text, "\n  warning: The file includes the root 'Test Root'."));
    CHECK(strstr(out_text, "\nOK for LINE, with 1 warning\n"));
    tear_down();
}

static void test_hosts(void)
{
    set_up();
    CHECK_EQ(RUN("--cert", full, "--host=relay.example.com", "--host=other.example.org"),
             COMMAND_FAILED);
    CHECK(strstr(out_text, "is not for other.example.org, only for: "));
    CHECK(!strstr(out_text, "is not for relay.example.com"));
    /* With two certificates each host needs one of them. */
    CHECK_EQ(RUN("--cert", full, "--cert", other_full, "--host=relay.example.com",
                 "--host=other.example.org"),
             COMMAND_OK);
    CHECK_EQ(RUN("--cert", full, "--cert", other_full, "--host=third.example.net"),
             COMMAND_FAILED);
    CHECK(strstr(out_text, "(1 error)"));
    tear_down();
}

static void test_usage(void)
{
    set_up();
    CHECK_EQ(RUN("--key", key), COMMAND_USAGE);
    CHECK(strstr(error_text, "--cert is missing"));
    CHECK_EQ(RUN("--cert", full, "--key", key, "--key", key), COMMAND_USAGE);
    CHECK(strstr(error_text, "more --key than --cert"));
    tear_down();
}

static void test_json(void)
{
    const struct json_value *root, *finding;
    struct json_doc doc;
    bool ok = true;

    set_up();
    CHECK_EQ(RUN("--cert", leaf_only, "--json"), COMMAND_FAILED);
    CHECK_EQ(json_parse(&doc, span_text(out_text), 100000), OK);
    root = json_root(&doc);
    CHECK(json_bool(json_member(root, "ok"), &ok) && !ok);
    CHECK_STR(json_string(json_member(root, "certificate")), leaf_only);
    CHECK_STR(json_string(json_member(root, "subject")), CHAIN_MAKER_HOST);
    CHECK_EQ(json_kind(json_member(root, "key")), JSON_NULL);
    CHECK_EQ(json_len(json_member(root, "findings")), 1);
    finding = json_first(json_member(root, "findings"));
    CHECK_STR(json_string(json_member(finding, "severity")), "error");
    CHECK_STR(json_string(json_member(finding, "code")), "intermediate-missing");
    json_fini(&doc);
    CHECK_EQ(RUN("--cert", scratch_folder_path("absent"), "--json"), COMMAND_FAILED);
    CHECK_EQ(json_parse(&doc, span_text(out_text), 100000), OK);
    CHECK_EQ(json_kind(json_member(json_root(&doc), "expires")), JSON_NULL);
    json_fini(&doc);
    tear_down();
}

static void test_memory_runs_out(void)
{
    enum command_exit result = COMMAND_FAILED;

    set_up();
    for (unsigned long n = 1; result != COMMAND_OK; n++) {
        mem_fail_at(n);
        result = RUN("--cert", full, "--cert", other_full, "--host=other.example.org");
        mem_fail_at(0);
        CHECK(result == COMMAND_OK || strstr(error_text, "out of memory"));
        CHECK_EQ(mem_live(), 0);
    }
    tear_down();
}

CHECK_MAIN(TEST(test_good), TEST(test_broken), TEST(test_warning), TEST(test_hosts),
           TEST(test_usage), TEST(test_json), TEST(test_memory_runs_out))
