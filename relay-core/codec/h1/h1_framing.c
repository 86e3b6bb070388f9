#include "codec/h1/h1_codec.h"

enum h1_framing h1_framing_for(const struct http_head *head, bool end, bool peer_minor_0)
{
    if (end)
        return H1_NO_BODY;
    if (http_head_find(head, "content-length"))
        return H1_LENGTH;
    return peer_minor_0 ? H1_CLOSE : H1_CHUNKED;
}
