/* SPDX-License-Identifier: Apache-2.0 */
/*
 * open_cases.h: the open cases in memory, as short slips in the orders in which they are asked
 * for: by (due, id), by seat, by area, by the next instant at which a clock acts. Read from the
 * store at the start, changed after each COMMIT, in order of no, before the answer goes out.
 *
 * It is what keeps a filing cheap: `cases` has no index for open work but one that only grows
 * at its end (design §5, the cost law). A slip holds what the sweep and who looks for the same
 * thing ask; lists ask the columns of all cases (case_index.h).
 */
#ifndef CASE_OPEN_CASES_H
#define CASE_OPEN_CASES_H

#include "base/geo.h"
#include "base/sorted_index.h"
#include "case/flow.h"

#define SLIP_SEATS 12 /* risen, which the ladder bounds, and watch (WATCH_MOST) together */

typedef struct {
    int64_t id, region;
    const Flow *flow;
    size_t state;
    int64_t area, department, subject, filed_by;
    uint64_t code; /* of the first field that is a code: what it was picked as; 0: none */
    Point place;
    Instant opened, due, next_at;
    int64_t duty;
    int64_t seats[SLIP_SEATS]; /* risen first, then watch */
    unsigned risen, watch;
} OpenCase;

typedef struct Book Book;

MUST Book *book_new(void);
void book_free(Book *book);
/* A new slip, or a new state of one. */
void book_put(Book *book, const OpenCase *slip);
void book_drop(Book *book, int64_t id); /* nothing when it is not there */

/* Readers hold the book for as long as they use what comes out of it. */
void book_hold(Book *book);
void book_leave(Book *book);
/* The earliest instant after t at which a clock acts; NIL: none. Holds the book itself. */
MUST Instant book_next(Book *book, Instant t);

/* Keys: by_due (region, due, id), by_seat (seat, due, id), by_area (area, -id, 0), by_next
 * (next_at, id, 0). by_seat has a case under its duty seat and under all slip->seats. */
typedef enum { BOOK_BY_DUE, BOOK_BY_SEAT, BOOK_BY_AREA, BOOK_BY_NEXT, BOOK_ORDERS } BookOrder;
MUST const Order *book_order(const Book *book, BookOrder which);

#endif
