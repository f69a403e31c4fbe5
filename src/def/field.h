/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field.h: a definition's field list, read into the same Column type that describes the rows of
 * the house, so that custom fields are decoded, checked, shown and exported by the same code.
 */
#ifndef DEF_FIELD_H
#define DEF_FIELD_H

#include "base/column.h"
#include "def/yaml_schema.h"

/* The keys of one field: kind title max scale list of default index sense. */
extern const Shape shape_field;

extern const Err FIELD_KIND;    /* "kind": there is no such kind */
extern const Err FIELD_STRAY;   /* "stray-key": the key means nothing for this kind */
extern const Err FIELD_CHOICES; /* "choices": a choice without choices, or with one twice */
extern const Err FIELD_LIST;    /* "list": a code or ref without list */
extern const Err FIELD_NUMBER;  /* "number": out of its range */

/* Reads the field that stands behind key; node has the shape shape_field, or the fault was told
 * and what can be read is read. The default is left to the caller. false: no kind, no use. */
bool field_read(Reading *r, const Node *key, const Node *node, Column *out);
/* zh and en of the map behind a key of node as texts that end with NUL; "" when missing. */
void words_read(Reading *r, const Node *node, const char *key, const char **out_zh,
                const char **out_en);
/* A text of a definition as a value of a column; what does not fit is told as like with the
 * column's name and a sentence in zh and en. Empty does not fit; codes are not looked up. */
bool field_cell(Reading *r, const Node *node, const Column *c, const Err *like, Value *out);

#endif
