/* SPDX-License-Identifier: Apache-2.0 */
/* case_helpers.c: a table of matters by areas, filled as it is asked. */
#include "case/case_helpers.h"

#include <pthread.h>

#include "grid/duty.h"

typedef struct {
    bool known;
    int64_t *departments;
    size_t count;
} HelperSet;

/* Good for a ground, from an instant until the next at which anything on it changes. */
struct HelperCache {
    pthread_mutex_t lock;
    Arena *mem;           /* of the sets; NULL: empty */
    const Ground *ground; /* pinned */
    Instant from, until;
    uint32_t matters, areas; /* how many words it has room for */
    HelperSet *sets;
};

HelperCache *helper_cache_new(void)
{
    HelperCache *cache = calloc(1, sizeof *cache);
    if (!cache) abort();
    int failed = pthread_mutex_init(&cache->lock, NULL);
    assert(!failed);
    return cache;
}

static void drop(HelperCache *cache)
{
    arena_free(cache->mem);
    ground_unpin(cache->ground);
    cache->mem = NULL;
    cache->ground = NULL;
}

void helper_cache_free(HelperCache *cache)
{
    if (!cache) return;
    drop(cache);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

/* Under the lock: the cache is of the reader's ground and instant afterwards, or false: the
 * ground has been replaced since the reader pinned it. */
static bool renew(HelperCache *cache, Grounds *grounds, const HelperTable *t, uint32_t matters)
{
    const Ground *ground = t->who->ground;
    if (cache->ground == ground && t->now >= cache->from && t->now < cache->until &&
        matters <= cache->matters && t->areas <= cache->areas)
        return true;
    const Ground *newest = ground_pin(grounds, ground_region(ground));
    if (newest != ground) {
        ground_unpin(newest);
        return false;
    }
    drop(cache);
    Instant until = ground_next(ground, t->now);
    cache->ground = newest;
    cache->from = t->now;
    cache->until = until == NIL ? INT64_MAX : until;
    cache->matters = matters + 16;
    cache->areas = t->areas + 64;
    cache->mem = arena_new(0);
    cache->sets = arena_array(cache->mem, HelperSet, (size_t)cache->matters * cache->areas);
    return true;
}

HelperTable *helper_table_new(HelperCache *cache, Grounds *grounds, const Who *who,
                              const IndexShelf *shelf, Instant now, Arena *mem)
{
    if (!who->department_count) return NULL;
    uint32_t matters = shelf->words[CASES_MATTER].count + 1;
    HelperTable *t = arena_make(mem, HelperTable);
    *t = (HelperTable){.cache = cache,
                       .who = who,
                       .shelf = shelf,
                       .now = now,
                       .mem = mem,
                       .areas = shelf->words[CASES_AREA].count + 1};
    t->answers = arena_array(mem, uint8_t, (size_t)matters * t->areas);
    pthread_mutex_lock(&cache->lock);
    t->shared = renew(cache, grounds, t, matters);
    pthread_mutex_unlock(&cache->lock);
    return t;
}

static void find(const HelperTable *t, uint32_t matter, uint32_t area, Arena *mem,
                 HelperSet *out)
{
    const IndexWord *m = &t->shelf->words[CASES_MATTER].words[matter];
    const IndexWord *a = &t->shelf->words[CASES_AREA].words[area];
    help_departments(t->who->ground, m->text, a->ref, t->now, mem, &out->departments,
                     &out->count);
    out->known = true;
}

static bool is_helped(HelperTable *t, uint32_t matter, uint32_t area)
{
    HelperSet own = {0}, *set = &own;
    HelperCache *cache = t->cache;
    pthread_mutex_lock(&cache->lock);
    bool shared = t->shared && cache->ground == t->who->ground && t->now >= cache->from &&
                  t->now < cache->until && matter < cache->matters && area < cache->areas;
    if (shared) set = &cache->sets[(size_t)matter * cache->areas + area];
    if (!set->known) find(t, matter, area, shared ? cache->mem : t->mem, set);
    bool has = false;
    for (size_t i = 0; i < set->count && !has; i++)
        for (size_t k = 0; k < t->who->department_count && !has; k++)
            has = set->departments[i] == t->who->departments[k];
    pthread_mutex_unlock(&cache->lock);
    return has;
}

uint8_t helper_table_ask(HelperTable *t, size_t matter, size_t area)
{
    uint8_t answer = HELPER_NO;
    if (is_helped(t, (uint32_t)matter, (uint32_t)area)) answer |= TIE_DEPARTMENT;
    return t->answers[matter * t->areas + area] = answer;
}
