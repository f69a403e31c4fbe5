/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_route.c: where a case stands: the cell from the place, the matter by the order of design
 * §6.4 (given, else from the picked category, else the subject's first, else unclear), and the
 * department that leads this matter there.
 */
#include "case/case_internal.h"

/* The matter that a picked code stands for. */
static Str matter_of_codes(CaseContext *t, const Instance *run)
{
    for (size_t f = FIELD_OWN; f < run->flow->form.field_count; f++) {
        const Column *c = &run->flow->form.names[f], *column;
        const Value *attr =
            c->kind != KIND_CODE
                ? NULL
                : codes_attr(turn_lists(t), c->list, run->values[f].s, S("matter"), &column);
        if (attr) return attr->s;
    }
    return STR_NULL;
}

static const Err *outside(CaseContext *t, Point p)
{
    int64_t metres = 0, nearest = area_nearest(t->ground, p, t->now, &metres);
    const AreaSpan *span = nearest == NIL ? NULL : area_at(t->ground, nearest, t->now);
    const Err *e = err_make(t->mem, &CASE_OUTSIDE, span ? span->name : S("-"),
                            span ? str_fmt(t->mem, "%lld", (long long)metres) : S("-"));
    Err *first = arena_make(t->mem, Err); /* it keeps its code when other faults go with it */
    *first = *err_field(t->mem, e, S("place"));
    first->next = err_field(t->mem, e, S("place"));
    return first;
}

/* Without a place of its own a case lies where its subject does. */
static const Err *locate(CaseContext *t, Case *c, const CaseSubject *subject)
{
    if (c->lon == NIL && subject->placed) {
        c->lon = subject->place.lon;
        c->lat = subject->place.lat;
    }
    if (c->lon == NIL) {
        if (subject->area != NIL) c->area = subject->area;
        return c->area != NIL ? NULL : err_field(t->mem, &COLUMN_REQUIRED_ERR, S("place"));
    }
    Point p = {(int32_t)c->lon, (int32_t)c->lat};
    int64_t area = area_find(t->ground, p, t->now);
    if (area == NIL) return outside(t, p);
    c->area = area;
    return NULL;
}

const Err *run_settle(CaseContext *t, Instance *run, const bool given[FIELD_OWN])
{
    CaseSubject subject;
    Case *c = &run->c;
    bool clearer = false;
    const Err *e = case_subject(t->work, t->db, t->mem, c, &subject);
    if (e) return e;
    bool placed = given[FIELD_PLACE] || c->area == NIL;
    if (placed && (e = locate(t, c, &subject))) return e;
    if (!given[FIELD_MATTER] && (!c->matter.p || str_is(c->matter, MATTER_UNCLEAR))) {
        c->matter = matter_of_codes(t, run);
        if (!c->matter.p) c->matter = subject.matter;
        clearer = c->matter.p != NULL;
    }
    if (!c->matter.p) c->matter = S(MATTER_UNCLEAR);
    if (given[FIELD_DEPARTMENT] && c->department != NIL) return NULL;
    if (placed || clearer || given[FIELD_MATTER] || c->department == NIL)
        c->department = lead_department(t->ground, c->matter, c->area, t->now, NULL);
    return NULL;
}
