#ifndef TESTS_UNIT_SUPPORT_SITE_RIG_H
#define TESTS_UNIT_SUPPORT_SITE_RIG_H

#include "relay-client/inspector/inspector_gate.h"

/* An inspector's session and address, as its gate sees them; the password is "sesame". */
struct site_rig {
    struct inspector_session session;
    struct inspector_gate_site site;
};

void site_rig_open(struct site_rig *rig, const char *address, unsigned port);
void site_rig_close(struct site_rig *rig);
struct http_head site_rig_head(const char *method, const char *host, const char *target);

#endif
