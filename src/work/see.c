/* SPDX-License-Identifier: Apache-2.0 */
/*
 * see.c: the doors. Open cases are found in the book and ended ones by one narrow index; both
 * are sifted by the same filter and by what the flow lets each relation see, and only then are
 * rows read.
 */
#include "work/inside.h"

#define PAGE_USUAL 50
#define PAGE_MOST  200

/* ---- one case ---- */

static const Err *is_finder(Turn *t, const Case *c, bool *out)
{
    static const Sql sql = SQL("SELECT 1 FROM case_finders WHERE region = $1 AND case_id = $2 "
                               "AND person = $3 LIMIT 1");
    int64_t found;
    const Err *e = db_int(
        t->db, &sql, ARGS(ARG_I(c->region), ARG_I(c->id), ARG_I(t->who->person)), 0, &found);
    if (!e) *out = found == 1;
    return e;
}

const Err *turn_sight(Turn *t, const Case *c, Sight *out)
{
    const Flow *flow = work_flow(t->work, c->flow, c->flow_version);
    if (!flow) return &STORE_BROKEN;
    Ties ties = case_ties(t, c);
    bool finder = false;
    *out = who_sees(t->who, &ties, flow_see(flow));
    if (*out != SIGHT_NONE) return NULL;
    const Err *e = is_finder(t, c, &finder);
    if (!e && finder) *out = SIGHT_OPEN;
    return e;
}

static const Err *sight_of(const View *view, const Case *c, Sight *out)
{
    Turn t;
    turn_view(&t, view);
    return turn_sight(&t, c, out);
}

Sight case_sight(const View *view, const Case *c)
{
    Sight sight;
    return sight_of(view, c, &sight) ? SIGHT_NONE : sight;
}

const Err *case_load(const View *view, int64_t id, Case *out, Sight *out_sight)
{
    Case c;
    Sight sight;
    if (id < 0 || ID_REGION(id) != view->who->region) return &ERR_NOT_FOUND;
    const Err *e = db_load(view->db, &case_table, id, view->mem, &c);
    if (!e) e = sight_of(view, &c, &sight);
    if (e) return e;
    if (sight == SIGHT_NONE) return &ERR_NOT_FOUND;
    *out = c;
    *out_sight = sight;
    return NULL;
}

/* ---- sifting ---- */

typedef struct {
    const View *view;
    const CaseFilter *filter;
    const Ground *ground;
    uint32_t first, end; /* of filter->area */
    bool nowhere;        /* filter->area is no area */
    Arena *scratch;      /* for one case after the other; made at the first need */
} Sieve;

static void sieve_of(const View *view, const CaseFilter *filter, Sieve *out)
{
    *out = (Sieve){.view = view, .filter = filter, .ground = view->who->ground};
    if (filter->area != NIL)
        out->nowhere =
            !area_range(out->ground, filter->area, view->who->at, &out->first, &out->end);
}

static void sieve_end(Sieve *v)
{
    arena_free(v->scratch);
}

/* What the case before took is given back. */
static Arena *scratch(Sieve *v)
{
    if (v->scratch)
        arena_reset(v->scratch);
    else
        v->scratch = arena_new(0);
    return v->scratch;
}

static bool sieve_cut(const Sieve *v)
{
    return v->view->budget && v->view->budget->cut;
}

static bool sits_on(const Who *who, int64_t seat)
{
    return seat != NIL && who_chair(who, seat) != NULL;
}

static bool is_mine(const Who *who, const Slip *s)
{
    bool mine = sits_on(who, s->duty);
    for (unsigned i = 0; i < s->risen + s->watch && !mine; i++)
        mine = sits_on(who, s->seats[i]);
    return mine;
}

static Str state_name(const Slip *s)
{
    return s->state == FLOW_NONE ? S(CASE_MERGED) : s->flow->states[s->state].name;
}

static bool is(int64_t wanted, int64_t value)
{
    return wanted == NIL || wanted == value;
}

static bool matches(const Sieve *v, const Slip *s, uint32_t order)
{
    const CaseFilter *f = v->filter;
    const Who *who = v->view->who;
    if (f->flow.p && !str_eq(f->flow, s->flow->name)) return false;
    if (f->state.p && !str_eq(f->state, state_name(s))) return false;
    if (!is(f->department, s->department) || !is(f->subject, s->subject) ||
        !is(f->parent, s->parent) || !is(f->seat, s->duty))
        return false;
    if (f->area != NIL && (v->nowhere || order < v->first || order >= v->end)) return false;
    if (f->late && !(s->due != NIL && v->view->now >= s->due)) return false;
    if (f->filed && s->filed_by != who->person) return false;
    if (f->mine && !is_mine(who, s)) return false;
    if (f->from != NIL && s->opened < f->from) return false;
    return f->to == NIL || s->opened < f->to;
}

static bool visible(Sieve *v, const Slip *s, uint32_t order)
{
    const Who *who = v->view->who;
    See see = flow_see(s->flow);
    Ties ties = {.order = order,
                 .department = s->department,
                 .subject = s->subject,
                 .duty = s->duty,
                 .filed_by = s->filed_by,
                 .risen = s->seats,
                 .watch = s->seats + s->risen,
                 .risen_count = s->risen,
                 .watch_count = s->watch};
    if (who_sees(who, &ties, see) != SIGHT_NONE) return true;
    if (!who->department_count) return false;
    int64_t *helpers;
    help_departments(v->ground, s->matter, s->area, v->view->now, scratch(v), &helpers,
                     &ties.helper_count);
    ties.helpers = helpers;
    return ties.helper_count && who_sees(who, &ties, see) != SIGHT_NONE;
}

static bool passes(Sieve *v, const Slip *s)
{
    uint32_t order = area_order(v->ground, s->area, v->view->who->at);
    return matches(v, s, order) && visible(v, s, order);
}

/* What q finds is what one sees: the id, the matter, the subject's name, texts of the case. */
static bool says(const View *view, const Case *c, Sight sight, Str q)
{
    Turn t;
    Run run;
    int64_t id;
    CaseSubject subject;
    if (str_int(q, &id) && id == c->id) return true;
    if (str_eq(q, c->matter)) return true;
    if (c->subject != NIL && view->work->spec.subject &&
        !view->work->spec.subject(view->db, view->mem, c->subject, &subject) &&
        subject.name.p && str_find(subject.name, q) != SIZE_MAX)
        return true;
    turn_view(&t, view);
    bool found = run_look(&t, c, &run) != NULL; /* who reads the page is told the error */
    for (size_t f = FIELD_OWN; !found && f < run.flow->form.field_count; f++) {
        const Column *column = &run.flow->form.names[f];
        bool shown = column->sense == SENSE_OPEN ||
                     sight >= (column->sense == SENSE_MASKED ? SIGHT_MASKED : SIGHT_SEALED);
        found = shown && column->kind == KIND_TEXT && run.values[f].s.p &&
                str_find(run.values[f].s, q) != SIZE_MAX;
    }
    return found;
}

/* ---- where a page goes on ---- */

/* The last case that was told: of the open ones by (due, id), of the ended ones by id. */
typedef struct {
    bool ended;
    Instant due;
    int64_t id;
} Place;

static Str cursor_of(Arena *mem, const Place *p)
{
    if (p->ended) return str_fmt(mem, "e%lld", (long long)p->id);
    return str_fmt(mem, "o%lld_%lld", (long long)p->due, (long long)p->id);
}

static const Err *place_of(Str cursor, int open, Place *out)
{
    Str due, id;
    *out = (Place){.ended = open == 0, .due = INT64_MIN, .id = -1};
    if (!cursor.p) return NULL;
    if (!cursor.n) return &CASE_CURSOR;
    Str rest = {cursor.p + 1, cursor.n - 1};
    if (cursor.p[0] == 'e' && open != 1 && str_int(rest, &out->id)) {
        out->ended = true;
        return NULL;
    }
    bool fits = cursor.p[0] == 'o' && open != 0 && str_cut(rest, '_', &due, &id) &&
                str_int(due, &out->due) && str_int(id, &out->id);
    return fits ? NULL : &CASE_CURSOR;
}

/* ---- open cases: the book ---- */

typedef struct {
    const Order *order;
    OrderSpot spot;
    OrderKey key;
    const Slip *slip; /* NULL: at its end */
} Stream;

static void stream_step(Stream *s, int64_t a)
{
    s->slip = order_next(s->order, &s->spot, &s->key);
    if (s->slip && s->key.a != a) s->slip = NULL;
}

typedef struct {
    Stream *streams;
    int64_t *prefix; /* region or seats */
    size_t count;
} Streams;

static void streams_open(const Sieve *v, const Place *after, Streams *out)
{
    const Who *who = v->view->who;
    const Book *book = v->view->work->book;
    bool mine = v->filter->mine;
    size_t n = mine ? who->chair_count : 1;
    *out = (Streams){.streams = arena_array(v->view->mem, Stream, n),
                     .prefix = arena_array(v->view->mem, int64_t, n),
                     .count = n};
    for (size_t i = 0; i < n; i++) {
        Stream *s = &out->streams[i];
        out->prefix[i] = mine ? who->chairs[i].seat : who->region;
        s->order = book_order(book, mine ? BOOK_BY_SEAT : BOOK_BY_DUE);
        s->spot = order_from(s->order, ORDER_KEY(out->prefix[i], after->due, after->id + 1));
        stream_step(s, out->prefix[i]);
    }
}

/* The next slip of all streams by (due, id), each once. */
static const Slip *streams_next(Streams *all)
{
    const Slip *first = NULL;
    for (size_t i = 0; i < all->count; i++) {
        const Slip *s = all->streams[i].slip;
        if (s && (!first || s->due < first->due || (s->due == first->due && s->id < first->id)))
            first = s;
    }
    for (size_t i = 0; i < all->count && first; i++)
        if (all->streams[i].slip == first) stream_step(&all->streams[i], all->prefix[i]);
    return first;
}

/* at: the last that was looked at, before and afterwards; so, too, in what follows. */
static size_t find_open(Sieve *v, Place *at, int64_t *out, size_t most)
{
    Streams all;
    size_t n = 0;
    Book *book = v->view->work->book;
    book_hold(book);
    streams_open(v, at, &all);
    for (const Slip *s; n < most && (s = streams_next(&all));) {
        if (!budget_take(v->view->budget, 1)) break;
        *at = (Place){.due = s->due, .id = s->id};
        if (!passes(v, s)) continue;
        if (out) out[n] = s->id;
        n++;
    }
    book_leave(book);
    return n;
}

/* ---- ended cases: one narrow index ---- */

static const Sql ended_sql = SQL(
    "SELECT id, area, department, subject, matter, duty_seat, filed_by, flow, flow_version, "
    "state, opened, parent, risen, watch FROM cases WHERE region = $1 AND ended IS NOT NULL "
    "AND id > $2 ORDER BY region, id");

/* The slip holds what the row holds and nothing of mem; false: none can be made of it. */
static bool ended_slip(const View *view, Rows *rows, Arena *mem, int64_t *out_id, Slip *out)
{
    Case c = {.id = *out_id = rows_int(rows, 0),
              .region = view->who->region,
              .area = rows_int(rows, 1),
              .department = rows_int(rows, 2),
              .subject = rows_int(rows, 3),
              .matter = rows_str(rows, 4),
              .duty_seat = rows_int(rows, 5),
              .filed_by = rows_int(rows, 6),
              .flow = rows_str(rows, 7),
              .flow_version = rows_int(rows, 8),
              .state = rows_str(rows, 9),
              .opened = rows_int(rows, 10),
              .parent = rows_int(rows, 11),
              .risen = rows_str(rows, 12),
              .watch = rows_str(rows, 13),
              .lon = NIL,
              .due = NIL,
              .next_at = NIL,
              .ended = NIL};
    return work_slip(view->work, &c, mem, out);
}

static const Err *find_ended(Sieve *v, Place *at, int64_t *out, size_t most, size_t *out_count)
{
    Rows rows;
    const Err *e = db_rows(v->view->db, &ended_sql,
                           ARGS(ARG_I(v->view->who->region), ARG_I(at->id)), &rows);
    if (e) return e;
    size_t n = 0;
    while (n < most && rows_next(&rows)) {
        Slip s;
        if (!budget_take(v->view->budget, BUDGET_ROW)) break;
        if (!ended_slip(v->view, &rows, scratch(v), &at->id, &s) || !passes(v, &s)) continue;
        if (out) out[n] = s.id;
        n++;
    }
    *out_count = n;
    return rows_close(&rows);
}

static const Err *find(Sieve *v, Place *at, int64_t *out, size_t most, size_t *n)
{
    if (at->ended) return v->filter->late ? (*n = 0, NULL) : find_ended(v, at, out, most, n);
    *n = find_open(v, at, out, most);
    return NULL;
}

/* ---- pages and counts ---- */

/* Whether q stands in what one sees of a case; it is read to be told so, and forgotten. */
static const Err *is_said(Sieve *v, int64_t id, bool ended, bool *out)
{
    Case c;
    Sight sight;
    View look = *v->view;
    look.mem = scratch(v);
    budget_spend(look.budget, BUDGET_WHOLE);
    *out = false;
    const Err *e = db_load(look.db, &case_table, id, look.mem, &c);
    if (!e) e = sight_of(&look, &c, &sight);
    if (!e && sight != SIGHT_NONE && (c.ended != NIL) == ended)
        *out = says(&look, &c, sight, v->filter->q);
    return e && e->kind == ERR_MISSING ? NULL : e;
}

/* Reads what was found, unless it is only counted; what has ended or gone from sight meanwhile
 * is passed over. */
static const Err *take(Sieve *v, int64_t id, bool ended, CasePage *page)
{
    const View *view = v->view;
    bool said = true;
    const Err *e = v->filter->q.p ? is_said(v, id, ended, &said) : NULL;
    if (e || !said) return e;
    if (!page->cases) {
        page->count++;
        return NULL;
    }
    Case *c = &page->cases[page->count];
    e = db_load(view->db, &case_table, id, view->mem, c);
    if (e && e->kind == ERR_MISSING) return NULL;
    if (!e) e = sight_of(view, c, &page->sights[page->count]);
    if (!e && page->sights[page->count] != SIGHT_NONE && (c->ended != NIL) == ended)
        page->count++;
    return e;
}

/* Takes from *at on until there are most, nothing is left, or the budget is cut. */
static const Err *fill(Sieve *v, Place *at, size_t most, CasePage *page)
{
    int64_t found[PAGE_MOST + 1];
    while (page->count < most) {
        size_t room = most - page->count, n;
        size_t want = room < countof(found) ? room : countof(found);
        const Err *e = find(v, at, found, want, &n);
        for (size_t i = 0; i < n && !e; i++)
            e = take(v, found[i], at->ended, page);
        if (e || sieve_cut(v)) return e;
        if (n == want) continue;
        if (at->ended || v->filter->open == 1) return NULL;
        *at = (Place){.ended = true, .due = NIL, .id = -1};
    }
    return NULL;
}

const Err *case_page(const View *view, const CaseFilter *filter, CasePage *out)
{
    Sieve v;
    Place at;
    size_t limit = filter->limit ? filter->limit : PAGE_USUAL;
    if (limit > PAGE_MOST) limit = PAGE_MOST;
    const Err *e = place_of(filter->cursor, filter->open, &at);
    if (e) return err_field(view->mem, e, S("cursor"));
    sieve_of(view, filter, &v);
    CasePage page = {.cases = arena_array(view->mem, Case, limit + 1),
                     .sights = arena_array(view->mem, Sight, limit + 1)};
    e = fill(&v, &at, limit + 1, &page);
    if (!e && page.count > limit) {
        const Case *last = &page.cases[--page.count - 1];
        Place next = {.ended = last->ended != NIL, .due = last->due, .id = last->id};
        page.next = cursor_of(view->mem, &next);
    } else if (!e && sieve_cut(&v)) {
        page.partial = page.count < limit;
        page.next = cursor_of(view->mem, &at);
    }
    sieve_end(&v);
    if (!e) *out = page;
    return e;
}

/* What no text is asked of is counted without being read. */
static const Err *count_found(Sieve *v, int64_t *out)
{
    Place at = {.due = INT64_MIN, .id = -1};
    int open = v->filter->open;
    size_t n = open == 0 ? 0 : find_open(v, &at, NULL, SIZE_MAX), ended = 0;
    at = (Place){.ended = true, .id = -1};
    const Err *e = open == 1 || sieve_cut(v) ? NULL : find(v, &at, NULL, SIZE_MAX, &ended);
    *out = (int64_t)(n + ended);
    return e;
}

static const Err *count_said(Sieve *v, int64_t *out)
{
    Place at = {.ended = v->filter->open == 0, .due = INT64_MIN, .id = -1};
    CasePage page = {.cases = NULL};
    const Err *e = fill(v, &at, SIZE_MAX, &page);
    *out = (int64_t)page.count;
    return e;
}

const Err *case_count(const View *view, const CaseFilter *filter, int64_t *out)
{
    Sieve v;
    sieve_of(view, filter, &v);
    const Err *e = filter->q.p ? count_said(&v, out) : count_found(&v, out);
    sieve_end(&v);
    return e;
}

/* ---- for the figures ---- */

bool sift_passes(const View *view, const CaseFilter *filter, const Slip *slip)
{
    Sieve v;
    sieve_of(view, filter, &v);
    bool ok = passes(&v, slip);
    sieve_end(&v);
    return ok;
}

void sift_open(const View *view, const CaseFilter *filter,
               void (*each)(void *context, const Slip *slip), void *context)
{
    Sieve v;
    Streams all;
    sieve_of(view, filter, &v);
    book_hold(view->work->book);
    streams_open(&v, &(Place){.due = INT64_MIN, .id = -1}, &all);
    for (const Slip *s; (s = streams_next(&all)) && budget_take(view->budget, 1);)
        if (passes(&v, s)) each(context, s);
    book_leave(view->work->book);
    sieve_end(&v);
}

const Err *sift_ended(const View *view, const CaseFilter *filter, int64_t after,
                      void (*each)(void *context, const Slip *slip), void *context)
{
    Sieve v;
    Rows rows;
    sieve_of(view, filter, &v);
    const Err *e =
        db_rows(view->db, &ended_sql, ARGS(ARG_I(view->who->region), ARG_I(after)), &rows);
    if (e) return e;
    while (rows_next(&rows) && budget_take(view->budget, BUDGET_ROW)) {
        Slip s;
        int64_t id;
        if (ended_slip(view, &rows, scratch(&v), &id, &s) && passes(&v, &s)) each(context, &s);
    }
    sieve_end(&v);
    return rows_close(&rows);
}
