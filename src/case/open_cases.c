/* SPDX-License-Identifier: Apache-2.0 */
/* open_cases.c: one slip per open case, and the orders that point to it. Slips that go are used
 * again; what the book once needed it keeps. */
#include "case/open_cases.h"

#include <pthread.h>

typedef struct KeptSlip KeptSlip;
struct KeptSlip {
    OpenCase slip; /* first: an OpenCase of the orders is a KeptSlip */
    KeptSlip *next;
};

struct Book {
    pthread_rwlock_t lock;
    Arena *mem;
    Order *by_id, *orders[BOOK_ORDERS];
    KeptSlip *spare;
};

Book *book_new(void)
{
    Arena *mem = arena_new(1 << 16);
    Book *book = arena_make(mem, Book);
    book->mem = mem;
    book->by_id = order_new();
    for (size_t i = 0; i < BOOK_ORDERS; i++)
        book->orders[i] = order_new();
    /* or readers that follow each other would keep the lane waiting */
    book->lock = (pthread_rwlock_t)PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
    return book;
}

void book_free(Book *book)
{
    if (!book) return;
    order_free(book->by_id);
    for (size_t i = 0; i < BOOK_ORDERS; i++)
        order_free(book->orders[i]);
    pthread_rwlock_destroy(&book->lock);
    arena_free(book->mem);
}

static bool seat_twice(const OpenCase *s, unsigned i)
{
    if (s->seats[i] == s->duty) return true;
    for (unsigned k = 0; k < i; k++)
        if (s->seats[k] == s->seats[i]) return true;
    return false;
}

static void orders_put(Book *book, OpenCase *s)
{
    Order **o = book->orders;
    order_put(o[BOOK_BY_DUE], ORDER_KEY(s->region, s->due, s->id), s);
    order_put(o[BOOK_BY_AREA], ORDER_KEY(s->area, -s->id, 0), s);
    order_put(o[BOOK_BY_SEAT], ORDER_KEY(s->duty, s->due, s->id), s);
    for (unsigned i = 0; i < s->risen + s->watch; i++)
        if (!seat_twice(s, i))
            order_put(o[BOOK_BY_SEAT], ORDER_KEY(s->seats[i], s->due, s->id), s);
    if (s->next_at != NIL) order_put(o[BOOK_BY_NEXT], ORDER_KEY(s->next_at, s->id, 0), s);
}

static void orders_take(Book *book, const OpenCase *s)
{
    Order **o = book->orders;
    order_take(o[BOOK_BY_DUE], ORDER_KEY(s->region, s->due, s->id));
    order_take(o[BOOK_BY_AREA], ORDER_KEY(s->area, -s->id, 0));
    order_take(o[BOOK_BY_SEAT], ORDER_KEY(s->duty, s->due, s->id));
    for (unsigned i = 0; i < s->risen + s->watch; i++)
        if (!seat_twice(s, i))
            order_take(o[BOOK_BY_SEAT], ORDER_KEY(s->seats[i], s->due, s->id));
    if (s->next_at != NIL) order_take(o[BOOK_BY_NEXT], ORDER_KEY(s->next_at, s->id, 0));
}

static KeptSlip *kept_new(Book *book)
{
    KeptSlip *k = book->spare;
    if (!k) return arena_make(book->mem, KeptSlip);
    book->spare = k->next;
    return k;
}

void book_put(Book *book, const OpenCase *slip)
{
    pthread_rwlock_wrlock(&book->lock);
    KeptSlip *k = order_get(book->by_id, ORDER_KEY(slip->id, 0, 0));
    if (k)
        orders_take(book, &k->slip);
    else {
        k = kept_new(book);
        order_put(book->by_id, ORDER_KEY(slip->id, 0, 0), k);
    }
    k->slip = *slip;
    orders_put(book, &k->slip);
    pthread_rwlock_unlock(&book->lock);
}

void book_drop(Book *book, int64_t id)
{
    pthread_rwlock_wrlock(&book->lock);
    KeptSlip *k = order_take(book->by_id, ORDER_KEY(id, 0, 0));
    if (k) {
        orders_take(book, &k->slip);
        k->next = book->spare;
        book->spare = k;
    }
    pthread_rwlock_unlock(&book->lock);
}

void book_hold(Book *book)
{
    pthread_rwlock_rdlock(&book->lock);
}

void book_leave(Book *book)
{
    pthread_rwlock_unlock(&book->lock);
}

Instant book_next(Book *book, Instant t)
{
    book_hold(book);
    OrderSpot spot = order_from(book->orders[BOOK_BY_NEXT], ORDER_KEY(t, INT64_MAX, 0));
    const OpenCase *s = order_next(book->orders[BOOK_BY_NEXT], &spot, NULL);
    Instant at = s ? s->next_at : NIL;
    book_leave(book);
    return at;
}

const Order *book_order(const Book *book, BookOrder which)
{
    return book->orders[which];
}
