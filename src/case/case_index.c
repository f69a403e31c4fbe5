/* SPDX-License-Identifier: Apache-2.0 */
/* case_index.c: how a case's row and values become columns. */
#include "case/case_index.h"

#include "case/case_internal.h"
#include "case/case_text.h"

#define PART '\x1f' /* between the parts of a class; no text of a case holds it */

Str field_text(Arena *mem, const Column *field, const Value *v)
{
    if (value_is_null(field, v)) return S("");
    return kind_is_number(field->kind) ? str_fmt(mem, "%lld", (long long)v->i) : v->s;
}

static Str class_text(Arena *mem, const Flow *flow, const Case *c, const Value *values)
{
    Buf b = BUF(mem);
    buf_add(&b, c->flow);
    buf_char(&b, PART);
    buf_int(&b, c->flow_version);
    buf_char(&b, PART);
    buf_add(&b, c->state);
    for (size_t i = FIELD_OWN; i < flow->form.field_count; i++) {
        if (!field_is_indexed(&flow->form.names[i])) continue;
        buf_char(&b, PART);
        buf_add(&b, field_text(mem, &flow->form.names[i], &values[i]));
    }
    return buf_str(&b);
}

static void *class_read(void *context, Arena *mem, Str word)
{
    Str name, version, rest = word;
    int64_t number;
    CaseClass *out = arena_make(mem, CaseClass);
    str_cut(rest, PART, &name, &rest);
    str_cut(rest, PART, &version, &rest);
    bool more = str_cut(rest, PART, &out->state_name, &rest);
    out->flow = str_int(version, &number) ? work_flow(context, name, number) : NULL;
    if (!out->flow) return out;
    out->state = flow_state(out->flow, out->state_name);
    Str *values = arena_array(mem, Str, out->flow->form.field_count);
    for (size_t n = 0; more; n++)
        more = str_cut(rest, PART, &values[n], &rest);
    out->values = values;
    return out;
}

static const IndexColumn columns[CASES_COLUMNS] = {
    [CASES_CLASS] = {"class", INDEX_CLASS, class_read},
    [CASES_AREA] = {"area", INDEX_WORD, NULL},
    [CASES_MATTER] = {"matter", INDEX_WORD, NULL},
    [CASES_DEPARTMENT] = {"department", INDEX_WORD, NULL},
    [CASES_SUBJECT] = {"subject", INDEX_SEQ, NULL},
    [CASES_DUTY] = {"duty_seat", INDEX_SEQ, NULL},
    [CASES_FILED_BY] = {"filed_by", INDEX_SEQ, NULL},
    [CASES_OPENED] = {"opened", INDEX_INSTANT, NULL},
    [CASES_DUE] = {"due", INDEX_INSTANT, NULL},
    [CASES_ENDED] = {"ended", INDEX_INSTANT, NULL},
    [CASES_PARENT] = {"parent", INDEX_LIST, NULL},
    [CASES_SEATS] = {"seats", INDEX_LIST, NULL},
};

NounIndex *case_index_new(Work *work)
{
    return noun_index_new(&case_table, columns, CASES_COLUMNS, work);
}

static void put(NounIndex *index, const Case *c, Str class, const int64_t *seats, size_t count)
{
    IndexSpot spot = noun_index_spot(index, c->id);
    Value v = VALUE_STR(class);
    noun_index_row(index, &spot, c);
    noun_index_set(index, &spot, CASES_CLASS, &v);
    noun_index_list(index, &spot, CASES_PARENT, &c->parent, c->parent != NIL);
    noun_index_list(index, &spot, CASES_SEATS, seats, count);
}

void case_index_put(NounIndex *index, const Instance *run, Arena *mem)
{
    int64_t *seats = arena_array(mem, int64_t, run->risen_count + run->watch_count);
    size_t n = 0;
    for (size_t i = 0; i < run->risen_count; i++)
        seats[n++] = run->risen[i].seat;
    for (size_t i = 0; i < run->watch_count; i++)
        seats[n++] = run->watch[i];
    put(index, &run->c, class_text(mem, run->flow, &run->c, run->values), seats, n);
}

size_t cases_held(Work *work, size_t *out_bytes)
{
    size_t n = 0;
    noun_index_hold(work->index);
    *out_bytes = noun_index_bytes(work->index);
    for (const IndexShelf *s = noun_index_shelves(work->index); s; s = s->next)
        n += s->count;
    noun_index_leave(work->index);
    return n;
}

/* ---- from the store ---- */

static const Sql all_sql = SQL(
    "SELECT c.id, c.flow, c.flow_version, c.state, c.area, c.subject, c.matter, c.department, "
    "c.duty_seat, c.filed_by, c.opened, c.due, c.ended, c.parent, c.risen, c.watch, c.fields, "
    "c.entry, t.entry FROM cases c LEFT JOIN case_texts t ON t.region = c.region AND t.id = "
    "c.id "
    "WHERE c.region >= 0 ORDER BY c.id");

static void row_read(Rows *rows, Case *c)
{
    *c = (Case){.id = rows_int(rows, 0),
                .flow = rows_str(rows, 1),
                .flow_version = rows_int(rows, 2),
                .state = rows_str(rows, 3),
                .area = rows_int(rows, 4),
                .subject = rows_int(rows, 5),
                .matter = rows_str(rows, 6),
                .department = rows_int(rows, 7),
                .duty_seat = rows_int(rows, 8),
                .filed_by = rows_int(rows, 9),
                .opened = rows_int(rows, 10),
                .due = rows_int(rows, 11),
                .ended = rows_int(rows, 12),
                .parent = rows_int(rows, 13),
                .risen = rows_str(rows, 14),
                .watch = rows_str(rows, 15),
                .fields = rows_str(rows, 16),
                .entry = rows_int(rows, 17),
                .lon = NIL,
                .lat = NIL};
}

/* Most rows: nobody was drawn in beside the duty, and the store has the texts. Only the fields
 * that lists filter by are read. */
static bool put_plain(Work *work, const Case *c, int64_t stored, Arena *mem)
{
    const Json *fields = NULL;
    const Flow *flow = work_flow(work, c->flow, c->flow_version);
    bool plain = flow && c->ended != NIL && stored == c->entry && !c->risen.p && !c->watch.p;
    if (!plain || (c->fields.p && json_read_own(mem, c->fields, &fields))) return false;
    Value *values = arena_array(mem, Value, flow->form.field_count);
    for (size_t i = FIELD_OWN; i < flow->form.field_count; i++) {
        const Column *field = &flow->form.names[i];
        values[i] = VALUE_NULL;
        const Json *in = field_is_indexed(field) ? json_get(fields, field->name) : NULL;
        if (in && !column_from_ledger(field, in, mem, &values[i])) return false;
    }
    put(work->index, c, class_text(mem, flow, c, values), NULL, 0);
    return true;
}

const Err *case_index_load(Work *work, Db *db)
{
    Rows rows;
    const Err *e = db_rows(db, &all_sql, NO_ARGS, &rows);
    if (e) return e;
    Arena *mem = arena_new(1 << 14);
    CaseContext t = {.work = work, .mem = mem};
    noun_index_begin(work->index);
    while (rows_next(&rows)) {
        Case c;
        Instance run;
        int64_t stored = rows_int(&rows, 18);
        arena_reset(mem);
        row_read(&rows, &c);
        if (put_plain(work, &c, stored, mem)) continue;
        if (run_look(&t, &c, &run)) continue; /* `check` names what cannot be read */
        case_index_put(work->index, &run, mem);
        case_texts_take(work->texts, &run, stored, mem);
    }
    noun_index_end(work->index);
    arena_free(mem);
    return rows_close(&rows);
}
