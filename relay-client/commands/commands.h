#ifndef CLIENT_COMMANDS_H
#define CLIENT_COMMANDS_H

#include "cli/command.h"

/* The commands of `hookline`, one file each; main.c has the table. */
enum command_exit up_command(struct command_call *call);
enum command_exit login_command(struct command_call *call);
enum command_exit list_command(struct command_call *call);
enum command_exit show_command(struct command_call *call);
enum command_exit replay_command(struct command_call *call);
enum command_exit trigger_command(struct command_call *call);
enum command_exit retry_command(struct command_call *call);
enum command_exit drop_command(struct command_call *call);
enum command_exit status_command(struct command_call *call);
enum command_exit tail_command(struct command_call *call);
enum command_exit demo_command(struct command_call *call);
enum command_exit doctor_command(struct command_call *call);
enum command_exit scenario_command(struct command_call *call);
enum command_exit line_api_command(struct command_call *call);
enum command_exit webhook_command_get(struct command_call *call);
enum command_exit webhook_command_set(struct command_call *call);
enum command_exit webhook_command_test(struct command_call *call);

#endif
