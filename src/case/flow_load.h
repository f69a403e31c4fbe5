/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_load.h: from the text of a definition to a flow that has been proven (design §2 law 4),
 * or to every fault that it has, each with its place.
 */
#ifndef CASE_FLOW_LOAD_H
#define CASE_FLOW_LOAD_H

#include "case/flow.h"

/* ---- flow_shape.c ---- */

/* The keys of a flow's definition. */
extern const Shape shape_flow;
/* All keys of a flow and of a code list and all faults, as the tables of docs/definitions.md.
 */
void flow_manual(Buf *out);

/* ---- flow_read.c ---- */

/* Reads a definition into r->mem, telling all that is wrong with its form
 * (docs/definitions.md). NULL when nothing can be made of it. expr is asked which words may be
 * names. */
MUST Flow *flow_read(Reading *r, Expr *expr, Str text);
/* The JSON Schema of a flow's definition, for editors. */
void flow_schema(JsonOut *out);

/* ---- flow_check.c ---- */

/* What a flow may refer to. */
typedef struct {
    Expr *expr;
    const CodeLists *lists;
    const Flow *const *flows; /* that it may open; itself is known */
    size_t flow_count;
    const Str *broken; /* further ones whose own faults are told elsewhere */
    size_t broken_count;
} FlowWorld;

/* Proves design §2 law 4 and all else that needs the flow as a whole; the faults go to r.
 * Returns how many situations (state, what is known of the fields, limits used) were explored.
 */
size_t flow_check(Reading *r, const Flow *flow, const FlowWorld *world);
/* Reads and proves; *out is untouched on failure. ERR_FAULTS with every fault of the file. */
MUST const Err *flow_load(Arena *mem, Str file, Str text, const FlowWorld *world, Flow **out);

#endif
