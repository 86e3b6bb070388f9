#ifndef CLIENT_LINEAPI_PEOPLE_OPERATIONS_H
#define CLIENT_LINEAPI_PEOPLE_OPERATIONS_H

struct emulated_call;

/* The operations about users, groups and rooms, each in the file that its name begins with. */

void emulate_profile(struct emulated_call *c);
void emulate_profile_of_member(struct emulated_call *c);
void emulate_ids_of_followers(struct emulated_call *c);
void emulate_ids_of_members(struct emulated_call *c);
void emulate_chat_summary(struct emulated_call *c);
void emulate_chat_count(struct emulated_call *c);
void emulate_chat_leave(struct emulated_call *c);
void emulate_link_token(struct emulated_call *c);
void emulate_attention_loading(struct emulated_call *c);
void emulate_attention_read(struct emulated_call *c);
void emulate_attention_read_of_user(struct emulated_call *c);

#endif
