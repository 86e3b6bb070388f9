#ifndef SERVER_COMMANDS_H
#define SERVER_COMMANDS_H

#include "cli/command.h"

/* The commands of `hookline-relay`, a file for each family; main.c has the table. */
enum command_exit serve_command(struct command_call *call);
enum command_exit relay_status_command(struct command_call *call);
enum command_exit token_create_command(struct command_call *call);
enum command_exit token_list_command(struct command_call *call);
enum command_exit token_revoke_command(struct command_call *call);
enum command_exit check_cert_command(struct command_call *call);
enum command_exit inbox_check_command(struct command_call *call);
enum command_exit inbox_repair_command(struct command_call *call);
enum command_exit inbox_list_command(struct command_call *call);
enum command_exit inbox_retry_command(struct command_call *call);
enum command_exit inbox_drop_command(struct command_call *call);

#endif
