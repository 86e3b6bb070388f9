#include "relay-client/lineapi/emulate/emulated_members.h"

#include <stdarg.h>
#include <stdio.h>

static void refuse(struct emulated_call *c, const char *name)
{
    emulated_call_refuse(c, 400,
                         "The property, %s, in the request body is invalid "
                         "(line: -, column: -)",
                         name);
    c->problem = "wrong_type";
}

void emulated_members_refuse(struct emulated_call *c, const char *property, ...)
{
    char name[160];
    va_list args;

    va_start(args, property);
    (void)vsnprintf(name, sizeof name, property, args);
    va_end(args);
    refuse(c, name);
}

static bool is_fine(const struct json_value *v, enum json_kind kind)
{
    enum json_kind got = json_kind(v);

    return got == kind || got == JSON_NONE || got == JSON_NULL;
}

bool emulated_members_check(struct emulated_call *c, const struct emulated_member *members)
{
    for (const struct emulated_member *m = members; m->name; m++) {
        if (is_fine(json_member(c->root, m->name), m->kind))
            continue;
        refuse(c, m->name);
        return false;
    }
    return true;
}
