/* What a request to the inspector's API brings: a target, and a Cookie field behind the
 * first line feed. */
#include "base/mem.h"
#include "base/text.h"
#include "relay-client/inspector/inspector_param.h"
#include "relay-client/inspector/inspector_router.h"
#include "relay-client/inspector/inspector_session.h"
#include "unit/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_params(const struct inspector_params *p)
{
    CHECK(p->len <= INSPECTOR_PARAMS_MAX);
    for (size_t i = 0; i < p->len; i++) {
        CHECK(text_is_utf8(span_text(p->list[i].value)));
        CHECK(inspector_param(p, p->list[i].name) == p->list[i].value);
    }
}

static void read_target(struct span target)
{
    static const char *const patterns[] = {"/api/exchanges/{id}", "/api/chats/{chat}/items",
                                           "/api/{a}/{b}/{c}/{d}"};
    struct span path = span_slice(target, 0, span_find(target, '?'));
    struct span query = span_slice(target, path.len + 1, target.len);
    struct inspector_params params;
    char allowed[32];

    (void)inspector_router_find(SPAN("GET"), path, allowed);
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        if (!inspector_param_path_fits(patterns[i], path))
            continue;
        enum err rc = inspector_param_read(patterns[i], path, query, &params);
        CHECK(rc == OK || (rc != ERR_NOMEM && params.len == 0));
        check_params(&params);
        inspector_param_free(&params);
    }
}

/* Never longer than the field, and a part of it. */
static void read_cookie(struct span field)
{
    struct span rest = field;
    struct span value = inspector_session_next_cookie(&rest, SPAN("hookline-4649"));

    CHECK(value.len == 0 ||
          (value.ptr >= field.ptr && value.ptr + value.len <= field.ptr + field.len));
    CHECK(span_find(value, ';') == value.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span all = span_of(data, size);
    struct span target = span_slice(all, 0, span_find(all, '\n'));
    unsigned long live = mem_live();

    if (target.len > 0 && target.ptr[0] == '/') /* as the HTTP codec sees to */
        read_target(target);
    read_cookie(span_slice(all, target.len + 1, all.len));
    CHECK_EQ(mem_live(), live);
    return 0;
}
