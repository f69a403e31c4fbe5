/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_prove.h: every way a case can go. A situation is a state, what is known of the fields on
 * which the way still depends (unset, set, or which choice), and how often the moves that lead
 * elsewhere on their last use were used. All situations are explored, the nearest first, so
 * that the way to each is a shortest counter-example.
 *
 * What depends on dates, numbers, free text or the clock is taken to be possible either way.
 */
#ifndef CASE_FLOW_PROVE_H
#define CASE_FLOW_PROVE_H

#include "case/flow.h"

typedef struct Proof Proof;

/* Explores; lists may hold the code lists of the flow's fields. NULL when it is too much, and
 * of what was told to r. */
MUST Proof *proof_explore(Reading *r, const Flow *flow, Expr *expr, const CodeLists *lists);
MUST size_t proof_count(const Proof *proof);
/* The first situation found in a state, SIZE_MAX: it cannot be reached. */
MUST size_t proof_in(const Proof *proof, size_t state);
/* The first situation in a state from which no end can be reached, SIZE_MAX: none. */
MUST size_t proof_stuck(const Proof *proof, size_t state);
/* The moves to a situation, and one more (FLOW_NONE: none): "file → inform → sign".
 * Situation SIZE_MAX: the move alone. */
MUST Str proof_path(const Proof *proof, Arena *mem, size_t situation, size_t move);

/* A state whose clock runs until a field that may be empty when move enters it from there. */
typedef struct {
    size_t state, field, situation, move;
} Unset;
MUST const Unset *proof_unset(const Proof *proof, size_t *out_count);

#endif
