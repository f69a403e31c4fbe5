/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lane.c: natural batching, and the checkpoint thread beside it. The write-ahead log is copied
 * back by its own thread; when that cannot keep up the lane itself finishes the copy between
 * two batches, so that the log starts anew instead of growing.
 */
#include "store/lane.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/log.h"
#include "store/store_internal.h"

#define CHECKPOINT_JOBS 4000 /* jobs between two background copies */
#define PAGES_LEFT_MOST 8000 /* not yet copied: the lane does it itself */

struct Lane {
    Db *db, *copier;
    LaneHooks hooks;
    pthread_t thread, copy_thread;
    pthread_mutex_t lock;
    pthread_cond_t work, answered, copy;
    LaneJob *first, **last;
    size_t queue_most;
    bool stopping, copy_due, copying;
    int64_t pages_left, since_copy;
    LaneStats stats;
    _Atomic uint64_t commits;
};

static LaneJob *take(Lane *lane, size_t *count)
{
    LaneJob *batch = lane->first, *tail = NULL;
    size_t n = 0;
    for (LaneJob *j = batch; j && n < LANE_BATCH_MOST; j = j->next) {
        if (j->alone && n) break;
        tail = j;
        n++;
        if (j->alone) break;
    }
    lane->first = tail->next;
    if (!lane->first) lane->last = &lane->first;
    tail->next = NULL;
    lane->stats.waiting -= n;
    *count = n;
    return batch;
}

static const Err *batch_write(Lane *lane, LaneJob *batch)
{
    const Err *e = db_begin(lane->db);
    if (e) return e;
    bool any = false;
    for (LaneJob *j = batch; j; j = j->next) {
        j->fault = j->run(j, lane->db);
        any |= j->fault == NULL;
        /* The whole batch was rolled back: by the engine on a full disk, or by a job. */
        if (!db_in_transaction(lane->db)) {
            if (lane->hooks.dropped) lane->hooks.dropped(lane->hooks.context);
            /* those who were taken back with it may try again; a full disk is full for all */
            return !j->fault                    ? &STORE_BROKEN
                   : j->fault->kind == ERR_FULL ? j->fault
                                                : &STORE_BUSY;
        }
    }
    if (!any) {
        db_rollback(lane->db);
        return NULL;
    }
    e = lane->hooks.flush ? lane->hooks.flush(lane->hooks.context, lane->db) : NULL;
    if (!e) e = db_commit(lane->db);
    atomic_fetch_add(&lane->commits, 1);
    if (e) {
        db_rollback(lane->db);
        if (lane->hooks.dropped) lane->hooks.dropped(lane->hooks.context);
    } else if (lane->hooks.committed)
        lane->hooks.committed(lane->hooks.context);
    return e;
}

static void batch_run(Lane *lane, LaneJob *batch)
{
    const Err *e = batch_write(lane, batch);
    if (lane->hooks.answering) lane->hooks.answering(lane->hooks.context, true);
    for (LaneJob *j = batch, *next; j; j = next) {
        next = j->next;
        j->done(j, j->fault ? j->fault : e);
    }
    if (lane->hooks.answering) lane->hooks.answering(lane->hooks.context, false);
}

/* Called between batches: when too much is left to copy, wait for the copier and finish. */
static void catch_up(Lane *lane)
{
    pthread_mutex_lock(&lane->lock);
    bool due = lane->since_copy >= CHECKPOINT_JOBS && !lane->copy_due;
    if (due) {
        lane->copy_due = true;
        lane->since_copy = 0;
        pthread_cond_signal(&lane->copy);
    }
    bool behind = lane->pages_left > PAGES_LEFT_MOST;
    while (behind && lane->copying)
        pthread_cond_wait(&lane->answered, &lane->lock);
    pthread_mutex_unlock(&lane->lock);
    if (!behind) return;
    int64_t left = 0;
    const Err *e = db_checkpoint(lane->db, &left);
    if (e) log_warn("lane checkpoint=%s", e->code);
    pthread_mutex_lock(&lane->lock);
    lane->pages_left = 0;
    pthread_mutex_unlock(&lane->lock);
}

static void *lane_main(void *arg)
{
    Lane *lane = arg;
    pthread_mutex_lock(&lane->lock);
    for (;;) {
        while (!lane->first && !lane->stopping)
            pthread_cond_wait(&lane->work, &lane->lock);
        if (!lane->first) break;
        size_t n;
        LaneJob *batch = take(lane, &n);
        lane->stats.jobs += n;
        lane->stats.batches++;
        if (n > lane->stats.largest) lane->stats.largest = n;
        lane->since_copy += (int64_t)n;
        pthread_mutex_unlock(&lane->lock);
        batch_run(lane, batch);
        catch_up(lane);
        pthread_mutex_lock(&lane->lock);
    }
    pthread_mutex_unlock(&lane->lock);
    return NULL;
}

static void *copy_main(void *arg)
{
    Lane *lane = arg;
    pthread_mutex_lock(&lane->lock);
    for (;;) {
        while (!lane->copy_due && !lane->stopping)
            pthread_cond_wait(&lane->copy, &lane->lock);
        if (lane->stopping) break;
        lane->copying = true;
        pthread_mutex_unlock(&lane->lock);
        int64_t left = 0;
        const Err *e = db_checkpoint(lane->copier, &left);
        if (e) log_warn("checkpoint=%s", e->code);
        pthread_mutex_lock(&lane->lock);
        lane->copying = lane->copy_due = false;
        lane->pages_left = left;
        pthread_cond_broadcast(&lane->answered);
    }
    pthread_mutex_unlock(&lane->lock);
    return NULL;
}

const Err *lane_start(Store *store, const LaneHooks *hooks, size_t queue_most, Lane **out)
{
    Lane *lane = calloc(1, sizeof *lane);
    assert(lane);
    const Err *e = db_open(store, DB_WRITE, &lane->db);
    if (!e) e = db_open(store, DB_WRITE, &lane->copier);
    if (e) {
        db_close(lane->db);
        free(lane);
        return e;
    }
    if (hooks) lane->hooks = *hooks;
    lane->last = &lane->first;
    lane->queue_most = queue_most;
    pthread_mutex_init(&lane->lock, NULL);
    pthread_cond_init(&lane->work, NULL);
    pthread_cond_init(&lane->answered, NULL);
    pthread_cond_init(&lane->copy, NULL);
    if (pthread_create(&lane->thread, NULL, lane_main, lane) != 0 ||
        pthread_create(&lane->copy_thread, NULL, copy_main, lane) != 0)
        return &STORE_THREADS; /* what was started ends with the process */
    *out = lane;
    return NULL;
}

static bool submit(Lane *lane, LaneJob *job, bool bounded)
{
    pthread_mutex_lock(&lane->lock);
    bool taken = !lane->stopping && (!bounded || lane->stats.waiting < lane->queue_most);
    if (taken) {
        job->next = NULL;
        job->fault = NULL;
        *lane->last = job;
        lane->last = &job->next;
        lane->stats.waiting++;
        pthread_cond_signal(&lane->work);
    } else
        lane->stats.refused++;
    pthread_mutex_unlock(&lane->lock);
    return taken;
}

bool lane_submit(Lane *lane, LaneJob *job)
{
    return submit(lane, job, true);
}

typedef struct {
    LaneJob job;
    LaneJob *inner;
    Lane *lane;
    const Err *e;
    bool finished;
} LaneCall;

static const Err *call_run(LaneJob *job, Db *db)
{
    LaneCall *call = (LaneCall *)job;
    return call->inner->run(call->inner, db);
}

static void call_done(LaneJob *job, const Err *e)
{
    LaneCall *call = (LaneCall *)job;
    if (call->inner->done) call->inner->done(call->inner, e);
    pthread_mutex_lock(&call->lane->lock);
    call->e = e;
    call->finished = true;
    pthread_cond_broadcast(&call->lane->answered);
    pthread_mutex_unlock(&call->lane->lock);
}

const Err *lane_call(Lane *lane, LaneJob *inner)
{
    LaneCall call = {.job = {.run = call_run, .done = call_done, .alone = inner->alone},
                     .inner = inner,
                     .lane = lane};
    if (!submit(lane, &call.job, false)) return &STORE_BUSY;
    pthread_mutex_lock(&lane->lock);
    while (!call.finished)
        pthread_cond_wait(&lane->answered, &lane->lock);
    pthread_mutex_unlock(&lane->lock);
    return call.e;
}

typedef struct {
    LaneJob job;
    const Err *(*write)(void *context, Db *db);
    void *context;
} Write;

static const Err *write_run(LaneJob *job, Db *db)
{
    Write *w = (Write *)job;
    const Err *e = db_save(db);
    if (e) return e;
    e = w->write(w->context, db);
    if (e)
        db_save_drop(db);
    else
        db_save_keep(db);
    return e;
}

const Err *lane_write(Lane *lane, const Err *(*write)(void *context, Db *db), void *context)
{
    Write w = {.job = {.run = write_run}, .write = write, .context = context};
    return lane_call(lane, &w.job);
}

void lane_stop(Lane *lane)
{
    if (!lane) return;
    pthread_mutex_lock(&lane->lock);
    lane->stopping = true;
    pthread_cond_broadcast(&lane->work);
    pthread_cond_broadcast(&lane->copy);
    pthread_mutex_unlock(&lane->lock);
    pthread_join(lane->thread, NULL);
    pthread_join(lane->copy_thread, NULL);
    db_close(lane->db);
    db_close(lane->copier);
    pthread_mutex_destroy(&lane->lock);
    pthread_cond_destroy(&lane->work);
    pthread_cond_destroy(&lane->answered);
    pthread_cond_destroy(&lane->copy);
    free(lane);
}

uint64_t lane_commits(Lane *lane)
{
    return atomic_load(&lane->commits);
}

void lane_stats(Lane *lane, LaneStats *out)
{
    pthread_mutex_lock(&lane->lock);
    *out = lane->stats;
    pthread_mutex_unlock(&lane->lock);
}
