#include "relay-client/inspector/export/export_flag.h"

#include <string.h>

bool export_flag_signature(const struct inspector_params *params, struct inspector_reply *reply,
                           bool *out)
{
    const char *value = inspector_param(params, "signature");

    *out = value && strcmp(value, "true") == 0;
    if (!value || *out || strcmp(value, "false") == 0)
        return true;
    inspector_reply_problem(reply, 400, "bad_request",
                            "the parameter signature is true or false");
    return false;
}
