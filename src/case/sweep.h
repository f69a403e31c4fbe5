/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sweep.h: what happens because time passes. At the instants that open cases carry the house
 * (person 0) warns, raises and drafts, in acts of its own; when a seat is held by nobody any
 * more its open cases go to the next candidate; when another calendar is published open cases
 * are counted anew. It never moves a case along its flow, closes, orders or criticises.
 *
 * Each thing happens exactly once, over any number of restarts: what is done stands in the row
 * of the case and is looked at again inside the act. Nothing is polled: the sweep sleeps until
 * the earliest instant that the book or the ground knows. Only while the wall's clock is astray
 * (ledger_guard) it does nothing and looks again each second.
 */
#ifndef CASE_SWEEP_H
#define CASE_SWEEP_H

#include "case/case.h"

typedef struct Sweep Sweep;

/* Starts the thread, which begins with all that has come due meanwhile. still: the ledger's
 * clock moves only by sweep_until, so the thread waits for acts alone. Open after work, close
 * before the ledger. */
MUST const Err *sweep_open(Work *work, bool still, Sweep **out);
void sweep_close(Sweep *sweep);

/* All that is due by the ledger's clock has been committed when it returns. */
MUST const Err *sweep_run(Sweep *sweep);
/* For a clock that stands still: sets it to each instant at which something happens until the
 * given one, in order, sweeps there, and ends with the clock at until. Later calls of others
 * wait. set is called on the caller's thread; until is not before the clock. */
MUST const Err *sweep_until(Sweep *sweep, Instant until,
                            void (*set)(void *context, Instant now), void *context);

typedef struct {
    int64_t acts; /* committed since the start */
    Instant next; /* when it will wake; NIL: at the next act */
} SweepStats;
void sweep_stats(Sweep *sweep, SweepStats *out);

#endif
