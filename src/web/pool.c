/* SPDX-License-Identifier: Apache-2.0 */
/* pool.c: a bounded queue and a few threads, each with a reader of its own. */
#include <pthread.h>

#include "web/web.h"

typedef struct Task Task;
struct Task {
    Task *next;
    void (*run)(void *context, Db *db);
    void *context;
};

struct Pool {
    pthread_mutex_t lock;
    pthread_cond_t more;
    Task *first, **last;
    size_t waiting, most, threads;
    bool stopping;
    Store *store;
    pthread_t thread[8];
};

static void *work(void *arg)
{
    Pool *pool = arg;
    Db *db = NULL;
    const Err *e = db_open(pool->store, DB_READ, &db);
    assert(!e);
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (!pool->first && !pool->stopping)
            pthread_cond_wait(&pool->more, &pool->lock);
        Task *w = pool->first;
        if (!w) break;
        pool->first = w->next;
        if (!pool->first) pool->last = &pool->first;
        pool->waiting--;
        pthread_mutex_unlock(&pool->lock);
        w->run(w->context, db);
        free(w);
        pthread_mutex_lock(&pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    db_close(db);
    return NULL;
}

Pool *pool_start(Store *store, size_t threads, size_t queue_most)
{
    Pool *pool = calloc(1, sizeof *pool);
    assert(pool && threads <= countof(pool->thread));
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->more, NULL);
    pool->last = &pool->first;
    pool->most = queue_most;
    pool->store = store;
    pool->threads = threads;
    for (size_t i = 0; i < threads; i++) {
        int failed = pthread_create(&pool->thread[i], NULL, work, pool);
        assert(!failed);
    }
    return pool;
}

bool pool_run(Pool *pool, void (*run)(void *context, Db *db), void *context)
{
    Task *w = malloc(sizeof *w);
    assert(w);
    *w = (Task){NULL, run, context};
    pthread_mutex_lock(&pool->lock);
    bool taken = !pool->stopping && pool->waiting < pool->most;
    if (taken) {
        *pool->last = w;
        pool->last = &w->next;
        pool->waiting++;
        pthread_cond_signal(&pool->more);
    }
    pthread_mutex_unlock(&pool->lock);
    if (!taken) free(w);
    return taken;
}

void pool_stop(Pool *pool)
{
    if (!pool) return;
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->more);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->threads; i++)
        pthread_join(pool->thread[i], NULL);
    pthread_mutex_destroy(&pool->lock);
    pthread_cond_destroy(&pool->more);
    free(pool);
}
