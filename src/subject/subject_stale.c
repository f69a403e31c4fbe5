/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject_stale.c: the house asks about subjects that nobody has seen for long. How long stands
 * with the kind, in the code list; a kind without it is never asked about.
 */
#include "base/time.h"
#include "subject/proposal.h"
#include "subject/subject_internal.h"

#define ASKED_MOST 1000

typedef struct {
    Subjects *subjects;
    Db *db;
    Arena *mem;
    Instant now;
    Instant (*seen)(void *context, Db *db, int64_t subject);
    void *context;
    int64_t region;
    int64_t ids[ASKED_MOST];
    size_t count;
} Asking;

/* Those of one kind that were last seen before the instant. */
static const Err *gather(Asking *a, Str kind, Instant before)
{
    static const Sql sql = SQL("SELECT s.id FROM subjects AS s WHERE s.region = $1 AND s.kind "
                               "= $2 AND s.status IN ('open', 'paused') AND "
                               "s.seen < $3 AND NOT EXISTS (SELECT 1 FROM subject_proposals AS "
                               "p WHERE p.region = $1 AND p.subject = s.id "
                               "AND p.state = 'open' AND p.kind = 'unseen') ORDER BY s.id");
    Rows rows;
    const Err *e =
        db_rows(a->db, &sql, ARGS(ARG_I(a->region), ARG_S(kind), ARG_I(before)), &rows);
    if (e) return e;
    size_t first = a->count, kept = a->count;
    while (a->count < ASKED_MOST && rows_next(&rows))
        a->ids[a->count++] = rows_int(&rows, 0);
    if ((e = rows_close(&rows))) return e;
    for (size_t i = first; i < a->count; i++) {
        Instant seen = a->seen ? a->seen(a->context, a->db, a->ids[i]) : NIL;
        if (seen == NIL || seen < before) a->ids[kept++] = a->ids[i];
    }
    a->count = kept;
    return NULL;
}

static const Err *gather_all(Asking *a)
{
    const CodeList *kinds =
        a->subjects->spec.defs
            ? defs_get(a->subjects->spec.defs, CodeList, "codes", S("subject-kind"), a->now)
            : NULL;
    for (size_t i = 0; kinds && i < kinds->count && a->count < ASKED_MOST; i++) {
        const Column *column;
        const Value *days = code_attr(kinds, &kinds->codes[i], S("unseen_days"), &column);
        if (!days || days->i <= 0 || days->i > DATE_MAX) continue;
        const Err *e = gather(a, kinds->codes[i].code, a->now - days->i * MS_DAY);
        if (e) return e;
    }
    return NULL;
}

static const Err *ask(Act *act, void *context)
{
    Asking *a = context;
    for (size_t i = 0; i < a->count; i++) {
        Subject s;
        const Err *e = subject_raw(act->db, act->mem, a->ids[i], &s);
        if (e) return e;
        Proposal *p = arena_make(act->mem, Proposal);
        *p = (Proposal){.subject = s.id,
                        .kind = S("unseen"),
                        .lon = NIL,
                        .lat = NIL,
                        .area = s.area,
                        .proposed_by = PERSON_HOUSE,
                        .seat = NIL,
                        .at = act->now,
                        .state = S("open"),
                        .decided_by = NIL,
                        .decided_at = NIL};
        row_put(act, &proposal_table, p);
    }
    return NULL;
}

static const Err *ask_region(Asking *a)
{
    ActJob job = {.mem = a->mem,
                  .spec = {.region = a->region,
                           .actor = PERSON_HOUSE,
                           .seat = NIL,
                           .for_person = NIL,
                           .verb = S("subject-ask"),
                           .client = NIL},
                  .decide = ask,
                  .context = a};
    const Err *e = gather_all(a);
    return e || !a->count ? e : ledger_call(a->subjects->spec.ledger, &job);
}

const Err *subjects_ask_unseen(Subjects *subjects, Db *db, Instant now,
                               Instant (*seen)(void *context, Db *db, int64_t subject),
                               void *context, int64_t *out_asked)
{
    Arena *mem = arena_new(0);
    Asking *a = arena_make(mem, Asking);
    int64_t asked = 0;
    const Err *e = NULL;
    pthread_rwlock_rdlock(&subjects->lock);
    const Shelf *shelf = subjects->shelves;
    pthread_rwlock_unlock(&subjects->lock);
    for (; shelf && !e; shelf = shelf->next) { /* shelves are only ever put in front */
        *a = (Asking){.subjects = subjects,
                      .db = db,
                      .mem = mem,
                      .now = now,
                      .seen = seen,
                      .context = context,
                      .region = shelf->region};
        if (!(e = ask_region(a))) asked += (int64_t)a->count;
    }
    arena_free(mem);
    if (!e) *out_asked = asked;
    return e;
}
