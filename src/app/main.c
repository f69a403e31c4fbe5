/* SPDX-License-Identifier: Apache-2.0 */
/* main.c: argv to a command. */
#include "app/commands.h"

int main(int argc, char **argv)
{
    Arena *mem = arena_new(0);
    size_t noun_count;
    const Command *nouns = noun_commands(mem, &noun_count);
    const Command *const tables[] = {serve_commands, demo_commands, load_commands,
                                     user_commands,  keep_commands, describe_commands,
                                     bench_commands, nouns};
    const size_t counts[] = {serve_command_count, demo_command_count, load_command_count,
                             user_command_count,  keep_command_count, describe_command_count,
                             bench_command_count, noun_count};
    const Tables all = {tables, counts, countof(tables)};
    int code = command_run(&all, argc, argv);
    arena_free(mem);
    return code;
}
