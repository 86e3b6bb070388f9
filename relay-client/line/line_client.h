#ifndef CLIENT_LINE_LINE_CLIENT_H
#define CLIENT_LINE_LINE_CLIENT_H

#include "loop/loop.h"
#include "relay-client/secrets.h"

/* Speaks with LINE's Messaging API for one channel, in Hookline's own name: the webhook's
 * address, the bot's info.  With an access token, or with channel id and secret: then it gets
 * stateless tokens (15 minutes) by itself, and nothing long-lived is kept anywhere.
 *
 * Life: line_client_open -> line_client_call ... -> line_client_close -> on_closed (freed),
 *       after the last `done`. */
struct line_client;

#define LINE_CLIENT_MS       10000u /* for one request, from its beginning to its end */
#define LINE_CLIENT_BODY_MAX ((size_t)256 * 1024)

/* All borrowed until on_closed. */
struct line_client_options {
    const char *url;          /* "https://api.line.me" */
    const char *ca_file;      /* whom to trust; NULL: the system's bundle */
    struct span access_token; /* empty: channel id and secret are used */
    const char *channel_id;   /* or NULL */
    struct span channel_secret;
};

/* False: the settings have no credentials of LINE.  `secrets` is where the channel secret is;
 * it and the settings are borrowed by `out`. */
bool line_client_read_settings(const struct settings *settings, const struct secrets *secrets,
                               struct line_client_options *out);

/* On failure `detail` says what to do. */
MUST_CHECK enum err line_client_open(struct loop *l, const struct line_client_options *options,
                                     struct line_client **out, char detail[static 256]);
void line_client_close(struct line_client *c, void (*on_closed)(void *owner), void *owner);

struct line_answer {
    enum err why;       /* OK: LINE has answered, whatever it said */
    const char *detail; /* why not, for people */
    unsigned status;
    struct span body; /* JSON, as it came */
};

/* `path` "/v2/bot/info" and `json` (NULL: no body) are copied.  `done` comes from the loop,
 * once, also after line_client_close; its answer is borrowed.  A token that LINE does not take
 * (401) is renewed once, if it is ours to renew; nothing else is tried again. */
struct line_request {
    const char *method, *path;
    const char *json;
    void (*done)(void *owner, const struct line_answer *answer);
    void *owner;
};
MUST_CHECK enum err line_client_call(struct line_client *c, const struct line_request *request);

#endif
