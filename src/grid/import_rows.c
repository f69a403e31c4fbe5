/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_rows.c: a table goes in line by line: every cell is read by its Column, every line is
 * held against the ground and the file, all faults are told together; then the lines become
 * rows, as many to an act as an entry holds. A line that is in already becomes nothing.
 */
#include "grid/import_rows.h"

#include "base/time.h"

static const Form *const kinds[IMPORT_KINDS] = {
    [IMPORT_AREAS] = &import_areas,       [IMPORT_DEPARTMENTS] = &import_departments,
    [IMPORT_RULES] = &import_rules,       [IMPORT_AUTHORITIES] = &import_authorities,
    [IMPORT_PERSONS] = &import_persons,   [IMPORT_SEATS] = &import_seats,
    [IMPORT_ABSENCES] = &import_absences, [IMPORT_ROSTER] = &import_roster,
};

bool import_kind_by_name(Str name, ImportKind *out)
{
    for (ImportKind k = 0; k < IMPORT_KINDS; k++)
        if (str_is(name, kinds[k]->name)) {
            *out = k;
            return true;
        }
    return false;
}

Str import_column_names(Arena *mem, ImportKind kind)
{
    Buf b = BUF(mem);
    for (size_t i = 0; i < kinds[kind]->count; i++) {
        const Column *c = &kinds[kind]->columns[i];
        buf_fmt(&b, "%s%s%s", i ? ", " : "", c->name, c->flags & COLUMN_REQUIRED ? "*" : "");
    }
    return buf_str(&b);
}

/* ---- the file ---- */

/* Behind the lines at the top that begin with #; *skipped counts them. */
static Str skip_notes(Str text, int64_t *skipped)
{
    if (str_starts(text, S("\xEF\xBB\xBF"))) text = (Str){text.p + 3, text.n - 3};
    for (*skipped = 0; text.n && text.p[0] == '#'; ++*skipped) {
        Str line, rest;
        if (!str_cut(text, '\n', &line, &rest)) return S("");
        text = rest;
    }
    return text;
}

typedef struct {
    Str *cells;
    int64_t *nos;
    size_t rows, room;
} Cells;

static void keep_row(Arena *mem, const Csv *csv, Cells *to)
{
    if (to->rows == to->room) {
        size_t room = to->room ? to->room * 2 : 256;
        Str *cells = arena_array(mem, Str, room * csv->columns);
        int64_t *nos = arena_array(mem, int64_t, room);
        if (to->rows) {
            memcpy(cells, to->cells, to->rows * csv->columns * sizeof *cells);
            memcpy(nos, to->nos, to->rows * sizeof *nos);
        }
        *to = (Cells){cells, nos, to->rows, room};
    }
    for (size_t i = 0; i < csv->columns; i++)
        to->cells[to->rows * csv->columns + i] = str_dup(mem, csv->cells[i]);
    to->nos[to->rows++] = csv->row;
}

const Err *import_table_read(Arena *mem, Str text, ImportTable *out)
{
    int64_t skipped;
    Csv csv;
    const Err *e = csv_open(&csv, mem, skip_notes(text, &skipped));
    if (e) return e;
    csv.row += skipped;
    Cells to = {0};
    Faults faults = {.mem = mem};
    for (bool more = true; more;) {
        const Err *fault = csv_next(&csv, &more);
        if (fault) faults_add(&faults, fault->field, fault);
        if (!fault && more) keep_row(mem, &csv, &to);
    }
    if ((e = faults_err(&faults))) return e;
    *out = (ImportTable){csv.names, csv.columns, to.cells,
                         to.nos,    to.rows,     import_hash(mem, text)};
    return NULL;
}

/* ---- the lines ---- */

Str line_place(const Bring *b, const void *line)
{
    return str_fmt(b->mem, "row %lld", (long long)((const Line *)line)->no);
}

Str line_key(const Bring *b, const void *line)
{
    Buf key = BUF(b->mem);
    const char *between = "";
    for (size_t i = 0; i < b->kind->count; i++) {
        const Column *c = &b->kind->columns[i];
        if (!(c->flags & COLUMN_KEY)) continue;
        Value v = column_get(c, line);
        if (kind_is_number(c->kind))
            buf_fmt(&key, "%s%lld", between, (long long)v.i);
        else
            buf_fmt(&key, "%s%.*s", between, STR(v.s));
        between = "|";
    }
    return key.n ? buf_str(&key) : STR_NULL;
}

void line_fault(Bring *b, const void *line, const char *column, const Err *like, Str a, Str c)
{
    long long no = (long long)((const Line *)line)->no;
    faults_add2(&b->faults, str_fmt(b->mem, "row %lld, column %s", no, column), like, a, c);
}

bool import_when(Arena *mem, Str cell, Instant *out)
{
    Date date;
    if (!date_parse(cell, &date)) {
        *out = date_start(date);
        return true;
    }
    Str text = cell;
    if (cell.n > 16 && cell.p[10] == 'T' && cell.p[13] == ':' && cell.p[16] != ':')
        text = str_fmt(mem, "%.*s:00%.*s", 16, cell.p, (int)(cell.n - 16), cell.p + 16);
    return !instant_parse(text, out);
}

/* Whether a row of that code begins later, or ended: then the span is told. */
static bool stands_else(const Bring *b, Str code, Instant *starts, Instant *ends)
{
    const AreaSpan *areas = ROWS(b->g, PART_AREA_SPAN, AreaSpan);
    const DepartmentSpan *bodies = ROWS(b->g, PART_DEPARTMENT_SPAN, DepartmentSpan);
    bool found = false;
    for (size_t i = 0; i < b->g->sheets[PART_AREA_SPAN].n; i++)
        if (str_eq(areas[i].code, code)) {
            if (!found || areas[i].starts < *starts) *starts = areas[i].starts;
            *ends = areas[i].ends;
            found = true;
        }
    for (size_t i = 0; i < b->g->sheets[PART_DEPARTMENT_SPAN].n && !found; i++)
        if (str_eq(bodies[i].code, code)) {
            *starts = bodies[i].starts;
            *ends = bodies[i].ends;
            found = true;
        }
    return found;
}

void line_unknown(Bring *b, const void *line, const char *column, Str code)
{
    Instant starts, ends;
    const AreaSpan *areas = ROWS(b->g, PART_AREA_SPAN, AreaSpan);
    for (size_t i = 0; i < b->g->sheets[PART_AREA_SPAN].n && !code.n; i++)
        if (areas[i].parent == NIL) code = areas[i].code; /* the root is meant */
    if (!code.n || !stands_else(b, code, &starts, &ends)) {
        line_fault(b, line, column, &IMPORT_UNKNOWN, code, STR_NULL);
        return;
    }
    Buf from = BUF(b->mem), to = BUF(b->mem);
    instant_print(&from, starts);
    if (ends != NIL) instant_print(&to, ends);
    const Err *e = err_make4(b->mem, &IMPORT_THEN, code, buf_str(&from),
                             ends != NIL ? buf_str(&to) : S("…"), STR_NULL);
    faults_add(&b->faults, str_fmt(b->mem, "%.*s, column %s", STR(line_place(b, line)), column),
               e);
}

static void read_cell(Bring *b, const Column *c, Str cell, void *line)
{
    size_t before = b->faults.count;
    Value value = VALUE_NULL;
    cell = str_trim(cell);
    if (c->kind == KIND_INSTANT && cell.n) {
        Instant at;
        if (import_when(b->mem, cell, &at))
            value = VALUE_INT(at);
        else
            line_fault(b, line, c->name, &IMPORT_DATE, cell, STR_NULL);
    } else if (cell.n) {
        Str place = str_fmt(b->mem, "%.*s, column %s", STR(line_place(b, line)), c->name);
        cell = column_cell(c, cell);
        if (!column_parse(c, cell, NULL, place, &b->faults, &value)) value = VALUE_NULL;
    } else if (c->flags & COLUMN_REQUIRED)
        line_fault(b, line, c->name, &COLUMN_REQUIRED_ERR, STR_NULL, STR_NULL);
    Line *head = line;
    head->bad |= b->faults.count > before;
    head->bare |= c->flags & COLUMN_REQUIRED && !cell.n;
    column_set(c, line, &value);
}

/* By its name, or by what people call it. */
static const Column *column_called(const Form *kind, Str name)
{
    name = str_trim(name);
    for (size_t i = 0; i < kind->count; i++) {
        const Column *c = &kind->columns[i];
        if (str_is(name, c->name) || str_is(name, c->zh) || str_is(name, c->en)) return c;
    }
    return NULL;
}

/* Which column of the file is which of ours; those that mean nothing are named in ignored. */
static size_t *match(Bring *b, const ImportTable *t)
{
    size_t *at = arena_array(b->mem, size_t, b->kind->count);
    Buf ignored = BUF(b->mem);
    for (size_t i = 0; i < b->kind->count; i++)
        at[i] = SIZE_MAX;
    for (size_t k = 0; k < t->columns; k++) {
        const Column *c = column_called(b->kind, t->names[k]);
        if (c && at[c - b->kind->columns] != SIZE_MAX)
            faults_add2(&b->faults, str_fmt(b->mem, "row 1, column %.*s", STR(t->names[k])),
                        &IMPORT_TWICE, str(c->name), str(c->name));
        else if (c)
            at[c - b->kind->columns] = k;
        else
            buf_fmt(&ignored, "%s%.*s", ignored.n ? ", " : "", STR(t->names[k]));
    }
    for (size_t i = 0; i < b->kind->count; i++)
        if (at[i] == SIZE_MAX && b->kind->columns[i].flags & COLUMN_REQUIRED)
            faults_add2(&b->faults, S("row 1"), &CSV_COLUMN, str(b->kind->columns[i].name),
                        STR_NULL);
    b->job.done.ignored = ignored.n ? buf_str(&ignored) : STR_NULL;
    return at;
}

static void check_order(Bring *b, void *context)
{
    const Line *line = context;
    if (line->ends != NIL && line->ends <= line->starts)
        line_fault(b, line, "to", &SPAN_ORDER, S("to"), S("from"));
}

static void read_lines(Bring *b, const ImportTable *t)
{
    size_t *at = match(b, t);
    b->n = t->rows;
    b->lines = arena_alloc(b->mem, b->n * b->kind->size);
    if (b->faults.count) b->n = 0; /* columns are missing: the lines say nothing */
    for (size_t i = 0; i < b->n; i++) {
        Line *line = LINE(b, i);
        line->no = t->nos ? t->nos[i] : (int64_t)i + 2;
        line->starts = line->ends = NIL;
        for (size_t k = 0; k < b->kind->count; k++) {
            const Column *c = &b->kind->columns[k];
            if (at[k] == SIZE_MAX) {
                Value none = VALUE_NULL;
                column_set(c, line, &none);
            } else
                read_cell(b, c, t->cells[i * t->columns + at[k]], line);
        }
        line->dated = line->starts != NIL;
        if (!line->dated) line->starts = b->when;
    }
}

/* ---- against each other ---- */

static int compare_key(const void *a, const void *b)
{
    const Line *x = *(const Line *const *)a, *y = *(const Line *const *)b;
    int by = str_cmp(x->key, y->key);
    if (!by) by = (x->starts > y->starts) - (x->starts < y->starts);
    return by ? by : (x->no > y->no) - (x->no < y->no);
}

static void check_overlaps(Bring *b)
{
    Line **by = arena_array(b->mem, Line *, b->n);
    for (size_t i = 0; i < b->n; i++)
        by[i] = LINE(b, i);
    if (b->n > 1) qsort(by, b->n, sizeof(Line *), compare_key);
    for (size_t i = 1; i < b->n; i++) {
        const Line *x = by[i - 1], *y = by[i];
        if (!y->key.p || !str_eq(x->key, y->key) ||
            !spans_meet(x->starts, x->ends, y->starts, y->ends))
            continue;
        Str place = line_place(b, x);
        bool same = x->starts == y->starts;
        faults_add2(&b->faults, line_place(b, y), same ? &IMPORT_TWICE : &IMPORT_HELD, place,
                    place);
    }
}

static int compare_order(const void *a, const void *b)
{
    const Line *x = a, *y = b;
    if (x->order != y->order) return x->order < y->order ? -1 : 1;
    return (x->no > y->no) - (x->no < y->no);
}

/* ---- in ---- */

static const Err *decide(Act *act, void *context)
{
    Bring *b = context;
    const Ground *g = act_ground(act, b->spec->grounds);
    b->ids = (Map){.mem = act->mem};
    size_t i = b->next;
    for (; i < b->n && act->count + IMPORT_ROW_MOST <= IMPORT_ROWS_MOST; i++) {
        const Err *e = b->kind->put(b, act, g, LINE(b, i));
        if (e) return err_field(act->mem, e, line_place(b, LINE(b, i)));
    }
    b->next = i;
    return NULL;
}

void import_prove(Bring *b, const ImportSpec *spec, const Form *form, const ImportTable *table)
{
    Instant now = ledger_clock(spec->ledger);
    *b = (Bring){.spec = spec,
                 .kind = form,
                 .mem = spec->mem,
                 .when = spec->starts == NIL ? now : spec->starts,
                 .faults = {.mem = spec->mem},
                 .codes = {.mem = spec->mem},
                 .first = {.mem = spec->mem}};
    import_begin(&b->job, spec, form->name, table->hash, (int64_t)table->rows, STR_NULL);
    read_lines(b, table);
    b->g = ground_pin(spec->grounds, spec->region);
    for (size_t i = 0; i < b->n; i++) {
        Line *line = LINE(b, i);
        if (line->bare) continue;
        if (form->prepare) form->prepare(b, line);
        if (!line->key.p) line->key = line_key(b, line);
    }
    for (size_t i = 0; i < b->n; i++)
        if (!((Line *)LINE(b, i))->bad) {
            check_order(b, LINE(b, i));
            form->check(b, LINE(b, i));
        }
    ground_unpin(b->g);
    check_overlaps(b);
}

const Err *import_rows(const ImportSpec *spec, ImportKind kind, const ImportTable *table,
                       ImportDone *out)
{
    Bring *b = arena_make(spec->mem, Bring);
    import_prove(b, spec, kinds[kind], table);
    const Err *e = faults_err(&b->faults);
    if (e) return e;
    if (b->n > 1) qsort(b->lines, b->n, b->kind->size, compare_order);
    while (!e && b->next < b->n)
        e = import_act(&b->job, spec->region, decide, b);
    return e ? e : import_end(&b->job, out);
}
