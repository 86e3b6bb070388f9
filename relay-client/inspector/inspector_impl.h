#ifndef CLIENT_INSPECTOR_INSPECTOR_IMPL_H
#define CLIENT_INSPECTOR_INSPECTOR_IMPL_H

#include "loop/defer.h"
#include "relay-client/inspector/inspector_activity.h"
#include "relay-client/inspector/inspector_gate.h"
#include "relay-client/inspector/inspector_job.h"
#include "relay-client/inspector/inspector_port.h"
#include "relay-client/inspector/inspector_session.h"
#include "relay-client/inspector/status/inspector_status.h"
#include "relay-client/inspector/stream/feed_hub.h"

/* The inside of the inspector, for its own files and the folders status and stream. */

struct inspector {
    struct loop *loop;                /* borrowed, as is what the options point to */
    struct inspector_options options; /* a copy */
    struct inspector_facts facts;
    struct inspector_session session;
    struct inspector_gate_site site;
    struct inspector_port port;
    struct inspector_job_reader reader;
    struct inspector_status board;
    struct feed_hub feed;
    struct list activities; /* inspector_activity.h */
    char url[160];
    size_t holds; /* requests, and others that need us */
    bool is_closing, is_port_empty, is_reader_closed, is_closed;
    struct defer_task closed_task;
    void (*on_closed)(void *owner);
    void *owner;
};

#endif
