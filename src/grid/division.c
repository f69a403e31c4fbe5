/* SPDX-License-Identifier: Apache-2.0 */
/*
 * division.c: the national list comes in as one act of region 0 that names the file's hash and
 * count; the rows go beside it, in the same transaction, into a table that rebuild leaves
 * alone.
 */
#include "grid/division.h"

#include "base/csv.h"
#include "grid/import.h"

static const Column division_columns[] = {
    COLUMN(Division, code, KIND_TEXT, "代码", "Code", .flags = COLUMN_REQUIRED, .max = 12),
    COLUMN(Division, parent, KIND_TEXT, "上级代码", "Parent", .max = 9),
    COLUMN(Division, level, KIND_INT, "层级", "Level", .flags = COLUMN_REQUIRED),
    COLUMN(Division, name, KIND_TEXT, "名称", "Name", .flags = COLUMN_REQUIRED),
};
const Table division_table = {.name = "divisions",
                              .class = CLASS_REFERENCE,
                              .columns = division_columns,
                              .count = countof(division_columns),
                              .size = sizeof(Division),
                              .primary = "(code)"};

static const Err DIVISION_CODE =
    ERROR(ERR_INVALID, "division-code", "第 {0} 级的代码应为 {1} 位数字",
          "A code of level {0} should be {1} digits");
static const Err DIVISION_PARENT =
    ERROR(ERR_INVALID, "division-parent", "上级 {0} 没有在前面出现",
          "Its parent {0} does not come before it");

const Err *division_find(Db *db, Str code, Arena *mem, Division *out)
{
    static const Sql sql = SQL("SELECT * FROM divisions WHERE code = $1");
    return db_one(db, &sql, ARGS(ARG_S(code)), &division_table, mem, out);
}

/* Codes of digits that begin with code lie from it to it with ':' behind, the sign after '9'.
 */
const Err *division_below(Db *db, Str code, int64_t level, size_t limit, Arena *mem,
                          Division **out, size_t *out_count)
{
    static const Sql sql = SQL("SELECT * FROM divisions WHERE code >= $1 AND code < $2 AND "
                               "level = $3 ORDER BY code LIMIT $4");
    Str behind = str_fmt(mem, "%.*s:", STR(code));
    return db_all(db, &sql,
                  ARGS(ARG_S(code), ARG_S(behind), ARG_I(level), ARG_I((int64_t)limit)),
                  &division_table, mem, out, out_count);
}

/* ---- coming in ---- */

enum { AT_CODE, AT_PARENT, AT_LEVEL, AT_NAME, AT_COUNT };

typedef struct {
    Csv csv;
    size_t at[AT_COUNT];
    Arena *mem;
} DivisionReading;

static const Err *open_list(DivisionReading *r, Arena *mem, Str text)
{
    static const char *const names[AT_COUNT] = {"code", "parent_code", "level", "name"};
    r->mem = mem;
    const Err *e = csv_open(&r->csv, mem, text);
    for (size_t i = 0; i < AT_COUNT && !e; i++)
        e = csv_column(&r->csv, str(names[i]), &r->at[i]);
    return e;
}

/* Codes as numbers with their length, in an open hash table. */
typedef struct {
    int64_t *slots;
    size_t room;
} Codes;

static int64_t code_number(Str code)
{
    int64_t n;
    return str_int(code, &n) && code.n && code.p[0] >= '0' && code.p[0] <= '9'
               ? n * 16 + (int64_t)code.n
               : 0;
}

static bool codes_add(Codes *codes, int64_t number, bool look)
{
    size_t i = (size_t)((uint64_t)number * 0x9E3779B97F4A7C15u >> 20) & (codes->room - 1);
    while (codes->slots[i] && codes->slots[i] != number)
        i = (i + 1) & (codes->room - 1);
    bool known = number && codes->slots[i] == number;
    if (!look) codes->slots[i] = number;
    return known;
}

static void check_row(DivisionReading *r, Codes *codes, Faults *faults)
{
    static const size_t digits[] = {0, 2, 4, 6, 9, 12};
    const Str *cells = r->csv.cells;
    Str code = cells[r->at[AT_CODE]], parent = cells[r->at[AT_PARENT]];
    int64_t level, number = code_number(code);
    if (!str_int(cells[r->at[AT_LEVEL]], &level) || level < 1 || level > 5) {
        faults_add2(faults, csv_place(&r->csv, r->at[AT_LEVEL]), &COLUMN_RANGE, S("1 … 5"),
                    STR_NULL);
        return;
    }
    if (!number || code.n != digits[level]) {
        Str wanted = str_fmt(r->mem, "%zu", digits[level]);
        faults_add2(faults, csv_place(&r->csv, r->at[AT_CODE]), &DIVISION_CODE,
                    cells[r->at[AT_LEVEL]], wanted);
        return;
    }
    if (codes_add(codes, number, false))
        faults_add2(faults, csv_place(&r->csv, r->at[AT_CODE]), &IMPORT_TWICE, S("前面一行"),
                    S("an earlier row"));
    if ((level > 1 || parent.n) && !codes_add(codes, code_number(parent), true))
        faults_add2(faults, csv_place(&r->csv, r->at[AT_PARENT]), &DIVISION_PARENT,
                    str_dup(r->mem, parent), STR_NULL);
    if (!cells[r->at[AT_NAME]].n)
        faults_add(faults, csv_place(&r->csv, r->at[AT_NAME]), &COLUMN_REQUIRED_ERR);
}

static const Err *check_list(Arena *mem, Str text, int64_t *out_rows)
{
    DivisionReading r;
    const Err *e = open_list(&r, mem, text);
    if (e) return e;
    Codes codes = {.room = 1024};
    while (codes.room < text.n / 8) /* a row has more than eight bytes: at most half full */
        codes.room *= 2;
    codes.slots = calloc(codes.room, sizeof *codes.slots);
    assert(codes.slots);
    Faults faults = {.mem = mem};
    int64_t rows = 0;
    for (bool more = true; more;) {
        const Err *fault = csv_next(&r.csv, &more);
        if (fault) faults_add(&faults, fault->field, fault);
        if (!fault && more) check_row(&r, &codes, &faults);
        rows += more && !fault;
    }
    free(codes.slots);
    *out_rows = rows;
    return faults_err(&faults);
}

typedef struct {
    ImportJob *job;
    Str text;
} Bringing;

static const Err *write_rows(Db *db, DivisionReading *r)
{
    static const Sql clear = SQL("DELETE FROM divisions");
    const Err *e = db_run(db, &clear, NO_ARGS, NULL);
    bool more = true;
    while (!e && !(e = csv_next(&r->csv, &more)) && more) {
        int64_t level = 0;
        Str parent = r->csv.cells[r->at[AT_PARENT]];
        if (!str_int(r->csv.cells[r->at[AT_LEVEL]], &level)) continue;
        Value values[AT_COUNT] = {[0] = VALUE_STR(r->csv.cells[r->at[AT_CODE]]),
                                  [1] = VALUE_STR(parent.n ? parent : STR_NULL),
                                  [2] = VALUE_INT(level),
                                  [3] = VALUE_STR(r->csv.cells[r->at[AT_NAME]])};
        e = db_put(db, &division_table, values);
    }
    return e;
}

/* The rows stand or fall with the entry. */
static const Err *bring(Act *act, void *context)
{
    Bringing *b = context;
    DivisionReading r;
    const Err *e = open_list(&r, act->mem, b->text);
    if (!e) e = db_save(act->db);
    if (e) return e;
    if ((e = write_rows(act->db, &r))) {
        db_save_drop(act->db);
        return e;
    }
    db_save_keep(act->db);
    Import row = b->job->import;
    row_put(act, &import_table, &row);
    act_on(act, &import_table, row.id);
    return NULL;
}

const Err *import_divisions(const ImportSpec *spec, Str csv, ImportDone *out)
{
    assert(spec->region == 0);
    int64_t rows;
    Arena *mem = spec->mem;
    const Err *e = check_list(mem, csv, &rows);
    if (e) return e;
    ImportJob job;
    import_begin(&job, spec, "divisions", import_hash(mem, csv), rows, STR_NULL);
    Bringing b = {&job, csv};
    if ((e = import_act(&job, 0, bring, &b))) return e;
    job.done.put = rows;
    *out = job.done;
    return NULL;
}
