#include "link/link_handshake.h"

static bool is_label_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/* A label of the host name under which the public sees the tunnel: lower case only,
 * so that no two spellings are the same name; no "xn--", which would be shown as
 * something else than it is. */
bool link_tunnel_name_is_valid(struct span name)
{
    if (name.len == 0 || name.len > LINK_TUNNEL_MAX || span_starts(name, SPAN("xn--")))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!is_label_byte(name.ptr[i]))
            return false;
    return name.ptr[0] != '-' && name.ptr[name.len - 1] != '-';
}
