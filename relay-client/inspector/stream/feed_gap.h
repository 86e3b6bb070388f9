#ifndef CLIENT_INSPECTOR_STREAM_FEED_GAP_H
#define CLIENT_INSPECTOR_STREAM_FEED_GAP_H

struct inspector;

/* A gap has begun or ended: reads the latest, and tells every page (`mark`). */
void feed_gap_tell(struct inspector *i);

#endif
