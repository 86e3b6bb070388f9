#include "net/tcp_failure.h"

#include "base/container.h"

#include <uv.h>

static const struct tcp_failure failures[] = {
    {UV_ECONNREFUSED, ERR_REFUSED, "connection refused: nothing listens there"},
    {UV_ECONNRESET, ERR_IO, "connection reset by the peer"},
    {UV_EPIPE, ERR_IO, "the peer closed the connection while we were sending"},
    {UV_ETIMEDOUT, ERR_TIMEOUT, "the peer does not answer"},
    {UV_EHOSTUNREACH, ERR_IO, "no route to the host"},
    {UV_ENETUNREACH, ERR_IO, "the network is unreachable"},
    {UV_EMFILE, ERR_LIMIT, "out of file descriptors"},
};

const struct tcp_failure *tcp_failure_of(int code)
{
    static const struct tcp_failure other = {0, ERR_IO, ""};

    for (size_t i = 0; i < ARRAY_LEN(failures); i++)
        if (failures[i].code == code)
            return &failures[i];
    return &other;
}
