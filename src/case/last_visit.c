/* SPDX-License-Identifier: Apache-2.0 */
/* last_visit.c: one walk over the columns of cases fills a table of subjects. */
#include "case/last_visit.h"

#include "case/case_index.h"
#include "case/case_internal.h"

typedef struct {
    int64_t subject; /* 0: a free place */
    Instant at;
} Visit;

struct LastVisits {
    Arena *mem;
    Visit *visits; /* found by the subject's hash */
    size_t count, room;
};

/* The place of a subject, or the free one where it belongs. */
static Visit *visit_of(const LastVisits *v, int64_t subject)
{
    size_t at = (uint64_t)subject * 0x9E3779B97F4A7C15u >> 20;
    while (v->visits[at & (v->room - 1)].subject &&
           v->visits[at & (v->room - 1)].subject != subject)
        at++;
    return &v->visits[at & (v->room - 1)];
}

static void grow(LastVisits *v)
{
    LastVisits more = {.mem = v->mem, .count = v->count, .room = v->room * 2};
    more.visits = arena_array(v->mem, Visit, more.room);
    for (size_t i = 0; i < v->room; i++)
        if (v->visits[i].subject) *visit_of(&more, v->visits[i].subject) = v->visits[i];
    *v = more;
}

static void note(LastVisits *v, int64_t subject, Instant at)
{
    if ((v->count + 1) * 2 > v->room) grow(v);
    Visit *visit = visit_of(v, subject);
    v->count += !visit->subject;
    if (!visit->subject || visit->at < at) *visit = (Visit){subject, at};
}

LastVisits *last_visits_find(Work *work, Arena *mem)
{
    LastVisits *v = arena_make(mem, LastVisits);
    *v = (LastVisits){.mem = mem, .room = 1024};
    v->visits = arena_array(mem, Visit, v->room);
    noun_index_hold(work->index);
    const IndexShelf *shelf = noun_index_shelves(work->index);
    for (; shelf; shelf = shelf->next)
        for (size_t i = 0; i < shelf->count; i++) {
            const IndexBlock *b = shelf->blocks[i / INDEX_ROWS];
            uint32_t seq = block_seqs(b, CASES_SUBJECT)[i % INDEX_ROWS];
            if (seq)
                note(v, ID_MAKE(shelf->region, seq),
                     (Instant)block_instant(b, CASES_OPENED, i % INDEX_ROWS));
        }
    noun_index_leave(work->index);
    return v;
}

Instant last_visit(void *visits, Db *db, int64_t subject)
{
    (void)db;
    const Visit *found = visit_of(visits, subject);
    return found->subject ? found->at : NIL;
}
