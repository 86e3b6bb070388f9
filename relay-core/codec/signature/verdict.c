#include "codec/signature/signature.h"

const char *verdict_text(enum verdict v)
{
    switch (v) {
    case VERDICT_UNCHECKED:
        return "unchecked";
    case VERDICT_VALID:
        return "valid";
    case VERDICT_INVALID:
        return "invalid";
    case VERDICT_MISSING:
        return "missing";
    }
    return "unchecked";
}

bool verdict_parse(struct span name, enum verdict *out)
{
    for (enum verdict v = VERDICT_UNCHECKED; v <= VERDICT_MISSING; v++) {
        if (!span_is(name, span_text(verdict_text(v))))
            continue;
        *out = v;
        return true;
    }
    return false;
}
