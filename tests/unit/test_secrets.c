/* Which secret belongs to whom, as users write it. */
#include "relay-client/secrets.h"

#include "relay-client/client_settings_table.h"
#include "unit/check.h"
#include "unit/support/call_rig.h"
#include "unit/support/scratch_folder.h"

#define HEX32 "0123456789abcdef0123456789abcdef"

static struct secrets secrets;

/* One secret a line. */
static void read_from(const char *lines)
{
    static char variable[32768];

    (void)snprintf(variable, sizeof variable, "HOOKLINE_SECRET=%s", lines);
    call_rig_open();
    call_rig.environment[0] = variable;
    call_rig_load(CLIENT_UP, (const char *const[]){NULL});
    secrets_read(&secrets, &call_rig.settings);
}

static void check(size_t i, const char *provider, const char *secret, const char *label)
{
    CHECK(i < secrets.len);
    CHECK_STR(secrets.list[i].provider->name, provider);
    CHECK(span_is(secrets.list[i].secret, span_text(secret)));
    CHECK_STR(secrets.list[i].label, label);
}

static void test_none(void)
{
    call_rig_open();
    call_rig_load(CLIENT_UP, (const char *const[]){NULL});
    secrets_read(&secrets, &call_rig.settings);
    CHECK_EQ(secrets.len, 0);
    CHECK(secrets_doubt(&secrets) == NULL);
    CHECK(secrets_for(&secrets, signature_provider_named(SPAN("line"))) == NULL);
    call_rig_close();
}

static void test_providers(void)
{
    read_from(HEX32 "\ngithub=abc\nline=" HEX32 "\nstripe=whsec_a=b==\nline-works=x");
    CHECK_EQ(secrets.len, 5);
    check(0, "line", HEX32, "line 1");
    check(1, "github", "abc", "github 2");
    check(2, "line", HEX32, "line 3");
    check(3, "stripe", "whsec_a=b==", "stripe 4");
    check(4, "line-works", "x", "line-works 5");
    CHECK(secrets_doubt(&secrets) == NULL);
    call_rig_close();
}

static void test_every_provider(void)
{
    for (size_t i = 0; i < signature_providers_len; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "%s=the secret", signature_providers[i].name);
        read_from(text);
        CHECK_EQ(secrets.len, 1);
        CHECK(secrets.list[0].provider == &signature_providers[i]);
        CHECK(span_is(secrets.list[0].secret, SPAN("the secret")));
        call_rig_close();
    }
}

/* "=" alone names nobody: Base64 ends with it, and passwords may have it. */
static void test_equals_sign_in_a_secret(void)
{
    read_from("c2VjcmV0==\nGitHub=abc\nnobody=abc\n=abc\nline=\ngithub");
    CHECK_EQ(secrets.len, 6);
    check(0, "line", "c2VjcmV0==", "line 1");
    check(1, "line", "GitHub=abc", "line 2");
    check(2, "line", "nobody=abc", "line 3");
    check(3, "line", "=abc", "line 4");
    check(4, "line", "", "line 5");
    check(5, "line", "github", "line 6");
    call_rig_close();
}

static void test_most(void)
{
    char lines[4096];
    size_t used = 0;

    for (int i = 0; i < 64; i++)
        used += (size_t)snprintf(lines + used, sizeof lines - used, "github=s%02d\n", i);
    read_from(lines);
    CHECK_EQ(secrets.len, SECRETS_MAX);
    check(63, "github", "s63", "github 64");
    call_rig_close();
}

static bool is_doubted(const char *secret)
{
    read_from(secret);
    const char *doubt = secrets_doubt(&secrets);
    CHECK(!doubt || !strstr(doubt, secret)); /* it is shown */
    call_rig_close();
    return doubt;
}

/* The access token stands beside the secret in the console, and is longer. */
static void test_doubt(void)
{
    CHECK(!is_doubted(HEX32));
    CHECK(is_doubted("0123456789abcdef0123456789abcde"));
    CHECK(is_doubted("0123456789abcdef0123456789abcdef0"));
    CHECK(is_doubted("0123456789abcdef0123456789abcdeg"));
    CHECK(is_doubted("0123456789ABCDEF0123456789ABCDEF"));
    CHECK(is_doubted("eyJhbGciOiJIUzI1NiJ9.UnQ_o-GP0VtnwDjbK0C8E_NvK=="));
    CHECK(!is_doubted("github=not hexadecimal"));
    CHECK(is_doubted("github=x\nline=y"));
}

static void test_first_of_its_kind_signs(void)
{
    read_from("github=a\n" HEX32 "\ngithub=b\nline=second");
    CHECK(secrets_for(&secrets, signature_provider_named(SPAN("line"))) == &secrets.list[1]);
    CHECK(secrets_for(&secrets, signature_provider_named(SPAN("github"))) == &secrets.list[0]);
    CHECK(secrets_for(&secrets, signature_provider_named(SPAN("slack"))) == NULL);
    call_rig_close();
}

CHECK_MAIN(TEST(test_none), TEST(test_providers), TEST(test_every_provider),
           TEST(test_equals_sign_in_a_secret), TEST(test_most), TEST(test_doubt),
           TEST(test_first_of_its_kind_signs))
