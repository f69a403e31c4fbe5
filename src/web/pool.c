/* SPDX-License-Identifier: Apache-2.0 */
/* pool.c: a bounded queue and a few threads, each with a reader of its own. All of it is taken
 * at the start, so that no request finds it lacking. */
#include <pthread.h>

#include "web/web.h"

#define HANDS_MOST 8

typedef struct {
    void (*run)(void *context, Db *db);
    void *context;
} Task;

typedef struct {
    Pool *pool;
    Db *db;
    pthread_t thread;
} Hand;

struct Pool {
    pthread_mutex_t lock;
    pthread_cond_t more;
    Task *tasks; /* a ring of most places */
    size_t first, waiting, most;
    bool stopping;
    Hand hands[HANDS_MOST];
    size_t hired;
};

static void *work(void *arg)
{
    Hand *hand = arg;
    Pool *pool = hand->pool;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (!pool->waiting && !pool->stopping)
            pthread_cond_wait(&pool->more, &pool->lock);
        if (!pool->waiting) break;
        Task task = pool->tasks[pool->first];
        pool->first = (pool->first + 1) % pool->most;
        pool->waiting--;
        pthread_mutex_unlock(&pool->lock);
        task.run(task.context, hand->db);
        pthread_mutex_lock(&pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static const Err *hire(Pool *pool, Store *store)
{
    Hand *hand = &pool->hands[pool->hired];
    hand->pool = pool;
    const Err *e = db_open(store, DB_READ, &hand->db);
    if (e) return e;
    if (pthread_create(&hand->thread, NULL, work, hand) != 0) {
        db_close(hand->db);
        return &STORE_THREADS;
    }
    pool->hired++;
    return NULL;
}

const Err *pool_start(Store *store, size_t threads, size_t queue_most, Pool **out)
{
    assert(threads <= HANDS_MOST);
    Pool *pool = calloc(1, sizeof *pool);
    Task *tasks = calloc(queue_most, sizeof *tasks);
    if (!pool || !tasks) abort();
    pool->tasks = tasks;
    pool->most = queue_most;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->more, NULL);
    const Err *e = NULL;
    for (size_t i = 0; !e && i < threads; i++)
        e = hire(pool, store);
    if (e)
        pool_stop(pool);
    else
        *out = pool;
    return e;
}

bool pool_run(Pool *pool, void (*run)(void *context, Db *db), void *context)
{
    pthread_mutex_lock(&pool->lock);
    bool taken = !pool->stopping && pool->waiting < pool->most;
    if (taken) {
        pool->tasks[(pool->first + pool->waiting++) % pool->most] = (Task){run, context};
        pthread_cond_signal(&pool->more);
    }
    pthread_mutex_unlock(&pool->lock);
    return taken;
}

void pool_stop(Pool *pool)
{
    if (!pool) return;
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->more);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->hired; i++) {
        pthread_join(pool->hands[i].thread, NULL);
        db_close(pool->hands[i].db);
    }
    pthread_mutex_destroy(&pool->lock);
    pthread_cond_destroy(&pool->more);
    free(pool->tasks);
    free(pool);
}
