/* `hookline-relay serve`: the relay, until SIGTERM. */
#include "base/log.h"
#include "base/mem.h"
#include "base/random.h"
#include "codec/json/json_writer.h"
#include "loop/signals.h"
#include "relay-server/commands.h"
#include "relay-server/handover/handover_taker.h"
#include "relay-server/serve/relay.h"
#include "relay-server/serve/serve_certificates.h"
#include "relay-server/serve/service_notify.h"
#include "relay-server/serve/service_sockets.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

struct serve {
    struct command_call *call; /* borrowed */
    struct serve_certificates certificates;
    struct relay_options options;
    struct service_sockets sockets;
    struct handover_taker taker;
    const char *notify; /* see service_notify.h */
    char tokens_file[PATHS_MAX], inbox_file[PATHS_MAX];
    char control_socket[PATHS_MAX], takeover_socket[PATHS_MAX];
    struct loop *loop;
    struct relay *relay;     /* owned */
    struct signals *signals; /* owned */
};

static uint64_t now_ms(void)
{
    return clock_wall_ms(clock_system());
}

/* --- events --- */

static void on_relay_closed(void *owner)
{
    struct serve *s = owner;

    s->relay = NULL;
    if (s->signals)
        signals_close(s->signals);
    log_info("relay", "stopped");
}

static void on_handed_over(void *owner, pid_t pid)
{
    struct serve *s = owner;

    (void)service_notify_main(s->notify, pid);
}

static void on_terminate(void *owner)
{
    struct serve *s = owner;

    log_info("relay", "stopping: requests under way have %u s to finish",
             (s->options.restarts ? RELAY_RESTART_MS : RELAY_SHUTDOWN_MS) / 1000);
    (void)service_notify(s->notify, "STOPPING=1");
    relay_shutdown(s->relay);
}

/* A certificate that covers no *.DOMAIN leaves only the path. */
static bool has_tunnels_in_path(const struct serve *s)
{
    const char *form = settings_text(s->call->settings, "tunnel-address");

    return strcmp(form, "auto") == 0 ? !s->certificates.covers_wildcard
                                     : strcmp(form, "path") == 0;
}

static enum err reload(struct serve *s)
{
    enum err rc = serve_certificates_check(s->call, &s->certificates, now_ms());

    if (rc != OK)
        return rc;
    s->options.tunnels_in_path = has_tunnels_in_path(s);
    return relay_reload(s->relay);
}

static void on_reload(void *owner)
{
    struct serve *s = owner;

    s->options.detail[0] = '\0';
    (void)service_notify(s->notify, "STATUS=reading the certificates anew");
    enum err rc = reload(s);
    if (rc == OK)
        log_info("relay", "certificates read anew");
    else
        log_error("relay", "reload failed, the certificates from before go on serving: %s",
                  *s->options.detail ? s->options.detail : err_text(rc));
    (void)service_notify_status(s->notify, "serving %s%s", s->options.domain,
                                rc == OK ? "" : ", but the last reload failed: see the log");
}

static const struct signals_events signals_events = {
    .on_terminate = on_terminate,
    .on_reload = on_reload,
};

/* --- opening --- */

/* A relay holds two descriptors for each request; the soft limit of most systems, 1024,
 * would be reached long before ours. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static enum err join_paths(struct serve *s, const char *folder)
{
    enum err rc = paths_join(folder, "tokens.json", s->tokens_file);

    if (rc == OK)
        rc = paths_join(folder, "inbox.db", s->inbox_file);
    if (rc == OK)
        rc = paths_join(folder, "relay.sock", s->control_socket);
    if (rc == OK)
        rc = paths_join(folder, "takeover.sock", s->takeover_socket);
    return rc;
}

static enum err read_options(struct serve *s)
{
    const struct settings *set = s->call->settings;
    const char *data = settings_text(set, "data");
    const char *plain = settings_text(set, "listen-plain");
    enum err rc = join_paths(s, data ? data : s->call->paths->state_folder);

    s->options = (struct relay_options){
        .listen = settings_text(set, "listen"),
        .plain_listen = strcmp(plain, "off") == 0 ? NULL : plain,
        .acme_folder = settings_text(set, "acme-folder"),
        .domain = settings_text(set, "domain"),
        .identities = s->certificates.identities,
        .identities_len = s->certificates.len,
        .tokens_file = s->tokens_file,
        .inbox_file = s->inbox_file,
        .control_socket = s->control_socket,
        .takeover_socket = s->takeover_socket,
        .inbox_tunnel_bytes = settings_size(set, "inbox-tunnel-size"),
        .inbox_bytes = settings_size(set, "inbox-size"),
        .public_port = settings_is_given(set, "public-port")
                           ? (unsigned)settings_integer(set, "public-port")
                           : 0,
        .tunnels_in_path = has_tunnels_in_path(s),
        .connections_max = (size_t)settings_integer(set, "connections-max"),
        .random = random_system(),
        .on_handed_over = on_handed_over,
        .on_closed = on_relay_closed,
        .owner = s,
    };
    return rc;
}

static void announce_json(struct serve *s)
{
    struct json_writer w;
    struct bytes out;

    bytes_init(&out, 4096);
    json_writer_init(&w, &out);
    json_writer_object(&w);
    json_writer_member_text(&w, "type", "ready");
    json_writer_member_text(&w, "domain", s->options.domain);
    json_writer_member_u64(&w, "https_port", relay_port(s->relay));
    if (relay_plain_port(s->relay))
        json_writer_member_u64(&w, "http_port", relay_plain_port(s->relay));
    json_writer_member_u64(&w, "kept", relay_kept(s->relay));
    json_writer_object_end(&w);
    if (json_writer_end(&w) == OK)
        (void)fprintf(s->call->out, "%.*s\n", (int)bytes_len(&out),
                      (const char *)bytes_peek(&out));
    bytes_fini(&out);
}

static void announce(struct serve *s)
{
    const struct relay_options *o = &s->options;
    FILE *out = s->call->out;

    if (settings_bool(s->call->settings, "json")) {
        announce_json(s);
    } else {
        (void)fprintf(out, "hookline-relay %s serves %s\n", HOOKLINE_VERSION, o->domain);
        (void)fprintf(out, "  https   port %u, tunnels at https://%s\n", relay_port(s->relay),
                      o->tunnels_in_path ? "DOMAIN/NAME" : "NAME.DOMAIN");
        if (relay_plain_port(s->relay))
            (void)fprintf(out, "  http    port %u, redirects to https%s\n",
                          relay_plain_port(s->relay),
                          o->acme_folder ? " and serves ACME challenges" : "");
        (void)fprintf(out, "  tokens  %s\n", o->tokens_file);
        (void)fprintf(out, "  inbox   %s, %" PRIu64 " kept\n", o->inbox_file,
                      relay_kept(s->relay));
    }
    (void)fflush(out);
}

/* The sockets that somebody else has opened: the service manager, or the relay before. */
static enum err find_sockets(struct serve *s)
{
    char detail[SERVICE_SOCKETS_DETAIL] = "";
    enum err rc = service_sockets_find(s->call->environment, getpid(), &s->sockets, detail);

    if (rc != OK) {
        command_complain(s->call, "%s", detail);
        return rc;
    }
    s->notify = service_sockets_variable(s->call->environment, "NOTIFY_SOCKET");
    s->options.https_fd = s->sockets.https;
    s->options.http_fd = s->sockets.http;
    s->options.restarts = service_sockets_any(&s->sockets);
    if (s->sockets.http > 0 && !s->options.plain_listen)
        log_warn("relay", "--listen-plain=off: the http socket of the service is not served");
    return OK;
}

static enum err ask_predecessor(struct serve *s)
{
    struct handover_taker *t = &s->taker;
    enum err rc = handover_taker_ask(t, s->takeover_socket);

    if (rc == ERR_NOT_FOUND || rc == ERR_EOF) {
        log_warn("takeover", "%s: this relay starts alone",
                 rc == ERR_EOF ? "the relay before ended when it was asked"
                               : "there is no relay to take over from");
        return OK;
    }
    if (rc != OK) {
        command_complain(s->call, "%s", t->detail);
        return rc;
    }
    if (s->options.plain_listen && t->http == 0)
        log_warn("takeover", "the relay before has no http port: this one opens its own");
    s->options.taker = t;
    s->options.https_fd = t->https;
    s->options.http_fd = t->http;
    return OK;
}

static enum err open_all(struct serve *s)
{
    bool takes_over = settings_bool(s->call->settings, "takeover");
    enum err rc = takes_over ? ask_predecessor(s) : OK;

    if (rc != OK)
        return rc;
    rc = relay_open(s->loop, &s->options, &s->relay);
    handover_taker_fini(&s->taker);
    if (rc != OK) {
        command_complain(s->call, "%s", *s->options.detail ? s->options.detail : err_text(rc));
        return rc;
    }
    rc = signals_open(s->loop, &signals_events, s, &s->signals);
    if (rc != OK) {
        command_complain(s->call, "%s", err_text(rc));
        relay_shutdown(s->relay);
        return rc;
    }
    announce(s);
    (void)service_notify_main(s->notify, getpid());
    (void)service_notify_status(s->notify, "serving %s", s->options.domain);
    (void)service_notify(s->notify, "READY=1");
    return OK;
}

enum command_exit serve_command(struct command_call *call)
{
    struct serve s = {.call = call};

    command_set_log_level(call);
    if (serve_certificates_read(call, &s.certificates) != OK)
        return COMMAND_USAGE;
    if (serve_certificates_check(call, &s.certificates, now_ms()) != OK ||
        read_options(&s) != OK || find_sockets(&s) != OK ||
        loop_new(clock_system(), &s.loop) != OK)
        return COMMAND_FAILED;
    raise_descriptor_limit();
    mem_spare();
    bool failed = open_all(&s) != OK;
    loop_run(s.loop);
    loop_free(s.loop);
    return failed ? COMMAND_FAILED : COMMAND_OK;
}
