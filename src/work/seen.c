/* SPDX-License-Identifier: Apache-2.0 */
/* seen.c: one walk over the cases gives pairs of subject and instant, sorted by subject. */
#include "work/seen.h"

typedef struct {
    int64_t subject;
    Instant at;
} Pair;

struct Seen {
    Pair *pairs;
    size_t count;
};

const Err *seen_load(Db *db, Arena *mem, Seen **out)
{
    static const Sql sql =
        SQL("SELECT subject, MAX(opened) FROM cases WHERE region >= 0 AND subject IS NOT NULL "
            "GROUP BY subject ORDER BY subject");
    Seen *seen = arena_make(mem, Seen);
    Rows rows;
    size_t room = 0;
    const Err *e = db_rows(db, &sql, NO_ARGS, &rows);
    if (e) return e;
    while (rows_next(&rows)) {
        if (seen->count == room) {
            Pair *more = arena_array(mem, Pair, room = room ? room * 2 : 256);
            if (seen->count) memcpy(more, seen->pairs, seen->count * sizeof *more);
            seen->pairs = more;
        }
        seen->pairs[seen->count++] = (Pair){rows_int(&rows, 0), rows_int(&rows, 1)};
    }
    if ((e = rows_close(&rows))) return e;
    *out = seen;
    return NULL;
}

static int by_subject(const void *a, const void *b)
{
    const Pair *x = a, *y = b;
    return x->subject < y->subject ? -1 : x->subject > y->subject;
}

Instant seen_subject(void *context, Db *db, int64_t subject)
{
    const Seen *seen = context;
    (void)db;
    Pair wanted = {.subject = subject};
    const Pair *found =
        seen->count ? bsearch(&wanted, seen->pairs, seen->count, sizeof wanted, by_subject)
                    : NULL;
    return found ? found->at : NIL;
}
