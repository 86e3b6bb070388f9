#ifndef CLIENT_LINEAPI_CONTENT_OPERATIONS_H
#define CLIENT_LINEAPI_CONTENT_OPERATIONS_H

struct emulated_call;

/* What users sent: emulate_content.c. */

void emulate_content(struct emulated_call *c);
void emulate_content_preview(struct emulated_call *c);
void emulate_content_transcoding(struct emulated_call *c);

#endif
