/* SPDX-License-Identifier: Apache-2.0 */
/* sorted_index.c: a list of chunks, each sorted and never empty; a full one is cut in two, at
 * its end when keys arrive in order. */
#include "base/sorted_index.h"

#define CHUNK 256

typedef struct {
    OrderKey key;
    void *what;
} SortedItem;

typedef struct {
    size_t count;
    SortedItem items[CHUNK];
} Chunk;

struct Order {
    Chunk **chunks;
    size_t chunk_count, cap, count;
};

static int compare(const OrderKey *x, const OrderKey *y)
{
    if (x->a != y->a) return x->a < y->a ? -1 : 1;
    if (x->b != y->b) return x->b < y->b ? -1 : 1;
    return (x->c > y->c) - (x->c < y->c);
}

Order *order_new(void)
{
    Order *order = calloc(1, sizeof *order);
    assert(order);
    return order;
}

void order_free(Order *order)
{
    if (!order) return;
    for (size_t i = 0; i < order->chunk_count; i++)
        free(order->chunks[i]);
    free(order->chunks);
    free(order);
}

/* The first chunk whose last key is not less than key; chunk_count when there is none. */
static size_t chunk_of(const Order *order, const OrderKey *key)
{
    size_t low = 0, high = order->chunk_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        const Chunk *c = order->chunks[mid];
        if (compare(&c->items[c->count - 1].key, key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* The first place in the chunk whose key is not less than key. */
static size_t place_in(const Chunk *c, const OrderKey *key)
{
    size_t low = 0, high = c->count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (compare(&c->items[mid].key, key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static Chunk *chunk_add(Order *order, size_t at)
{
    if (order->chunk_count == order->cap) {
        order->cap = order->cap ? order->cap * 2 : 16;
        order->chunks = realloc(order->chunks, order->cap * sizeof(Chunk *));
        assert(order->chunks);
    }
    Chunk *c = malloc(sizeof *c);
    assert(c);
    c->count = 0;
    memmove(order->chunks + at + 1, order->chunks + at,
            (order->chunk_count - at) * sizeof(Chunk *));
    order->chunks[at] = c;
    order->chunk_count++;
    return c;
}

void order_put(Order *order, OrderKey key, void *what)
{
    size_t n = chunk_of(order, &key);
    bool last = n == order->chunk_count;
    if (last && n) n--;
    Chunk *c = order->chunk_count ? order->chunks[n] : chunk_add(order, 0);
    if (c->count == CHUNK && last)
        c = chunk_add(order, n + 1);
    else if (c->count == CHUNK) {
        Chunk *half = chunk_add(order, n + 1);
        half->count = CHUNK / 2;
        c->count = CHUNK - half->count;
        memcpy(half->items, c->items + c->count, half->count * sizeof(SortedItem));
        if (compare(&c->items[c->count - 1].key, &key) < 0) c = half;
    }
    size_t at = place_in(c, &key);
    assert(at == c->count || compare(&c->items[at].key, &key) != 0);
    memmove(c->items + at + 1, c->items + at, (c->count - at) * sizeof(SortedItem));
    c->items[at] = (SortedItem){key, what};
    c->count++;
    order->count++;
}

void *order_take(Order *order, OrderKey key)
{
    size_t n = chunk_of(order, &key);
    if (n == order->chunk_count) return NULL;
    Chunk *c = order->chunks[n];
    size_t at = place_in(c, &key);
    if (compare(&c->items[at].key, &key) != 0) return NULL;
    void *what = c->items[at].what;
    c->count--;
    memmove(c->items + at, c->items + at + 1, (c->count - at) * sizeof(SortedItem));
    order->count--;
    if (c->count) return what;
    free(c);
    order->chunk_count--;
    memmove(order->chunks + n, order->chunks + n + 1,
            (order->chunk_count - n) * sizeof(Chunk *));
    return what;
}

void *order_get(const Order *order, OrderKey key)
{
    OrderSpot spot = order_from(order, key);
    OrderKey found;
    void *what = order_next(order, &spot, &found);
    return what && compare(&found, &key) == 0 ? what : NULL;
}

size_t order_count(const Order *order)
{
    return order->count;
}

OrderSpot order_from(const Order *order, OrderKey key)
{
    size_t n = chunk_of(order, &key);
    return (OrderSpot){n, n < order->chunk_count ? place_in(order->chunks[n], &key) : 0};
}

void *order_next(const Order *order, OrderSpot *spot, OrderKey *key)
{
    if (spot->chunk < order->chunk_count && spot->at == order->chunks[spot->chunk]->count)
        *spot = (OrderSpot){spot->chunk + 1, 0};
    if (spot->chunk >= order->chunk_count) return NULL;
    const SortedItem *item = &order->chunks[spot->chunk]->items[spot->at++];
    if (key) *key = item->key;
    return item->what;
}
