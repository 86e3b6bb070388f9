#include "unit/support/doctor_chain.h"

#include "base/clock.h"
#include "unit/check.h"
#include "unit/support/scratch_folder.h"

static struct tls_certificate sign(const struct tls_certificate_options *options,
                                   const struct tls_certificate *issuer)
{
    struct tls_certificate out;

    CHECK_EQ(tls_certificate_make(options, issuer, &out), OK);
    return out;
}

static uint64_t days_from_now(int64_t days)
{
    return (uint64_t)((int64_t)clock_wall_ms(clock_system()) +
                      days * (int64_t)DOCTOR_CHAIN_DAY);
}

static void make_leaf(const struct doctor_chain_wish *wish, struct doctor_chain_set *out)
{
    const char *name = wish->name ? wish->name : "localhost";
    const char *const names[] = {name, NULL};
    bool is_usual = wish->from_days == 0 && wish->until_days == 0;
    const struct tls_certificate_options options = {
        .subject = name,
        .names = names,
        .not_before_ms = days_from_now(is_usual ? -1 : wish->from_days),
        .not_after_ms = days_from_now(is_usual ? 60 : wish->until_days) + 3600000,
        .digest = wish->digest,
    };

    out->leaf = sign(&options, wish->is_self_signed ? NULL : &out->intermediate);
}

static void write_files(const struct doctor_chain_wish *wish, struct doctor_chain_set *out)
{
    static char text[65536];
    const char *leaf = out->leaf.certificate, *other = out->intermediate.certificate;

    if (wish->leaves_out || wish->is_self_signed)
        other = "";
    (void)snprintf(text, sizeof text, "%s%s", wish->is_reversed ? other : leaf,
                   wish->is_reversed ? leaf : other);
    out->identity.certificate_file = scratch_folder_write_text("chain.pem", text, 0600);
    out->identity.key_file = scratch_folder_write_text("key.pem", out->leaf.key, 0600);
    out->ca_file = scratch_folder_write_text("ca.pem", out->root.certificate, 0600);
}

void doctor_chain_make(const struct doctor_chain_wish *wish, struct doctor_chain_set *out)
{
    struct tls_certificate_options options = {
        .subject = "Test Root",
        .not_before_ms = days_from_now(-400),
        .not_after_ms = days_from_now(400),
        .is_ca = true,
    };

    (void)scratch_folder_make();
    out->root = sign(&options, NULL);
    options.subject = "Test R11";
    out->intermediate = sign(&options, &out->root);
    make_leaf(wish, out);
    write_files(wish, out);
}

void doctor_chain_fini(struct doctor_chain_set *c)
{
    tls_certificate_fini(&c->root);
    tls_certificate_fini(&c->intermediate);
    tls_certificate_fini(&c->leaf);
    scratch_folder_remove();
}
