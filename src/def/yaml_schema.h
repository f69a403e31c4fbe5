/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml_schema.h: which keys a definition may have and what may stand behind them, as static
 * tables. One table checks the form of a definition, prints its JSON Schema for editors, and is
 * the list of keys in docs/definitions.md.
 */
#ifndef DEF_YAML_SCHEMA_H
#define DEF_YAML_SCHEMA_H

#include "base/json.h"
#include "def/yaml.h"

enum { SHAPE_TEXT = 1, SHAPE_LIST = 2, SHAPE_MAP = 4 };

typedef struct Shape Shape;

typedef struct {
    const char *key;
    const Shape *shape;
    bool required;
    const char *zh, *en; /* what it means, for editors and the manual */
} Key;

struct Shape {
    unsigned
        forms; /* SHAPE_TEXT and SHAPE_MAP, or SHAPE_LIST alone (one item without brackets) */
    const char *zh, *en; /* what is expected, for the sentence of a fault */
    const char *pattern; /* of a text, as JSON Schema has it; only printed */
    bool (*fits)(Str);   /* of a text; NULL: any but the empty one */
    const Shape *item;   /* of a list, and behind the free keys of a map */
    const Key *keys;     /* the named keys of a map */
    size_t key_count;
};

/* SHAPE(SHAPE_LIST, "角色的列表", "a list of roles", .item = &shape_role) */
#define SHAPE(the_forms, chinese, ...)                                                         \
    {                                                                                          \
        .forms = (the_forms), .zh = chinese, .en = __VA_ARGS__                                 \
    }
#define KEYS(array) .keys = array, .key_count = countof(array)

extern const Err SHAPE_WRONG;   /* "form": something else is expected here */
extern const Err SHAPE_UNKNOWN; /* "unknown-key": the keys there are */
extern const Err SHAPE_MISSING; /* "missing": the key is missing */

/* Notes every deviation of node from shape; true when there is none. */
bool shape_check(Reading *r, const Shape *shape, const Node *node);
/* The shape as a JSON Schema (2020-12), inline. */
void shape_schema(const Shape *shape, const char *title, JsonOut *out);

/* The named keys of a shape as a table in Markdown, for docs/definitions.md. */
void shape_manual(const Shape *shape, Buf *out);
/* Faults as a table in Markdown: code and both sentences. */
void faults_manual(const Err *const *faults, size_t count, Buf *out);

/* Shapes that all definitions share. */
MUST bool text_is_name(Str text);  /* a-z, then a-z 0-9 _, at most 40: states, moves, fields */
MUST bool text_is_label(Str text); /* the same with - for _: flows, lists, documents */
MUST bool text_is_count(Str text); /* 1 to 9999 */
extern const Shape shape_text, shape_name, shape_label, shape_count, shape_words, shape_flag;

#endif
