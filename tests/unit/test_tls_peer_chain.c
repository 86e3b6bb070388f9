/* What a server shows, as it shows it, and to whom. */
#include "net/tls/tls_peer_chain.h"

#include "base/mem.h"
#include "net/tls/tls_chain_check.h"
#include "unit/check.h"
#include "unit/support/doctor_chain.h"
#include "unit/support/net_world.h"

static struct net_world world;

static void set_server(const struct doctor_chain_set *set)
{
    const struct tls_server_options options = {.identities = &set->identity,
                                               .identities_len = 1};
    char detail[256];

    tls_context_put(world.server_context);
    CHECK_EQ(tls_context_new_server(&options, &world.server_context, detail), OK);
}

/* A client that only looks, and a server with these certificates; NULL: the usual ones. */
static void join(const struct doctor_chain_set *set, enum tls_versions versions)
{
    const struct tls_client_options look = {.looks_only = true, .versions = versions};
    char detail[256];

    net_world_open(&world, NET_TCP | NET_TLS);
    if (set)
        set_server(set);
    tls_context_put(world.client_context);
    CHECK_EQ(tls_context_new_client(&look, &world.client_context, detail), OK);
    net_world_join(&world);
}

static size_t count_of(const struct bytes *pem)
{
    size_t count = 0;
    const char *at = (const char *)bytes_peek(pem);

    while ((at = strstr(at, "-----BEGIN CERTIFICATE-----"))) {
        at++;
        count++;
    }
    return count;
}

/* Untrusted, expired, for another name: it is looked at all the same. */
static void test_everything_is_shown(void)
{
    static const struct doctor_chain_wish wishes[] = {
        {0},
        {.leaves_out = true},
        {.is_self_signed = true},
        {.from_days = -9, .until_days = -2},
        {.name = "other.example.com"},
    };
    static const size_t counts[] = {2, 1, 1, 2, 2};

    for (size_t i = 0; i < 5; i++) {
        struct doctor_chain_set set;
        struct bytes pem;

        doctor_chain_make(&wishes[i], &set);
        join(&set, TLS_VERSIONS_BOTH);
        bytes_init(&pem, TLS_PEER_CHAIN_MAX);
        CHECK_EQ(tls_peer_chain_append(world.client.stream, &pem), OK);
        CHECK_EQ(bytes_append(&pem, "", 1), OK);
        CHECK_EQ(count_of(&pem), counts[i]);
        CHECK_STR(tls_peer_chain_version(world.client.stream), "TLSv1.3");
        bytes_fini(&pem);
        net_world_close(&world);
        doctor_chain_fini(&set);
    }
}

/* It is what the server's file says, judged alike. */
static void test_it_can_be_judged(void)
{
    static struct tls_chain_report of_file, of_stream;
    const struct doctor_chain_wish wish = {.leaves_out = true};
    struct tls_chain_input input = {.hosts = (const char *const[]){"localhost", NULL},
                                    .now_ms = clock_wall_ms(clock_system())};
    struct doctor_chain_set set;
    struct bytes pem;

    doctor_chain_make(&wish, &set);
    input.certificate_file = set.identity.certificate_file;
    input.ca_file = set.ca_file;
    CHECK_EQ(tls_chain_check_run(&input, &of_file), OK);
    join(&set, TLS_VERSIONS_BOTH);
    bytes_init(&pem, TLS_PEER_CHAIN_MAX);
    CHECK_EQ(tls_peer_chain_append(world.client.stream, &pem), OK);
    CHECK_EQ(bytes_append(&pem, "", 1), OK);
    input.certificates = (const char *)bytes_peek(&pem);
    input.certificate_file = "/nowhere";
    CHECK_EQ(tls_chain_check_run(&input, &of_stream), OK);
    CHECK_EQ(of_stream.findings_len, 1);
    CHECK_EQ(of_stream.findings[0].code, TLS_CHAIN_INTERMEDIATE_MISSING);
    CHECK_EQ(of_stream.path_len, 1);
    CHECK_STR(of_stream.path[0].subject, "localhost");
    CHECK_STR(of_stream.path[0].issuer, "Test R11");
    CHECK_EQ(of_stream.path[0].not_after_ms, of_file.not_after_ms);
    CHECK_STR(of_stream.findings[0].text, of_file.findings[0].text);
    bytes_fini(&pem);
    net_world_close(&world);
    doctor_chain_fini(&set);
}

static void test_versions(void)
{
    static const struct {
        enum tls_versions versions;
        const char *text;
    } cases[] = {{TLS_VERSIONS_BOTH, "TLSv1.3"},
                 {TLS_VERSIONS_ONLY_12, "TLSv1.2"},
                 {TLS_VERSIONS_ONLY_13, "TLSv1.3"}};

    for (size_t i = 0; i < 3; i++) {
        join(NULL, cases[i].versions);
        CHECK_STR(tls_peer_chain_version(world.client.stream), cases[i].text);
        net_world_close(&world);
    }
}

/* A stream without TLS, the server's side, one that is closed: nothing. */
static void test_nothing_to_show(void)
{
    struct bytes pem;

    bytes_init(&pem, TLS_PEER_CHAIN_MAX);
    join(NULL, TLS_VERSIONS_BOTH);
    CHECK_EQ(tls_peer_chain_append(world.server.stream, &pem), OK);
    stream_close(world.client.stream);
    CHECK_EQ(tls_peer_chain_append(world.client.stream, &pem), OK);
    CHECK_STR(tls_peer_chain_version(world.client.stream), "");
    net_world_close(&world);
    net_world_open(&world, NET_TCP);
    net_world_join(&world);
    CHECK_EQ(tls_peer_chain_append(world.client.stream, &pem), OK);
    CHECK_STR(tls_peer_chain_version(world.client.stream), "");
    net_world_close(&world);
    CHECK_EQ(bytes_len(&pem), 0);
}

static void test_memory_and_limit(void)
{
    struct bytes pem;
    enum err rc = ERR_NOMEM;

    join(NULL, TLS_VERSIONS_BOTH);
    for (unsigned long n = 1; rc == ERR_NOMEM; n++) {
        bytes_init(&pem, TLS_PEER_CHAIN_MAX);
        mem_fail_at(n);
        rc = tls_peer_chain_append(world.client.stream, &pem);
        mem_fail_at(0);
        bytes_fini(&pem);
    }
    CHECK_EQ(rc, OK);
    bytes_init(&pem, 100);
    CHECK_EQ(tls_peer_chain_append(world.client.stream, &pem), ERR_LIMIT);
    bytes_fini(&pem);
    net_world_close(&world);
}

CHECK_MAIN(TEST(test_everything_is_shown), TEST(test_it_can_be_judged), TEST(test_versions),
           TEST(test_nothing_to_show), TEST(test_memory_and_limit))
