#include "relay-server/problem_table.h"

const struct problem problem_no_such_tunnel = {
    .status = 404,
    .title = "No such tunnel",
    .detail = "This relay has no tunnel of that name, and no token for one. Check the address "
              "for typing errors, or make a token with `hookline-relay token create` and link "
              "with `hookline up`.",
};

const struct problem problem_no_agent = {
    .status = 503,
    .title = "No agent is linked",
    .detail = "The tunnel exists, but no agent serves it now. Run `hookline up` on the "
              "machine where the bot lives, and look there if it cannot link.",
    .retry_after = "30",
};

const struct problem problem_wrong_host = {
    .status = 421,
    .title = "Misdirected request",
    .detail = "The host of the request is not the name that the TLS connection was opened "
              "for. Open a connection for this host.",
};

const struct problem problem_method = {
    .status = 405,
    .title = "Method not allowed",
    .detail = "Hookline forwards neither CONNECT nor TRACE.",
};

const struct problem problem_body_too_large = {
    .status = 413,
    .title = "The webhook is too large",
    .detail = "A webhook body may have at most 1 MiB (1,048,576 bytes). LINE sends far less; "
              "requests without a signature header may have any size.",
};

const struct problem problem_too_many_bodies = {
    .status = 503,
    .title = "The relay has too many webhooks under way",
    .detail = "The webhooks that this relay is reading and delivering now fill the 64 MiB that "
              "it sets aside for them. This one was not taken; it is safe to send it again.",
    .retry_after = "10",
};

const struct problem problem_fields_too_large = {
    .status = 431,
    .title = "Too many header fields",
    .detail = "A request may carry at most 100 header fields with those that the relay adds.",
};

const struct problem problem_signature_twice = {
    .status = 400,
    .title = "More than one signature",
    .detail = "The request carries the signature header more than once, so nobody can say "
              "which one counts.",
};

const struct problem problem_link_busy = {
    .status = 503,
    .title = "The link is busy",
    .detail = "As many requests are under way on this link as it takes: 1,024, of them at most "
              "64 that are no webhooks. The bot answers too slowly for the rate of requests; "
              "try again in a moment.",
    .retry_after = "1",
};

const struct problem problem_not_stored = {
    .status = 503,
    .title = "The link broke before the webhook was stored",
    .detail = "The agent was reached, but did not confirm that the webhook is in its journal. "
              "It is safe to send it again.",
    .retry_after = "5",
};

const struct problem problem_inbox_full = {
    .status = 503,
    .title = "The inbox is full",
    .detail = "No agent takes this tunnel's webhooks now, and those that wait for it fill the "
              "inbox. Nothing that was accepted is dropped for this one, which was not taken. "
              "Run `hookline up` on the machine where the bot lives, and they go there.",
    .retry_after = "60",
};

const struct problem problem_not_kept = {
    .status = 503,
    .title = "The relay cannot write its inbox",
    .detail = "The webhook was not taken, because the relay's disk refuses it. It is safe to "
              "send it again. The relay's log says what is wrong with the disk.",
    .retry_after = "10",
};

const struct problem problem_link_broke = {
    .status = 502,
    .title = "The link broke before the answer",
    .detail = "The agent has the request in its journal, but the link broke before the bot's "
              "answer came back. See `hookline list` on the bot's machine.",
};

const struct problem problem_bad_answer = {
    .status = 502,
    .title = "The agent's answer is not valid HTTP",
    .detail = "What came back over the link cannot be passed on. See `hookline list` on the "
              "bot's machine for what the bot answered.",
};

const struct problem problem_no_answer = {
    .status = 504,
    .title = "The bot did not answer in time",
    .detail = "No answer within 60 seconds. See `hookline list` on the bot's machine.",
};

const struct problem problem_out_of_memory = {
    .status = 503,
    .title = "The relay is out of memory",
    .detail = "The request was not taken. Try again in a moment.",
    .retry_after = "10",
};

const struct problem problem_shutdown = {
    .status = 503,
    .title = "The relay is shutting down",
    .detail = "The request was not taken. Try again in a moment.",
    .retry_after = "5",
};

const struct problem problem_link_needs_h1 = {
    .status = 505,
    .title = "The link begins with HTTP/1.1",
    .detail = "Agents open the link by an HTTP/1.1 upgrade; do not offer h2 by ALPN.",
};
