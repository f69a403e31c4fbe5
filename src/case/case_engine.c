/* SPDX-License-Identifier: Apache-2.0 */
/* case_engine.c: the engine of one store: what it was given, and the book of open cases. */
#include "case/case_helpers.h"
#include "case/case_internal.h"
#include "case/case_text.h"

/* ---- turns ---- */

void turn_begin(CaseContext *t, Work *work, Act *act, const Who *who)
{
    *t = (CaseContext){
        .work = work, .act = act, .db = act->db, .mem = act->mem, .now = act->now, .who = who};
    if (!who) {
        Who *house = arena_make(t->mem, Who);
        who_house(t->mem, act_ground(act, work->spec.grounds), act->spec.region, t->now, house);
        t->who = house;
    }
    t->ground = t->who->ground;
}

void turn_view(CaseContext *t, const CaseView *view)
{
    *t = (CaseContext){.work = view->work,
                       .db = view->db,
                       .mem = view->mem,
                       .now = view->now,
                       .who = view->who,
                       .ground = view->who->ground};
}

const CodeLists *turn_lists(CaseContext *t)
{
    if (t->lists.lists) return &t->lists;
    const Published **all;
    size_t n = defs_list(t->work->spec.defs, CODES_KIND, t->now, t->mem, &all);
    const CodeList **lists = arena_array(t->mem, const CodeList *, n);
    for (size_t i = 0; i < n; i++)
        lists[i] = all[i]->compiled;
    t->lists = (CodeLists){lists, n};
    return &t->lists;
}

static bool has_code(void *context, Str name, Str code)
{
    const CodeList *list = code_list(turn_lists(context), name);
    const Code *found = list ? code_find(list, code) : NULL;
    return found && !found->retired;
}

static bool has_row(void *context, Str table, int64_t id)
{
    CaseContext *t = context;
    CaseSubject subject;
    if (ID_REGION(id) != ground_region(t->ground)) return false;
    if (str_is(table, "departments")) return department_at(t->ground, id, t->now) != NULL;
    if (str_is(table, "persons")) return person_of(t->ground, id) != NULL;
    if (str_is(table, "seats")) return seat_of(t->ground, id) != NULL;
    if (str_is(table, "areas")) return area_at(t->ground, id, t->now) != NULL;
    if (str_is(table, "subjects"))
        return t->work->spec.subject && !t->work->spec.subject(t->db, t->mem, id, &subject);
    return false;
}

static bool has_file(void *context, Str hash)
{
    const WorkSpec *spec = &((CaseContext *)context)->work->spec;
    return !spec->file || spec->file(spec->file_context, hash);
}

Lookup turn_lookup(CaseContext *t)
{
    return (Lookup){.context = t, .code = has_code, .ref = has_row, .file = has_file};
}

const Calendar *work_calendar(const Work *work, Instant now)
{
    return defs_get(work->spec.defs, Calendar, CALENDAR_KIND, S(CALENDAR_NAME), now);
}

const Flow *work_flow(const Work *work, Str name, int64_t version)
{
    return defs_compiled(defs_version(work->spec.defs, FLOW_KIND, name, version));
}

/* ---- the book ---- */

uint64_t run_code(const Instance *run)
{
    const Form *form = &run->flow->form;
    size_t f = FIELD_OWN;
    while (f < form->field_count && form->names[f].kind != KIND_CODE)
        f++;
    return f == form->field_count || !run->values[f].s.p ? 0 : str_hash(run->values[f].s);
}

bool run_slip(const Instance *run, OpenCase *out)
{
    const Case *c = &run->c;
    if (c->ended != NIL) return false;
    *out = (OpenCase){.id = c->id,
                      .region = c->region,
                      .flow = run->flow,
                      .state = run->state,
                      .area = c->area,
                      .department = c->department,
                      .subject = c->subject,
                      .filed_by = c->filed_by,
                      .code = run_code(run),
                      .opened = c->opened,
                      .due = c->due,
                      .next_at = c->next_at,
                      .duty = c->duty_seat};
    if (c->lon != NIL) out->place = (Point){(int32_t)c->lon, (int32_t)c->lat};
    for (size_t i = 0; i < run->risen_count && out->risen < SLIP_SEATS; i++)
        out->seats[out->risen++] = run->risen[i].seat;
    for (size_t i = 0; i < run->watch_count && out->risen + out->watch < SLIP_SEATS; i++)
        out->seats[out->risen + out->watch++] = run->watch[i];
    return true;
}

bool work_slip(Work *work, const Case *c, Arena *mem, OpenCase *out)
{
    Instance run;
    CaseContext t = {.work = work, .mem = mem};
    return c->ended == NIL && !run_look(&t, c, &run) && run_slip(&run, out);
}

static void follow(void *context, const Act *act)
{
    Work *work = context;
    bool defs = false;
    for (size_t i = 0; i < act->count; i++) {
        const Change *change = &act->changes[i];
        OpenCase slip;
        defs |= change->table == &definition_table;
        case_texts_follow(work->texts, change);
        if (change->table != &case_table) continue;
        assert(change->made_of); /* cases are recorded by run_keep alone */
        noun_index_begin(work->index);
        case_index_put(work->index, change->made_of, act->mem);
        noun_index_end(work->index);
        case_texts_put(work->texts, change->made_of, act->mem);
        if (run_slip(change->made_of, &slip))
            book_put(work->book, &slip);
        else
            book_drop(work->book, change->id);
    }
    if (work->wake) work->wake(work->wake_context, act->raises_epoch, defs);
}

static const Err *load_book(Work *work, Db *db)
{
    static const Sql all =
        SQL("SELECT * FROM cases WHERE region >= $1 AND ended IS NULL ORDER BY region, id");
    Rows rows;
    const Err *e = db_rows(db, &all, ARGS(ARG_I(0)), &rows);
    if (e) return e;
    Arena *mem = arena_new(1 << 14);
    while (rows_next(&rows)) {
        Case c;
        OpenCase slip;
        arena_reset(mem);
        rows_read(&rows, &case_table, mem, &c);
        if (work_slip(work, &c, mem, &slip)) book_put(work->book, &slip);
    }
    arena_free(mem);
    return rows_close(&rows);
}

/* ---- life ---- */

const Err *work_open(const WorkSpec *spec, Work **out)
{
    Db *db;
    const Err *e = db_open(ledger_store(spec->ledger), DB_READ, &db);
    if (e) return e;
    Arena *mem = arena_new(0);
    Work *work = arena_make(mem, Work);
    *work = (Work){.spec = *spec, .mem = mem, .book = book_new()};
    work->index = case_index_new(work);
    work->helpers = helper_cache_new();
    work->texts = case_texts_new(spec->ledger);
    row_null(&case_table, &work->blank);
    run_stop(&work->blank);
    work->blank.id = 0;
    e = load_book(work, db);
    if (!e) e = case_index_load(work, db);
    if (!e) e = case_texts_load(work->texts, db);
    db_close(db);
    if (e) {
        work_close(work);
        return e;
    }
    ledger_listen(spec->ledger, follow, work);
    *out = work;
    return NULL;
}

void work_close(Work *work)
{
    if (!work) return;
    book_free(work->book);
    helper_cache_free(work->helpers);
    case_texts_free(work->texts);
    noun_index_free(work->index);
    arena_free(work->mem);
}

int64_t case_load_of(Work *work, int64_t seat)
{
    const Order *order = book_order(work->book, BOOK_BY_SEAT);
    int64_t n = 0;
    OrderKey key;
    book_hold(work->book);
    OrderSpot spot = order_from(order, ORDER_KEY(seat, INT64_MIN, 0));
    for (const OpenCase *s; (s = order_next(order, &spot, &key)) && key.a == seat;) {
        bool risen = s->duty == seat;
        for (unsigned i = 0; i < s->risen; i++)
            risen |= s->seats[i] == seat;
        n += risen;
    }
    book_leave(work->book);
    return n;
}
