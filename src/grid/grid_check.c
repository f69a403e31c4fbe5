/* SPDX-License-Identifier: Apache-2.0 */
/* grid_check.c: the ground of each region, read anew, held against the laws of the house. */
#include "grid/grid_check.h"

#include "grid/handover.h"

typedef struct {
    const Ground *g;
    Report *report;
} GroundCheck;

static int64_t member(const char *row, size_t offset)
{
    return *(const int64_t *)(const void *)(row + offset);
}

static const char *row_of(const GroundCheck *c, Part part, size_t i)
{
    return (const char *)c->g->sheets[part].rows + i * part_rows[part].table->size;
}

static long long id_of(const char *row)
{
    return (long long)member(row, 0);
}

/* What two rows of one owner must share to be spans of the same thing; NONE: nothing more than
 * the owner. */
static const struct {
    Part part;
    size_t key; /* a Str */
} single[] = {
    {PART_AREA_SPAN, NONE},
    {PART_OUTLINE, NONE},
    {PART_DEPARTMENT_SPAN, NONE},
    {PART_FACT, offsetof(PersonFact, kind)},
    {PART_HOLD, offsetof(SeatHold, kind)},
    {PART_ABSENCE, NONE},
    {PART_SHIFT, NONE},
};

static bool same_key(const char *a, const char *b, size_t key)
{
    return key == NONE ||
           str_eq(*(const Str *)(const void *)(a + key), *(const Str *)(const void *)(b + key));
}

static void check_overlap(const GroundCheck *c, Part part, size_t key, size_t i)
{
    const PartRow *p = &part_rows[part];
    const char *a = row_of(c, part, i);
    if (part == PART_HOLD && str_is(((const SeatHold *)(const void *)a)->kind, "liaison"))
        return;
    for (size_t k = i + 1; k < c->g->sheets[part].n; k++) {
        const char *b = row_of(c, part, k);
        if (member(b, p->owner) != member(a, p->owner)) return;
        if (same_key(a, b, key) && spans_meet(member(a, p->starts), member(a, p->ends),
                                              member(b, p->starts), member(b, p->ends)))
            report_fault(c->report, "spans: %s %lld and %lld overlap", p->table->name, id_of(a),
                         id_of(b));
    }
}

static void check_spans(const GroundCheck *c)
{
    for (Part part = 0; part < PART_COUNT; part++) {
        const PartRow *p = &part_rows[part];
        if (p->starts == NONE) continue;
        for (size_t i = 0; i < c->g->sheets[part].n; i++) {
            const char *row = row_of(c, part, i);
            Instant ends = member(row, p->ends);
            if (ends != NIL && ends < member(row, p->starts))
                report_fault(c->report, "spans: %s %lld ends before it starts", p->table->name,
                             id_of(row));
        }
    }
    for (size_t s = 0; s < countof(single); s++)
        for (size_t i = 0; i < c->g->sheets[single[s].part].n; i++)
            check_overlap(c, single[s].part, single[s].key, i);
}

/* Codes of areas come sorted. */
static void check_codes(const GroundCheck *c)
{
    const AreaSpan *spans = ROWS(c->g, PART_AREA_SPAN, AreaSpan);
    const uint32_t *by = c->g->land->by_code;
    for (size_t i = 0; i < c->g->sheets[PART_AREA_SPAN].n; i++)
        for (size_t k = i + 1; k < c->g->sheets[PART_AREA_SPAN].n; k++) {
            const AreaSpan *a = &spans[by[i]], *b = &spans[by[k]];
            if (!str_eq(a->code, b->code)) break;
            if (a->area != b->area && spans_meet(a->starts, a->ends, b->starts, b->ends))
                report_fault(c->report, "codes: areas %lld and %lld are both %.*s",
                             (long long)a->area, (long long)b->area, STR(a->code));
        }
    const DepartmentSpan *rows = ROWS(c->g, PART_DEPARTMENT_SPAN, DepartmentSpan);
    for (size_t i = 0; i < c->g->sheets[PART_DEPARTMENT_SPAN].n; i++)
        for (size_t k = i + 1; k < c->g->sheets[PART_DEPARTMENT_SPAN].n; k++)
            if (rows[i].department != rows[k].department &&
                str_eq(rows[i].code, rows[k].code) &&
                spans_meet(rows[i].starts, rows[i].ends, rows[k].starts, rows[k].ends))
                report_fault(c->report, "codes: departments %lld and %lld are both %.*s",
                             (long long)rows[i].department, (long long)rows[k].department,
                             STR(rows[i].code));
}

/* In each era everything that is open hangs below the one root, under what is of a higher
 * level. */
static void check_era(const GroundCheck *c, Instant at)
{
    const AreaEra *v = view_at(c->g, at);
    size_t roots = 0, open = 0;
    const AreaSpan *spans = ROWS(c->g, PART_AREA_SPAN, AreaSpan);
    for (size_t i = 0; i < c->g->sheets[PART_AREA_SPAN].n; i++) {
        const AreaSpan *s = &spans[i], *parent = NULL;
        Level level, over;
        if (!span_covers(s->starts, s->ends, at)) continue;
        open++;
        roots += s->parent == NIL;
        if (!level_by_name(s->level, &level))
            report_fault(c->report, "tree: area_spans %lld has no level \"%.*s\"",
                         (long long)s->id, STR(s->level));
        else if (s->parent != NIL && (parent = area_at(c->g, s->parent, at)) &&
                 level_by_name(parent->level, &over) && over >= level)
            report_fault(c->report, "tree: area %lld hangs below area %lld of no higher level",
                         (long long)s->area, (long long)s->parent);
    }
    if (roots > 1)
        report_fault(c->report, "tree: region %lld has %zu roots at once",
                     (long long)c->g->region, roots);
    if (v->n != open)
        report_fault(c->report, "tree: region %lld: %zu areas hang on nothing",
                     (long long)c->g->region, open - v->n);
}

static void check_tree(const GroundCheck *c)
{
    const AreaSpan *spans = ROWS(c->g, PART_AREA_SPAN, AreaSpan);
    for (size_t i = 0; i < c->g->sheets[PART_AREA_SPAN].n; i++) {
        bool known = false; /* each era once: by its first span in the sheet */
        for (size_t k = 0; k < i && !known; k++)
            known = spans[k].starts == spans[i].starts;
        if (!known) check_era(c, spans[i].starts);
    }
    const AreaOutline *outlines = ROWS(c->g, PART_OUTLINE, AreaOutline);
    for (size_t i = 0; i < c->g->sheets[PART_OUTLINE].n; i++)
        if (!c->g->land->shapes[i].n)
            report_fault(c->report, "outline: outlines %lld cannot be read",
                         (long long)outlines[i].id);
}

static bool anchor_stands(const GroundCheck *c, const Seat *s)
{
    int named = (s->area != NIL) + (s->department != NIL) + (s->subject != NIL);
    if (named != 1) return false;
    if (s->area != NIL) return area_at(c->g, s->area, s->starts);
    return s->department == NIL || department_at(c->g, s->department, s->starts);
}

static void check_seats(const GroundCheck *c)
{
    const Seat *seats = ROWS(c->g, PART_SEAT, Seat);
    for (size_t i = 0; i < c->g->sheets[PART_SEAT].n; i++) {
        const Seat *s = &seats[i];
        if (c->g->roles[i] == ROLE_NONE)
            report_fault(c->report, "seats: seat %lld has no role \"%.*s\"", (long long)s->id,
                         STR(s->role));
        else if (!anchor_stands(c, s))
            report_fault(c->report, "seats: seat %lld hangs on nothing when it begins",
                         (long long)s->id);
    }
    const SeatHold *holds = ROWS(c->g, PART_HOLD, SeatHold);
    for (size_t i = 0; i < c->g->sheets[PART_HOLD].n; i++) {
        const Seat *s = seat_of(c->g, holds[i].seat);
        if (s && (holds[i].starts < s->starts ||
                  (s->ends != NIL && (holds[i].ends == NIL || holds[i].ends > s->ends) &&
                   holds[i].starts != holds[i].ends)))
            report_fault(c->report, "seats: hold %lld reaches beyond its seat",
                         (long long)holds[i].id);
    }
    const Authority *rows = ROWS(c->g, PART_AUTHORITY, Authority);
    for (size_t i = 0; i < c->g->sheets[PART_AUTHORITY].n; i++)
        if ((rows[i].department == NIL) == (rows[i].area == NIL))
            report_fault(c->report, "authority: authorities %lld is of no one body",
                         (long long)rows[i].id);
}

const Err *grid_check(const Ledger *ledger, Db *db, Report *report)
{
    static const Sql next = SQL("SELECT min(region) FROM ledger_head WHERE region > $1");
    int64_t region = -1;
    (void)ledger;
    for (;;) {
        Ground *ground;
        const Err *e = db_int(db, &next, ARGS(ARG_I(region)), NIL, &region);
        if (!e && region != NIL) e = ground_read(db, region, &ground);
        if (e || region == NIL) return e;
        GroundCheck c = {ground, report};
        check_spans(&c);
        check_codes(&c);
        check_tree(&c);
        check_seats(&c);
        ground_unpin(ground);
    }
}
