#include "net/local_socket.h"

#include "base/mem.h"
#include "check.h"

#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/hookline-local-XXXXXX";
static char path[128];

struct side {
    struct stream *stream;
    char got[16];
    size_t got_len;
    bool closed;
};

static struct loop *loop;
static struct side server, client;

static void on_open(void *owner)
{
    struct side *s = owner;

    if (s == &client)
        CHECK_EQ(stream_write(s->stream, "hello", 5), OK);
}

static void on_data(void *owner, const uint8_t *data, size_t len)
{
    struct side *s = owner;

    CHECK(len <= sizeof s->got - s->got_len);
    memcpy(s->got + s->got_len, data, len);
    s->got_len += len;
    if (s == &server)
        CHECK_EQ(stream_write(s->stream, data, len), OK);
    else if (s->got_len == 5)
        stream_close(s->stream);
}

static void on_drain(void *owner)
{
    (void)owner;
}

static void on_end(void *owner, enum err why)
{
    struct side *s = owner;

    CHECK_EQ(why, ERR_EOF);
    stream_close(s->stream);
}

static void on_closed(void *owner)
{
    struct side *s = owner;

    s->closed = true;
}

static const struct stream_events stream_events = {on_open, on_data, on_drain, on_end,
                                                   on_closed};

static void on_accept(void *owner, struct stream *stream)
{
    (void)owner;
    server.stream = stream;
    stream_own(stream, &stream_events, &server);
}

static const struct local_socket_events events = {on_accept};

static void begin(void)
{
    server = client = (struct side){0};
    CHECK_EQ(loop_new(clock_system(), &loop), OK);
}

static void end(void)
{
    loop_free(loop);
    CHECK_EQ(mem_live(), 0);
}

static void test_bytes_go_both_ways(void)
{
    struct local_socket *socket;
    struct stat st;

    begin();
    CHECK_EQ(local_socket_listen(loop, path, &events, NULL, &socket), OK);
    CHECK_EQ(stat(path, &st), 0);
    CHECK_EQ(st.st_mode & 0777, 0600);
    CHECK_EQ(local_socket_connect(loop, path, &client.stream), OK);
    stream_own(client.stream, &stream_events, &client);
    while (!server.closed || !client.closed)
        loop_turn(loop, true);
    CHECK_EQ(client.got_len, 5);
    CHECK_MEM(client.got, "hello", 5);
    local_socket_close(socket);
    end();
    CHECK(stat(path, &st) != 0);
}

static void test_a_socket_in_use_is_left_alone(void)
{
    struct local_socket *first, *second;

    begin();
    CHECK_EQ(local_socket_listen(loop, path, &events, NULL, &first), OK);
    CHECK_EQ(local_socket_listen(loop, path, &events, NULL, &second), ERR_CONFLICT);
    while (!server.closed) /* the question was a connection too */
        loop_turn(loop, true);
    local_socket_close(first);
    end();
}

static void test_a_leftover_is_replaced(void)
{
    struct local_socket *socket;
    char other[160];

    begin();
    (void)snprintf(other, sizeof other, "%s/kept", folder);
    CHECK_EQ(local_socket_listen(loop, path, &events, NULL, &socket), OK);
    CHECK_EQ(link(path, other), 0); /* as a killed process leaves it */
    local_socket_close(socket);
    loop_turn(loop, false);
    CHECK_EQ(rename(other, path), 0);
    CHECK_EQ(local_socket_connect(loop, path, &client.stream), ERR_REFUSED);
    CHECK_EQ(local_socket_listen(loop, path, &events, NULL, &socket), OK);
    local_socket_close(socket);
    end();
}

static void test_wrong_paths(void)
{
    struct local_socket *socket;
    char longest[200];

    begin();
    CHECK_EQ(local_socket_connect(loop, path, &client.stream), ERR_NOT_FOUND);
    CHECK_EQ(local_socket_listen(loop, "/nonexistent/x", &events, NULL, &socket), ERR_DENIED);
    memset(longest, 'x', sizeof longest);
    memcpy(longest, folder, strlen(folder));
    longest[strlen(folder)] = '/';
    longest[108] = '\0';
    CHECK_EQ(local_socket_listen(loop, longest, &events, NULL, &socket), ERR_LIMIT);
    longest[107] = '\0';
    CHECK_EQ(local_socket_listen(loop, longest, &events, NULL, &socket), OK);
    local_socket_close(socket);
    end();
}

static void test_out_of_memory(void)
{
    struct local_socket *socket;
    enum err rc = ERR_NOMEM;

    for (unsigned long n = 1; rc == ERR_NOMEM; n++) {
        begin();
        mem_fail_at(n);
        rc = local_socket_listen(loop, path, &events, NULL, &socket);
        if (rc == OK) {
            rc = local_socket_connect(loop, path, &client.stream);
            local_socket_close(socket);
        }
        mem_fail_at(0);
        if (rc == OK) {
            stream_own(client.stream, &stream_events, &client);
            stream_let_go(client.stream);
        }
        end();
    }
    CHECK_EQ(rc, OK);
}

static void test_end(void)
{
    CHECK_EQ(rmdir(folder), 0); /* nothing is left behind */
}

static void test_begin(void)
{
    CHECK(mkdtemp(folder) != NULL);
    (void)snprintf(path, sizeof path, "%s/agent.sock", folder);
}

CHECK_MAIN(TEST(test_begin), TEST(test_bytes_go_both_ways),
           TEST(test_a_socket_in_use_is_left_alone), TEST(test_a_leftover_is_replaced),
           TEST(test_wrong_paths), TEST(test_out_of_memory), TEST(test_end))
