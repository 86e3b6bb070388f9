#ifndef CLIENT_DEMO_DEMO_REPORT_H
#define CLIENT_DEMO_DEMO_REPORT_H

#include "relay-client/demo/demo_files.h"

#include <stdbool.h>
#include <stdio.h>

/* What the demo says while it works: sentences, or with --json one object per line with
 * the members that `hookline up --json` uses.  The recorded exchange is no business of
 * this file: `hookline show` prints it. */
struct demo_report {
    FILE *out; /* borrowed */
    bool is_json;
};

/* The addresses that the demo was given. */
struct demo_address {
    const struct demo_files *files; /* borrowed */
    const char *hookline;           /* path of the program */
    unsigned https_port;
    char relay[32];      /* "localhost:8443" */
    char url[300];       /* of the tunnel */
    char inspector[200]; /* with its key; "": there is none */
};

#define DEMO_TUNNEL "demo"

/* Begins a step: {"type":"note","text":...}. */
void demo_report_step(const struct demo_report *r, const char *what);
/* An empty line between words; nothing in JSON. */
void demo_report_gap(const struct demo_report *r);
/* The agent is linked: {"type":"ready",...}; nothing in words. */
void demo_report_ready(const struct demo_report *r, const struct demo_address *a);
/* It stays up: how to play on, in words; whoever reads JSON knows it from "ready". */
void demo_report_invitation(const struct demo_report *r, const struct demo_address *a);
/* All went well, and all is removed: {"type":"done"}; nothing in words. */
void demo_report_done(const struct demo_report *r);

#endif
