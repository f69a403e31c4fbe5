/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.h: memory by lifespan. One arena per act, per request, per cache; everything in it
 * dies together. Nothing is freed singly. Out of memory ends the process with a message: an act
 * that has not been committed has changed nothing.
 *
 * In sanitizer builds what has not been handed out is poisoned, so that a stray read fails.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"

typedef struct Arena Arena;

/* A new, empty arena that grows by blocks of at least block bytes (0: 8 KiB). */
MUST Arena *arena_new(size_t block);
/* Forgets everything handed out and keeps the first block. */
void arena_reset(Arena *arena);
/* Frees the arena and all that came from it; NULL is fine. */
void arena_free(Arena *arena);
/* size bytes, zeroed, aligned for any type; never NULL. size 0 gives a unique pointer. */
MUST void *arena_alloc(Arena *arena, size_t size);
/* The same, not zeroed: for what is filled at once. */
MUST void *arena_raw(Arena *arena, size_t size);
/* Makes the size bytes at p more bytes (≥ size) where they lie; false, and nothing has changed,
 * unless they were the last that the arena gave and there is room behind them. */
MUST bool arena_extend(Arena *arena, void *p, size_t size, size_t more);
/* A copy of n bytes followed by one NUL byte. */
MUST char *arena_copy(Arena *arena, const void *from, size_t n);
/* Calls forget(what) when the arena is reset or freed, the last deferred first. */
void arena_defer(Arena *arena, void (*forget)(void *), void *what);
/* Bytes handed out since creation or the last reset. */
MUST size_t arena_used(const Arena *arena);

/* n items of size bytes, zeroed; a product beyond size_t is out of memory. */
MUST void *arena_many(Arena *arena, size_t size, size_t n);

/* Room for one item more in an array of the arena that holds count items of size bytes and has
 * room for *cap: items, or a copy with twice the room. NULL is an array without room. */
MUST void *arena_grow(Arena *arena, void *items, size_t count, size_t *cap, size_t size);

#define arena_make(arena, Type)     ((Type *)arena_alloc((arena), sizeof(Type)))
#define arena_array(arena, Type, n) ((Type *)arena_many((arena), sizeof(Type), (n)))

#endif
