#include "relay-server/delivery/delivery_problem.h"

#include "relay-server/problem_table.h"

bool delivery_problem_is_bad_answer(enum err why)
{
    return why == ERR_PROTOCOL || why == ERR_SYNTAX || why == ERR_HEADERS_TOO_LARGE ||
           why == ERR_LIMIT;
}

const struct problem *delivery_problem_not_begun(enum err why)
{
    if (why == ERR_HEADERS_TOO_LARGE)
        return &problem_fields_too_large;
    return why == ERR_LIMIT ? &problem_too_many_bodies : &problem_out_of_memory;
}

const struct problem *delivery_problem_not_kept(enum err why)
{
    if (why == ERR_LIMIT)
        return &problem_inbox_full;
    if (why == ERR_NOMEM)
        return &problem_out_of_memory;
    return why == ERR_DENIED ? &problem_no_agent : &problem_not_kept;
}

/* Whether it broke with 102 or without: these are the same. */
static const struct problem *common(enum err why)
{
    if (why == ERR_EXPIRED)
        return &problem_no_answer;
    return delivery_problem_is_bad_answer(why) ? &problem_bad_answer : NULL;
}

const struct problem *delivery_problem_not_stored(enum err why)
{
    const struct problem *p = common(why);

    if (p)
        return p;
    if (why == ERR_BUSY)
        return &problem_link_busy;
    return why == ERR_NOMEM ? &problem_out_of_memory : &problem_not_stored;
}

const struct problem *delivery_problem_no_answer(enum err why)
{
    const struct problem *p = common(why);

    return p ? p : &problem_link_broke;
}
