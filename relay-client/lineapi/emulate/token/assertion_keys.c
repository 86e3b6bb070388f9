#include "relay-client/lineapi/emulate/token/assertion_keys.h"

#include "base/mem.h"
#include "base/text.h"
#include "net/tls/tls_pem.h"

#include <stdio.h>

/* `what`: the setting, for people. */
static enum err load(const char *path, const char *what, bool is_private, struct jwt_rsa **out,
                     char detail[static 512])
{
    struct tls_pem_file file = {.path = path, .what = "key file", .is_secret = is_private};
    char why[256] = "", shown[128];
    const char *problem = NULL;
    char *text;
    enum err rc = tls_pem_read(&file, &text, why);

    if (rc != OK) {
        (void)snprintf(detail, 512, "--%s: %s", what, why);
        return rc;
    }
    rc = jwt_rsa_parse(span_text(text), out, &problem);
    tls_pem_free(text);
    if (rc == OK && (!is_private || jwt_rsa_is_private(*out)))
        return OK;
    if (rc == OK) {
        jwt_rsa_free(*out);
        *out = NULL;
        problem = "it is a public key; the private one is needed to sign with";
        rc = ERR_CONFIG;
    }
    (void)snprintf(detail, 512, "--%s %s: %s", what,
                   text_escape(shown, sizeof shown, span_text(path)), problem);
    return rc == ERR_NOMEM ? rc : ERR_CONFIG;
}

enum err assertion_keys_load_works(const struct settings *settings, struct jwt_rsa **out,
                                   char detail[static 512])
{
    const char *path = settings_text(settings, "works-key");

    *out = NULL;
    return path ? load(path, "works-key", true, out, detail) : OK;
}

enum err assertion_keys_load(struct assertion_keys *out, const struct settings *settings,
                             char detail[static 512])
{
    size_t len;
    const char *const *paths = settings_list(settings, "assertion-key", &len);
    enum err rc = OK;

    *out = (struct assertion_keys){.len = 0};
    for (size_t i = 0; rc == OK && i < len && out->len < ASSERTION_KEYS_MAX; i++) {
        rc = load(paths[i], "assertion-key", false, &out->list[out->len], detail);
        out->len += rc == OK;
    }
    return rc == OK ? assertion_keys_load_works(settings, &out->works, detail) : rc;
}

void assertion_keys_fini(struct assertion_keys *k)
{
    while (k->len > 0)
        jwt_rsa_free(k->list[--k->len]);
    jwt_rsa_free(k->works);
    *k = (struct assertion_keys){.len = 0};
}

bool assertion_keys_signed(const struct assertion_keys *k, const struct jwt *token)
{
    const char *kid = jwt_header_text(token, "kid");

    for (size_t i = 0; k && i < k->len; i++) {
        const char *own = jwt_rsa_kid(k->list[i]);
        bool is_named = !*own || (kid && strcmp(kid, own) == 0);
        if (is_named && jwt_rsa_is_signed(k->list[i], token))
            return true;
    }
    return false;
}

bool assertion_keys_signed_works(const struct assertion_keys *k, const struct jwt *token)
{
    return assertion_keys_signed(k, token) ||
           (k && k->works && jwt_rsa_is_signed(k->works, token));
}
