/* SPDX-License-Identifier: Apache-2.0 */
/* subject_relocate.c: areas change, shops stay where they are: who lies in another cell now is
 * brought there, as many to an act as an entry holds. */
#include "subject/subject_internal.h"

#define FOLLOW_MOST 2000

typedef struct {
    Subjects *subjects;
    int64_t region;
    int64_t ids[FOLLOW_MOST];
    size_t count;
} Following;

static int64_t cell_of(const Ground *ground, const Subject *s, Instant at)
{
    Point place = {(int32_t)s->lon, (int32_t)s->lat};
    int64_t cell = s->lon == NIL ? NIL : area_find(ground, place, at);
    if (cell == NIL && s->area != NIL) cell = area_heir(ground, s->area, at);
    return cell == NIL ? s->area : cell;
}

/* From memory: those that seem to lie elsewhere. */
static void gather(Following *f, const Ground *ground, const Shelf *shelf, Instant at)
{
    pthread_rwlock_rdlock(&f->subjects->lock);
    f->count = 0;
    for (size_t i = 0; i < shelf->count && f->count < FOLLOW_MOST; i++) {
        const SubjectMark *m = &shelf->chunks[i / CHUNK][i % CHUNK];
        Subject s = {.area = m->area, .lon = NIL, .lat = NIL};
        if (m->lon != PLACE_NONE) {
            s.lon = m->lon;
            s.lat = m->lat;
        }
        if (cell_of(ground, &s, at) != m->area) f->ids[f->count++] = m->id;
    }
    pthread_rwlock_unlock(&f->subjects->lock);
}

static const Err *bring(Act *act, void *context)
{
    Following *f = context;
    const Ground *ground = act_ground(act, f->subjects->spec.grounds);
    for (size_t i = 0; i < f->count; i++) {
        Subject *before = arena_make(act->mem, Subject);
        const Err *e = subject_raw(act->db, act->mem, f->ids[i], before);
        if (e) return e;
        Subject after = *before;
        after.area = cell_of(ground, before, act->now);
        row_set(act, &subject_table, before, &after);
    }
    return NULL;
}

static const Err *follow_shelf(Following *f, Shelf *shelf)
{
    const Err *e = NULL;
    do {
        Arena *mem = arena_new(1 << 18);
        ActJob job = {.mem = mem,
                      .spec = {.region = f->region,
                               .actor = 0,
                               .seat = NIL,
                               .for_person = NIL,
                               .verb = S("subject-follow"),
                               .client = NIL},
                      .decide = bring,
                      .context = f};
        const Ground *ground = ground_pin(f->subjects->spec.grounds, f->region);
        Instant now = ledger_clock(f->subjects->spec.ledger);
        uint64_t mark = ground_mark(ground, now) | 1;
        if (mark == shelf->ground)
            f->count = 0;
        else
            gather(f, ground, shelf, now);
        ground_unpin(ground);
        if (f->count) e = ledger_call(f->subjects->spec.ledger, &job);
        if (!e && f->count < FOLLOW_MOST) shelf->ground = mark;
        arena_free(mem);
    } while (!e && f->count == FOLLOW_MOST);
    return e;
}

const Err *subjects_follow(Subjects *subjects)
{
    Arena *mem = arena_new(0);
    Following *f = arena_make(mem, Following);
    const Err *e = NULL;
    pthread_rwlock_rdlock(&subjects->lock);
    Shelf *shelf = subjects->shelves;
    pthread_rwlock_unlock(&subjects->lock);
    for (; shelf && !e; shelf = shelf->next) { /* shelves are only ever put in front */
        *f = (Following){.subjects = subjects, .region = shelf->region};
        e = follow_shelf(f, shelf);
    }
    arena_free(mem);
    return e;
}
