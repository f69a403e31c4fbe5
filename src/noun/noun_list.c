/* SPDX-License-Identifier: Apache-2.0 */
/* noun_list.c: pages and counts of rows: from memory, from an index of the noun's own, or from
 * the table by id, within the request's budget. */
#include "grid/scope.h"
#include "grid/snapshot.h"
#include "noun/noun_engine.h"

const Err NOUN_CURSOR =
    ERROR(ERR_INVALID, "cursor", "翻页标记无效", "The cursor is not one of ours");

#define PAGE_USUAL 50
#define PAGE_MOST  200

int64_t noun_id(const Noun *noun, const void *row)
{
    const Table *t = noun->table;
    const Column *c = &t->columns[table_column(t, noun->identity ? noun->identity : "id")];
    return column_get(c, row).i;
}

/* ---- filters ---- */

/* The areas that the query means, as ranges parallel to the filters. */
typedef struct {
    const Noun *noun;
    const NounView *view;
    const Value *query;
    Range *within;
} Sift;

static bool is_asked(const NounFilter *f, const Value *v)
{
    return !value_is_null(&f->param, v);
}

static Sift sift_of(const Noun *noun, const NounView *view, const NounAsk *ask)
{
    Sift s = {noun, view, ask->query, arena_array(view->mem, Range, noun->filter_count)};
    for (size_t i = 0; i < noun->filter_count; i++) {
        const NounFilter *f = &noun->filters[i];
        if (f->kind != FILTER_WITHIN || !is_asked(f, &ask->query[i])) continue;
        Range *r = &s.within[i];
        if (!area_range(view->ground, ask->query[i].i, view->at, &r->first, &r->end))
            *r = (Range){0, 0}; /* nothing lies in what is no area */
    }
    return s;
}

static bool is_within(const NounView *view, int64_t area, Range within)
{
    uint32_t order, end;
    return area != NIL && area_range(view->ground, area, view->at, &order, &end) &&
           order >= within.first && order < within.end;
}

/* A stored list of texts holds one: they are JSON texts between quotes. */
static bool list_has(Str list, Str item, Arena *mem)
{
    return list.p && str_find(list, str_fmt(mem, "\"%.*s\"", STR(item))) != SIZE_MAX;
}

static bool text_stands(const Table *t, const void *row, Str text)
{
    for (size_t i = 0; i < t->count; i++) {
        const Column *c = &t->columns[i];
        if (c->kind != KIND_TEXT || c->sense != SENSE_OPEN || !column_is_shown(c)) continue;
        Str s = column_get(c, row).s;
        if (s.p && str_find(s, text) != SIZE_MAX) return true;
    }
    return false;
}

static bool fits(const Sift *s, const void *row)
{
    const Table *t = s->noun->table;
    for (size_t i = 0; i < s->noun->filter_count; i++) {
        const NounFilter *f = &s->noun->filters[i];
        const Value *wanted = &s->query[i];
        if (f->kind == FILTER_OWN || !is_asked(f, wanted)) continue;
        const Column *c = f->column ? &t->columns[table_column(t, f->column)] : NULL;
        Value v = c ? column_get(c, row) : VALUE_NULL;
        bool fine = f->kind == FILTER_IS       ? value_eq(c, &v, wanted)
                    : f->kind == FILTER_HAS    ? list_has(v.s, wanted->s, s->view->mem)
                    : f->kind == FILTER_WITHIN ? is_within(s->view, v.i, s->within[i])
                                               : text_stands(t, row, str_trim(wanted->s));
        if (!fine) return false;
    }
    return true;
}

static int64_t anchor_of(const Noun *noun, const void *row, const char *column)
{
    const Column *c = column_find(noun->table->columns, noun->table->count, str(column));
    return c ? column_get(c, row).i : NIL;
}

Relations noun_ties(const Noun *noun, const NounView *view, const void *row)
{
    Relations t = TIES_NONE;
    uint32_t end;
    int64_t area = anchor_of(noun, row, "area");
    if (area == NIL || !area_range(view->ground, area, view->now, &t.order, &end))
        t.order = ORDER_NONE;
    t.department = anchor_of(noun, row, "department");
    t.subject = anchor_of(noun, row, "subject");
    return t;
}

bool noun_sees(const Noun *noun, const NounView *view, const void *row, bool *out_whole)
{
    *out_whole = true;
    if (noun->sees) return noun->sees(view, row, out_whole);
    if (!noun->anchored) return true;
    Relations ties = noun_ties(noun, view, row);
    Access sight = who_sees(view->who, &ties, SEE_DEFAULT);
    *out_whole = sight >= SIGHT_MASKED;
    return sight != SIGHT_NONE;
}

/* ---- rows from memory ---- */

static const Err *page_of_rows(const Sift *s, const NounAsk *ask, size_t limit, NounPage *out)
{
    const void **rows;
    size_t n, i;
    int64_t from = 0;
    if (ask->cursor.p && (!str_int(ask->cursor, &from) || from < 0 || from > INT32_MAX))
        return err_field(s->view->mem, &NOUN_CURSOR, S("cursor"));
    const Err *e = s->noun->rows(s->view, ask->query, &rows, &n);
    if (e) return e;
    for (i = (size_t)from; i < n; i++) {
        bool whole;
        if (!fits(s, rows[i]) || !noun_sees(s->noun, s->view, rows[i], &whole)) continue;
        if (out->count == limit) break;
        out->rows[out->count] = rows[i];
        out->whole[out->count++] = whole;
    }
    if (i < n) out->next = str_fmt(s->view->mem, "%zu", i);
    return NULL;
}

/* ---- rows from the table ---- */

static Str statement(Arena *mem, const Table *t, int64_t region, int64_t after)
{
    return str_fmt(mem, "SELECT * FROM %s WHERE region = %lld AND id > %lld ORDER BY id",
                   t->name, (long long)region, (long long)after);
}

/* Each row behind *at that fits and is seen is read into mem and given to the page; without
 * rows in it they are only counted. *at becomes the last that was looked at. */
static const Err *page_of_table(const Sift *s, int64_t *at, size_t limit, NounPage *out,
                                bool *out_more)
{
    const NounView *view = s->view;
    const Table *t = s->noun->table;
    Rows rows;
    const Err *e = db_query(view->db, statement(view->mem, t, view->who->region, *at), &rows);
    if (e) return e;
    Arena *scratch = arena_new(0);
    void *row = arena_alloc(view->mem, t->size);
    NounView look = *view;
    *out_more = false;
    while (rows_next(&rows)) {
        bool whole;
        if (!budget_take(view->budget, BUDGET_ROW)) break;
        arena_reset(scratch);
        look.mem = scratch;
        rows_read(&rows, t, scratch, row);
        if (fits(s, row) && noun_sees(s->noun, &look, row, &whole)) {
            if ((*out_more = out->count == limit)) break;
            if (out->rows) {
                void *kept = arena_alloc(view->mem, t->size);
                rows_read(&rows, t, view->mem, kept);
                out->rows[out->count] = kept;
                out->whole[out->count] = whole;
            }
            out->count++;
        }
        *at = noun_id(s->noun, row);
    }
    arena_free(scratch);
    return rows_close(&rows);
}

/* ---- pages and counts ---- */

const Err *noun_page(const Noun *noun, const NounView *view, const NounAsk *ask, NounPage *out)
{
    size_t limit = ask->limit ? ask->limit : PAGE_USUAL;
    if (limit > PAGE_MOST) limit = PAGE_MOST;
    *out = (NounPage){.rows = arena_array(view->mem, const void *, limit),
                      .whole = arena_array(view->mem, bool, limit)};
    if (noun->page_of) return noun->page_of(view, ask, out);
    const Sift s = sift_of(noun, view, ask);
    if (noun->rows) return page_of_rows(&s, ask, limit, out);
    int64_t at = -1;
    bool more, cut;
    if (ask->cursor.p && (!str_int(ask->cursor, &at) || at < 0))
        return err_field(view->mem, &NOUN_CURSOR, S("cursor"));
    const Err *e = page_of_table(&s, &at, limit, out, &more);
    if (e) return e;
    cut = view->budget && view->budget->cut;
    out->partial = cut && out->count < limit;
    if (more || cut) out->next = str_fmt(view->mem, "%lld", (long long)at);
    return NULL;
}

const Err *noun_count(const Noun *noun, const NounView *view, const NounAsk *ask, int64_t *out)
{
    NounPage all = {0};
    const void **rows;
    size_t n;
    if (noun->count_of) return noun->count_of(view, ask, out);
    const Sift s = sift_of(noun, view, ask);
    const Err *e = NULL;
    if (noun->rows) {
        if ((e = noun->rows(view, ask->query, &rows, &n))) return e;
        bool whole;
        for (size_t i = 0; i < n; i++)
            all.count += fits(&s, rows[i]) && noun_sees(noun, view, rows[i], &whole);
    } else {
        int64_t at = -1;
        bool more;
        if ((e = page_of_table(&s, &at, SIZE_MAX, &all, &more))) return e;
    }
    *out = (int64_t)all.count;
    return NULL;
}

const Err *noun_load(const Noun *noun, const NounView *view, int64_t id, const void **out,
                     bool *out_whole)
{
    const void *found;
    const Err *e = NULL;
    if (id < 0 || ID_REGION(id) != view->who->region) return &ERR_NOT_FOUND;
    if (noun->load)
        e = noun->load(view, id, &found);
    else {
        void *row = arena_alloc(view->mem, noun->table->size);
        e = db_load(view->db, noun->table, id, view->mem, row);
        found = row;
    }
    if (e) return e;
    if (!noun_sees(noun, view, found, out_whole)) return &ERR_NOT_FOUND;
    *out = found;
    return NULL;
}
