#include "net/tls/tls_chain_impl.h"

#include "base/text.h"
#include "net/tls/tls_keypair.h"
#include "net/tls/tls_trust.h"

#include <mbedtls/oid.h>
#include <stdio.h>
#include <string.h>

#define DAY_S     86400
#define RSA_BITS  2048u
#define EC_BITS   256u
#define DATE_SIZE 32u

/* --- dates --- */

/* Days since 1970-01-01 in the Gregorian calendar; years count from March. */
static int64_t days_since_1970(const mbedtls_x509_time *t)
{
    int64_t year = t->year - (t->mon <= 2);
    int64_t day_of_year = (153 * (t->mon + (t->mon > 2 ? -3 : 9)) + 2) / 5 + t->day - 1;

    return year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719468;
}

static int64_t seconds_of(const mbedtls_x509_time *t)
{
    return days_since_1970(t) * DAY_S + t->hour * 3600 + t->min * 60 + t->sec;
}

uint64_t tls_chain_rules_time_ms(const mbedtls_x509_time *t)
{
    int64_t seconds = seconds_of(t);

    return seconds > 0 ? (uint64_t)seconds * 1000 : 0;
}

static const char *date(const mbedtls_x509_time *t, char buf[static DATE_SIZE])
{
    (void)snprintf(buf, DATE_SIZE, "%04d-%02d-%02d %02d:%02d UTC", t->year, t->mon, t->day,
                   t->hour, t->min);
    return buf;
}

void tls_chain_rules_check_dates(struct tls_chain *c, const mbedtls_x509_crt *crt, bool is_leaf)
{
    int64_t now = (int64_t)(c->input->now_ms / 1000);
    int64_t left = seconds_of(&crt->valid_to) - now;
    char name[TLS_CHAIN_NAME_SIZE], when[DATE_SIZE];

    (void)tls_chain_check_name(&crt->subject, name);
    if (left < 0)
        tls_chain_check_add(c, TLS_CHAIN_EXPIRED, true,
                            "The certificate '%s' expired on %s. Renew it%s.", name,
                            date(&crt->valid_to, when),
                            is_leaf ? " (certbot renew)" : ": use the CA's current chain");
    else if (now < seconds_of(&crt->valid_from))
        tls_chain_check_add(c, TLS_CHAIN_NOT_YET_VALID, true,
                            "The certificate '%s' is not valid before %s. Is this machine's "
                            "clock right?",
                            name, date(&crt->valid_from, when));
    else if (is_leaf && left < (int64_t)TLS_CHAIN_CHECK_SOON_DAYS * DAY_S)
        tls_chain_check_add(c, TLS_CHAIN_EXPIRES_SOON, false,
                            "The certificate expires on %s, in %d days. Renew it, and see why "
                            "that has not happened by itself.",
                            date(&crt->valid_to, when), (int)(left / DAY_S));
}

/* --- keys --- */

static void check_key(struct tls_chain *c, const mbedtls_x509_crt *crt)
{
    size_t bits = mbedtls_pk_get_bitlen(&crt->pk);
    bool is_rsa = mbedtls_pk_get_type(&crt->pk) == MBEDTLS_PK_RSA;
    char name[TLS_CHAIN_NAME_SIZE];

    if (bits < (is_rsa ? RSA_BITS : EC_BITS))
        tls_chain_check_add(c, TLS_CHAIN_WEAK_KEY, true,
                            "The key of '%s' is too weak (%s, %zu bits). Make a new one, EC on "
                            "P-256 or RSA of 2048 bits, and get a certificate for it.",
                            tls_chain_check_name(&crt->subject, name), is_rsa ? "RSA" : "EC",
                            bits);
}

/* --- names --- */

static struct span dns_name(const mbedtls_asn1_sequence *n)
{
    const int kind = MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_X509_SAN_DNS_NAME;
    int tag = n->buf.tag & (MBEDTLS_ASN1_TAG_CLASS_MASK | MBEDTLS_ASN1_TAG_VALUE_MASK);

    return tag == kind ? span_of(n->buf.p, n->buf.len) : (struct span){0};
}

/* As many as fit the report. */
static void list_names(struct tls_chain *c)
{
    const mbedtls_asn1_sequence *n = &tls_chain_leaf(c)->subject_alt_names;
    char *out = c->report->names;
    char name[128];
    size_t len = 0;

    for (; n && len < sizeof c->report->names; n = n->next)
        if (dns_name(n).len > 0)
            len +=
                (size_t)snprintf(out + len, sizeof c->report->names - len, "%s%s",
                                 len ? ", " : "", text_escape(name, sizeof name, dns_name(n)));
}

static bool covers_address(struct tls_chain *c, struct tls_expectation *e)
{
    uint32_t flags = 0;

    return tls_trust_verify(e, tls_chain_leaf(c), 0, &flags) == 0 && flags == 0;
}

static bool covers(struct tls_chain *c, const struct tls_keypair *leaf, const char *host)
{
    static const struct tls_trust no_pin;
    struct tls_expectation e;

    if (tls_trust_expect(&e, &no_pin, host))
        return covers_address(c, &e);
    return tls_keypair_covers(leaf, span_text(host)) != TLS_KEYPAIR_NO_MATCH;
}

static void check_host(struct tls_chain *c, const struct tls_keypair *leaf, const char *host)
{
    const char *names = c->report->names;
    char shown[TLS_CHAIN_NAME_SIZE];

    if (!covers(c, leaf, host))
        tls_chain_check_add(c, TLS_CHAIN_HOST_NOT_COVERED, true,
                            "The certificate is not for %s, only for: %.300s. Get one that has "
                            "this name too (certbot -d NAME -d OTHER; *.NAME covers one level "
                            "and needs a DNS challenge).",
                            text_escape(shown, sizeof shown, span_text(host)),
                            names[0] ? names : "no host name");
}

/* The leaf alone, in the form that the TLS server looks names up in. */
static enum err check_hosts(struct tls_chain *c)
{
    const mbedtls_x509_crt *crt = tls_chain_leaf(c);
    struct tls_keypair leaf = {0};
    int rc;

    mbedtls_x509_crt_init(&leaf.chain);
    rc = mbedtls_x509_crt_parse_der(&leaf.chain, crt->raw.p, crt->raw.len);
    for (const char *const *h = c->input->hosts; rc == 0 && h && *h; h++)
        check_host(c, &leaf, *h);
    mbedtls_x509_crt_free(&leaf.chain);
    return rc == 0 ? OK : ERR_NOMEM; /* it was read before */
}

/* --- purpose --- */

static void check_purpose(struct tls_chain *c)
{
    const mbedtls_x509_crt *leaf = tls_chain_leaf(c);
    bool is_self_signed = tls_chain_order_is_self_issued(leaf);

    if (!mbedtls_x509_crt_has_ext_type(leaf, MBEDTLS_X509_EXT_SUBJECT_ALT_NAME))
        tls_chain_check_add(c, TLS_CHAIN_NO_NAMES, true,
                            "The certificate has no subject alternative names, the only place "
                            "where clients look for host names today. Get a new one.");
    if (mbedtls_x509_crt_check_extended_key_usage(leaf, MBEDTLS_OID_SERVER_AUTH,
                                                  MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)))
        tls_chain_check_add(c, TLS_CHAIN_NOT_FOR_SERVERS, true,
                            "The certificate is not meant for servers (its extended key usage "
                            "lacks serverAuth). Get a server certificate.");
    if (mbedtls_x509_crt_get_ca_istrue(leaf) > 0 && !is_self_signed)
        tls_chain_check_add(
            c, TLS_CHAIN_CA_AS_LEAF, true,
            "The first certificate is that of a CA ('%s'), not of a server. Put "
            "the server's own first, or is this chain.pem? Use fullchain.pem.",
            c->report->subject);
}

enum err tls_chain_rules_check(struct tls_chain *c)
{
    for (size_t k = 0; k < c->path_len; k++) {
        tls_chain_rules_check_dates(c, &c->certs[c->path[k]], k == 0);
        check_key(c, &c->certs[c->path[k]]);
    }
    check_purpose(c);
    list_names(c);
    return check_hosts(c);
}
