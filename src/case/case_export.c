/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_export.c: a list of cases as a table for spreadsheets: what the list shows, words in one
 * language, and the fields of the flow that was asked for, else those that lists filter by.
 * What a reader does not see in the list stands in no cell.
 */
#include "base/csv.h"
#include "base/time.h"
#include "case/case_internal.h"

#define PIECE ((size_t)64 << 10)

/* A field's column, and the titles it has in the flow that brought it. */
typedef struct {
    Str name;
    const Column *field;
} FieldColumn;

typedef struct {
    const CaseView *view;
    CsvOut csv;
    Buf out;
    Arena *mem;
    FieldColumn *fields;
    size_t field_count;
    void (*write)(void *context, Str piece);
    void *context;
} Exporter;

static Str words(const CaseView *view, const char *zh, const char *en)
{
    return str(view->lang == LANG_EN ? en : zh);
}

/* ---- columns ---- */

static void add_field(Exporter *x, const Column *field)
{
    for (size_t i = 0; i < x->field_count; i++)
        if (str_is(x->fields[i].name, field->name)) return;
    x->fields[x->field_count++] = (FieldColumn){str(field->name), field};
}

/* The flow's own when one is asked for; of all flows in force what lists filter by, otherwise.
 */
static void find_fields(Exporter *x, Str flow)
{
    const Published **flows;
    const CaseView *view = x->view;
    size_t room = 0;
    size_t n = defs_list(view->work->spec.defs, FLOW_KIND, view->now, view->mem, &flows);
    for (size_t i = 0; i < n; i++)
        room += ((const Flow *)flows[i]->compiled)->form.field_count;
    x->fields = arena_array(view->mem, FieldColumn, room);
    for (size_t i = 0; i < n; i++) {
        const Flow *f = flows[i]->compiled;
        if (flow.p && !str_eq(flow, f->name)) continue;
        for (size_t k = FIELD_OWN; k < f->form.field_count; k++)
            if (f->form.names[k].kind != KIND_FILES &&
                (flow.p || f->form.names[k].flags & COLUMN_INDEX))
                add_field(x, &f->form.names[k]);
    }
}

static const struct {
    const char *zh, *en;
} titles[] = {{"受理号", "Number"},         {"流程", "Flow"},           {"状态", "State"},
              {"区域代码", "Area code"},    {"区域", "Area"},           {"监管对象", "Subject"},
              {"监管事项", "Matter"},       {"主管部门", "Department"}, {"责任岗位", "On duty"},
              {"责任人", "Person on duty"}, {"上报人", "Filed by"},     {"登记时刻", "Opened"},
              {"到期时刻", "Due"},          {"超期", "Late"},           {"办结时刻", "Ended"},
              {"上级事项", "Parent"}};

/* ---- cells ---- */

/* "2026-11-22 09:00", which a spreadsheet reads as a date. */
static Str minute_text(Arena *mem, Instant at)
{
    Buf b = BUF(mem);
    instant_print(&b, at);
    b.p[10] = ' ';
    return (Str){b.p, 16};
}

static void put_instant(Exporter *x, Instant at)
{
    csv_cell(&x->csv, at == NIL ? STR_NULL : minute_text(x->mem, at));
}

static void put_number(Exporter *x, int64_t id)
{
    csv_cell(&x->csv, id == NIL ? STR_NULL : case_number(x->mem, id));
}

static Str code_words(CaseContext *t, Lang lang, const char *list, Str code)
{
    const CodeList *found = code.p ? code_list(turn_lists(t), str(list)) : NULL;
    const Code *entry = found ? code_find(found, code) : NULL;
    return entry ? str(lang == LANG_EN ? entry->en : entry->zh) : code;
}

/* As the list shows it, with words for what is picked. */
static void put_field(Exporter *x, CaseContext *t, const Column *c, const Value *v,
                      Access sight)
{
    Lang lang = x->view->lang;
    Buf b = BUF(x->mem);
    JsonOut w = JSON_OUT(&b);
    const Json *shown = NULL;
    bool whole = c->sense == SENSE_OPEN ||
                 sight >= (c->sense == SENSE_MASKED ? SIGHT_MASKED : SIGHT_SEALED);
    field_json(c, v, sight, &w);
    if (json_read(x->mem, buf_str(&b), &shown)) shown = NULL;
    Str text = json_is_string(shown) ? json_view(shown)
               : json_is_null(shown) ? STR_NULL
                                     : buf_str(&b);
    if (text.p && whole && c->kind == KIND_CODE)
        text = code_words(t, lang, c->list, v->s);
    else if (text.p && whole && c->kind == KIND_FLAG)
        text = v->i ? words(x->view, "是", "yes") : words(x->view, "否", "no");
    for (size_t i = 0; whole && c->kind == KIND_CHOICE && i < c->choice_count; i++)
        if (str_is(v->s, c->choices[i].name))
            text = words(x->view, c->choices[i].zh, c->choices[i].en);
    csv_cell(&x->csv, text);
}

static void put_fields(Exporter *x, CaseContext *t, const Instance *run, Access sight)
{
    for (size_t i = 0; i < x->field_count; i++) {
        size_t f = form_field(&run->flow->form, x->fields[i].name);
        if (f == FLOW_NONE || f < FIELD_OWN ||
            value_is_null(&run->flow->form.names[f], &run->values[f]))
            csv_cell(&x->csv, STR_NULL);
        else
            put_field(x, t, &run->flow->form.names[f], &run->values[f], sight);
    }
}

static const Err *put_subject(Exporter *x, const CaseView *view, int64_t subject)
{
    CaseSubject found = {0};
    const Err *e = subject == NIL || !view->work->spec.subject
                       ? NULL
                       : view->work->spec.subject(view->db, view->mem, subject, &found);
    if (e && e->kind != ERR_MISSING) return e;
    csv_cell(&x->csv, e ? STR_NULL : found.name);
    return NULL;
}

static void put_person(Exporter *x, const CaseView *view, int64_t person)
{
    const Person *p = person == NIL ? NULL : person_of(view->who->ground, person);
    csv_cell(&x->csv, p ? p->name : STR_NULL);
}

static void put_duty(Exporter *x, const CaseView *view, const Case *c)
{
    Role role;
    bool open = c->ended == NIL && c->duty_seat != NIL;
    bool known = open && role_by_name(c->duty_role, &role);
    csv_cell(&x->csv, known ? words(view, role_zh(role), role_en(role)) : STR_NULL);
    put_person(x, view, open ? seat_person(view->who->ground, c->duty_seat, view->now) : NIL);
}

static void put_place(Exporter *x, const CaseView *view, const Case *c)
{
    const Ground *ground = view->who->ground;
    const AreaSpan *area = area_at(ground, c->area, view->now);
    if (!area) area = area_at(ground, c->area, c->opened);
    csv_cell(&x->csv, area ? area->code : STR_NULL);
    csv_cell(&x->csv, area ? area->name : STR_NULL);
}

static void put_department(Exporter *x, const CaseView *view, const Case *c)
{
    const Ground *ground = view->who->ground;
    const DepartmentSpan *d =
        c->department == NIL ? NULL : department_at(ground, c->department, view->now);
    if (!d && c->department != NIL) d = department_at(ground, c->department, c->opened);
    csv_cell(&x->csv, !d                                      ? STR_NULL
                      : view->lang == LANG_EN && d->name_en.p ? d->name_en
                                                              : d->name);
}

static void flush(Exporter *x, size_t most)
{
    if (x->out.n <= most) return;
    x->write(x->context, buf_str(&x->out));
    x->out.n = 0;
}

static const Err *put_line(Exporter *x, CaseContext *t, const CaseView *view,
                           const Instance *run, Access sight)
{
    const Case *c = &run->c;
    const State *s = run->state == FLOW_NONE ? NULL : &run->flow->states[run->state];
    put_number(x, c->id);
    csv_cell(&x->csv, words(view, run->flow->zh, run->flow->en));
    csv_cell(&x->csv, s ? words(view, s->zh, s->en) : words(view, "已并入", "Merged"));
    put_place(x, view, c);
    const Err *e = put_subject(x, view, c->subject);
    csv_cell(&x->csv, code_words(t, view->lang, "matter", c->matter));
    put_department(x, view, c);
    put_duty(x, view, c);
    put_person(x, view, case_hides_finder(view, c) ? NIL : c->filed_by);
    put_instant(x, c->opened);
    put_instant(x, c->due);
    csv_cell(&x->csv,
             c->due != NIL && view->now >= c->due ? words(view, "是", "yes") : STR_NULL);
    put_instant(x, c->ended);
    put_number(x, c->parent);
    put_fields(x, t, run, sight);
    csv_end(&x->csv);
    flush(x, PIECE);
    return e;
}

static const Err *put_case(void *context, const CaseView *view, const Case *c, Access sight)
{
    Exporter *x = context;
    CaseContext t;
    Instance run;
    turn_view(&t, view);
    x->mem = view->mem;
    const Err *e = run_look(&t, c, &run);
    if (!e) e = put_line(x, &t, view, &run, sight);
    return e;
}

static void put_head(Exporter *x, int64_t entry, Str asked)
{
    const CaseView *view = x->view;
    Str at = minute_text(view->mem, view->now);
    csv_mark(&x->csv);
    csv_cell(&x->csv, view->lang == LANG_EN
                          ? str_fmt(view->mem, "As at entry %lld, %.*s; filters: %.*s",
                                    (long long)entry, STR(at), STR(asked.n ? asked : S("none")))
                          : str_fmt(view->mem, "截至第 %lld 号记录,%.*s;筛选条件:%.*s",
                                    (long long)entry, STR(at), STR(asked.n ? asked : S("无"))));
    csv_end(&x->csv);
    for (size_t i = 0; i < countof(titles); i++)
        csv_cell(&x->csv, words(view, titles[i].zh, titles[i].en));
    for (size_t i = 0; i < x->field_count; i++)
        csv_cell(&x->csv, words(view, x->fields[i].field->zh, x->fields[i].field->en));
    csv_end(&x->csv);
}

const Err *case_export(const CaseView *view, const CaseFilter *filter, Str asked,
                       void (*write)(void *context, Str piece), void *context)
{
    int64_t entry;
    Exporter x = {.view = view, .out = BUF(view->mem), .write = write, .context = context};
    x.csv = (CsvOut){.out = &x.out, .guard = true};
    const Err *e = ledger_last(view->db, view->who->region, &entry);
    if (e) return e;
    find_fields(&x, filter->flow);
    put_head(&x, entry, asked);
    e = case_each(view, filter, put_case, &x);
    if (!e) flush(&x, 0);
    return e;
}
