/* What bytes and idle connections cost on loopback, plain and over TLS: a client
 * process sends to a server process, then opens connections that do nothing.
 * Prints MB per second, processor time per GB of both together, and the server's
 * resident memory per idle connection.
 *
 *     tls_streams [megabytes [connections]]     default: 1000 1000
 */
#include "net/tcp_listener.h"
#include "net/tcp_stream.h"
#include "net/tls/tls_certificate.h"
#include "net/tls/tls_stream.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#define PIECE 65536u

static struct loop *loop;
static struct tls_context *context; /* NULL: plain */
static uint64_t megabytes = 1000, connections = 1000;
static char certificate_file[64], key_file[64];

static void must(const char *what, enum err e)
{
    if (!e)
        return;
    fprintf(stderr, "tls_streams: %s: %s\n", what, err_text(e));
    exit(EXIT_FAILURE);
}

static uint64_t now_us(void)
{
    return clock_us(clock_system());
}

/* --- the server: counts, and says "." when everything of a transfer has come --- */

struct served {
    struct stream *stream;
    uint64_t got;
};

static void on_nothing(void *owner)
{
    (void)owner;
}

static void on_served_data(void *owner, const uint8_t *data, size_t len)
{
    struct served *s = owner;

    (void)data;
    s->got += len;
    if (s->got == megabytes * 1000000)
        must("answer", stream_write(s->stream, ".", 1));
}

static void on_served_end(void *owner, enum err why)
{
    struct served *s = owner;

    (void)why;
    stream_close(s->stream);
}

static const struct stream_events served_events = {
    .on_open = on_nothing,
    .on_data = on_served_data,
    .on_drain = on_nothing,
    .on_end = on_served_end,
    .on_closed = free,
};

static void on_accept(void *owner, struct stream *stream)
{
    struct served *s = calloc(1, sizeof(*s));

    (void)owner;
    if (context)
        must("wrap", tls_stream_wrap(loop, stream, context, NULL, &stream));
    s->stream = stream;
    stream_own(stream, &served_events, s);
}

static _Noreturn void serve(int port_pipe, bool tls)
{
    static const struct tcp_listener_events events = {on_accept};
    struct tcp_listener_options options = {.address = "127.0.0.1:0"};
    struct tls_identity identity = {certificate_file, key_file};
    struct tls_server_options tls_options = {.identities = &identity, .identities_len = 1};
    struct tcp_listener *listener;
    char detail[256];

    must("loop", loop_new(clock_system(), &loop));
    if (tls)
        must("server", tls_context_new_server(&tls_options, &context, detail));
    must("listen", tcp_listener_open(loop, &options, &events, NULL, &listener));
    unsigned port = tcp_listener_port(listener);
    if (write(port_pipe, &port, sizeof(port)) != sizeof(port))
        exit(EXIT_FAILURE);
    loop_run(loop);
    exit(EXIT_SUCCESS);
}

/* --- the client --- */

struct client {
    struct stream *stream;
    uint64_t sent, total;
    bool opened, answered;
};

static void produce(struct client *c)
{
    static uint8_t piece[PIECE];

    while (c->sent < c->total && stream_queued(c->stream) <= STREAM_HIGH_WATER) {
        uint64_t len = c->total - c->sent < PIECE ? c->total - c->sent : PIECE;
        must("write", stream_write(c->stream, piece, (size_t)len));
        c->sent += len;
    }
}

static void on_open(void *owner)
{
    struct client *c = owner;

    c->opened = true;
    produce(c);
}

static void on_data(void *owner, const uint8_t *data, size_t len)
{
    struct client *c = owner;

    (void)data;
    (void)len;
    c->answered = true;
}

static void on_drain(void *owner)
{
    produce(owner);
}

static void on_end(void *owner, enum err why)
{
    struct client *c = owner;

    fprintf(stderr, "tls_streams: %s\n", stream_detail(c->stream));
    must("connection", why);
}

static const struct stream_events client_events = {
    .on_open = on_open,
    .on_data = on_data,
    .on_drain = on_drain,
    .on_end = on_end,
    .on_closed = on_nothing,
};

static void join(struct client *c, unsigned port)
{
    struct sockaddr_in address;

    (void)uv_ip4_addr("127.0.0.1", (int)port, &address);
    must("connect", tcp_stream_connect(loop, (const struct sockaddr *)&address, &c->stream));
    if (context)
        must("wrap", tls_stream_wrap(loop, c->stream, context, "localhost", &c->stream));
    stream_own(c->stream, &client_events, c);
    while (!c->opened)
        loop_turn(loop, true);
}

static double transfer(unsigned port)
{
    struct client c = {.total = megabytes * 1000000};
    uint64_t start = now_us();

    join(&c, port);
    while (!c.answered)
        loop_turn(loop, true);
    double rate = (double)(megabytes * 1000000) / (double)(now_us() - start);
    stream_let_go(c.stream);
    return rate;
}

static uint64_t resident_bytes(pid_t pid)
{
    char path[64];
    uint64_t size = 0, pages = 0;

    (void)snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file || fscanf(file, "%" SCNu64 " %" SCNu64, &size, &pages) != 2)
        must("statm", ERR_IO);
    (void)fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static double idle_cost(unsigned port, pid_t server)
{
    struct client *clients = calloc(connections, sizeof(*clients));
    uint64_t before = resident_bytes(server);

    for (uint64_t i = 0; i < connections; i++)
        join(&clients[i], port);
    double cost = (double)(resident_bytes(server) - before) / (double)connections;
    for (uint64_t i = 0; i < connections; i++)
        stream_let_go(clients[i].stream);
    loop_run(loop);
    free(clients);
    return cost;
}

static double processor_seconds(int whose)
{
    struct rusage used = {0};

    (void)getrusage(whose, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static double all_seconds(void)
{
    return processor_seconds(RUSAGE_SELF) + processor_seconds(RUSAGE_CHILDREN);
}

static void measure(bool tls)
{
    double start = all_seconds();
    struct tls_client_options options = {.ca_file = certificate_file};
    char detail[256];
    int port_pipe[2];
    unsigned port;

    if (pipe(port_pipe) != 0)
        must("pipe", ERR_IO);
    pid_t server = fork();
    if (server == 0)
        serve(port_pipe[1], tls);
    if (server < 0 || read(port_pipe[0], &port, sizeof(port)) != sizeof(port))
        must("server process", ERR_IO);

    must("loop", loop_new(clock_system(), &loop));
    if (tls)
        must("client", tls_context_new_client(&options, &context, detail));
    double idle = idle_cost(port, server); /* before the transfer touches buffers */
    double rate = transfer(port);
    (void)kill(server, SIGTERM);
    (void)waitpid(server, NULL, 0);
    double per_gb = (all_seconds() - start) * 1000 / (double)megabytes;
    printf("%-5s  %6.0f MB/s  %5.2f s per GB  %6.0f bytes per idle connection\n",
           tls ? "tls" : "plain", rate, per_gb, idle);
    loop_run(loop);
    tls_context_put(context);
    loop_free(loop);
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"localhost", NULL};
    uint64_t now = clock_wall_ms(clock_system());
    struct tls_certificate_options options = {.subject = "localhost",
                                              .names = names,
                                              .not_before_ms = now - 60000,
                                              .not_after_ms = now + 3600000};
    struct tls_certificate certificate;
    char folder[] = "/tmp/tls_streams-XXXXXX";

    if (argc > 1)
        megabytes = strtoull(argv[1], NULL, 10);
    if (argc > 2)
        connections = strtoull(argv[2], NULL, 10);
    if (!mkdtemp(folder))
        must("temporary folder", ERR_IO);
    (void)snprintf(certificate_file, sizeof(certificate_file), "%s/cert.pem", folder);
    (void)snprintf(key_file, sizeof(key_file), "%s/key.pem", folder);
    must("certificate", tls_certificate_make(&options, NULL, &certificate));
    must("files", tls_certificate_save(&certificate, NULL, certificate_file, key_file));
    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    measure(false);
    measure(true);
    (void)unlink(certificate_file);
    (void)unlink(key_file);
    (void)rmdir(folder);
    tls_certificate_fini(&certificate);
    return EXIT_SUCCESS;
}
