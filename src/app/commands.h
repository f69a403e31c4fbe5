/* SPDX-License-Identifier: Apache-2.0 */
/* commands.h: the tables of commands, one a file. */
#ifndef APP_COMMANDS_H
#define APP_COMMANDS_H

#include "app/command.h"

/* The option that nearly every command has. */
#define STORE_KEY                                                                              \
    {                                                                                          \
        "store", CONF_TEXT, NULL, "存储(SQLite 文件)", "the store: a SQLite file", 0, 0        \
    }

extern const Command keep_commands[], serve_commands[], demo_commands[], load_commands[],
    user_commands[], describe_commands[], bench_commands[];
/* Import and export of the nouns whose own table people fill in; cmd_import.c. */
MUST const Command *noun_commands(Arena *mem, size_t *out_count);
extern const size_t keep_command_count, serve_command_count, demo_command_count,
    load_command_count, user_command_count, describe_command_count, bench_command_count;

#endif
