#include "codec/signature/signature_trace.h"

#include <string.h>

void signature_trace_try(struct signature_trace *t, const char *name, bool fits)
{
    size_t i = 0;

    while (i < t->tried_len && strcmp(t->tried[i].name, name) != 0)
        i++;
    if (i == SIGNATURE_TRIALS_MAX)
        return;
    if (i == t->tried_len)
        t->tried[t->tried_len++] = (struct signature_trial){.name = name};
    t->tried[i].fits |= fits;
}
