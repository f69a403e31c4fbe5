/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry.h: definitions as STATE of region 0: kind, name, version, from when, the text and
 * its SHA-256, published by an act after the checker of its kind has passed it. Every version
 * stays, compiled, for the life of the process: a running case keeps the version it began with.
 *
 * What a kind is (flow, codes, calendar …) is handed down by main as a table of compilers; this
 * file knows none by name.
 */
#ifndef DEF_REGISTRY_H
#define DEF_REGISTRY_H

#include "ledger/ledger.h"

#define REGION_COMMON 0 /* the common ground: definitions, divisions, calendars */

typedef struct {
    STATE_MEMBERS
    Str kind, name;
    int64_t version;  /* 1, 2, … per kind and name */
    int64_t starts;   /* holds from this instant on */
    Str text, sha256; /* the hash in hex */
} Definition;
extern const Table definition_table;

/* What a definition may refer to while it is compiled: what holds now, and what is published
 * with it. */
typedef struct DefWorld DefWorld;
/* All of a kind, compiled; what is being compiled itself, and what does not compile, is left
 * out. Returns how many. */
MUST size_t def_world_all(DefWorld *world, const char *kind, Arena *mem, const void ***out);

/* Whether it was published before: its text was proven then, by the rules of then, and must be
 * read for ever, whatever is asked of new ones today. */
MUST bool def_world_stored(const DefWorld *world);

/* How what is referred to stands. */
typedef enum {
    DEF_ABSENT,
    DEF_BUSY,   /* it refers to what is being compiled: a circle, which could never load */
    DEF_BROKEN, /* published with it, with faults that are told there */
    DEF_FINE
} DefState;
/* The one of that kind and name; *out is set to it, compiled, when it is fine. */
MUST DefState def_world_get(DefWorld *world, const char *kind, Str name, const void **out);

typedef struct {
    const char *kind;   /* "flow" */
    const char *suffix; /* of its files: ".yaml" */
    /* Reads and checks the text; all faults at once. What it makes lives in mem and never
     * changes. */
    const Err *(*compile)(DefWorld *world, Arena *mem, Str file, Str text, void **out);
} DefKind;

typedef struct {
    Definition row;
    const void *compiled; /* of the kind's type */
} Published;

typedef struct Defs Defs;

extern const Err DEF_NO_KIND; /* "no-kind": the kinds there are */
extern const Err DEF_DOUBLE;  /* "double": two drafts of one kind and name */
extern const Err DEF_STORED;  /* "def-stored": a published definition no longer compiles */

/* Loads and compiles all published definitions and follows the ledger from there. A NULL ledger
 * gives an empty house: defs_check is all it can do. */
MUST const Err *defs_open(Ledger *ledger, const DefKind *kinds, size_t count, Defs **out);
void defs_close(Defs *defs);

/* The version that holds at an instant; NULL when none does. Any thread. */
MUST const Published *defs_at(const Defs *defs, const char *kind, Str name, Instant at);
/* That very version, or NULL. */
MUST const Published *defs_version(const Defs *defs, const char *kind, Str name,
                                   int64_t version);
/* All names of a kind that hold at an instant, in order of name; returns how many. */
MUST size_t defs_list(const Defs *defs, const char *kind, Instant at, Arena *mem,
                      const Published ***out);
/* Shorthands for the compiled thing, NULL when there is none. */
#define defs_get(defs, Type, kind, name, at)                                                   \
    ((const Type *)defs_compiled(defs_at(defs, kind, name, at)))
MUST const void *defs_compiled(const Published *published);

/* A definition to publish. */
typedef struct {
    Str kind, name, text;
} Draft;
/* Compiles the drafts as they would be, without publishing. All faults at once. */
MUST const Err *defs_check(const Defs *defs, Arena *mem, const Draft *drafts, size_t count);
/*
 * Publishes those drafts whose text differs from the version in force, as one act of person 0
 * from now on; *changed tells how many. All are checked first: one fault and nothing is
 * published.
 */
MUST const Err *defs_publish(Defs *defs, const Draft *drafts, size_t count, Arena *mem,
                             size_t *changed);

#endif
