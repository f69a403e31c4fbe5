/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lane.h: writing fast. One thread takes all jobs that wait (what queued while the last fsync
 * ran; no timer), runs each inside one transaction, commits once, and then answers all, in
 * order. A job is answered after the commit is on disk, never before.
 *
 * The lane knows nothing of acts: ledger/ hands it jobs and hooks.
 */
#ifndef STORE_LANE_H
#define STORE_LANE_H

#include "store/store.h"

#define LANE_BATCH_MOST 512 /* jobs that share one commit */

typedef struct Lane Lane;

typedef struct LaneJob LaneJob;
struct LaneJob {
    LaneJob *next;    /* the lane's */
    const Err *fault; /* the lane's: what run or the commit said */
    /* Decides and writes; an error means that it wrote nothing that stands. When that can only
     * be had by rolling the transaction back, the others of its batch are told STORE_BUSY. */
    const Err *(*run)(LaneJob *job, Db *db);
    /* Called once on the lane's thread after the commit (e == NULL) or the refusal. The job is
     * the callee's from here on. */
    void (*done)(LaneJob *job, const Err *e);
    bool alone; /* commits by itself: what it changes is ground that others decide on */
};

typedef struct {
    void *context;
    const Err *(*flush)(void *context, Db *db);    /* before COMMIT: what the batch gathered */
    void (*committed)(void *context);              /* after COMMIT, before the answers */
    void (*dropped)(void *context);                /* the batch was rolled back */
    void (*answering)(void *context, bool begins); /* around the answers of a batch */
} LaneHooks;

/* Starts the thread with its own connection. queue_most: how many jobs may wait. */
MUST const Err *lane_start(Store *store, const LaneHooks *hooks, size_t queue_most, Lane **out);
/* false when the queue is full or the lane is stopping: nothing happened, answer 503. */
MUST bool lane_submit(Lane *lane, LaneJob *job);
/* Submits and waits for its done to have returned; the queue's bound does not apply. Not from
 * the lane's own thread. */
const Err *lane_call(Lane *lane, LaneJob *job);
/* Writes HOUSE or DERIVED rows between the acts and waits: write runs on the lane's thread
 * behind a savepoint; when it says an error nothing of it stands. As lane_call otherwise. */
MUST const Err *lane_write(Lane *lane, const Err *(*write)(void *context, Db *db),
                           void *context);
/* Finishes what waits, then ends the thread. */
void lane_stop(Lane *lane);

/* How often it has committed: what a reader saw before has not changed while this is the same.
 */
MUST uint64_t lane_commits(Lane *lane);

typedef struct {
    uint64_t jobs, batches, refused, largest;
    size_t waiting;
} LaneStats;
void lane_stats(Lane *lane, LaneStats *out);

#endif
