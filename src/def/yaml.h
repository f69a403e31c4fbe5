/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml.h: the text of a definition (flow, code list, …) as a tree with places.
 *
 * YAML without its surprises: every scalar is text until its Column kind decides; a key stands
 * once; anchors, aliases, tags, merge keys, directives, several documents, and the keys
 * on off yes no y n are refused, for other readers of YAML would see something else. Texts are
 * UTF-8 of at most 1 MiB, 16 levels and 50,000 nodes.
 *
 * Faults are collected, not thrown: one reading tells all that is wrong, in the order of the
 * file, each as FILE:LINE:COL: code: sentence, in both languages.
 */
#ifndef DEF_YAML_H
#define DEF_YAML_H

#include "base/err.h"

/* A place in the text of a definition, both counted from 1, columns in characters. */
typedef struct {
    int line, column;
} Spot;

typedef enum { NODE_TEXT, NODE_LIST, NODE_MAP } NodeKind;

typedef struct Node Node;
struct Node {
    NodeKind kind;
    Spot spot;
    Str text;          /* NODE_TEXT; never null, may be empty */
    bool quoted;       /* NODE_TEXT in quotes or as a block */
    size_t count;      /* of items */
    const Node *items; /* of a list, or the values of a map */
    const Node *keys;  /* of a map, all NODE_TEXT, all different */
};

/* One reading of one file: whose arena, which name the faults carry, and what was found. */
typedef struct {
    Arena *mem;
    Str file;
    Err *faults;
    Spot *spots;
    size_t count, cap;
} Reading;
#define READING(arena, name) ((Reading){.mem = (arena), .file = (name)})

/* The catalogue entry of a fault of a definition: a code and a sentence in both languages. */
#define FAULT(the_code, chinese, english)                                                      \
    {                                                                                          \
        .kind = ERR_INVALID, .code = the_code, .zh = chinese, .en = english                    \
    }

extern const Err DEF_YAML; /* "yaml": not YAML, or not UTF-8 */
extern const Err DEF_WIDE; /* "full-width": a sign of Chinese text where YAML wants its own */
extern const Err DEF_REFUSED;   /* "refused": anchor, alias, tag, merge key, directive, … */
extern const Err DEF_KEY;       /* "key": no text, or on off yes no y n */
extern const Err DEF_TWICE;     /* "twice": the key stands in line {1} already */
extern const Err DEF_TOO_LARGE; /* "too-large": bytes, levels or nodes */

/* Reads text into a tree that lives as long as r->mem. NULL when it is no YAML at all; else the
 * tree of what could be read, which may come with faults (r->count). Never ends the process. */
MUST const Node *def_read(Reading *r, Str text);

/* Notes a fault at a place; its field is "FILE:LINE:COL". At most 500 are kept. */
void def_fault(Reading *r, Spot spot, const Err *like, Str a, Str b);
void def_fault4(Reading *r, Spot spot, const Err *like, Str a, Str b, Str c, Str d);
/* The same of a text, at its place. */
void def_fault_of(Reading *r, const Node *text, const Err *like);
/* NULL when there were none; else ERR_FAULTS whose next is the list in the order of the file.
 */
MUST const Err *def_err(const Reading *r);
/* All faults of such an error, "FILE:LINE:COL: code: sentence\n" each; for any other error one
 * line "code: sentence\n". */
void def_print(const Err *e, Lang lang, Buf *out);

/* The value behind a key of a map; NULL when it is absent or node is NULL or no map. */
MUST const Node *node_get(const Node *node, const char *key);
/* The text behind a key; STR_NULL when absent or no text. */
MUST Str node_text(const Node *node, const char *key);
/* The place of a key's value, or the place of the map itself when the key is absent. */
MUST Spot node_spot(const Node *node, const char *key);
/* A list of one may stand without brackets: how many things the node lists (0 for NULL). */
MUST size_t node_many(const Node *node);
/* The i-th of them: an item of the list, or the node itself. */
MUST const Node *node_at(const Node *node, size_t i);

#endif
