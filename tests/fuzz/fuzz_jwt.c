/* A JSON Web Token, and the same bytes as the file of a key: any bytes. */
#include "unit/check.h"

#include "base/base64url.h"
#include "codec/jwt/jwt_rsa.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read is all that was there: one text for one value. */
static void check_token(const struct jwt *t, struct span text)
{
    char signature[BASE64URL_LEN(JWT_SIGNATURE_MAX) + 1];

    CHECK_EQ(json_kind(json_root(&t->header)), JSON_OBJECT);
    CHECK_EQ(json_kind(json_root(&t->claims)), JSON_OBJECT);
    CHECK(t->signed_part.ptr == text.ptr && t->signed_part.len < text.len);
    CHECK_EQ(base64url_format(signature, sizeof signature, t->signature, t->signature_len), OK);
    CHECK(span_is(span_text(signature), span_slice(text, t->signed_part.len + 1, text.len)));
    CHECK_EQ(text.ptr[t->signed_part.len], '.');
}

static void check_key(struct span text)
{
    const char *problem = NULL;
    struct jwt_rsa *key = NULL;
    enum err rc = jwt_rsa_parse(text, &key, &problem);

    CHECK_EQ(rc == OK, key != NULL);
    CHECK_EQ(rc == OK, problem == NULL);
    CHECK(rc == OK || rc == ERR_SYNTAX || rc == ERR_UNSUPPORTED);
    jwt_rsa_free(key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of(data, size);
    struct jwt t;
    enum err rc = jwt_parse(&t, text);

    if (rc == OK)
        check_token(&t, text);
    else
        CHECK(rc == ERR_SYNTAX || rc == ERR_LIMIT);
    jwt_fini(&t);
    check_key(text);
    return 0;
}
