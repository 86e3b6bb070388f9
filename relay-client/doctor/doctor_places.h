#ifndef CLIENT_DOCTOR_DOCTOR_PLACES_H
#define CLIENT_DOCTOR_DOCTOR_PLACES_H

#include "codec/http/http_head.h"
#include "codec/url.h"
#include "relay-client/doctor/doctor.h"

#define DOCTOR_TARGET_SIZE 2048u

/* Where the doctor goes: worked out of the options, once. */
struct doctor_places {
    bool has_relay;
    bool is_guess;                           /* that the tunnel has a host name of its own */
    struct url webhooks;                     /* what LINE connects to; without path */
    char webhook_target[DOCTOR_TARGET_SIZE]; /* what LINE asks for there */
    char authority[URL_AUTHORITY_SIZE];      /* of webhooks, for Host */
    bool has_bot;
    struct url bot; /* path and query borrow from the options */
    char bot_target[DOCTOR_TARGET_SIZE];
    char bot_authority[URL_AUTHORITY_SIZE];
};

void doctor_places_find(const struct doctor_options *o, struct doctor_places *out);
/* The guess was wrong: the tunnel is in the path. */
void doctor_places_use_path(const struct doctor_options *o, struct doctor_places *p);

#endif
