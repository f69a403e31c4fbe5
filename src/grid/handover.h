/* SPDX-License-Identifier: Apache-2.0 */
/* handover.h: what the acts of this folder share. Private to it. */
#ifndef GRID_HANDOVER_H
#define GRID_HANDOVER_H

#include "grid/snapshot_internal.h"

/* NIL is now. */
MUST Instant when_of(const Act *act, Instant given);
/* Refuses [starts, ends) that ends before or when it starts. */
MUST const Err *span_check(const Act *act, Instant starts, Instant ends);
/* Whether [a, b) and [c, d) share an instant; NIL ends are open. */
MUST bool spans_meet(Instant a, Instant b, Instant c, Instant d);
/* SPAN_ORDER with both instants. */
MUST const Err *span_order(const Act *act, Instant given, Instant last);
/* The last span of an owner, be it open or ended; NULL: none. */
MUST const void *span_last(const Ground *ground, Part part, int64_t owner);

/* Puts next in the place of span last from starts on: corrects last when it began then, else
 * ends it and opens next. Both are rows of table with these members; next's id must be 0.
 * SPAN_ORDER. */
MUST const Err *span_follow(Act *act, Part part, const void *last, void *next, Instant starts);
/* Ends a row's span. SPAN_ORDER. */
MUST const Err *span_end(Act *act, Part part, const void *row, Instant ends);

/* Records the end of a seat and its holds and shifts. */
MUST const Err *seat_end(Act *act, const Ground *ground, const Seat *seat, Instant ends,
                         Str reason);

/*
 * To be called when all changes of an act are recorded: whoever lost the people who held them
 * from `when` on is found by comparing before and after; cells must not lose their last member,
 * officer or chief (unless strict is false, or the reason and the actor's seat allow it), and
 * open work moves by the hooks. WOULD_ORPHAN.
 */
MUST const Err *settle(Act *act, const Ground *before, const GroundHooks *hooks, Instant when,
                       bool strict, Str reason);

/* The hooks of an import, which records thousands of changes in one act: settle does nothing,
 * for it looks at the whole region each time. A sweep behind the file moves what is left to
 * nobody. */
extern const GroundHooks SETTLE_LATER;

/* Whether the nearest seats of the role at or above an area are held: what a blind spot asks.
 * found (may be NULL): one of them, or NULL. */
MUST bool area_covered(const Ground *ground, int64_t area, Role role, Instant at,
                       const Seat **found);

#endif
