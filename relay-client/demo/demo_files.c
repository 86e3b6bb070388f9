#include "relay-client/demo/demo_files.h"

#include "base/base64.h"
#include "base/container.h"
#include "base/hex.h"
#include "base/mem.h"
#include "cli/private_file.h"
#include "codec/digest.h"
#include "codec/ulid.h"
#include "net/tls/tls_certificate.h"

#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DAY_MS      ((uint64_t)24 * 60 * 60 * 1000)
#define SECRET_SIZE 16u /* bytes; LINE shows a channel secret as 32 hexadecimal digits */

static enum err make_folder(struct demo_files *f)
{
    const char *temp = getenv("TMPDIR");
    char name[PATHS_MAX];
    enum err rc =
        paths_join(temp && *temp == '/' ? temp : "/tmp", "hookline-demo-XXXXXX", name);

    if (rc != OK)
        return rc;
    if (!mkdtemp(name))
        return ERR_IO;
    snprintf(f->folder, sizeof f->folder, "%s", name);
    const struct {
        const char *name;
        char *path;
    } files[] = {
        {"ca.pem", f->ca},           {"fullchain.pem", f->cert},  {"privkey.pem", f->key},
        {"secret.txt", f->secret},   {"token.txt", f->token},     {"webhook.json", f->body},
        {"relay.log", f->relay_log}, {"agent.log", f->agent_log},
    };
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(files); i++)
        rc = paths_join(f->folder, files[i].name, files[i].path);
    return rc;
}

static enum err make_certificates(struct demo_files *f, uint64_t now_ms)
{
    static const char *const names[] = {"localhost", "*.localhost", "127.0.0.1", "::1", NULL};
    struct tls_certificate ca = {0}, leaf = {0};
    struct tls_certificate_options options = {
        .subject = "Hookline demo CA",
        .not_before_ms = now_ms - DAY_MS,
        .not_after_ms = now_ms + 90 * DAY_MS,
        .is_ca = true,
    };
    enum err rc = tls_certificate_make(&options, NULL, &ca);

    options.subject = "localhost";
    options.names = names;
    options.is_ca = false;
    if (rc == OK)
        rc = tls_certificate_make(&options, &ca, &leaf);
    if (rc == OK)
        rc = tls_certificate_save(&ca, NULL, f->ca, NULL);
    if (rc == OK)
        rc = tls_certificate_save(&leaf, NULL, f->cert, f->key);
    tls_certificate_fini(&ca);
    tls_certificate_fini(&leaf);
    return rc;
}

/* An event as LINE sends it: spacing, order and \u escapes of an emoji included, which
 * is what breaks a tunnel that parses and prints again. */
static enum err format_body(struct bytes *out, struct random *random, uint64_t now_ms)
{
    struct ulid_maker ids = {0};
    char event_id[ULID_LEN + 1], user[33], token[33];
    uint8_t bytes[32];

    random_fill(random, bytes, sizeof bytes);
    hex_format(user, bytes, 16);
    hex_format(token, bytes + 16, 16);
    ulid_make(&ids, now_ms, random, event_id);
    return bytes_printf(
        out,
        "{\"destination\":\"U%s\",\"events\":[{\"type\":\"message\",\"message\":{\"type\":"
        "\"text\",\"id\":\"5%017" PRIu64 "\",\"quoteToken\":\"%s\",\"text\":"
        "\"こんにちは、Hookline! \\ud83c\\udf89\"},\"webhookEventId\":\"%s\","
        "\"deliveryContext\":{\"isRedelivery\":false},\"timestamp\":%" PRIu64 ",\"source\":"
        "{\"type\":\"user\",\"userId\":\"U%s\"},\"replyToken\":\"%s\",\"mode\":\"active\"}]}",
        user, now_ms, token, event_id, now_ms, user, token);
}

static enum err make_webhook(struct demo_files *f, struct random *random, uint64_t now_ms,
                             char *detail)
{
    char secret[2 * SECRET_SIZE + 1];
    uint8_t bytes[SECRET_SIZE], digest[DIGEST_SHA256_LEN];
    struct bytes body;

    random_fill(random, bytes, sizeof bytes);
    hex_format(secret, bytes, sizeof bytes);
    bytes_init(&body, 4096);
    enum err rc = format_body(&body, random, now_ms);
    digest_hmac_sha256(span_text(secret), bytes_span(&body), digest);
    if (rc == OK)
        rc = base64_format(f->signature, sizeof f->signature, digest, sizeof digest);
    if (rc == OK)
        rc = private_file_write(f->secret, secret, sizeof secret - 1, detail);
    if (rc == OK)
        rc = private_file_write(f->body, bytes_peek(&body), bytes_len(&body), detail);
    bytes_fini(&body);
    return rc;
}

enum err demo_files_make(struct demo_files *f, struct random *random, uint64_t now_ms,
                         char detail[static 256])
{
    enum err rc = make_folder(f);

    *detail = '\0';
    if (rc == OK)
        rc = make_certificates(f, now_ms);
    if (rc == OK)
        rc = make_webhook(f, random, now_ms, detail);
    if (rc != OK) {
        if (!*detail)
            snprintf(detail, 256, "a temporary folder could not be filled: %s", err_text(rc));
        demo_files_remove(f);
    }
    return rc;
}

enum err demo_files_write_token(struct demo_files *f, struct span token,
                                char detail[static 256])
{
    return private_file_write(f->token, token.ptr, token.len, detail);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void demo_files_remove(struct demo_files *f)
{
    if (*f->folder)
        (void)nftw(f->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    *f->folder = '\0';
}
