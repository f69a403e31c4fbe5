/* SPDX-License-Identifier: Apache-2.0 */
/* commands.h: the tables of commands, one a file. */
#ifndef MAIN_COMMANDS_H
#define MAIN_COMMANDS_H

#include "main/command.h"

extern const Command keep_commands[], serve_commands[], load_commands[];
extern const size_t keep_command_count, serve_command_count, load_command_count;

#endif
