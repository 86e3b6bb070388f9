#include "unit/support/test_pki.h"

#include "base/clock.h"
#include "base/mem.h"
#include "net/tls/tls_context_impl.h"
#include "unit/check.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY_MS ((uint64_t)24 * 3600 * 1000)

static char folder[64];
static struct tls_certificate authority;
static char *kept[512]; /* texts that were returned */
static size_t kept_len;

static void remove_folder(void)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    while (dir && (entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        (void)closedir(dir);
    (void)rmdir(folder);
    while (kept_len > 0)
        free(kept[--kept_len]);
    tls_certificate_fini(&authority);
}

static void open_folder(void)
{
    const char *base = getenv("TMPDIR");

    if (folder[0] != '\0')
        return;
    (void)snprintf(folder, sizeof(folder), "%.40s/hookline-XXXXXX", base ? base : "/tmp");
    CHECK(mkdtemp(folder) != NULL);
    CHECK_EQ(atexit(remove_folder), 0);
}

const char *test_pki_path(const char *name)
{
    size_t size = sizeof(folder) + strlen(name) + 2;
    char *path = malloc(size);

    open_folder();
    CHECK(path && kept_len < sizeof(kept) / sizeof(kept[0]));
    (void)snprintf(path, size, "%s/%s", folder, name);
    kept[kept_len++] = path;
    return path;
}

const char *test_pki_write(const char *name, const char *text)
{
    const char *path = test_pki_path(name);
    FILE *file = fopen(path, "w");

    CHECK(file != NULL);
    CHECK(fputs(text, file) >= 0);
    CHECK_EQ(fclose(file), 0);
    CHECK_EQ(chmod(path, 0600), 0);
    return path;
}

struct tls_certificate_options test_pki_options(const char *const *names)
{
    uint64_t now = clock_wall_ms(clock_system());

    return (struct tls_certificate_options){
        .subject = names && names[0] ? names[0] : "test",
        .names = names,
        .not_before_ms = now - DAY_MS,
        .not_after_ms = now + DAY_MS,
    };
}

const struct tls_certificate *test_pki_issuer(void)
{
    struct tls_certificate_options o = test_pki_options(NULL);

    o.subject = "Hookline test authority";
    o.is_ca = true;
    if (!authority.certificate)
        CHECK_EQ(tls_certificate_make(&o, NULL, &authority), OK);
    return &authority;
}

const char *test_pki_ca(void)
{
    static const char *path;

    if (!path)
        path = test_pki_write("ca.pem", test_pki_issuer()->certificate);
    return path;
}

struct tls_identity test_pki_leaf(const struct tls_certificate_options *options,
                                  const struct tls_certificate *issuer)
{
    static unsigned count;
    struct tls_certificate leaf = {0};
    char name[32];

    (void)snprintf(name, sizeof(name), "leaf%u.pem", ++count);
    const char *certificate_file = test_pki_path(name);
    (void)snprintf(name, sizeof(name), "leaf%u.key", count);
    const char *key_file = test_pki_path(name);

    CHECK_EQ(tls_certificate_make(options, issuer ? issuer : test_pki_issuer(), &leaf), OK);
    CHECK_EQ(tls_certificate_save(&leaf, NULL, certificate_file, key_file), OK);
    tls_certificate_fini(&leaf);
    return (struct tls_identity){certificate_file, key_file};
}

struct tls_identity test_pki_localhost(void)
{
    static const char *const names[] = {"localhost", "127.0.0.1", NULL};
    static struct tls_identity identity;

    if (!identity.key_file) {
        struct tls_certificate_options o = test_pki_options(names);
        identity = test_pki_leaf(&o, NULL);
    }
    return identity;
}

struct tls_context *test_pki_server(struct worker *handshakes, const char *const *alpn)
{
    struct tls_identity identity = test_pki_localhost();
    struct tls_server_options o = {
        .identities = &identity,
        .identities_len = 1,
        .alpn = alpn,
        .handshakes = handshakes,
    };
    struct tls_context *c = NULL;
    char detail[256];

    CHECK_EQ(tls_context_new_server(&o, &c, detail), OK);
    return c;
}

struct tls_context *test_pki_client(struct worker *handshakes, const char *const *alpn)
{
    struct tls_client_options o = {
        .ca_file = test_pki_ca(), .alpn = alpn, .handshakes = handshakes};
    struct tls_context *c = NULL;
    char detail[256];

    CHECK_EQ(tls_context_new_client(&o, &c, detail), OK);
    return c;
}

void test_pki_limit_to_tls12(struct tls_context *c)
{
    const mbedtls_ssl_config *config = tls_context_config(c);

    mbedtls_ssl_conf_max_tls_version((mbedtls_ssl_config *)(uintptr_t)config,
                                     MBEDTLS_SSL_VERSION_TLS1_2);
}
