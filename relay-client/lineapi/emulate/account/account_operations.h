#ifndef CLIENT_LINEAPI_ACCOUNT_OPERATIONS_H
#define CLIENT_LINEAPI_ACCOUNT_OPERATIONS_H

struct emulated_call;

/* The operations about the account itself, each in the file that its name begins with. */

void emulate_bot_info(struct emulated_call *c);
void emulate_quota(struct emulated_call *c);
void emulate_quota_consumption(struct emulated_call *c);
void emulate_delivery_of_replies(struct emulated_call *c);
void emulate_delivery_of_pushes(struct emulated_call *c);
void emulate_delivery_of_multicasts(struct emulated_call *c);
void emulate_delivery_of_broadcasts(struct emulated_call *c);
void emulate_units_info(struct emulated_call *c);
void emulate_units_list(struct emulated_call *c);
void emulate_endpoint_get(struct emulated_call *c);
void emulate_endpoint_set(struct emulated_call *c);
void emulate_endpoint_test(struct emulated_call *c);
void emulate_membership_list(struct emulated_call *c);
void emulate_membership_of_user(struct emulated_call *c);
void emulate_membership_users(struct emulated_call *c);

#endif
