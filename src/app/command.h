/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command.h: argv as a table of commands and options. Results go to stdout; an error is one
 * line on stderr. Exit 0: fine, 1: refused, 2: used wrongly (or the port is taken).
 */
#ifndef APP_COMMAND_H
#define APP_COMMAND_H

#include "app/app.h"
#include "base/conf.h"

enum { EXIT_FINE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

typedef struct Command Command;

/* The words of one call. */
typedef struct {
    Arena *mem;
    const Command *command;
    Str words[16]; /* what is not an option, behind the command's name */
    size_t word_count;
    Conf *conf; /* --option, else GRIDWARD_OPTION, else --config's file, else the default */
} Args;

struct Command {
    const char *name;   /* "import subjects": one or two words */
    const char *words;  /* "FILE.csv" */
    size_t least, most; /* how many words */
    const ConfKey *options;
    size_t option_count;
    const char *help; /* a sentence */
    int (*run)(const Args *args);
    /* Instead of run: writes what goes to stdout. */
    void (*print)(const Args *args, Buf *out);
    /* Or: on the store that --store names, which is open before and closed behind
     * it; makes: a new one, writes: claimed. */
    int (*on_store)(const Args *args, House *house);
    bool makes, writes;
    int (*usage)(
        const Args *args); /* before: EXIT_FINE, or what args_usage said; may be NULL */
    void (*more)(const Args *args);  /* prints further help behind it; NULL: there is none */
    void (*blank)(const Args *args); /* --template: prints an empty file; NULL: there is none */
};

/* Prints a one-line error and returns EXIT_REFUSED (EXIT_USAGE for args_usage). */
int args_refuse(const Args *args, const Err *e);
int args_usage(const Args *args, const char *format, ...) LIKE_PRINTF(2, 3);
/* The language of messages: --lang zh or en, else English unless LC_ALL, LC_MESSAGES or LANG
 * begins with zh. */
MUST Lang args_lang(void);
/* All commands, a table for each file. */
typedef struct {
    const Command *const *tables;
    const size_t *counts;
    size_t count;
} Tables;

/* Finds the command and runs it. */
int command_run(const Tables *all, int argc, char **argv);

#endif
