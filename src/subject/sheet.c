/* SPDX-License-Identifier: Apache-2.0 */
/* sheet.c: from cells to subjects, as people write them: words instead of codes, 是 and 否,
 * 2024/2/1. */
#include "subject/sheet.h"

#include "base/csv.h"
#include "base/time.h"

const Err SUBJECT_WORD = ERROR(ERR_INVALID, "word", "“{0}”不是{1}中的代码或名称",
                               "\"{0}\" is no code or word of {1}");
static const Err DEGREES =
    ERROR(ERR_INVALID, "degrees", "“{0}”不是以度为单位的小数,如 109.0600000",
          "\"{0}\" is no decimal number of degrees such as 109.0600000");
static const Err HEAD_TWICE = ERROR(ERR_INVALID, "csv-twice", "“{0}”与“{1}”是同一列",
                                    "\"{0}\" and \"{1}\" are the same column");

typedef struct {
    const SubjectImport *spec;
    Lists *lists;
    const Ground *ground;
    Faults *faults;
    Csv csv;
    int64_t notes;             /* lines before the names */
    const Column *columns[64]; /* of each cell; NULL: not ours, told already */
    Sheet *sheet;
} Reader;

#define NOWHERE S("") /* cell_read says the place of what is wrong */

/* ---- the first row ---- */

static const Column *column_named(Str head)
{
    for (size_t i = STATE_COLUMN_COUNT; i < subject_table.count; i++) {
        const Column *c = &subject_table.columns[i];
        if (column_is_given(c) &&
            (str_is(head, c->name) || str_is(head, c->zh) || str_is(head, c->en)))
            return c;
    }
    return NULL;
}

static void heads_read(Reader *r)
{
    Arena *mem = r->spec->mem;
    Str first = str_fmt(mem, "row %lld", (long long)(r->notes + 1));
    for (size_t i = 0; i < r->csv.columns; i++) {
        Str head = str_trim(r->csv.names[i]),
            place = str_fmt(mem, "%.*s, column %.*s", STR(first), STR(head));
        const Column *c = i < countof(r->columns) ? column_named(head) : NULL;
        if (i < countof(r->columns)) r->columns[i] = c;
        if (!c) {
            faults_add2(r->faults, place, &COLUMN_UNKNOWN, head, STR_NULL);
            continue;
        }
        Str *known = &r->sheet->heads[c - subject_table.columns];
        if (known->p)
            faults_add2(r->faults, place, &HEAD_TWICE, head, *known);
        else
            *known = head;
    }
    for (size_t i = 0; i < subject_table.count; i++) {
        const Column *c = &subject_table.columns[i];
        if (r->sheet->heads[i].p || !(subject_needs(c) || column_is_degrees(c))) continue;
        Str place = str_fmt(mem, "%.*s, column %s", STR(first), c->name);
        faults_add2(r->faults, place, &CSV_COLUMN, str(c->name), STR_NULL);
    }
}

/* ---- cells ---- */

static Str choice_word(const Column *c, Str cell)
{
    for (size_t i = 0; i < c->choice_count; i++)
        if (str_is(cell, c->choices[i].zh) || str_is(cell, c->choices[i].en))
            return str(c->choices[i].name);
    return cell;
}

/* "2024/2/1" and "2024-2-1" as spreadsheets write them. */
static Str date_word(Arena *mem, Str cell)
{
    int64_t part[3];
    Str rest = cell, head;
    char cut = memchr(cell.p, '/', cell.n) ? '/' : '-';
    for (size_t i = 0; i < 3; i++) {
        bool more = str_cut(rest, cut, &head, &rest);
        if (more != (i < 2) || !str_int(head, &part[i])) return cell;
    }
    return str_fmt(mem, "%04lld-%02lld-%02lld", (long long)part[0], (long long)part[1],
                   (long long)part[2]);
}

static bool cut_item(Str *rest, Str *item)
{
    static const char *const marks[] = {";", ";", "、"};
    size_t at = SIZE_MAX, mark = 0;
    if (!rest->n) return false;
    for (size_t i = 0; i < countof(marks); i++) {
        size_t found = str_find(*rest, str(marks[i]));
        if (found < at) {
            at = found;
            mark = strlen(marks[i]);
        }
    }
    *item = str_trim(at == SIZE_MAX ? *rest : (Str){rest->p, at});
    *rest = at == SIZE_MAX ? (Str){rest->p + rest->n, 0}
                           : (Str){rest->p + at + mark, rest->n - at - mark};
    return true;
}

/* "fire;gas" as JSON, codes looked up; "owner:某公司" as a party. A cell that is JSON stays. */
static bool list_cell(Reader *r, const Column *c, Str cell, Str *out)
{
    Buf b = BUF(r->spec->mem);
    JsonOut w = JSON_OUT(&b);
    bool parties = strcmp(c->name, "parties") == 0;
    if (cell.p[0] == '[') {
        *out = cell;
        return true;
    }
    json_open(&w, '[');
    for (Str rest = cell, item, role, name; cut_item(&rest, &item);) {
        if (!item.n) continue;
        if (parties) {
            size_t colon = str_find(item, S(":")), wide = str_find(item, S(":")),
                   at = colon < wide ? colon : wide;
            role = at == SIZE_MAX ? S("") : str_trim((Str){item.p, at});
            size_t mark = at == colon ? 1 : strlen(":");
            name =
                at == SIZE_MAX ? item : str_trim((Str){item.p + at + mark, item.n - at - mark});
            json_open(&w, '{');
            json_put_text(&w, "name", name);
            json_put_text(&w, "role", role);
            json_close(&w, '}');
            continue;
        }
        Str code = c->list ? lists_code(r->lists, str(c->list), item) : item;
        if (!code.p) {
            faults_add2(r->faults, NOWHERE, &SUBJECT_WORD, item, str(c->list));
            return false;
        }
        json_text(&w, code);
    }
    json_close(&w, ']');
    *out = buf_str(&b);
    return true;
}

static bool special_cell(Reader *r, const Column *c, Str cell, Value *out, bool *fine)
{
    *fine = true;
    if (column_is_degrees(c)) {
        *out = VALUE_NULL;
        if (!(*fine = str_rounded(cell, 7, &out->i)))
            faults_add2(r->faults, NOWHERE, &DEGREES, cell, STR_NULL);
        return true;
    }
    if (strcmp(c->name, "department") == 0) {
        const DepartmentSpan *span = department_by_code(r->ground, cell, r->lists->at);
        *out = VALUE_INT(span ? span->department : NIL);
        if (!(*fine = span)) faults_add2(r->faults, NOWHERE, &IMPORT_UNKNOWN, cell, STR_NULL);
        return true;
    }
    return false;
}

static void cell_take(Reader *r, const Column *c, Str cell, Subject *s)
{
    Value v;
    Lookup house = lists_lookup(r->lists);
    bool fine;
    if (special_cell(r, c, cell, &v, &fine)) {
        if (fine) column_set(c, s, &v);
        return;
    }
    if (c->kind == KIND_CHOICE) cell = choice_word(c, cell);
    cell = column_cell(c, cell);
    if (c->kind == KIND_DATE) cell = date_word(r->spec->mem, cell);
    if (c->kind == KIND_LIST && !list_cell(r, c, cell, &cell)) return;
    if (c->kind == KIND_CODE) {
        Str code = lists_code(r->lists, str(c->list), cell);
        if (code.p) cell = code;
    }
    if (column_parse(c, cell, &house, NOWHERE, r->faults, &v)) column_set(c, s, &v);
}

/* The place of a cell is written only when something is wrong with it: a file has a million. */
static void cell_read(Reader *r, const Column *c, Str cell, Subject *s)
{
    const Err *last = r->faults->last;
    cell_take(r, c, cell, s);
    if (r->faults->last == last) return;
    r->faults->last->field =
        str_fmt(r->spec->mem, "row %lld, column %.*s", (long long)(r->csv.row + r->notes),
                STR(r->sheet->heads[c - subject_table.columns]));
}

/* ---- rows ---- */

static void place_read(Reader *r, Subject *s, const Naming *naming)
{
    if (s->lon == NIL || s->lat == NIL) {
        const char *missing = s->lon == NIL ? "lon" : "lat";
        if (naming->heads[table_column(&subject_table, missing)].p)
            faults_add(r->faults, field_name(naming, missing), &COLUMN_REQUIRED_ERR);
        return;
    }
    if (s->lon < -LON_MAX || s->lon > LON_MAX || s->lat < -LAT_MAX || s->lat > LAT_MAX) {
        faults_add(r->faults, field_name(naming, "lon"), &NOUN_PLACE);
        return;
    }
    Point p = point_to_wgs84((Point){(int32_t)s->lon, (int32_t)s->lat}, r->spec->datum);
    s->lon = p.lon;
    s->lat = p.lat;
    s->area = subject_locate(r->ground, p, r->lists->at, naming, r->faults);
}

static void row_read(Reader *r, Subject *s)
{
    size_t before = r->faults->count;
    subject_blank(s);
    for (size_t i = 0; i < r->csv.columns && i < countof(r->columns); i++) {
        Str cell = str_trim(r->csv.cells[i]);
        if (cell.n && r->columns[i]) cell_read(r, r->columns[i], cell, s);
    }
    Naming naming = {r->spec->mem, r->csv.row + r->notes, r->sheet->heads};
    if (r->faults->count == before) place_read(r, s, &naming);
    if (r->faults->count == before) subject_settle(r->lists, s, &naming, r->faults);
}

/* A fault of the reader, with the lines of notes counted. */
static void csv_fault(Reader *r, const Err *e)
{
    int64_t row;
    Str field = e->field, tail = S("");
    size_t comma = str_find(field, S(","));
    if (comma != SIZE_MAX) tail = (Str){field.p + comma, field.n - comma};
    Str number = str_starts(field, S("row "))
                     ? (Str){field.p + 4, (comma == SIZE_MAX ? field.n : comma) - 4}
                     : STR_NULL;
    if (number.p && str_int(number, &row))
        field = str_fmt(r->spec->mem, "row %lld%.*s", (long long)(row + r->notes), STR(tail));
    faults_add(r->faults, field, e);
}

static Str notes_skip(Str text, int64_t *lines)
{
    static const char mark[] = "\xef\xbb\xbf";
    if (str_starts(text, str(mark))) text = (Str){text.p + 3, text.n - 3};
    for (Str line, rest; text.n && text.p[0] == '#'; text = rest) {
        if (!str_cut(text, '\n', &line, &rest)) rest = (Str){text.p + text.n, 0};
        ++*lines;
    }
    return text;
}

void sheet_read(const SubjectImport *spec, Lists *lists, const Ground *ground, Faults *faults,
                Sheet *out)
{
    Reader r = {.spec = spec, .lists = lists, .ground = ground, .faults = faults, .sheet = out};
    *out = (Sheet){0};
    const Err *e = csv_open(&r.csv, spec->mem, notes_skip(spec->csv, &r.notes));
    if (e) {
        csv_fault(&r, e);
        return;
    }
    heads_read(&r);
    size_t room = 0;
    for (bool more;;) {
        if ((e = csv_next(&r.csv, &more))) {
            csv_fault(&r, e);
            continue;
        }
        if (!more) break;
        if (out->count == room) {
            size_t bigger = room ? room * 2 : 256;
            Subject *rows = arena_array(spec->mem, Subject, bigger);
            int64_t *nos = arena_array(spec->mem, int64_t, bigger);
            if (room) memcpy(rows, out->rows, room * sizeof *rows);
            if (room) memcpy(nos, out->nos, room * sizeof *nos);
            out->rows = rows;
            out->nos = nos;
            room = bigger;
        }
        out->nos[out->count] = r.csv.row + r.notes;
        row_read(&r, &out->rows[out->count++]);
    }
}
