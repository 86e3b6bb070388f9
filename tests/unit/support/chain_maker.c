#include "tests/unit/support/chain_maker.h"

#include "tests/unit/check.h"
#include "tests/unit/support/scratch_folder.h"

#define FILE_SIZE 65536u

struct tls_certificate chain_maker_sign(const struct tls_certificate_options *options,
                                        const struct tls_certificate *issuer)
{
    struct tls_certificate out;

    CHECK_EQ(tls_certificate_make(options, issuer, &out), OK);
    return out;
}

struct tls_certificate_options chain_maker_leaf_options(void)
{
    static const char *const names[] = {CHAIN_MAKER_HOST, "*." CHAIN_MAKER_HOST, "192.0.2.7",
                                        NULL};

    return (struct tls_certificate_options){
        .subject = CHAIN_MAKER_HOST,
        .names = names,
        .not_before_ms = CHAIN_MAKER_NOW - 180 * CHAIN_MAKER_DAY,
        .not_after_ms = CHAIN_MAKER_NOW + 185 * CHAIN_MAKER_DAY,
    };
}

void chain_maker_init(struct chain_maker *m)
{
    struct tls_certificate_options options = chain_maker_leaf_options();

    m->leaf = (struct tls_certificate){0};
    options.names = NULL;
    options.is_ca = true;
    options.subject = "Test Root";
    m->root = chain_maker_sign(&options, NULL);
    options.subject = "Test R11";
    m->intermediate = chain_maker_sign(&options, &m->root);
    options = chain_maker_leaf_options();
    m->leaf = chain_maker_sign(&options, &m->intermediate);
}

void chain_maker_fini(struct chain_maker *m)
{
    tls_certificate_fini(&m->root);
    tls_certificate_fini(&m->intermediate);
    tls_certificate_fini(&m->leaf);
}

const char *chain_maker_file(const char *name,
                             const struct tls_certificate *const *certificates)
{
    static char text[FILE_SIZE];
    size_t len = 0;

    for (; *certificates; certificates++) {
        len +=
            (size_t)snprintf(text + len, sizeof text - len, "%s", (*certificates)->certificate);
        CHECK(len < sizeof text);
    }
    return scratch_folder_write_text(name, text, 0644);
}
