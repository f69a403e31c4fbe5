/* SPDX-License-Identifier: Apache-2.0 */
/*
 * noun_import.c: from a table to acts. A line is put again and again, each time on the ground
 * that its last act left behind, until it has nothing more to record: then the ground is as it
 * says. So lines may need each other in any order, and a file that is in already records
 * nothing.
 */
#include "noun/noun_import.h"

#include "base/csv.h"
#include "base/time.h"

#define HEAD_MOST 100 /* bytes of a column's name that are told */

/* What ends the act in which lines are tried; nobody is told of it. */
static const Err TRIED = {.kind = ERR_CONFLICT, .code = "tried", .zh = "已试", .en = "Tried"};

typedef struct {
    const ImportSpec *spec;
    const ImportNoun *noun;
    Arena *mem;
    CellColumn *columns;
    char *lines;
    size_t n, next; /* next: the line that the next act begins with */
    Faults faults;
    ImportJob job;
    Map keys; /* of the lines */
    const char *unit;
} Intake;

/* ---- the table ---- */

Str *import_table_add(ImportTable *t, int64_t no)
{
    if (t->rows == t->room) {
        t->room = t->room ? t->room * 2 : 64;
        Str *cells = arena_array(t->faults.mem, Str, t->room * t->columns);
        int64_t *nos = arena_array(t->faults.mem, int64_t, t->room);
        if (t->rows) memcpy(cells, t->cells, t->rows * t->columns * sizeof *cells);
        if (t->rows) memcpy(nos, t->nos, t->rows * sizeof *nos);
        t->cells = cells;
        t->nos = nos;
    }
    t->nos[t->rows] = no;
    return &t->cells[t->rows++ * t->columns];
}

const Err *import_table_read(Arena *mem, Str text, ImportTable *out)
{
    Csv csv;
    const Err *e = csv_open(&csv, mem, text);
    if (e) return e;
    *out = (ImportTable){.names = csv.names,
                         .columns = csv.columns,
                         .unit = "row",
                         .faults = {.mem = mem},
                         .head = csv.row,
                         .hash = import_hash(mem, text)};
    for (bool more = true; more;) {
        e = csv_next(&csv, &more);
        if (e) faults_add(&out->faults, e->field, e);
        if (e || !more) continue;
        Str *cells = import_table_add(out, csv.row);
        for (size_t i = 0; i < csv.columns; i++)
            cells[i] = str_dup(mem, csv.cells[i]);
    }
    return NULL;
}

/* ---- faults ---- */

static ImportLine *line_at(const Intake *in, size_t i)
{
    return (ImportLine *)(void *)(in->lines + i * in->noun->size);
}

/* A place as a whole is told at its longitude. */
static Str place_of(const Intake *in, int64_t row, Str column)
{
    bool place = str_is(column, "place");
    for (size_t i = 0; i < in->noun->count; i++)
        if (str_is(column, in->columns[i].column.name) ||
            (place && column_is_degrees(&in->columns[i].column)))
            return str_fmt(in->mem, "%s %lld, column %.*s", in->unit, (long long)row,
                           STR(in->columns[i].head));
    return str_fmt(in->mem, "%s %lld", in->unit, (long long)row);
}

/* What is wrong with a line, be it one thing or a list of them. */
static void tell(Intake *in, ImportLine *line, const Err *e)
{
    line->bad = true;
    for (const Err *f = err_is(e, &ERR_FAULTS) ? e->next : e; f; f = f->next)
        faults_add(&in->faults, place_of(in, line->no, f->field), err_keep(in->mem, f));
}

/* ---- lines ---- */

/* Which column of the file is which of the noun's. */
static void match_heads(Intake *in, const ImportTable *t)
{
    Buf ignored = BUF(in->mem);
    for (size_t k = 0; k < t->columns; k++) {
        Str head = cell_clean(in->mem, csv_bare(t->names[k]), true);
        size_t i = 0;
        while (i < in->noun->count && !(cell_is_head(in->mem, &in->columns[i].column, head) &&
                                        (t->all || column_is_given(&in->columns[i].column))))
            i++;
        CellColumn *c = i < in->noun->count ? &in->columns[i] : NULL;
        if (!c)
            buf_fmt(&ignored, "%s%.*s", ignored.n ? ", " : "",
                    STR(head.n <= HEAD_MOST ? head : S("…")));
        else if (c->at != SIZE_MAX)
            faults_add2(
                &in->faults,
                str_fmt(in->mem, "row %lld, column %.*s", (long long)t->head, STR(head)),
                &IMPORT_TWICE, c->head, c->head);
        else {
            c->at = k;
            c->head = head;
        }
    }
    for (size_t i = 0; i < in->noun->count; i++) {
        const Column *c = &in->columns[i].column;
        if (in->columns[i].at == SIZE_MAX &&
            (c->flags & COLUMN_REQUIRED || column_is_degrees(c)))
            faults_add2(&in->faults, place_of(in, t->head, str(c->name)), &CSV_COLUMN,
                        str(c->name), STR_NULL);
    }
    in->job.done.ignored = ignored.n ? buf_str(&ignored) : STR_NULL;
}

/* The cell without what spreadsheets and our export put there. */
static Str cell_of(Intake *in, const ImportTable *t, size_t row, const CellColumn *c)
{
    if (c->at == SIZE_MAX) return S("");
    bool text = c->column.kind == KIND_TEXT || c->column.kind == KIND_LIST;
    Str cell = csv_bare(str_trim(t->cells[row * t->columns + c->at]));
    return cell_clean(in->mem, cell, !text || c->column.flags & COLUMN_KEY);
}

/* The place of a cell is written only when something is wrong with it: a file has a million. */
static bool read_cell(Intake *in, const CellColumn *c, Str cell, const ImportLine *line,
                      Value *out)
{
    const Err *last = in->faults.last;
    bool fine = cell_read(in->noun, c, cell, &in->faults, out);
    if (in->faults.last != last)
        in->faults.last->field = place_of(in, line->no, str(c->column.name));
    return fine;
}

/* Subjects lie above this floor: who imports says how they are found. */
static int64_t ref_of(const ImportSpec *spec, const Ground *g, const char *list, Str code,
                      Instant at)
{
    if (strcmp(list, "subjects") != 0) return code_id(g, list, code, at);
    return spec->subject ? spec->subject(spec->subject_context, code) : NIL;
}

/* References wait until it is known when the line begins. */
static void read_refs(Intake *in, const Ground *g, const Str *cells, ImportLine *line)
{
    for (size_t i = 0; i < in->noun->count; i++) {
        const Column *c = &in->columns[i].column;
        if (c->kind != KIND_REF || !cells[i].n) continue;
        Value v = VALUE_INT(ref_of(in->spec, g, c->list, cells[i], line->starts));
        if (v.i == NIL)
            tell(in, line,
                 err_field(in->mem, code_missing(in->mem, g, cells[i]), str(c->name)));
        column_set(c, (char *)line + in->noun->offset, &v);
    }
}

static void read_line(Intake *in, const Ground *g, const ImportTable *t, size_t row, Str *cells)
{
    ImportLine *line = line_at(in, row);
    line->no = t->nos[row];
    line->starts = line->ends = NIL;
    for (size_t i = 0; i < in->noun->count; i++) {
        const CellColumn *c = &in->columns[i];
        Value v = VALUE_NULL;
        cells[i] = cell_of(in, t, row, c);
        if (!cells[i].n && c->column.flags & COLUMN_REQUIRED && !t->all)
            tell(in, line, err_field(in->mem, &COLUMN_REQUIRED_ERR, str(c->column.name)));
        else if (cells[i].n && c->column.kind != KIND_REF)
            line->bad |= !read_cell(in, c, cells[i], line, &v);
        if (cells[i].n) line->given |= UINT64_C(1) << i;
        column_set(&c->column, (char *)line + in->noun->offset, &v);
    }
    line->dated = line->starts != NIL;
    if (!line->dated) line->starts = in->spec->starts;
    read_refs(in, g, cells, line);
    if (line->dated && line->ends != NIL && line->ends <= line->starts)
        tell(in, line,
             err_field(in->mem, err_make(in->mem, &SPAN_ORDER, S("to"), S("from")), S("to")));
    if (line->bad) return;
    line->keys[0] = line->owner = line_key(in->mem, in->noun, line);
    ImportStep step = {in->spec, in->noun, NULL, g};
    const Err *e = in->noun->prepare ? in->noun->prepare(&step, line) : NULL;
    if (e) tell(in, line, e);
}

static const CodeList *list_now(void *context, const char *name)
{
    const ImportSpec *spec = context;
    return spec->defs ? defs_get(spec->defs, CodeList, CODES_KIND, str(name),
                                 ledger_clock(spec->ledger))
                      : NULL;
}

static void read_lines(Intake *in, const ImportTable *t)
{
    CellLists lists = {list_now, (void *)(uintptr_t)in->spec};
    const Ground *g = ground_pin(in->spec->grounds, in->spec->region);
    Str *cells = arena_array(in->mem, Str, in->noun->count);
    in->columns = cell_columns(in->mem, in->noun, &lists);
    size_t before = in->faults.count;
    match_heads(in, t);
    in->n = in->faults.count > before ? 0 : t->rows; /* without columns lines say nothing */
    in->lines = arena_alloc(in->mem, in->n * in->noun->size);
    for (size_t i = 0; i < in->n; i++)
        read_line(in, g, t, i, cells);
    ground_unpin(g);
}

/* ---- lines against each other ---- */

static int compare_key(const void *a, const void *b, void *context)
{
    const ImportLine *x = *(const ImportLine *const *)a, *y = *(const ImportLine *const *)b;
    size_t k = *(const size_t *)context;
    int by = str_cmp(x->keys[k], y->keys[k]);
    if (!by) by = (x->starts > y->starts) - (x->starts < y->starts);
    return by ? by : (x->no > y->no) - (x->no < y->no);
}

/* One that only begins is taken over by one that begins later. */
static void check_twice(Intake *in, size_t k)
{
    ImportLine **by = arena_array(in->mem, ImportLine *, in->n);
    for (size_t i = 0; i < in->n; i++)
        by[i] = line_at(in, i);
    if (in->n > 1) qsort_r(by, in->n, sizeof(ImportLine *), compare_key, &k);
    for (size_t i = 1; i < in->n; i++) {
        const ImportLine *x = by[i - 1];
        ImportLine *y = by[i];
        bool same = x->starts == y->starts;
        if (x->bad || y->bad || !y->keys[k].p || !str_eq(x->keys[k], y->keys[k])) continue;
        if (!same && (x->ends == NIL || x->ends <= y->starts)) continue;
        const Err *e = err_make(in->mem, same ? &IMPORT_TWICE : &IMPORT_HELD,
                                str_fmt(in->mem, "第%lld行", (long long)x->no),
                                place_of(in, x->no, S("")));
        tell(in, y, err_field(in->mem, e, str(in->noun->keys[k])));
    }
}

static int compare_starts(const void *a, const void *b)
{
    const ImportLine *x = a, *y = b;
    if (x->starts != y->starts) return x->starts < y->starts ? -1 : 1;
    return (x->no > y->no) - (x->no < y->no);
}

/* ---- lines into acts ---- */

/* Puts the lines from in->next on, each owner's first that is not done, until the act is full.
 */
static void put_round(Intake *in, Act *act, const Ground *g, size_t most)
{
    ImportStep step = {in->spec, in->noun, act, g};
    Map met = {.mem = act->mem};
    for (; in->next < in->n && act->count < most; in->next++) {
        ImportLine *line = line_at(in, in->next);
        if (line->bad || line->done || map_get(&met, line->owner) != NIL) continue;
        size_t before = act->count;
        line->fault = in->noun->put(&step, line);
        if (line->fault) act->count = before;
        line->done = !line->fault && (act->count == before || in->noun->once);
        if (line->owner.p && !line->apart && (!line->done || act->count > before))
            map_put(&met, line->owner, 1);
    }
}

static bool waits_for_another(const Intake *in, const Err *e)
{
    return err_is(e, &IMPORT_UNKNOWN) && map_get(&in->keys, e->args[0]) != NIL;
}

/* Lines that nothing brings further are faults. What waits for another line of the file says
 * nothing new, unless nothing else is wrong. Whether there were any. */
static bool tell_stuck(Intake *in)
{
    bool stuck = false;
    for (int waiting = 0; waiting < 2 && (!waiting || !in->faults.count); waiting++)
        for (size_t i = 0; i < in->n; i++) {
            ImportLine *line = line_at(in, i);
            if (line->bad || line->done || !line->fault) continue;
            if (waits_for_another(in, line->fault) != (waiting == 1)) continue;
            tell(in, line, line->fault);
            stuck = true;
        }
    return stuck;
}

/* Tries all lines in one act, which is then given up. */
static const Err *try_lines(Act *act, void *context)
{
    Intake *in = context;
    const Ground *now = act_ground(act, in->spec->grounds), *g = now;
    size_t before;
    do {
        do {
            before = act->count;
            in->next = 0;
            put_round(in, act, g, SIZE_MAX);
            if (act->count > before && !in->noun->once) g = ground_after(now, act);
        } while (act->count > before);
    } while (tell_stuck(in));
    for (size_t i = 0; i < in->n; i++)
        line_at(in, i)->done = line_at(in, i)->apart = false;
    return &TRIED;
}

/* Of which lines of which file an act is. */
static Str act_inputs(const Intake *in, Arena *mem, size_t first)
{
    const ImportSpec *spec = in->spec;
    Buf b = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    json_open(&w, '{');
    json_put_text(&w, "file", spec->name);
    json_put_text(&w, "sha256", in->job.import.hash);
    if (spec->has_datum) json_put_text(&w, "datum", str(datum_name(spec->datum)));
    if (spec->conversion.p) json_put_text(&w, "conversion", spec->conversion);
    json_put_int(&w, "first_row", line_at(in, first)->no);
    json_put_int(&w, "last_row", line_at(in, in->next - 1)->no);
    json_close(&w, '}');
    return buf_str(&b);
}

static const Err *put_lines(Act *act, void *context)
{
    Intake *in = context;
    size_t first = in->next, part = in->noun->part ? in->noun->part : IMPORT_ROWS_MOST;
    if (in->spec->part) part = in->spec->part;
    put_round(in, act, act_ground(act, in->spec->grounds), part);
    for (size_t i = first; i < in->next; i++) {
        ImportLine *line = line_at(in, i); /* its fault must outlive the act */
        const Err *e = line->fault;
        if (e) line->fault = err_keep(in->mem, e->next ? e->next : e);
    }
    act->in = act_inputs(in, act->mem, first);
    act_on(act, NULL, 0);
    return NULL;
}

static const Err *put_all(Intake *in)
{
    int64_t before;
    const Err *e = NULL;
    do {
        before = in->job.done.put;
        for (in->next = 0; !e && in->next < in->n;)
            e = import_act(&in->job, in->spec->region, put_lines, in);
    } while (!e && in->job.done.put > before && !in->noun->once);
    for (size_t i = 0; !e && i < in->n; i++)
        if (!line_at(in, i)->done) tell(in, line_at(in, i), line_at(in, i)->fault);
    return e ? e : faults_err(&in->faults);
}

static Intake *intake_open(const ImportSpec *given, const ImportNoun *noun,
                           const ImportTable *t)
{
    Intake *in = arena_make(given->mem, Intake);
    ImportSpec *spec = arena_make(given->mem, ImportSpec);
    *spec = *given;
    if (spec->starts == NIL) spec->starts = ledger_clock(spec->ledger);
    *in = (Intake){.spec = spec,
                   .noun = noun,
                   .mem = spec->mem,
                   .faults = t->faults,
                   .unit = t->unit,
                   .keys = {.mem = spec->mem}};
    import_begin(&in->job, spec, noun->name, t->hash, (int64_t)t->rows, spec->conversion);
    if (noun->verb) in->job.verb = noun->verb;
    in->job.shared = noun->once;
    read_lines(in, t);
    for (size_t k = 0; k < 2; k++)
        check_twice(in, k);
    for (size_t i = 0; i < in->n; i++)
        if (line_at(in, i)->keys[0].p) map_put(&in->keys, line_at(in, i)->keys[0], 1);
    return in;
}

const Err *noun_read(const ImportSpec *spec, const ImportNoun *noun, const ImportTable *table,
                     NounLines *out)
{
    Intake *in = intake_open(spec, noun, table);
    *out = (NounLines){in->lines, in->n, in->job.done};
    return faults_err(&in->faults);
}

const Err *noun_import(const ImportSpec *spec, const ImportNoun *noun, const ImportTable *table,
                       ImportDone *out)
{
    const Err *e = noun->begin ? noun->begin(spec, noun) : NULL;
    if (e) return e;
    Intake *in = intake_open(spec, noun, table);
    if (in->n > 1) qsort(in->lines, in->n, noun->size, compare_starts);
    e = import_act(&in->job, spec->region, try_lines, in);
    if (e && !err_is(e, &TRIED)) return e;
    if ((e = faults_err(&in->faults)) || (e = put_all(in))) return e;
    return import_end(&in->job, out);
}
