#include "base/err.h"

#include "check.h"

static void test_every_error_has_its_own_text(void)
{
#define X(name, text) CHECK_STR(err_text(name), text);
    ERR_LIST(X)
#undef X
    CHECK_EQ(OK, 0);
    CHECK(strcmp(err_text(ERR_EOF), err_text(ERR_CLOSED)) != 0);
}

static void test_a_number_that_is_none_has_a_text(void)
{
    CHECK_STR(err_text((enum err)100000), "unknown error");
}

CHECK_MAIN(TEST(test_every_error_has_its_own_text), TEST(test_a_number_that_is_none_has_a_text))
