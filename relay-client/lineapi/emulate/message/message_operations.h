#ifndef CLIENT_LINEAPI_MESSAGE_OPERATIONS_H
#define CLIENT_LINEAPI_MESSAGE_OPERATIONS_H

struct emulated_call;

/* The operations that send messages, each in the file of its name. */

void emulate_reply(struct emulated_call *c);
void emulate_push(struct emulated_call *c);
void emulate_multicast(struct emulated_call *c);
void emulate_broadcast(struct emulated_call *c);
void emulate_narrowcast(struct emulated_call *c);
void emulate_narrowcast_progress(struct emulated_call *c);
void emulate_validate_to_one_chat(struct emulated_call *c); /* reply, push */
void emulate_validate_to_many(struct emulated_call *c);     /* the others */

#endif
