/* Which versions of TLS the relay speaks: LINE has 1.2 and 1.3.
 *   1. three connections at once: one offers 1.2 only, one 1.3 only, one 1.1 only
 *   2. when all three are over they are judged
 * Our TLS library does not know 1.1, so its first message is made by hand; a server that
 * would go on with it answers with a ServerHello of that version. */
#include "base/container.h"
#include "relay-client/doctor/doctor_impl.h"

#include <stdio.h>

/* --- TLS 1.1's ClientHello (RFC 4346 §7.4.1.2), for one host --- */

#define HELLO_SIZE 512u

/* Cipher suites of that time that are still compiled in here and there: ECDHE and RSA with
 * AES-CBC and SHA-1. */
static const uint8_t old_suites[] = {0xC0, 0x09, 0xC0, 0x0A, 0xC0, 0x13, 0xC0,
                                     0x14, 0x00, 0x2F, 0x00, 0x35, 0x00, 0x0A};
/* supported_groups: P-256, P-384; ec_point_formats: uncompressed. */
static const uint8_t old_extensions[] = {0x00, 0x0A, 0x00, 0x06, 0x00, 0x04, 0x00, 0x17,
                                         0x00, 0x18, 0x00, 0x0B, 0x00, 0x02, 0x01, 0x00};

struct hello {
    uint8_t bytes[HELLO_SIZE];
    size_t len;
};

static void put(struct hello *h, const void *data, size_t len)
{
    memcpy(h->bytes + h->len, data, len);
    h->len += len;
}

static void put_u16(struct hello *h, size_t value)
{
    const uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};

    put(h, bytes, sizeof bytes);
}

static void set_u16(struct hello *h, size_t at, size_t value)
{
    h->bytes[at] = (uint8_t)(value >> 8);
    h->bytes[at + 1] = (uint8_t)value;
}

/* server_name (RFC 6066 §3). */
static void put_server_name(struct hello *h, const char *host)
{
    size_t len = strlen(host);

    put_u16(h, 0);
    put_u16(h, len + 5);
    put_u16(h, len + 3);
    put(h, "", 1);
    put_u16(h, len);
    put(h, host, len);
}

/* `host` is at most 253 bytes. */
static void make_hello(struct doctor *d, const char *host, struct hello *h)
{
    uint8_t random[32];
    size_t extensions;

    h->len = 0;
    random_fill(d->options.random, random, sizeof random);
    put(h, "\x16\x03\x01\0\0", 5);   /* record, of any version; its length comes last */
    put(h, "\x01\0\0\0\x03\x02", 6); /* ClientHello, its length comes last; TLS 1.1 */
    put(h, random, sizeof random);
    put(h, "", 1); /* no session */
    put_u16(h, sizeof old_suites);
    put(h, old_suites, sizeof old_suites);
    put(h, "\x01", 2); /* no compression */
    extensions = h->len;
    put_u16(h, 0);
    put_server_name(h, host);
    put(h, old_extensions, sizeof old_extensions);
    set_u16(h, extensions, h->len - extensions - 2);
    set_u16(h, 7, h->len - 9);
    set_u16(h, 3, h->len - 5);
}

/* A record of the handshake that holds a ServerHello of 1.1 or less. */
static bool goes_on(const struct doctor_probe_result *r)
{
    return r->first_len >= 11 && r->first[0] == 0x16 && r->first[5] == 0x02 &&
           r->first[9] == 0x03 && r->first[10] <= 0x02;
}

/* --- step 2 --- */

static void judge(struct doctor *d)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_RELAY_TLS);
    const struct doctor_tls *t = &d->tls;

    doctor_check_text(c, "versions",
                      t->has_12 && t->has_13 ? "1.2, 1.3"
                      : t->has_13            ? "1.3"
                      : t->has_12            ? "1.2"
                                             : "");
    if (!t->has_12 && !t->has_13) {
        doctor_check_text(c, "line", "could_not_connect");
        doctor_check_evidence(c, "%s", t->why);
        doctor_check_advice(c, "relay_tls");
        doctor_end(d, c->id, DOCTOR_FAIL, "tls_failed");
    } else if (t->has_old) {
        doctor_check_advice(c, "relay_tls_old");
        doctor_end(d, c->id, DOCTOR_WARN, "tls_old_accepted");
    } else if (!t->has_12 || !t->has_13) {
        doctor_check_evidence(c, "%s", t->why);
        doctor_check_advice(c, "relay_tls");
        doctor_end(d, c->id, DOCTOR_WARN, t->has_12 ? "tls_only_12" : "tls_only_13");
    } else {
        doctor_end(d, c->id, DOCTOR_PASS, "tls_good");
    }
}

static void count(struct doctor *d, const struct doctor_probe_result *r)
{
    if (r->why == ERR_NOMEM)
        doctor_end_broken(d, DOCTOR_RELAY_TLS, r->why, "");
    if (r->why != OK)
        (void)snprintf(d->tls.why, sizeof d->tls.why, "%s",
                       *r->detail ? r->detail : err_text(r->why));
    if (--d->tls.open == 0 && d->phases[DOCTOR_RELAY_TLS] == DOCTOR_PHASE_BUSY)
        judge(d);
}

static void on_12(void *owner, const struct doctor_probe_result *r)
{
    struct doctor *d = owner;

    d->tls.has_12 = r->why == OK;
    count(d, r);
}

static void on_13(void *owner, const struct doctor_probe_result *r)
{
    struct doctor *d = owner;

    d->tls.has_13 = r->why == OK;
    count(d, r);
}

static void on_old(void *owner, const struct doctor_probe_result *r)
{
    struct doctor *d = owner;
    struct doctor_probe_result refused = {.why = r->why == ERR_NOMEM ? ERR_NOMEM : OK};

    d->tls.has_old = r->why == OK && goes_on(r);
    count(d, &refused); /* silence is a refusal, too */
}

/* --- step 1 --- */

static enum err try_version(struct doctor *d, enum tls_versions versions,
                            void (*on_done)(void *, const struct doctor_probe_result *))
{
    const struct tls_client_options look = {.looks_only = true, .versions = versions};
    struct doctor_probe_options options = {.host = d->places.webhooks.host,
                                           .port = d->places.webhooks.port,
                                           .timeout_ms = DOCTOR_TLS_MS};
    char detail[256];
    enum err rc = tls_context_new_client(&look, &options.tls, detail);

    if (rc != OK)
        return rc;
    rc = doctor_probe_start(d->loop, &d->probes, &options, on_done, d);
    d->tls.open += rc == OK;
    tls_context_put(options.tls);
    return rc;
}

static enum err try_old(struct doctor *d)
{
    struct hello hello;

    make_hello(d, d->places.webhooks.host, &hello);
    const struct doctor_probe_options options = {.host = d->places.webhooks.host,
                                                 .port = d->places.webhooks.port,
                                                 .raw = span_of(hello.bytes, hello.len),
                                                 .timeout_ms = DOCTOR_TLS_MS};
    enum err rc = doctor_probe_start(d->loop, &d->probes, &options, on_old, d);

    d->tls.open += rc == OK;
    return rc;
}

void doctor_tls_start(struct doctor *d)
{
    enum err rc = try_version(d, TLS_VERSIONS_ONLY_12, on_12);

    if (rc == OK)
        rc = try_version(d, TLS_VERSIONS_ONLY_13, on_13);
    if (rc == OK)
        rc = try_old(d);
    if (rc != OK)
        doctor_end_broken(d, DOCTOR_RELAY_TLS, rc, "");
}
