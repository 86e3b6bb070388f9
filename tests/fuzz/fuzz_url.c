/* An address, as URL and as host[:port]. */
#include "unit/check.h"

#include "codec/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_equal(const struct url *a, const struct url *b)
{
    CHECK_STR(a->host, b->host);
    CHECK_EQ(a->port, b->port);
    CHECK_EQ(a->is_ipv6, b->is_ipv6);
    CHECK_EQ(a->is_https, b->is_https);
    CHECK(span_is(a->path, b->path) && span_is(a->query, b->query));
}

/* What was parsed and printed parses to the same. */
static void check_again(const struct url *u)
{
    char authority[URL_AUTHORITY_SIZE];
    char text[URL_TEXT_MAX + URL_AUTHORITY_SIZE];
    struct url again;

    url_format_authority(u, authority);
    int len = snprintf(text, sizeof(text), "%s://%s%.*s%.*s", u->is_https ? "https" : "http",
                       authority, (int)u->path.len, u->path.ptr, (int)u->query.len,
                       u->query.len > 0 ? u->query.ptr : "");
    if ((size_t)len > URL_TEXT_MAX)
        return;
    CHECK_EQ(url_parse(span_of(text, (size_t)len), &again, NULL), OK);
    check_equal(u, &again);
    CHECK_EQ(url_is_loopback(u), url_is_loopback(&again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of(data, size);
    const char *problem = NULL;
    struct url u;

    if (url_parse(text, &u, &problem) == OK) {
        CHECK(problem == NULL && u.path.len > 0 && u.path.ptr[0] == '/');
        check_again(&u);
    } else {
        CHECK(problem != NULL);
    }
    problem = NULL;
    enum err e = url_parse_authority(text, 443, &u, &problem);
    CHECK_EQ(e == OK, problem == NULL);
    CHECK(e || (u.host[0] != '\0' && u.path.len + u.query.len == 0));
    return 0;
}
