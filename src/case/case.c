/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case.c: the row of a case, and how it is taken into the hand and put back: values by the
 * flow's fields, the track of its moves, the seats it has risen to and those that watch.
 */
#include "case/case_internal.h"

const Err CASE_OUTSIDE =
    ERROR(ERR_INVALID, "outside", "该位置不在本区任何网格内,最近的网格是 {0}({1} 米)",
          "The place lies in no cell of this region; the nearest is {0} ({1} m)");
const Err CASE_NOT_NOW =
    ERROR(ERR_CONFLICT, "not-now", "现在不能办理“{0}”:{1}", "\"{2}\" is not offered now: {3}");
const Err CASE_BARRED = ERROR(ERR_DENIED, "barred", "您办过“{0}”,不能再办“{1}”,须由他人办理",
                              "You did \"{2}\", so somebody else must do \"{3}\"");
const Err CASE_NO_FLOW =
    ERROR(ERR_INVALID, "no-flow", "没有“{0}”这种事项", "There is no kind of case \"{0}\"");
const Err CASE_NO_MOVE = ERROR(ERR_INVALID, "no-move", "“{0}”不是登记方式,可用的有:{1}",
                               "\"{0}\" is no way to file; there are {1}");
const Err CASE_INTO =
    ERROR(ERR_INVALID, "into", "不能并入事项 {0}:{1}", "Cannot be merged into {0}: {2}");
const Err CASE_SEAT = ERROR(ERR_INVALID, "seat", "岗位 {0} 不是在岗的同类岗位",
                            "Seat {0} is not a held seat of the same role");
/* clang-format off */
static const Column case_columns[] = {
    STATE_COLUMNS(Case),
    COLUMN(Case, flow, KIND_TEXT, "流程", "Flow", .flags = COLUMN_REQUIRED),
    COLUMN(Case, flow_version, KIND_INT, "流程版本", "Version of the flow", .flags = COLUMN_REQUIRED),
    COLUMN(Case, state, KIND_TEXT, "状态", "State", .flags = COLUMN_REQUIRED),
    COLUMN(Case, version, KIND_INT, "版本", "Version", .flags = COLUMN_REQUIRED),
    COLUMN(Case, area, KIND_REF, "网格", "Area", .flags = COLUMN_REQUIRED, .list = "areas"),
    COLUMN(Case, subject, KIND_REF, "监管对象", "Subject", .list = "subjects"),
    COLUMN(Case, matter, KIND_CODE, "监管事项", "Matter", .flags = COLUMN_REQUIRED, .list = "matter"),
    COLUMN(Case, department, KIND_REF, "主管部门", "Department", .list = "departments"),
    COLUMN(Case, lon, KIND_DECIMAL, "经度", "Longitude", .scale = 7),
    COLUMN(Case, lat, KIND_DECIMAL, "纬度", "Latitude", .scale = 7),
    COLUMN(Case, accuracy, KIND_INT, "定位精度(米)", "Accuracy in metres"),
    COLUMN(Case, duty_role, KIND_TEXT, "责任岗位类别", "Role on duty"),
    COLUMN(Case, duty_seat, KIND_REF, "责任岗位", "Seat on duty", .list = "seats"),
    COLUMN(Case, party, KIND_TEXT, "须办理方", "Who must act"),
    COLUMN(Case, filed_by, KIND_REF, "上报人", "Filed by", .flags = COLUMN_REQUIRED, .list = "persons"),
    COLUMN(Case, filed_seat, KIND_REF, "上报岗位", "Filed in seat", .list = "seats"),
    COLUMN(Case, filed_for, KIND_REF, "代何人上报", "Filed for", .list = "persons"),
    COLUMN(Case, opened, KIND_INSTANT, "登记时刻", "Opened", .flags = COLUMN_REQUIRED),
    COLUMN(Case, entered, KIND_INSTANT, "进入状态时刻", "In this state since", .flags = COLUMN_REQUIRED),
    COLUMN(Case, due, KIND_INSTANT, "到期时刻", "Due"),
    COLUMN(Case, clock, KIND_INT, "计时方式", "Clock", .flags = COLUMN_QUIET, .def = "0"),
    COLUMN(Case, clock_from, KIND_INSTANT, "计时起点", "Clock runs from"),
    COLUMN(Case, clock_shift, KIND_INT, "顺延毫秒", "Moved by, ms", .flags = COLUMN_QUIET, .def = "0"),
    COLUMN(Case, clock_calendar, KIND_INT, "日历版本", "Version of the calendar", .flags = COLUMN_QUIET),
    COLUMN(Case, marks, KIND_INT, "已处理的时限标记", "Marks done", .flags = COLUMN_QUIET, .def = "0"),
    COLUMN(Case, next_at, KIND_INSTANT, "下一时限标记", "Next mark", .flags = COLUMN_QUIET),
    COLUMN(Case, risen, KIND_LIST, "已升级岗位", "Risen to"),
    COLUMN(Case, watch, KIND_LIST, "关注岗位", "Watched by"),
    COLUMN(Case, track, KIND_OBJECT, "办理轨迹", "Track of moves", .flags = COLUMN_QUIET),
    COLUMN(Case, fields, KIND_OBJECT, "填报内容", "Fields"),
    COLUMN(Case, parent, KIND_REF, "上级事项", "Parent", .list = "cases"),
    COLUMN(Case, origin, KIND_TEXT, "来源", "Origin"),
    COLUMN(Case, outcome, KIND_TEXT, "结果", "Outcome"),
    COLUMN(Case, ended, KIND_INSTANT, "办结时刻", "Ended"),
    COLUMN(Case, merged_into, KIND_REF, "并入", "Merged into", .list = "cases"),
};
/* The one index holds open cases alone, and filing touches its end. Lists are answered from memory:
 * case_index.h. */
const Table case_table = {.name = "cases", .class = CLASS_STATE, .columns = case_columns,
    .count = countof(case_columns), .size = sizeof(Case),
    .indexes = {"(region, id) WHERE ended IS NULL"}};

static const Column finder_columns[] = {
    STATE_COLUMNS(CaseFinder),
    COLUMN(CaseFinder, case_id, KIND_REF, "事项", "Case", .flags = COLUMN_REQUIRED, .list = "cases"),
    COLUMN(CaseFinder, person, KIND_REF, "发现人", "Finder", .flags = COLUMN_REQUIRED, .list = "persons"),
    COLUMN(CaseFinder, merged, KIND_REF, "被并入的事项", "Merged case", .flags = COLUMN_REQUIRED, .list = "cases"),
    COLUMN(CaseFinder, at, KIND_INSTANT, "发现时刻", "Found at", .flags = COLUMN_REQUIRED),
};
const Table case_finder_table = {.name = "case_finders", .class = CLASS_STATE, .columns = finder_columns,
    .count = countof(finder_columns), .size = sizeof(CaseFinder), .indexes = {"(region, case_id, person)"}};
/* clang-format on */

/* ---- taking a row into the hand ---- */

static void track_new(Arena *mem, const Flow *flow, Progress *out)
{
    *out = (Progress){.uses = arena_array(mem, int64_t, flow->move_count),
                      .last = arena_array(mem, Actor, flow->move_count),
                      .left = arena_array(mem, ParkedClock, flow->state_count)};
    for (size_t i = 0; i < flow->move_count; i++)
        out->last[i] = (Actor){NIL, NIL};
}

void run_new(CaseContext *t, const Flow *flow, int64_t version, Instance *out)
{
    *out = (Instance){.flow = flow,
                      .state = FLOW_NONE,
                      .c = t->work->blank,
                      .values = form_values(t->mem, &flow->form)};
    out->c.flow = flow->name;
    out->c.flow_version = version;
    track_new(t->mem, flow, &out->track);
}

static int64_t id_of(const Json *v)
{
    return json_is_integer(v) ? json_integer(v) : NIL;
}

static void track_read(const Json *in, const Flow *flow, Progress *out)
{
    for (json_each(used, json_get(in, "uses"))) {
        size_t m = flow_move(flow, used->key);
        if (m != FLOW_NONE) out->uses[m] = json_integer(&used->value);
    }
    for (json_each(last, json_get(in, "last"))) {
        size_t m = flow_move(flow, last->key);
        if (m != FLOW_NONE)
            out->last[m] =
                (Actor){id_of(json_at(&last->value, 0)), id_of(json_at(&last->value, 1))};
    }
    for (json_each(left, json_get(in, "left"))) {
        size_t s = flow_state(flow, left->key);
        if (s == FLOW_NONE) continue;
        out->left[s].kept = true;
        for (size_t i = 0; i < LEFT_NUMBERS; i++)
            out->left[s].n[i] = json_integer(json_at(&left->value, i));
        out->left[s].risen = json_view(json_at(&left->value, LEFT_NUMBERS));
    }
}

void risen_read(Instance *run, const Json *in, Arena *mem)
{
    size_t n = json_count(in);
    run->risen = arena_array(mem, Risen, n + 4);
    run->risen_cap = n + 4;
    run->risen_count = 0;
    for (size_t i = 0; i < n; i++) {
        const Json *v = json_at(in, i);
        Risen *r = &run->risen[run->risen_count];
        *r = (Risen){.seat = id_of(json_get(v, "seat")), .at = json_integer(json_get(v, "at"))};
        if (role_by_name(json_member(v, "role"), &r->role)) run->risen_count++;
    }
}

static const Err *json_of(Arena *mem, Str text, const Json **out)
{
    *out = NULL;
    return text.p ? json_read_own(mem, text, out) : NULL;
}

static void watch_read(const Json *in, Arena *mem, int64_t **out, size_t *out_count)
{
    *out_count = json_count(in);
    *out = arena_array(mem, int64_t, *out_count);
    for (size_t i = 0; i < *out_count; i++)
        (*out)[i] = id_of(json_at(in, i));
}

const Err *run_look(CaseContext *t, const Case *c, Instance *out)
{
    const Flow *flow = work_flow(t->work, c->flow, c->flow_version);
    if (!flow) return &STORE_BROKEN;
    *out = (Instance){.flow = flow,
                      .c = *c,
                      .state = flow_state(flow, c->state),
                      .values = form_values(t->mem, &flow->form)};
    const Json *risen, *watch;
    if (json_of(t->mem, c->risen, &risen) || json_of(t->mem, c->watch, &watch) ||
        form_unpack(t->mem, &flow->form, c->fields, out->values))
        return &STORE_BROKEN;
    risen_read(out, risen, t->mem);
    watch_read(watch, t->mem, &out->watch, &out->watch_count);
    return NULL;
}

const Err *run_of(CaseContext *t, const Case *c, Instance *out)
{
    const Json *track;
    const Err *e = run_look(t, c, out);
    if (e) return e;
    track_new(t->mem, out->flow, &out->track);
    if (json_of(t->mem, c->track, &track)) return &STORE_BROKEN;
    if (track) track_read(track, out->flow, &out->track);
    return NULL;
}

/* ---- its values ---- */

Value *run_values(const CaseContext *t, const Instance *run)
{
    const Case *c = &run->c;
    Value *values = run->values, *reads = values + run->flow->form.field_count;
    values[FIELD_PLACE] = (Value){.i = c->lon, .j = c->lat};
    values[FIELD_SUBJECT] = VALUE_INT(c->subject);
    values[FIELD_MATTER] = VALUE_STR(c->matter);
    values[FIELD_DEPARTMENT] = VALUE_INT(c->department);
    reads[READ_LATE] = VALUE_INT(c->due != NIL && t->now >= c->due);
    reads[READ_NOW] = VALUE_INT(t->now);
    reads[READ_DUE] = VALUE_INT(c->due);
    reads[READ_OPENED] = VALUE_INT(c->opened);
    return values;
}

void run_take(Instance *run)
{
    Case *c = &run->c;
    c->lon = run->values[FIELD_PLACE].i;
    c->lat = run->values[FIELD_PLACE].j;
    c->subject = run->values[FIELD_SUBJECT].i;
    c->matter = run->values[FIELD_MATTER].s;
    c->department = run->values[FIELD_DEPARTMENT].i;
}

size_t run_target(const CaseContext *t, const Instance *run, const Move *move)
{
    size_t m = (size_t)(move - run->flow->moves);
    return flow_target(run->flow, move, run->track.uses[m], expr_here(), run_values(t, run));
}

void turn_for(CaseContext *t, const Json *body, Faults *faults)
{
    static const Column column = {.name = "for", .kind = KIND_REF, .list = "persons"};
    Lookup house = turn_lookup(t);
    Value v;
    if (column_decode(&column, json_get(body, column.name), &house, S("for"), faults, &v) &&
        v.i != NIL && t->act)
        t->act->spec.for_person = v.i;
}

void run_fill(CaseContext *t, Instance *run, const Move *move, const Json *fields, bool partial,
              Faults *faults, bool *set)
{
    Lookup house = turn_lookup(t);
    Filling f = {.form = &run->flow->form,
                 .expr = expr_here(),
                 .lists = turn_lists(t),
                 .house = &house,
                 .today = instant_date(t->now),
                 .from = run->state == FLOW_NONE ? FIELD_OWN : 0,
                 .partial = partial,
                 .values = run_values(t, run),
                 .set = set,
                 .faults = faults};
    form_fill(&f, &move->question, fields);
    run_take(run);
}

/* ---- putting it back ---- */

static Str track_text(Arena *mem, const Instance *run)
{
    const Progress *track = &run->track;
    Buf b = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    json_open(&w, '{');
    json_put_open(&w, "last", '{');
    for (size_t m = 0; m < run->flow->move_count; m++) {
        if (track->last[m].actor == NIL) continue;
        json_key_str(&w, run->flow->moves[m].name);
        json_open(&w, '[');
        json_int(&w, track->last[m].actor);
        json_int(&w, track->last[m].for_person);
        json_close(&w, ']');
    }
    json_close(&w, '}');
    json_put_open(&w, "left", '{');
    for (size_t s = 0; s < run->flow->state_count; s++) {
        const ParkedClock *left = &track->left[s];
        if (!left->kept) continue;
        json_key_str(&w, run->flow->states[s].name);
        json_open(&w, '[');
        for (size_t i = 0; i < LEFT_NUMBERS; i++)
            json_int(&w, left->n[i]);
        json_text(&w, left->risen);
        json_close(&w, ']');
    }
    json_close(&w, '}');
    json_put_open(&w, "uses", '{');
    for (size_t m = 0; m < run->flow->move_count; m++) {
        if (!track->uses[m]) continue;
        json_key_str(&w, run->flow->moves[m].name);
        json_int(&w, track->uses[m]);
    }
    json_close(&w, '}');
    json_close(&w, '}');
    return buf_str(&b);
}

Str risen_text(Arena *mem, const Instance *run)
{
    if (!run->risen_count) return STR_NULL;
    Buf b = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    json_open(&w, '[');
    for (size_t i = 0; i < run->risen_count; i++) {
        json_open(&w, '{');
        json_put_int(&w, "at", run->risen[i].at);
        json_put_text(&w, "role", str(role_name(run->risen[i].role)));
        json_put_int(&w, "seat", run->risen[i].seat);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    return buf_str(&b);
}

static Str watch_text(Arena *mem, const Instance *run)
{
    if (!run->watch_count) return STR_NULL;
    Buf b = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    json_open(&w, '[');
    for (size_t i = 0; i < run->watch_count; i++)
        json_int(&w, run->watch[i]);
    json_close(&w, ']');
    return buf_str(&b);
}

Str run_use(Arena *mem, const Instance *run)
{
    Buf b = BUF(mem);
    buf_add(&b, run->flow->name);
    buf_char(&b, ' ');
    buf_int(&b, run->c.flow_version);
    return buf_str(&b);
}

const Instance *run_keep(CaseContext *t, Instance *run, const Case *before)
{
    run->c.fields = form_pack(t->mem, &run->flow->form, run->values);
    run->c.track = track_text(t->mem, run);
    run->c.risen = risen_text(t->mem, run);
    run->c.watch = watch_text(t->mem, run);
    Change *change = before ? row_set(t->act, &case_table, before, &run->c)
                            : row_put(t->act, &case_table, &run->c);
    Instance *kept = arena_make(t->mem, Instance);
    *kept = *run;
    if (change) change->made_of = kept;
    return kept;
}

const Instance *run_store(CaseContext *t, Instance *run, const Case *before)
{
    const Instance *kept = run_keep(t, run, before);
    act_on(t->act, &case_table, run->c.id);
    t->act->use = run_use(t->mem, run);
    return kept;
}

const Case *run_case(const Instance *run)
{
    return &run->c;
}

/* ---- its subject ---- */

const Err *case_subject(const Work *work, Db *db, Arena *mem, const Case *c, CaseSubject *out)
{
    *out = (CaseSubject){.area = NIL};
    if (c->subject == NIL || !work->spec.subject) return NULL;
    const Err *e = work->spec.subject(db, mem, c->subject, out);
    return e && e->kind == ERR_MISSING ? NULL : e;
}

bool case_party(const Ground *ground, Arena *mem, const Case *c, Instant at, Role *role,
                int64_t *seat)
{
    const Seat **seats;
    size_t n;
    if (!c->party.p || !role_by_name(c->party, role)) return false;
    seat_list(ground, *role, NIL, NIL, c->subject, at, mem, &seats, &n);
    *seat = n ? seats[0]->id : NIL;
    return true;
}

/* ---- for the ground and for scope ---- */

Locus run_stand(const Instance *run)
{
    return (Locus){.cell = run->c.area,
                   .matter = run->c.matter,
                   .department = run->c.department,
                   .subject = run->c.subject};
}

uint32_t area_order(const Ground *ground, int64_t area, Instant at)
{
    uint32_t first, end;
    return area != NIL && area_range(ground, area, at, &first, &end) ? first : ORDER_NONE;
}

Relations case_ties(CaseContext *t, const Case *c)
{
    Relations ties = {.order = area_order(t->ground, c->area, t->who->at),
                      .department = c->department,
                      .subject = c->subject,
                      .duty = c->duty_seat,
                      .filed_by = c->filed_by};
    const Json *list;
    int64_t *ids;
    if (c->watch.p && !json_read_own(t->mem, c->watch, &list)) {
        watch_read(list, t->mem, &ids, &ties.watch_count);
        ties.watch = ids;
    }
    if (c->risen.p && !json_read_own(t->mem, c->risen, &list)) {
        Instance run;
        risen_read(&run, list, t->mem);
        ids = arena_array(t->mem, int64_t, run.risen_count);
        for (size_t i = 0; i < run.risen_count; i++)
            ids[i] = run.risen[i].seat;
        ties.risen = ids;
        ties.risen_count = run.risen_count;
    }
    if (t->who->department_count) {
        help_departments(t->ground, c->matter, c->area, t->now, t->mem, &ids,
                         &ties.helper_count);
        ties.helpers = ids;
    }
    return ties;
}

/* The words of `see` have the same bits on both sides. */
Visibility flow_see(const Flow *flow)
{
    _Static_assert((int)SEE_AREA == (int)TIE_AREA && (int)SEE_AUDIT == (int)TIE_AUDIT &&
                       (int)SEE_PARTIES == (int)TIE_PARTIES && (int)SEE_DUTY == (int)TIE_DUTY,
                   "scope.h and flow.h name relations alike");
    return (Visibility){.open = flow->form.see[SENSE_OPEN],
                        .masked = flow->form.see[SENSE_MASKED],
                        .sealed = flow->form.see[SENSE_SEALED]};
}
