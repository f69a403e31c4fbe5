/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sorted_index.h: an ordered set in memory. A key is three integers, compared from the left;
 * behind each key stands a pointer that the set does not own. Kept as sorted chunks of a few
 * KB, so that a walk is quick and a change moves little: about 0.2 µs to put, take or find
 * among 200,000. Not for two threads at once unless both only read.
 */
#ifndef BASE_SORTED_INDEX_H
#define BASE_SORTED_INDEX_H

#include "base/base.h"

typedef struct {
    int64_t a, b, c;
} OrderKey;
#define ORDER_KEY(x, y, z) ((OrderKey){(x), (y), (z)})

typedef struct Order Order;

MUST Order *order_new(void);
void order_free(Order *order); /* NULL is fine */
/* The key must not be there yet; what is not NULL. */
void order_put(Order *order, OrderKey key, void *what);
/* Takes the key out; what stood behind it, NULL when it was not there. */
void *order_take(Order *order, OrderKey key);
MUST void *order_get(const Order *order, OrderKey key);
MUST size_t order_count(const Order *order);

/* A place between two keys; void when the set changes. */
typedef struct {
    size_t chunk, at;
} OrderSpot;
/* Before the first key that is not less than key. */
MUST OrderSpot order_from(const Order *order, OrderKey key);
/* The item behind the spot, which moves past it; NULL at the end. key may be NULL. */
MUST void *order_next(const Order *order, OrderSpot *spot, OrderKey *key);

#endif
