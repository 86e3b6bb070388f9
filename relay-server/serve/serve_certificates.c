#include "relay-server/serve/serve_certificates.h"

#include "base/mem.h"
#include "net/tls/tls_chain_check.h"

#include <stdio.h>

enum err serve_certificates_read(struct command_call *call, struct serve_certificates *out)
{
    size_t certs_len, keys_len;
    const char *const *certs = settings_list(call->settings, "cert", &certs_len);
    const char *const *keys = settings_list(call->settings, "key", &keys_len);

    if (certs_len != keys_len || certs_len > SERVE_CERTIFICATES_MAX) {
        command_complain(call,
                         "%zu --cert and %zu --key: give one key for each certificate, in the "
                         "same order, at most %u pairs",
                         certs_len, keys_len, SERVE_CERTIFICATES_MAX);
        return ERR_USAGE;
    }
    *out = (struct serve_certificates){.len = certs_len};
    for (size_t i = 0; i < certs_len; i++)
        out->identities[i] = (struct tls_identity){certs[i], keys[i]};
    return OK;
}

/* Does the i-th certificate cover `name`?  Its other faults are somebody else's. */
static bool covers(struct command_call *call, const struct tls_identity *identity,
                   const char *name, uint64_t now_ms)
{
    const char *hosts[] = {name, NULL};
    struct tls_chain_input input = {
        .certificate_file = identity->certificate_file,
        .hosts = hosts,
        .ca_file = settings_text(call->settings, "ca-bundle"),
        .now_ms = now_ms,
    };
    struct tls_chain_report *report = mem_alloc(sizeof *report);
    bool covered = report && tls_chain_check_run(&input, report) == OK;

    for (size_t i = 0; covered && i < report->findings_len; i++)
        covered = report->findings[i].code != TLS_CHAIN_HOST_NOT_COVERED &&
                  report->findings[i].code != TLS_CHAIN_NO_NAMES;
    mem_free(report);
    return covered;
}

/* One of the certificates must be for the relay's own name; the first one's complaint is
 * shown if none is. */
static bool any_covers(struct command_call *call, const struct serve_certificates *c,
                       const char *name, uint64_t now_ms)
{
    for (size_t i = 0; i < c->len; i++)
        if (covers(call, &c->identities[i], name, now_ms))
            return true;
    return false;
}

static bool check_one(struct command_call *call, const struct tls_identity *identity,
                      const char *host, uint64_t now_ms)
{
    const char *hosts[] = {host, NULL};
    struct tls_chain_input input = {
        .certificate_file = identity->certificate_file,
        .key_file = identity->key_file,
        .hosts = hosts,
        .ca_file = settings_text(call->settings, "ca-bundle"),
        .now_ms = now_ms,
    };
    struct tls_chain_report *report = mem_alloc(sizeof *report);
    bool sound = report && tls_chain_check_run(&input, report) == OK;

    for (size_t i = 0; sound && i < report->findings_len; i++)
        (void)fprintf(call->err, "%s: %s: %s\n", identity->certificate_file,
                      report->findings[i].is_error ? "error" : "warning",
                      report->findings[i].text);
    sound = sound && !report->is_broken;
    mem_free(report);
    return sound;
}

enum err serve_certificates_check(struct command_call *call,
                                  struct serve_certificates *certificates, uint64_t now_ms)
{
    const char *domain = settings_text(call->settings, "domain");
    bool named = any_covers(call, certificates, domain, now_ms);
    bool sound = true;
    char wildcard[260];

    (void)snprintf(wildcard, sizeof wildcard, "*.%s", domain);
    certificates->covers_wildcard = any_covers(call, certificates, wildcard, now_ms);
    for (size_t i = 0; i < certificates->len; i++)
        sound = check_one(call, &certificates->identities[i], named || i > 0 ? NULL : domain,
                          now_ms) &&
                sound;
    if (sound)
        return OK;
    if (settings_bool(call->settings, "insecure-cert")) {
        (void)fprintf(call->err,
                      "WARNING: serving with a broken certificate (--insecure-cert). LINE will "
                      "refuse to connect: no webhook will arrive. For tests only.\n");
        return OK;
    }
    command_complain(call, "LINE would refuse this certificate. Mend it, or serve with it all "
                           "the same for a test: --insecure-cert");
    return ERR_TLS;
}
