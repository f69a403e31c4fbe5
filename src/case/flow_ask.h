/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_ask.h: what the case engine, and who shows flows, asks of a flow that has been proven.
 * Pure: values of a case go in, positions and answers come out; only flow_json and what makes
 * room take memory.
 */
#ifndef CASE_FLOW_ASK_H
#define CASE_FLOW_ASK_H

#include "case/flow.h"

/* "open", "late", "new", "suspected", "major". */
MUST const char *figure_name(Figure figure);
/* False for any other word. */
MUST bool figure_by_name(Str name, Figure *out);
/* The measure that stands for a figure; NULL: the flow is not counted in it. */
MUST const Measure *flow_figure(const Flow *flow, Figure figure);
/* Whether a gauge counts an open case that stands in that state (FLOW_NONE: none of them). */
MUST bool measure_gauges(const Measure *measure, size_t state, bool late);

/* Positions by name, or FLOW_NONE. */
MUST size_t flow_state(const Flow *flow, Str name);
MUST size_t flow_move(const Flow *flow, Str name);

MUST bool state_ends(const State *state);
MUST bool state_voids(const State *state); /* ends with outcome void */
/* Whether the move can start in that state. */
MUST bool move_leaves(const Move *move, size_t state);
/* The moves from a state in the order of their buttons, the filing moves for FLOW_NONE. */
MUST const Move **flow_moves_from(Arena *mem, const Flow *flow, size_t state,
                                  size_t *out_count);
/* Whether the move may still be used after uses uses of it in the case's life. */
MUST bool move_left(const Move *move, int64_t uses);
/* The state it leads to: over the values after the move, uses counting those before it. */
MUST size_t flow_target(const Flow *flow, const Move *move, int64_t uses, Expr *expr,
                        const Value *values);
/* The clock of a state over the values on entry; NULL for an end. */
MUST const Clock *flow_clock(const Flow *flow, const State *state, Expr *expr,
                             const Value *values);
/* The flow for GET /flows: one object with title, states, moves (in the order of the buttons),
 * fields and measures, titles in one language. */
void flow_json(const Flow *flow, Lang lang, JsonOut *out);

#endif
