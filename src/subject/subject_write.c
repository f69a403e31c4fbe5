/* SPDX-License-Identifier: Apache-2.0 */
/* subject_write.c: opening and changing a subject at the desk. Everything is decided before the
 * row is recorded. */
#include "subject/subject_internal.h"

static const Err *taken_by(Act *act, int64_t id)
{
    Subject other;
    const Err *e = subject_raw(act->db, act->mem, id, &other);
    if (e) return e;
    return err_make(act->mem, &SUBJECT_TAKEN, other.name,
                    str_fmt(act->mem, "%lld", (long long)id));
}

const Err *subject_unique(Act *act, const Subject *s)
{
    int64_t other;
    const Err *e = subject_of_code(act->db, act->spec.region, s->code, s->id, &other);
    if (!e && other == NIL && status_is_live(s->status))
        e = subject_of_uscc(act->db, act->spec.region, s->uscc, s->id, &other);
    return e || other == NIL ? e : taken_by(act, other);
}

/* Whether who may do it to the subject as it stands. */
static const Err *permitted(Act *act, const Who *who, Can can, const Subject *s)
{
    Relations ties = subject_ties(act->mem, who->ground, s, act->now);
    return who_can(who, can, &ties) ? NULL : &SCOPE_DENIED;
}

const Err *subject_begin(Act *act, Subjects *subjects, const Who *who, Subject *s)
{
    Faults faults = {.mem = act->mem};
    Lists lists = {subjects, act->now};
    if (s->lon != NIL)
        s->area = noun_locate(who->ground, (Point){(int32_t)s->lon, (int32_t)s->lat}, act->now,
                              S("place"), &faults);
    subject_settle(&lists, s, &faults);
    const Err *e = permitted(act, who, CAN_SUBJECTS, s);
    if (e && (s->area != NIL || !faults.count)) return e;
    if ((e = subject_unique(act, s)) || (e = faults_err(&faults))) return e;
    s->seen = act->now;
    row_put(act, &subject_table, s);
    act_on(act, &subject_table, s->id);
    return NULL;
}

const Err *subject_alter(Act *act, Subjects *subjects, const Who *who, const Subject *before,
                         Subject *after)
{
    Faults faults = {.mem = act->mem};
    Lists lists = {subjects, act->now};
    bool moved = after->lon != before->lon || after->lat != before->lat;
    if (moved && after->lon == NIL) after->area = NIL;
    if (moved && after->lon != NIL)
        after->area =
            noun_locate(who->ground, (Point){(int32_t)after->lon, (int32_t)after->lat},
                        act->now, S("place"), &faults);
    subject_settle(&lists, after, &faults);
    const Err *e = subject_unique(act, after);
    if (e || (e = faults_err(&faults))) return e;
    after->seen = act->now;
    row_set(act, &subject_table, before, after);
    act_on(act, &subject_table, after->id);
    return NULL;
}
