#include "relay-server/links/link_gate.h"

#include "base/hex.h"
#include "base/log.h"
#include "base/text.h"
#include "link/link_handshake.h"
#include "relay-server/problem_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SESSION_TEXT (2 * LINK_SESSION_SIZE + 1)
#define KEPT_TEXT    24u

static void refuse(const struct ingress_request *request, enum link_refusal why)
{
    struct problem p = link_refusal_problem(why);

    problem_refuse(request->exchange, &p);
}

/* A token that was made a moment ago is good at once. */
static void read_new_tokens(struct relay_state *relay)
{
    char detail[TOKENS_DETAIL_SIZE];
    bool changed;

    if (tokens_reload_if_changed(relay->tokens, &changed, detail) != OK)
        log_error("tokens", "%s (the tokens from before stay in force)", detail);
}

/* Counted, answered with the same bytes whatever is wrong with the token, and logged
 * with the reason for the relay's owner only. */
static void refuse_token(struct relay_state *relay, const struct ingress_request *request,
                         const char *id, enum tokens_verdict verdict)
{
    const char *peer = exchange_peer(request->exchange);
    bool heard = attempts_failed(relay->attempts, peer);

    if (heard)
        log_warn("link", "refused from=%s token=%s: %s", peer, *id ? id : "-",
                 tokens_verdict_text(verdict));
    refuse(request, heard ? LINK_REFUSE_TOKEN : LINK_REFUSE_TOO_MANY);
}

/* A name is the linked token's, as long as that token lives. */
static bool is_taken_by_other(const struct relay_state *relay, const struct tunnel *tunnel,
                              const char *id)
{
    return tunnel && tunnel->link && strcmp(tunnel->token_id, id) != 0 &&
           tokens_is_live(relay->tokens, tunnel->token_id,
                          clock_wall_ms(loop_clock(relay->loop)));
}

/* Who takes a link over needs no more tunnels than before, but for a while more links. */
static bool has_too_many(const struct relay_state *relay, const struct tunnel *tunnel,
                         const char *id)
{
    bool takes_over = tunnel && tunnel->link;

    return links_len_of(&relay->links, id) >= LINK_GATE_LINKS_MAX ||
           (!takes_over && tunnels_links_of(&relay->tunnels, id) >= LINK_GATE_LINKS_PER_TOKEN);
}

/* A refusal leaves no new name in the directory. */
static enum err find_tunnel(struct relay_state *relay, const struct link_hello *hello,
                            const char *id, struct tunnel **out, enum link_refusal *refusal)
{
    *refusal = LINK_REFUSE_TUNNEL;
    if (!tokens_covers(relay->tokens, id, hello->tunnel))
        return ERR_DENIED;
    struct tunnel *known = tunnels_find(&relay->tunnels, hello->tunnel);
    *refusal = LINK_REFUSE_NAME_IN_USE;
    if (is_taken_by_other(relay, known, id))
        return ERR_CONFLICT;
    *refusal = LINK_REFUSE_TOO_MANY;
    if (has_too_many(relay, known, id))
        return ERR_LIMIT;
    return tunnels_open(&relay->tunnels, hello->tunnel, out);
}

/* "https://mybot.relay.example.com", with the port unless it is 443.  A domain without
 * a dot ("localhost") or an address has no names below it: the tunnel is in the path. */
static void format_url(const struct relay_state *relay, const char *tunnel, char *out,
                       size_t size)
{
    char port[8] = "";

    if (relay->public_port != 443)
        snprintf(port, sizeof port, ":%u", relay->public_port);
    if (relay->tunnels_in_path)
        snprintf(out, size, "https://%s%s/%s", relay->domain, port, tunnel);
    else
        snprintf(out, size, "https://%s.%s%s", tunnel, relay->domain, port);
}

/* How many wait in the inbox; "": none. */
static const char *format_kept(const struct relay_state *relay, const struct tunnel *tunnel,
                               char out[static KEPT_TEXT])
{
    uint64_t kept = relay->inbox ? inbox_counts_of(relay->inbox, tunnel->name).kept : 0;

    (void)snprintf(out, KEPT_TEXT, "%" PRIu64, kept);
    return kept > 0 ? out : "";
}

/* While no agent is linked, and after a restart, its wishes hold. */
static void remember(struct relay_state *relay, const struct tunnel *tunnel)
{
    struct inbox_tunnel t = {
        .name = tunnel->name,
        .token_id = tunnel->token_id,
        .answer = tunnel->answer,
        .offline = tunnel->offline,
        .linked_ms = clock_wall_ms(loop_clock(relay->loop)),
    };
    enum err rc = relay->inbox ? inbox_remember(relay->inbox, &t) : OK;

    if (rc != OK)
        log_warn("link", "tunnel=%s is not remembered across a restart: %s", tunnel->name,
                 err_text(rc));
}

static void adopt(struct relay_state *relay, struct tunnel *tunnel,
                  const struct link_hello *hello)
{
    tunnel->answer = hello->answer;
    tunnel->offline = hello->offline;
    dispatch_linked(dispatch_of(relay, tunnel));
    agent_wait_linked(relay, tunnel);
    remember(relay, tunnel);
}

static enum err upgrade(struct relay_state *relay, const struct ingress_request *request,
                        const struct link_hello *hello, struct tunnel *tunnel, const char *id)
{
    char url[LINK_URL_MAX + 1], session[SESSION_TEXT], kept[KEPT_TEXT];
    uint8_t random[LINK_SESSION_SIZE];
    struct link_welcome welcome = {.session = span_of(session, SESSION_TEXT - 1)};
    struct http_head head;
    struct stream *stream = NULL;

    random_fill(relay->random, random, sizeof random);
    hex_format(session, random, sizeof random);
    format_url(relay, tunnel->name, url, sizeof url);
    welcome.url = span_text(url);
    welcome.kept = span_text(format_kept(relay, tunnel, kept));
    enum err rc = link_welcome_format(&head, &welcome);
    if (rc == OK)
        rc = http_server_conn_upgrade(request->conn, request->exchange, &head, &stream);
    if (rc != OK)
        return rc;
    log_info("link", "tunnel=%s linked from=%s token=%s session=%s", tunnel->name,
             stream_peer(stream), id, session);
    if (links_add(&relay->links, stream, tunnel, id) != OK)
        stream_let_go(stream);
    else
        adopt(relay, tunnel, hello);
    return OK;
}

void link_gate_enter(struct relay_state *relay, const struct ingress_request *request)
{
    const char *peer = exchange_peer(request->exchange);
    char id[TOKEN_TEXT_ID_LEN + 1];
    enum tokens_verdict verdict;
    enum link_refusal refusal = LINK_REFUSE_SHUTDOWN;
    struct link_hello hello;
    struct tunnel *tunnel = NULL;
    uint64_t retry_after_ms;

    if (http_server_conn_is_h2(request->conn)) {
        problem_refuse(request->exchange, &problem_link_needs_h1);
        return;
    }
    if (relay->links.closing || relay->late ||
        link_hello_parse(request->head, &hello, &refusal) != OK) {
        refuse(request, refusal);
        return;
    }
    if (!attempts_admit(relay->attempts, peer, &retry_after_ms)) {
        refuse(request, LINK_REFUSE_TOO_MANY);
        return;
    }
    read_new_tokens(relay);
    if (tokens_check(relay->tokens, hello.token, clock_wall_ms(loop_clock(relay->loop)), id,
                     &verdict) != OK) {
        refuse_token(relay, request, id, verdict);
        return;
    }
    attempts_succeeded(relay->attempts, peer);
    if (find_tunnel(relay, &hello, id, &tunnel, &refusal) != OK) {
        log_warn("link", "refused from=%s token=%s tunnel=%s", peer, id,
                 LOG_TEXT(hello.tunnel));
        refuse(request, refusal);
        return;
    }
    enum err rc = upgrade(relay, request, &hello, tunnel, id);
    if (rc == ERR_NOMEM)
        problem_refuse(request->exchange, &problem_out_of_memory);
    else if (rc != OK)
        refuse(request, LINK_REFUSE_MALFORMED);
}
