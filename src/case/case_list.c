/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_list.c: the doors. One case is read by its id; lists, counts and figures walk the
 * columns in memory block by block: what the filter asks first, then what the flow lets each
 * relation see. Only the rows of a page are read from the store.
 */
#include "case/case_list.h"

#define PAGE_USUAL   50
#define PAGE_MOST    200
#define EACH_AT_ONCE 8192 /* places that an export holds */

/* ---- one case ---- */

static const Err *is_finder(CaseContext *t, const Case *c, bool *out)
{
    static const Sql sql = SQL("SELECT 1 FROM case_finders WHERE region = $1 AND case_id = $2 "
                               "AND person = $3 LIMIT 1");
    int64_t found;
    const Err *e = db_int(
        t->db, &sql, ARGS(ARG_I(c->region), ARG_I(c->id), ARG_I(t->who->person)), 0, &found);
    if (!e) *out = found == 1;
    return e;
}

const Err *turn_sight(CaseContext *t, const Case *c, Access *out)
{
    const Flow *flow = work_flow(t->work, c->flow, c->flow_version);
    if (!flow) return &STORE_BROKEN;
    Relations ties = case_ties(t, c);
    bool finder = false;
    *out = who_sees(t->who, &ties, flow_see(flow));
    if (*out != SIGHT_NONE) return NULL;
    const Err *e = is_finder(t, c, &finder);
    if (!e && finder) *out = SIGHT_OPEN;
    return e;
}

static const Err *sight_of(const CaseView *view, const Case *c, Access *out)
{
    CaseContext t;
    turn_view(&t, view);
    return turn_sight(&t, c, out);
}

Access case_sight(const CaseView *view, const Case *c)
{
    Access sight;
    return sight_of(view, c, &sight) ? SIGHT_NONE : sight;
}

const Err *case_load(const CaseView *view, int64_t id, Case *out, Access *out_sight)
{
    Case c;
    Access sight;
    if (id < 0 || ID_REGION(id) != view->who->region) return &ERR_NOT_FOUND;
    const Err *e = db_load(view->db, &case_table, id, view->mem, &c);
    if (!e) e = sight_of(view, &c, &sight);
    if (e) return e;
    if (sight == SIGHT_NONE) return &ERR_NOT_FOUND;
    *out = c;
    *out_sight = sight;
    return NULL;
}

/* ---- the sieve ---- */

static uint8_t *answers(const CaseView *view, const IndexWords *words)
{
    return arena_array(view->mem, uint8_t, (size_t)words->count + 1);
}

/* The word 0 is a case that lies nowhere. */
static void ask_areas(Filter *v)
{
    const Who *who = v->view->who;
    const IndexWords *areas = &v->shelf->words[CASES_AREA];
    uint32_t first = 0, end = 0;
    bool any = v->filter->area == NIL;
    if (!any && !area_range(who->ground, v->filter->area, who->at, &first, &end))
        first = end = 0;
    v->orders = arena_array(v->view->mem, uint32_t, (size_t)areas->count + 1);
    v->area_in = answers(v->view, areas);
    v->area_ties = answers(v->view, areas);
    for (uint32_t w = 0; w <= areas->count; w++) {
        uint32_t order = w ? area_order(who->ground, areas->words[w].ref, who->at) : ORDER_NONE;
        v->orders[w] = order;
        v->area_in[w] = any || (order >= first && order < end) ? 0xFF : 0;
        v->area_ties[w] = who_sees_area(who, order) ? TIE_AREA : 0;
    }
}

static void ask_departments(Filter *v)
{
    const Who *who = v->view->who;
    const IndexWords *all = &v->shelf->words[CASES_DEPARTMENT];
    v->department_in = answers(v->view, all);
    v->department_ties = answers(v->view, all);
    v->department_in[words_find_ref(all, v->filter->department)] = 0xFF;
    for (size_t i = 0; i < who->department_count; i++)
        v->department_ties[words_find_ref(all, who->departments[i])] = TIE_DEPARTMENT;
    v->department_in[0] = v->department_ties[0] = 0; /* of cases that no department has */
}

/* The ties that let see values of that sensitivity, as who_sees ranks them. */
static uint8_t ties_for(Visibility see, Sensitivity sense)
{
    unsigned ties = see.sealed;
    if (sense != SENSE_SEALED) ties |= see.masked | TIE_DUTY;
    if (sense == SENSE_OPEN) ties |= see.open | TIE_FILED;
    return (uint8_t)(ties | SIEVE_HOUSE);
}

/* The place among the indexed fields, FLOW_NONE: not one of them. */
static size_t indexed_field(const Flow *flow, Str name, const Column **out)
{
    size_t n = 0;
    for (size_t i = FIELD_OWN; i < flow->form.field_count; i++) {
        if (!field_is_indexed(&flow->form.names[i])) continue;
        *out = &flow->form.names[i];
        if (str_is(name, flow->form.names[i].name)) return n;
        n++;
    }
    return FLOW_NONE;
}

/* What is asked of a field, as classes hold its values; null: no value is written so. */
static Str wanted(Arena *mem, const Column *field, Str text)
{
    Value value;
    Faults faults = {.mem = mem};
    if (!kind_is_number(field->kind)) return text;
    bool fine =
        column_parse(field, column_cell(field, text), NULL, S("fields"), &faults, &value);
    return fine ? field_text(mem, field, &value) : STR_NULL;
}

/* Whether the class has the values asked for, and by which ties one sees that it has. */
static bool has_fields(const Filter *v, const CaseClass *class, Sensitivity *out)
{
    const CaseFilter *f = v->filter;
    *out = SENSE_OPEN;
    for (size_t i = 0; i < f->field_count; i++) {
        const Column *field;
        size_t at = indexed_field(class->flow, f->fields[i].name, &field);
        if (at == FLOW_NONE ||
            !str_eq(class->values[at], wanted(v->view->mem, field, f->fields[i].value)))
            return false;
        if (field->sense > *out) *out = field->sense;
    }
    return true;
}

static void ask_classes(Filter *v)
{
    const CaseFilter *f = v->filter;
    const IndexWords *classes = &v->shelf->words[CASES_CLASS];
    v->need = answers(v->view, classes);
    v->need_masked = answers(v->view, classes);
    v->need_sealed = answers(v->view, classes);
    for (uint32_t w = 1; w <= classes->count; w++) {
        const CaseClass *class = classes->words[w].said;
        Sensitivity sense;
        if (f->flow.p ? !str_eq(f->flow, class->flow->name) : class->flow->office) continue;
        if (f->state.p && !str_eq(f->state, class->state_name)) continue;
        if (!has_fields(v, class, &sense)) continue;
        Visibility see = flow_see(class->flow);
        v->need[w] = ties_for(see, sense);
        v->need_masked[w] = ties_for(see, sense > SENSE_MASKED ? sense : SENSE_MASKED);
        v->need_sealed[w] = ties_for(see, SENSE_SEALED);
    }
}

void sieve_begin(const CaseView *view, const CaseFilter *filter, CaseSearch *search,
                 Filter *out)
{
    const Who *who = view->who;
    NounIndex *index = view->work->index;
    noun_index_hold(index);
    *out =
        (Filter){.view = view, .filter = filter, .shelf = noun_index_shelf(index, who->region)};
    if (who->person == PERSON_HOUSE) out->base |= SIEVE_HOUSE;
    if (who->can & CAN_AUDIT) out->base |= TIE_AUDIT;
    if (!out->shelf) return;
    ask_areas(out);
    ask_departments(out);
    ask_classes(out);
    out->helpers = helper_table_new(view->work->helpers, view->work->spec.grounds, who,
                                    out->shelf, view->now, view->mem);
    if (search) out->found = case_search_rows(search, out->shelf, view->mem);
}

void sieve_end(Filter *v)
{
    noun_index_leave(v->view->work->index);
}

/* Of a reference that is asked for: false: NIL, nothing is asked. An id of another region is
 * held by no row. */
static bool asked(const Filter *v, int64_t id, uint32_t *out_seq)
{
    if (id == NIL) return false;
    *out_seq = id > 0 && ID_REGION(id) == v->shelf->region ? (uint32_t)ID_SEQ(id) : UINT32_MAX;
    return true;
}

static void keep_period(const Filter *v, const IndexBlock *b, uint8_t *keep)
{
    static const size_t columns[] = {
        [PERIOD_OPENED] = CASES_OPENED, [PERIOD_ENDED] = CASES_ENDED, [PERIOD_DUE] = CASES_DUE};
    const CaseFilter *f = v->filter;
    if (f->from == NIL && f->to == NIL) return;
    uint64_t from = f->from == NIL || f->from < 0 ? 0 : (uint64_t)f->from;
    uint64_t to = f->to == NIL ? INDEX_NIL : f->to < 0 ? 0 : (uint64_t)f->to;
    block_keep_span(b, columns[f->period], from, to, keep);
}

/* My duty, risen to me, watched by me. */
static void keep_mine(const Filter *v, const IndexBlock *b, uint8_t *keep)
{
    uint8_t mine[INDEX_ROWS] = {0};
    const Who *who = v->view->who;
    for (size_t i = 0; i < who->chair_count; i++) {
        uint32_t seq;
        if (!asked(v, who->chairs[i].seat, &seq)) continue;
        block_mark_seq(b, CASES_DUTY, seq, 0xFF, mine);
        block_mark_item(b, CASES_SEATS, seq, 0xFF, mine);
    }
    for (size_t i = 0; i < INDEX_ROWS; i++)
        keep[i] &= mine[i];
}

/* What the filter asks but for the class, the cheapest first. */
static void keep_asked(const Filter *v, const IndexBlock *b, uint8_t *keep)
{
    const CaseFilter *f = v->filter;
    uint32_t seq;
    if (f->open >= 0) block_keep_set(b, CASES_ENDED, f->open == 0, keep);
    if (f->late) block_keep_span(b, CASES_DUE, 0, (uint64_t)v->view->now + 1, keep);
    keep_period(v, b, keep);
    if (!block_kept_any(keep)) return;
    if (asked(v, f->subject, &seq)) block_keep_seq(b, CASES_SUBJECT, seq, keep);
    if (asked(v, f->seat, &seq)) block_keep_seq(b, CASES_DUTY, seq, keep);
    if (asked(v, f->parent, &seq)) block_keep_item(b, CASES_PARENT, seq, keep);
    if (f->filed && asked(v, v->view->who->person, &seq))
        block_keep_seq(b, CASES_FILED_BY, seq, keep);
    if (f->area != NIL) block_keep_words(b, CASES_AREA, v->area_in, keep);
    if (f->department != NIL) block_keep_words(b, CASES_DEPARTMENT, v->department_in, keep);
    if (f->mine) keep_mine(v, b, keep);
}

static void tie_helpers(const Filter *v, const IndexBlock *b, uint8_t *restrict ties)
{
    const uint16_t *matters = block_words(b, CASES_MATTER), *areas = block_words(b, CASES_AREA);
    const uint8_t *answers = v->helpers->answers;
    uint32_t width = v->helpers->areas;
    for (size_t i = 0; i < b->count; i++) {
        uint8_t answer = answers[matters[i] * width + areas[i]];
        if (!answer) answer = helper_table_ask(v->helpers, matters[i], areas[i]);
        ties[i] |= answer & TIE_DEPARTMENT;
    }
}

/* As who_ties, for all rows of the block. False: to none of them, which is soon known of who
 * has neither areas nor departments. */
static bool tie(const Filter *v, const IndexBlock *b, uint8_t *restrict ties)
{
    const Who *who = v->view->who;
    const uint8_t *by_area = v->area_ties, *by_department = v->department_ties;
    const uint16_t *areas = block_words(b, CASES_AREA);
    const uint16_t *departments = block_words(b, CASES_DEPARTMENT);
    uint32_t seq;
    memset(ties, v->base, INDEX_ROWS);
    for (size_t i = 0; i < who->subject_count; i++)
        if (asked(v, who->subjects[i], &seq))
            block_mark_seq(b, CASES_SUBJECT, seq, TIE_SUBJECT, ties);
    for (size_t i = 0; i < who->seat_count; i++)
        if (asked(v, who->seats[i], &seq)) {
            block_mark_seq(b, CASES_DUTY, seq, TIE_DUTY, ties);
            block_mark_item(b, CASES_SEATS, seq, TIE_DUTY, ties);
        }
    if (who->person != PERSON_HOUSE && asked(v, who->person, &seq))
        block_mark_seq(b, CASES_FILED_BY, seq, TIE_FILED, ties);
    if (!who->all && !who->area_count && !who->department_count) return block_kept_any(ties);
    if (who->all || who->area_count)
        for (size_t i = 0; i < INDEX_ROWS; i++)
            ties[i] |= by_area[areas[i]];
    if (who->department_count)
        for (size_t i = 0; i < INDEX_ROWS; i++)
            ties[i] |= by_department[departments[i]];
    if (v->helpers) tie_helpers(v, b, ties);
    return true;
}

/* What the text finds, as far as one sees where it stands. The subject's own people do not
 * learn who found it, unless they did. */
static bool shows(const Filter *v, uint32_t class, uint8_t found, uint8_t ties)
{
    bool party = ties & TIE_SUBJECT && !(ties & TIE_FILED);
    return ((found & FOUND_OPEN || (found & FOUND_FINDER && !party)) &&
            ties & v->need[class]) ||
           (found & FOUND_MASKED && ties & v->need_masked[class]) ||
           (found & FOUND_SEALED && ties & v->need_sealed[class]);
}

bool sieve_block(const Filter *v, size_t at, uint8_t keep[INDEX_ROWS])
{
    uint8_t ties[INDEX_ROWS];
    const IndexBlock *b = v->shelf->blocks[at];
    const uint8_t *found = v->found ? v->found + at * INDEX_ROWS : NULL;
    const uint32_t *classes = block_classes(b, CASES_CLASS);
    const uint8_t *need = v->need;
    memset(keep, 0xFF, b->count);
    memset(keep + b->count, 0, INDEX_ROWS - b->count);
    for (size_t i = 0; found && i < b->count; i++)
        if (!found[i]) keep[i] = 0;
    keep_asked(v, b, keep);
    if (!block_kept_any(keep)) return false;
    if (!tie(v, b, ties)) return false;
    for (size_t i = 0; i < INDEX_ROWS; i++)
        keep[i] &= ties[i] & need[classes[i]] ? 0xFF : 0;
    for (size_t i = 0; found && i < b->count; i++)
        if (keep[i] && !shows(v, classes[i], found[i], ties[i])) keep[i] = 0;
    return block_kept_any(keep);
}

/* ---- the order of a list, and where a page goes on ---- */

/* Rows by (key, id), both turned round when it goes down; what has no key comes last. */
typedef struct {
    CaseSort by;
    bool down;
    bool ended; /* of the usual order: behind the open ones, the ended ones by number */
} ListOrder;

typedef struct {
    int64_t key, id; /* turned round when the list goes down */
    int64_t row;     /* the id as it is */
    bool ended;      /* ListOrder.ended when it was found */
} ListPlace;

#define KEY_NONE   INT64_MAX
#define LIST_START ((ListPlace){.key = -1, .id = -1, .row = -1})

static bool is_before(const ListPlace *a, const ListPlace *b)
{
    return a->key < b->key || (a->key == b->key && a->id < b->id);
}

static int64_t turned(const ListOrder *o, int64_t key)
{
    return o->down && key != KEY_NONE ? KEY_NONE - 1 - key : key;
}

/* The column of instants that it goes by; CASES_COLUMNS: none. */
static size_t order_column(const ListOrder *o)
{
    switch (o->by) {
    case CASE_BY_DUE: return CASES_DUE;
    case CASE_BY_OPENED: return CASES_OPENED;
    case CASE_BY_ENDED: return CASES_ENDED;
    case CASE_BY_NUMBER:
    case CASE_BY_AREA: return CASES_COLUMNS;
    }
    return CASES_COLUMNS;
}

static int64_t key_of(uint64_t value, uint64_t none)
{
    return value == none ? KEY_NONE : (int64_t)value;
}

static ListPlace place_at(const Filter *v, const ListOrder *o, const IndexBlock *b, size_t row)
{
    int64_t id = ID_MAKE(v->shelf->region, b->seq[row]);
    size_t column = order_column(o);
    int64_t key = 0;
    if (column != CASES_COLUMNS)
        key = key_of(block_instant(b, column, row), INDEX_NIL);
    else if (o->by == CASE_BY_AREA)
        key = key_of(v->orders[block_words(b, CASES_AREA)[row]], ORDER_NONE);
    return (ListPlace){turned(o, key), turned(o, id), id, o->ended};
}

/* The first place that a row of the block may have, and the last. */
static ListPlace block_first(const Filter *v, const ListOrder *o, const IndexBlock *b)
{
    ListPlace first = place_at(v, o, b, o->down ? b->count - 1 : 0);
    size_t column = order_column(o);
    if (column != CASES_COLUMNS) {
        const IndexZone *zone = &b->zones[column];
        bool any = zone->nils < b->count;
        first.key = any ? turned(o, (int64_t)(o->down ? zone->most : zone->least)) : KEY_NONE;
    } else if (o->by == CASE_BY_AREA)
        first.key = 0;
    return first;
}

static ListPlace block_last(const Filter *v, const ListOrder *o, const IndexBlock *b)
{
    ListPlace last = place_at(v, o, b, o->down ? 0 : b->count - 1);
    size_t column = order_column(o);
    if (column != CASES_COLUMNS) {
        const IndexZone *zone = &b->zones[column];
        bool all = !zone->nils;
        last.key = all ? turned(o, (int64_t)(o->down ? zone->least : zone->most)) : KEY_NONE;
    } else if (o->by == CASE_BY_AREA)
        last.key = KEY_NONE;
    return last;
}

/* The sort of a list by its name, "-" before it: downwards. */
static const char *const sorts[] = {[CASE_BY_NUMBER] = "number",
                                    [CASE_BY_DUE] = "due",
                                    [CASE_BY_OPENED] = "opened",
                                    [CASE_BY_ENDED] = "ended",
                                    [CASE_BY_AREA] = "area"};

static const Err *order_of(Arena *mem, Str sort, ListOrder *out)
{
    *out = (ListOrder){.by = CASE_BY_DUE};
    if (!sort.p) return NULL;
    out->down = str_starts(sort, S("-"));
    Str name = out->down ? (Str){sort.p + 1, sort.n - 1} : sort;
    for (CaseSort by = 0; by < countof(sorts); by++)
        if (str_is(name, sorts[by])) {
            out->by = by;
            return NULL;
        }
    Faults faults = {.mem = mem};
    faults_add2(&faults, S("sort"), &COLUMN_CHOICE, sort,
                S("number, due, opened, ended, area"));
    return faults_err(&faults);
}

static Str cursor_of(Arena *mem, const CaseFilter *f, const ListPlace *p)
{
    if (p->ended) return str_fmt(mem, "e%lld", (long long)p->row);
    return str_fmt(mem, "%.*s_%lld_%lld", STR(f->sort.p ? f->sort : S("o")), (long long)p->key,
                   (long long)p->row);
}

/* The usual order goes on with the ended ones. */
static void order_end(ListOrder *o)
{
    o->ended = true;
    o->by = CASE_BY_NUMBER;
}

/* A cursor goes on in the order that it came from. */
static const Err *place_of(Arena *mem, const CaseFilter *f, ListOrder *o, ListPlace *out)
{
    Str sort, key, id;
    *out = LIST_START;
    if (!f->sort.p && f->open == 0) order_end(o);
    if (!f->cursor.p) return NULL;
    bool fits = false;
    if (!f->sort.p && str_starts(f->cursor, S("e"))) {
        order_end(o);
        fits = f->open != 1 && str_int((Str){f->cursor.p + 1, f->cursor.n - 1}, &out->row);
        out->key = 0;
    } else if (str_cut(f->cursor, '_', &sort, &key) && str_cut(key, '_', &key, &id))
        fits = str_eq(sort, f->sort.p ? f->sort : S("o")) && !o->ended &&
               str_int(key, &out->key) && str_int(id, &out->row);
    out->id = turned(o, out->row);
    return fits ? NULL : err_field(mem, &NOUN_CURSOR, S("cursor"));
}

/* ---- the walk ---- */

/* The first places of what passes, behind a place: while they are gathered a heap whose first
 * is the last of them, then in order. */
typedef struct {
    ListPlace *places;
    size_t count, most;
} ListHead;

static void sink(ListPlace *heap, size_t n, size_t at)
{
    ListPlace p = heap[at];
    for (size_t child; (child = at * 2 + 1) < n; at = child) {
        child += child + 1 < n && is_before(&heap[child], &heap[child + 1]);
        if (!is_before(&p, &heap[child])) break;
        heap[at] = heap[child];
    }
    heap[at] = p;
}

static void head_put(ListHead *h, const ListPlace *p)
{
    if (h->count == h->most) {
        if (!is_before(p, &h->places[0])) return;
        h->places[0] = *p;
        sink(h->places, h->count, 0);
        return;
    }
    size_t at = h->count++;
    for (; at && is_before(&h->places[(at - 1) / 2], p); at = (at - 1) / 2)
        h->places[at] = h->places[(at - 1) / 2];
    h->places[at] = *p;
}

static void head_order(ListHead *h)
{
    for (size_t n = h->count; n > 1; n--) {
        ListPlace last = h->places[0];
        h->places[0] = h->places[n - 1];
        h->places[n - 1] = last;
        sink(h->places, n - 1, 0);
    }
}

/* Blocks are walked the way the order goes, so that the first places come early; one that has
 * none behind the place, or none before the last of a full head, is not looked at. */
static void head_find(const Filter *v, const ListOrder *o, const ListPlace *after, ListHead *h)
{
    size_t blocks = shelf_blocks(v->shelf);
    for (size_t i = 0; i < blocks; i++) {
        size_t at = o->down ? blocks - 1 - i : i;
        const IndexBlock *b = v->shelf->blocks[at];
        uint8_t keep[INDEX_ROWS];
        ListPlace first = block_first(v, o, b), last = block_last(v, o, b);
        if (!is_before(after, &last)) continue;
        if (h->count == h->most && !is_before(&first, &h->places[0])) continue;
        if (!sieve_block(v, at, keep)) continue;
        for (size_t k = 0; k < b->count; k++) {
            size_t row = o->down ? b->count - 1 - k : k;
            if (!keep[row]) continue;
            ListPlace p = place_at(v, o, b, row);
            if (is_before(after, &p)) head_put(h, &p);
        }
    }
    head_order(h);
}

/* A filter that was found well, and what its text finds. */
typedef struct {
    const CaseView *view;
    const CaseFilter *filter;
    CaseSearch *search;
} Listing;

/* Of the usual order, the open ones and then the ended ones. mem: of this walk. */
static void find(const Listing *l, const ListOrder *o, const ListPlace *after, Arena *mem,
                 ListHead *head)
{
    Filter v;
    CaseView view = *l->view;
    CaseFilter f = *l->filter;
    view.mem = mem;
    if (!f.sort.p) f.open = o->ended ? 0 : 1;
    sieve_begin(&view, &f, l->search, &v);
    head_find(&v, o, after, head);
    sieve_end(&v);
}

/* ---- pages and counts ---- */

/* 422: no flow in force has such a field that lists filter by. */
static const Err *check_fields(const CaseView *view, const CaseFilter *f)
{
    const Published **flows;
    Faults faults = {.mem = view->mem};
    size_t n = defs_list(view->work->spec.defs, FLOW_KIND, view->now, view->mem, &flows);
    for (size_t i = 0; i < f->field_count; i++) {
        const Column *field;
        bool known = false;
        for (size_t k = 0; k < n && !known; k++)
            known = indexed_field(flows[k]->compiled, f->fields[i].name, &field) != FLOW_NONE;
        Str name = str_fmt(view->mem, "fields[%.*s]", STR(f->fields[i].name));
        if (!known) faults_add2(&faults, name, &COLUMN_UNKNOWN, name, STR_NULL);
    }
    return faults_err(&faults);
}

/* Reads what was found; what has gone from sight meanwhile is passed over. */
static const Err *take(const CaseView *view, int64_t id, CasePage *page)
{
    Case *c = &page->cases[page->count];
    const Err *e = db_load(view->db, &case_table, id, view->mem, c);
    if (e && e->kind == ERR_MISSING) return NULL;
    if (!e) e = sight_of(view, c, &page->sights[page->count]);
    if (!e && page->sights[page->count] != SIGHT_NONE) page->count++;
    return e;
}

static const Err *listing_of(const CaseView *view, const CaseFilter *f, Listing *out)
{
    *out = (Listing){.view = view, .filter = f};
    const Err *e = check_fields(view, f);
    return e || !f->q.p ? e : case_search_new(view, f->q, &out->search);
}

/* The next places behind *at, which moves on; false: there are none behind them. The usual
 * order goes on with the ended ones. */
static bool next_places(const Listing *l, ListOrder *o, ListPlace *at, Arena *mem,
                        ListHead *head)
{
    const CaseFilter *f = l->filter;
    head->count = 0;
    find(l, o, at, mem, head);
    if (head->count) *at = head->places[head->count - 1];
    if (head->count == head->most) return true;
    if (f->sort.p || o->ended || f->open == 1) return false;
    order_end(o);
    *at = LIST_START;
    return true;
}

static const Err *fill(const Listing *l, ListOrder *o, ListPlace *at, size_t most,
                       CasePage *page, ListPlace *places)
{
    Arena *mem = l->view->mem;
    ListHead head = {.places = arena_array(mem, ListPlace, most)};
    for (bool more = true; more && page->count < most;) {
        head.most = most - page->count;
        more = next_places(l, o, at, mem, &head);
        for (size_t i = 0; i < head.count; i++) {
            places[page->count] = head.places[i];
            const Err *e = take(l->view, head.places[i].row, page);
            if (e) return e;
        }
    }
    return NULL;
}

const Err *case_page(const CaseView *view, const CaseFilter *filter, CasePage *out)
{
    Listing l;
    ListOrder order;
    ListPlace at;
    size_t limit = filter->limit ? filter->limit : PAGE_USUAL;
    if (limit > PAGE_MOST) limit = PAGE_MOST;
    const Err *e = order_of(view->mem, filter->sort, &order);
    if (!e) e = place_of(view->mem, filter, &order, &at);
    if (!e) e = listing_of(view, filter, &l);
    if (e) return e;
    CasePage page = {.cases = arena_array(view->mem, Case, limit + 1),
                     .sights = arena_array(view->mem, Access, limit + 1)};
    ListPlace *places = arena_array(view->mem, ListPlace, limit + 1);
    if ((e = fill(&l, &order, &at, limit + 1, &page, places))) return e;
    if (page.count > limit) {
        page.count = limit;
        page.next = cursor_of(view->mem, filter, &places[limit - 1]);
    }
    *out = page;
    return NULL;
}

/* The rows are read one by one; what finds them takes memory that goes before the next walk. */
const Err *case_each(const CaseView *view, const CaseFilter *filter, CaseEach each,
                     void *context)
{
    Listing l;
    ListOrder order;
    ListPlace at;
    const Err *e = order_of(view->mem, filter->sort, &order);
    if (!e) e = place_of(view->mem, filter, &order, &at);
    if (!e) e = listing_of(view, filter, &l);
    if (e) return e;
    Arena *walk = arena_new(0);
    CaseView one = *view;
    one.mem = arena_new(0);
    ListHead head = {.places = arena_array(view->mem, ListPlace, EACH_AT_ONCE),
                     .most = EACH_AT_ONCE};
    for (bool more = true; more && !e;) {
        arena_reset(walk);
        more = next_places(&l, &order, &at, walk, &head);
        for (size_t i = 0; i < head.count && !e; i++) {
            Case c;
            Access sight;
            CasePage page = {.cases = &c, .sights = &sight};
            arena_reset(one.mem);
            e = take(&one, head.places[i].row, &page);
            if (!e && page.count) e = each(context, &one, &c, sight);
        }
    }
    arena_free(one.mem);
    arena_free(walk);
    return e;
}

void sieve_each(const Filter *v, SieveEach each, void *context)
{
    for (size_t i = 0; i < shelf_blocks(v->shelf); i++) {
        const IndexBlock *b = v->shelf->blocks[i];
        uint8_t keep[INDEX_ROWS];
        if (!sieve_block(v, i, keep)) continue;
        for (size_t row = 0; row < b->count; row++)
            if (keep[row]) each(context, v, b, row);
    }
}

const Err *case_count(const CaseView *view, const CaseFilter *filter, int64_t *out)
{
    Filter v;
    Listing l;
    int64_t n = 0;
    const Err *e = listing_of(view, filter, &l);
    if (e) return e;
    sieve_begin(view, filter, l.search, &v);
    for (size_t i = 0; i < shelf_blocks(v.shelf); i++) {
        uint8_t keep[INDEX_ROWS];
        if (sieve_block(&v, i, keep)) n += (int64_t)block_kept(v.shelf->blocks[i], keep);
    }
    sieve_end(&v);
    *out = n;
    return NULL;
}
