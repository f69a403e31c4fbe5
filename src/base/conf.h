/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.h: settings. A table of keys says all there is to set, each with its kind, default and a
 * sentence; a flag on the command line goes before the environment, that before the file, that
 * before the default. What no key names is refused, with the line it stands in.
 *
 * The file is "key = value" a line; blank lines and lines that begin with # are passed over; a
 * value reaches to the end of its line and needs no quotes. In the environment "listen-host" is
 * GRIDWARD_LISTEN_HOST; empty there means not set.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/err.h"

typedef enum {
    CONF_TEXT,
    CONF_INT, /* least to most */
    CONF_FLAG /* yes or no, also true, false, 1, 0 */
} ConfKind;

typedef struct {
    const char *name; /* lower-case words joined by dashes */
    ConfKind kind;
    const char *def;     /* as in the file; NULL: none, conf_text gives STR_NULL */
    const char *zh, *en; /* what it does, a sentence each */
    int64_t least, most;
} ConfKey;

typedef enum { CONF_DEFAULT, CONF_FILE, CONF_ENVIRONMENT, CONF_COMMAND } ConfSource;

typedef struct Conf Conf;

extern const Err CONF_UNKNOWN; /* "conf-unknown": no key of that name */
extern const Err CONF_VALUE;   /* "conf-value": what was expected of it */
extern const Err CONF_LINE;    /* "conf-line": not key = value */
extern const Err CONF_TWICE;   /* "conf-twice": the file has it already */

/* All keys at their defaults, which must be well. keys must outlive the Conf. */
MUST Conf *conf_new(Arena *mem, const ConfKey *keys, size_t count);
/* Sets one key, unless a source that goes before has set it. CONF_UNKNOWN, CONF_VALUE. */
MUST const Err *conf_set(Conf *conf, ConfSource source, Str name, Str value);
/* The text of a file of that name: all its faults at once (ERR_FAULTS), each with "name:line"
 * as its field; then nothing of it is set. */
MUST const Err *conf_read(Conf *conf, Str text, Str name);
/* Takes what the keys name from "NAME=value" texts ending with NULL, as environ is; faults as
 * above with the variable as field. Other variables are not looked at. */
MUST const Err *conf_environment(Conf *conf, const char *const *variables);

/* The value of a key, which must exist and be of the kind. CONF_INT without one is NIL. */
MUST Str conf_text(const Conf *conf, const char *name);
MUST int64_t conf_int(const Conf *conf, const char *name);
MUST bool conf_flag(const Conf *conf, const char *name);
/* Where the value came from. */
MUST ConfSource conf_source(const Conf *conf, const char *name);

/* All keys as a file that may be edited and read: sentence, names and default of each. */
void conf_describe(Buf *out, Lang lang, const ConfKey *keys, size_t count);

#endif
