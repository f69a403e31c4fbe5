/* SPDX-License-Identifier: Apache-2.0 */
/* arena.c: a chain of blocks, bump allocation in the last one. */
#include "base/arena.h"

#if defined(__SANITIZE_ADDRESS__)
#define ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ASAN 1
#endif
#endif
#ifdef ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#define RED_ZONE       16u
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define RED_ZONE       0u
#endif

#define ALIGN 16u

typedef struct ArenaBlock ArenaBlock;
struct ArenaBlock {
    ArenaBlock *next; /* the block before this one in time */
    size_t size, used;
    _Alignas(ALIGN) char bytes[];
};

typedef struct Deferred Deferred;
struct Deferred {
    Deferred *next;
    void (*forget)(void *);
    void *what;
};

struct Arena {
    ArenaBlock *last;
    Deferred *deferred;
    size_t block, used;
};

static _Noreturn void no_memory(void)
{
    fputs("gridward: out of memory\n", stderr);
    abort();
}

static void *must_alloc(size_t size)
{
    void *p = malloc(size);
    if (!p) no_memory();
    return p;
}

static ArenaBlock *block_new(size_t size, ArenaBlock *next)
{
    ArenaBlock *b = must_alloc(sizeof(ArenaBlock) + size);
    b->next = next;
    b->size = size;
    b->used = 0;
    POISON(b->bytes, size);
    return b;
}

static void block_free(ArenaBlock *b)
{
    UNPOISON(b->bytes, b->size);
    free(b);
}

Arena *arena_new(size_t block)
{
    Arena *a = must_alloc(sizeof *a);
    a->block = block ? block : 8192;
    a->last = block_new(a->block, NULL);
    a->used = 0;
    a->deferred = NULL;
    return a;
}

void arena_defer(Arena *a, void (*forget)(void *), void *what)
{
    Deferred *d = arena_make(a, Deferred);
    *d = (Deferred){a->deferred, forget, what};
    a->deferred = d;
}

void arena_reset(Arena *a)
{
    for (Deferred *d = a->deferred; d; d = d->next)
        d->forget(d->what);
    a->deferred = NULL;
    while (a->last->next) {
        ArenaBlock *b = a->last;
        a->last = b->next;
        block_free(b);
    }
    a->last->used = 0;
    a->used = 0;
    POISON(a->last->bytes, a->last->size);
}

void arena_free(Arena *a)
{
    if (!a) return;
    arena_reset(a);
    block_free(a->last);
    free(a);
}

/* Bytes that an allocation takes of its block. */
static size_t need_of(size_t size)
{
    if (size > SIZE_MAX / 4) no_memory();
    size_t need = (size + ALIGN - 1 + RED_ZONE) & ~(size_t)(ALIGN - 1);
    return need ? need : ALIGN;
}

static void *take(Arena *a, size_t size)
{
    size_t need = need_of(size);
    ArenaBlock *b = a->last;
    if (b->size - b->used < need) {
        size_t room = a->block;
        while (room < need)
            room *= 2;
        b = a->last = block_new(room, b);
    }
    char *p = b->bytes + b->used;
    b->used += need;
    a->used += need;
    UNPOISON(p, size);
    return p;
}

void *arena_alloc(Arena *a, size_t size)
{
    void *p = take(a, size);
    if (size) memset(p, 0, size);
    return p;
}

void *arena_many(Arena *a, size_t size, size_t n)
{
    size_t all;
    if (__builtin_mul_overflow(size, n, &all)) no_memory();
    return arena_alloc(a, all);
}

void *arena_raw(Arena *a, size_t size)
{
    return take(a, size);
}

char *arena_copy(Arena *a, const void *from, size_t n)
{
    char *p = take(a, n + 1);
    if (n) memcpy(p, from, n);
    p[n] = 0;
    return p;
}

bool arena_extend(Arena *a, void *p, size_t size, size_t more)
{
    ArenaBlock *b = a->last;
    size_t need = need_of(size), new = need_of(more);
    if ((char *)p + need != b->bytes + b->used || new - need > b->size - b->used) return false;
    b->used += new - need;
    a->used += new - need;
    UNPOISON(p, more);
    return true;
}

void *arena_grow(Arena *a, void *items, size_t count, size_t *cap, size_t size)
{
    if (count < *cap) return items;
    *cap = *cap ? 2 * *cap : 8;
    void *more = arena_many(a, size, *cap);
    if (count) memcpy(more, items, count * size);
    return more;
}

size_t arena_used(const Arena *a)
{
    return a->used;
}
