/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_read.c: from the tree of a definition to a Flow. The shape has told what is missing or
 * of the wrong form; here names are resolved to positions, and what does not resolve is told
 * with its place. What is left out after a fault never reaches a case: a flow with faults is
 * refused.
 */
#include "case/flow_load.h"

#include "case/flow_ask.h"
#include "case/flow_fault.h"
#include "def/field.h"

typedef struct {
    Reading *r;
    Flow *flow;
    const Node *states, *moves;
    State *state;
    Move *move;
} FlowReader;

void flow_schema(JsonOut *out)
{
    shape_schema(&shape_flow, "gridward flow", out);
}

static const Node *map_of(const Node *root, const char *key)
{
    const Node *node = node_get(root, key);
    return node && node->kind == NODE_MAP ? node : NULL;
}

static size_t count_of(const Node *map)
{
    return map ? map->count : 0;
}

/* The position of a name among the keys of a map, or FLOW_NONE; nothing is told. */
static size_t place_of(const Node *map, Str name)
{
    for (size_t i = 0; i < count_of(map); i++)
        if (map->keys[i].kind == NODE_TEXT && str_eq(map->keys[i].text, name)) return i;
    return FLOW_NONE;
}

static size_t refer(FlowReader *x, const Node *map, const Node *name, const Err *unknown)
{
    if (!name || name->kind != NODE_TEXT) return FLOW_NONE;
    size_t at = place_of(map, name->text);
    if (at == FLOW_NONE && map) /* told, when there are no states or moves at all */
        def_fault_of(x->r, name, unknown);
    return at;
}

static const Column base_names[FIELD_OWN] = {
    [FIELD_PLACE] = {.name = "place", .kind = KIND_PLACE, .zh = "位置", .en = "Place"},
    [FIELD_SUBJECT] = {.name = "subject",
                       .kind = KIND_REF,
                       .zh = "监管对象",
                       .en = "Subject",
                       .list = "subjects"},
    [FIELD_MATTER] =
        {.name = "matter", .kind = KIND_CODE, .zh = "事由", .en = "Matter", .list = "matter"},
    [FIELD_DEPARTMENT] = {.name = "department",
                          .kind = KIND_REF,
                          .zh = "部门",
                          .en = "Department",
                          .list = "departments"},
};
static const Column read_names[READ_COUNT] = {
    [READ_LATE] = {.name = "late", .kind = KIND_FLAG, .zh = "是否超期", .en = "Late"},
    [READ_NOW] = {.name = "now", .kind = KIND_INSTANT, .zh = "现在", .en = "Now"},
    [READ_DUE] = {.name = "due", .kind = KIND_INSTANT, .zh = "到期时刻", .en = "Due"},
    [READ_OPENED] = {.name = "opened", .kind = KIND_INSTANT, .zh = "立项时刻", .en = "Opened"},
};

/* ---- who ---- */

/* What a chair is written for. */
typedef enum { FOR_DUTY, FOR_PARTY, FOR_WATCH, FOR_FILING, FOR_MOVE } Use;

static void check_chair(FlowReader *x, const Node *node, RoleAt chair, Use use)
{
    Anchor home = role_anchor(chair.role);
    bool territory = home == ANCHOR_AREA || home == ANCHOR_REGION;
    if (use == FOR_FILING) return; /* the role anywhere in the region */
    if (use == FOR_DUTY && !role_may_answer(chair.role))
        def_fault_of(x->r, node, &FAULT_DUTY_ROLE);
    else if (use == FOR_PARTY && (home != ANCHOR_SUBJECT || chair.anchor != ANCHOR_SUBJECT))
        def_fault_of(x->r, node, &FAULT_PARTY);
    else if (chair.anchor == ANCHOR_NONE && !(use == FOR_MOVE && territory))
        def_fault(x->r, node->spot, &FAULT_NO_ANCHOR, node->text, str(anchor_name(home)));
    else if (chair.anchor != ANCHOR_NONE && !role_fits(chair.role, chair.anchor))
        def_fault(x->r, node->spot, &FAULT_ANCHOR, str(role_name(chair.role)),
                  str(anchor_name(chair.anchor)));
}

static bool read_chair(FlowReader *x, const Node *node, Use use, RoleAt *out)
{
    if (node->kind != NODE_TEXT) return false;
    if (!chair_parse(node->text, out)) {
        def_fault_of(x->r, node, &FAULT_ROLE);
        return false;
    }
    check_chair(x, node, *out, use);
    return true;
}

static void told_twice(FlowReader *x, const Node *list, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (node_at(list, k)->kind == NODE_TEXT &&
            str_eq(node_at(list, k)->text, node_at(list, i)->text)) {
            def_fault_of(x->r, node_at(list, i), &FORM_REPEATED);
            return;
        }
}

static const RoleAt *read_chairs(FlowReader *x, const Node *list, Use use, size_t *out_count)
{
    RoleAt *chairs = arena_array(x->r->mem, RoleAt, node_many(list));
    size_t n = 0;
    for (size_t i = 0; i < node_many(list); i++) {
        told_twice(x, list, i);
        if (read_chair(x, node_at(list, i), use, &chairs[n])) n++;
    }
    *out_count = n;
    return chairs;
}

static const By *read_bys(FlowReader *x, const Node *list, Use use, size_t *out_count)
{
    By *bys = arena_array(x->r->mem, By, node_many(list));
    size_t n = 0;
    for (size_t i = 0; i < node_many(list); i++) {
        const Node *node = node_at(list, i);
        if (node->kind != NODE_TEXT) continue;
        told_twice(x, list, i);
        if (str_is(node->text, "duty"))
            bys[n++] = (By){.kind = BY_DUTY};
        else if (str_is(node->text, "party"))
            bys[n++] = (By){.kind = BY_PARTY};
        else if (read_chair(x, node, use, &bys[n].chair))
            bys[n++].kind = BY_ROLE;
    }
    *out_count = n;
    return bys;
}

/* ---- clocks ---- */

/* Notes a map of terms without else, or with something behind it. */
static void check_else(FlowReader *x, const Node *map)
{
    size_t at = place_of(map, S("else"));
    if (at == FLOW_NONE)
        def_fault(x->r, map->spot, &FAULT_NO_ELSE, STR_NULL, STR_NULL);
    else if (at + 1 < map->count)
        def_fault(x->r, map->keys[at + 1].spot, &FAULT_ELSE_LAST, map->keys[at + 1].text,
                  STR_NULL);
}

static void read_arm(FlowReader *x, const Node *node, Clock *out)
{
    *out = (Clock){.term = FLOW_NONE,
                   .until = FLOW_NONE,
                   .limit = {LIMIT_WORKDAYS, 1},
                   .spot = node->spot};
    if (node->kind == NODE_TEXT) {
        const Err *e = node->text.n ? limit_parse(x->r->mem, node->text, &out->limit) : NULL;
        if (e) def_fault_of(x->r, node, e);
        return;
    }
    const Node *until = node_get(node, "until");
    out->until = form_refer(x->r, &x->flow->form, until);
    if (out->until != FLOW_NONE && x->flow->form.names[out->until].kind != KIND_DATE)
        def_fault_of(x->r, until, &FAULT_UNTIL);
}

static void read_clock(FlowReader *x, const Node *node, State *out)
{
    if (!node) return;
    bool map = node->kind == NODE_MAP && !node_get(node, "until");
    size_t n = map ? node->count : 1;
    Clock *clock = arena_array(x->r->mem, Clock, n);
    if (map) check_else(x, node);
    for (size_t i = 0; i < n; i++) {
        read_arm(x, map ? &node->items[i] : node, &clock[i]);
        if (map) clock[i].term = form_refer_term(x->r, &x->flow->form, &node->keys[i]);
    }
    out->clock = clock;
    out->clock_count = n;
}

static void read_late(FlowReader *x, const Node *node, Late *out)
{
    static const char *const known[] = {"at", "warn", "rise", "draft"};
    bool odd = false;
    *out = (Late){.at = {.kind = MARK_SHARE, .percent = 100},
                  .spot = node->spot,
                  .draft = node_text(node, "draft")};
    for (size_t i = 0; node->kind == NODE_MAP && i < node->count; i++) {
        bool fine = node->keys[i].kind != NODE_TEXT;
        for (size_t k = 0; k < countof(known); k++)
            fine = fine || str_is(node->keys[i].text, known[k]);
        if (!fine)
            def_fault(x->r, node->keys[i].spot, &FAULT_CLOCK_ACTS, node->keys[i].text,
                      STR_NULL);
        odd = odd || !fine;
    }
    Str at = node_text(node, "at");
    const Err *e = at.n ? mark_parse(x->r->mem, at, &out->at) : NULL;
    if (e) def_fault(x->r, node_spot(node, "at"), e, at, STR_NULL);
    out->warn = read_bys(x, node_get(node, "warn"), FOR_WATCH, &out->warn_count);
    int64_t rise = 0;
    if (text_is_count(node_text(node, "rise")) && str_int(node_text(node, "rise"), &rise))
        out->rise = (int)rise;
    if (at.n && !odd && !out->warn_count && !out->rise && !out->draft.p)
        def_fault(x->r, node->spot, &FAULT_LATE_IDLE, at, STR_NULL);
}

static const Late *read_lates(FlowReader *x, const Node *list, size_t *out_count)
{
    form_at_most(x->r, list, "late", LATE_MOST);
    Late *lates = arena_array(x->r->mem, Late, node_many(list));
    for (size_t i = 0; i < node_many(list); i++)
        read_late(x, node_at(list, i), &lates[i]);
    *out_count = node_many(list);
    return lates;
}

/* ---- states ---- */

static void read_state(FlowReader *x, const Node *key, const Node *node, State *out)
{
    static const char *const reserved[] = {"any", "else"};
    static const char *const open_only[] = {"duty", "party", "watch", "clock", "late"};
    form_check_key(x->r, key, reserved, countof(reserved), "状态", "state");
    *out = (State){.name = key->text, .spot = key->spot};
    words_read(x->r, node, "title", &out->zh, &out->en);
    out->end = node_text(node, "end");
    out->document = node_text(node, "document");
    if (out->end.p) {
        for (size_t i = 0; i < countof(open_only); i++)
            if (node_get(node, open_only[i]))
                def_fault(x->r, node_spot(node, open_only[i]), &FAULT_END_KEY, out->name,
                          str(open_only[i]));
        return;
    }
    out->duty = read_chairs(x, node_get(node, "duty"), FOR_DUTY, &out->duty_count);
    form_at_most(x->r, node_get(node, "watch"), "watch", WATCH_MOST);
    out->watch = read_chairs(x, node_get(node, "watch"), FOR_WATCH, &out->watch_count);
    if (!node_many(node_get(node, "duty")))
        def_fault(x->r, key->spot, &FAULT_NO_DUTY, out->name, STR_NULL);
    if (node_get(node, "party"))
        (void)!read_chair(x, node_get(node, "party"), FOR_PARTY, &out->party);
    if (!node_get(node, "clock"))
        def_fault(x->r, key->spot, &FAULT_NO_CLOCK, out->name, STR_NULL);
    read_clock(x, node_get(node, "clock"), out);
    if (node_get(node, "late"))
        out->late = read_lates(x, node_get(node, "late"), &out->late_count);
    else {
        out->late = x->flow->late;
        out->late_count = x->flow->late_count;
    }
}

static void read_states(FlowReader *x)
{
    size_t n = count_of(x->states);
    bool ends = false;
    x->state = arena_array(x->r->mem, State, n);
    x->flow->states = x->state;
    x->flow->state_count = n;
    for (size_t i = 0; i < n; i++) {
        read_state(x, &x->states->keys[i], &x->states->items[i], &x->state[i]);
        ends = ends || x->state[i].end.p;
    }
    if (x->states && !ends) def_fault(x->r, x->states->spot, &FAULT_NO_END, STR_NULL, STR_NULL);
}

/* ---- moves ---- */

/* The states or moves that a list names. */
static const size_t *read_named(FlowReader *x, const Node *map, const Node *list,
                                const Err *unknown, size_t *out_count)
{
    size_t *all = arena_array(x->r->mem, size_t, node_many(list)), n = 0;
    for (size_t i = 0; i < node_many(list); i++) {
        if (node_at(list, i)->kind == NODE_TEXT) told_twice(x, list, i);
        all[n] = refer(x, map, node_at(list, i), unknown);
        if (all[n] != FLOW_NONE) n++;
    }
    *out_count = n;
    return all;
}

static const size_t *read_states_named(FlowReader *x, const Node *list, size_t *out_count)
{
    bool any = node_many(list) == 1 && str_is(node_at(list, 0)->text, "any");
    if (!any) return read_named(x, x->states, list, &FAULT_STATE, out_count);
    size_t *open = arena_array(x->r->mem, size_t, x->flow->state_count);
    *out_count = 0;
    for (size_t i = 0; i < x->flow->state_count; i++)
        if (!x->state[i].end.p) open[(*out_count)++] = i;
    return open;
}

/* A state, or {state: term, …, state: else}. */
static void read_to(FlowReader *x, const Node *node, Move *out)
{
    if (!node) return;
    bool map = node->kind == NODE_MAP, has_else = false;
    size_t n = map ? node->count : 1;
    To *to = arena_array(x->r->mem, To, n);
    for (size_t i = 0; i < n; i++) {
        const Node *state = map ? &node->keys[i] : node;
        To *arm = &to[out->to_count];
        *arm = (To){.term = FLOW_NONE,
                    .state = refer(x, x->states, state, &FAULT_STATE),
                    .spot = state->spot};
        if (has_else) def_fault_of(x->r, state, &FAULT_ELSE_LAST);
        if (map) arm->term = form_refer_term(x->r, &x->flow->form, &node->items[i]);
        if (map && node->items[i].kind == NODE_TEXT)
            has_else = has_else || str_is(node->items[i].text, "else");
        if (arm->state != FLOW_NONE) out->to_count++;
    }
    if (map && !has_else) def_fault(x->r, node->spot, &FAULT_NO_ELSE, STR_NULL, STR_NULL);
    out->to = to;
}

static void read_opens(FlowReader *x, const Node *map, Move *out)
{
    if (!map || map->kind != NODE_MAP) return;
    Open *opens = arena_array(x->r->mem, Open, map->count);
    for (size_t i = 0; i < map->count; i++) {
        const Node *key = &map->keys[i], *node = &map->items[i];
        Open *open = &opens[i];
        *open = (Open){.spot = key->spot};
        if (!str_cut(key->text, '.', &open->flow, &open->move)) open->move = S("file");
        open->fields = arena_alloc(
            x->r->mem, sizeof *open->fields * count_of(node->kind == NODE_MAP ? node : NULL));
        for (size_t k = 0; node->kind == NODE_MAP && k < node->count; k++) {
            size_t from = form_refer(x->r, &x->flow->form, &node->items[k]);
            if (from == FLOW_NONE || node->keys[k].kind != NODE_TEXT) continue;
            open->fields[open->count].field = node->keys[k].text;
            open->fields[open->count].from = from;
            open->fields[open->count++].spot = node->keys[k].spot;
        }
    }
    out->open = opens;
    out->open_count = map->count;
}

/* A filing move has no state behind it: what speaks of one means nothing. */
static void check_filing(FlowReader *x, const Node *node, const Move *move)
{
    static const char *const never[] = {"not", "limit", "then", "within", "decide"};
    for (size_t i = 0; i < countof(never); i++)
        if (node_get(node, never[i]))
            def_fault(x->r, node_spot(node, never[i]), &FAULT_FILING_KEY, move->name,
                      str(never[i]));
    const Node *by = node_get(node, "by");
    for (size_t i = 0; i < node_many(by); i++) {
        const Node *one = node_at(by, i);
        if (one->kind == NODE_TEXT && (str_is(one->text, "duty") || str_is(one->text, "party")))
            def_fault_of(x->r, one, &FAULT_FILING_BY);
    }
}

static void read_move(FlowReader *x, const Node *key, const Node *node, Move *out)
{
    static const char *const reserved[] = {"merge", "hand"};
    form_check_key(x->r, key, reserved, countof(reserved), "动作", "move");
    *out = (Move){.name = key->text,
                  .spot = key->spot,
                  .then = FLOW_NONE,
                  .filing = !node_get(node, "from")};
    words_read(x->r, node, "title", &out->zh, &out->en);
    out->from = read_states_named(x, node_get(node, "from"), &out->from_count);
    read_to(x, node_get(node, "to"), out);
    out->by =
        read_bys(x, node_get(node, "by"), out->filing ? FOR_FILING : FOR_MOVE, &out->by_count);
    out->bar = read_named(x, x->moves, node_get(node, "not"), &FAULT_MOVE, &out->bar_count);
    if (text_is_count(node_text(node, "limit")))
        (void)!str_int(node_text(node, "limit"), &out->limit);
    if (node_get(node, "then")) {
        out->then = refer(x, x->states, node_get(node, "then"), &FAULT_STATE);
        if (!node_get(node, "limit"))
            def_fault(x->r, node_spot(node, "then"), &FAULT_THEN, STR_NULL, STR_NULL);
    }
    const Node *within = node_get(node, "within");
    if (within && within->kind == NODE_TEXT && within->text.n) {
        const Err *e = limit_parse(x->r->mem, within->text, &out->within);
        if (e) def_fault_of(x->r, within, e);
        out->timed = true;
    }
    form_read_question(x->r, &x->flow->form, node_get(node, "ask"), node_get(node, "check"),
                       &out->question);
    out->document = node_text(node, "document");
    read_opens(x, node_get(node, "open"), out);
    out->sampled = str_is(node_text(node, "verified"), "by sample");
    (void)!decide_by_name(node_text(node, "decide"), &out->decide);
    static const char *const lists[] = {"from", "by", "warn"};
    for (size_t i = 0; i < countof(lists); i++)
        if (node_get(node, lists[i]) && !node_many(node_get(node, lists[i])))
            def_fault(x->r, node_spot(node, lists[i]), &FAULT_EMPTY, str(lists[i]), STR_NULL);
    if (out->filing) check_filing(x, node, out);
}

/* A move by party from a state that has none. */
static void check_party(FlowReader *x, const Node *by, const Move *move)
{
    for (size_t i = 0; i < node_many(by); i++) {
        const Node *one = node_at(by, i);
        if (move->filing || one->kind != NODE_TEXT || !str_is(one->text, "party")) continue;
        for (size_t k = 0; k < move->from_count; k++) {
            const State *from = &x->state[move->from[k]];
            if (from->party.role == ROLE_NONE)
                def_fault(x->r, one->spot, &FAULT_NO_PARTY, from->name, move->name);
        }
    }
}

static void read_moves(FlowReader *x)
{
    size_t n = count_of(x->moves);
    bool files = false;
    x->move = arena_array(x->r->mem, Move, n);
    x->flow->moves = x->move;
    x->flow->move_count = n;
    for (size_t i = 0; i < n; i++) {
        read_move(x, &x->moves->keys[i], &x->moves->items[i], &x->move[i]);
        check_party(x, node_get(&x->moves->items[i], "by"), &x->move[i]);
        files = files || x->move[i].filing;
    }
    if (x->moves && !files)
        def_fault(x->r, x->moves->spot, &FAULT_NO_FILING, STR_NULL, STR_NULL);
}

/* ---- the rest ---- */

static void read_gauge(FlowReader *x, const Node *gauge, Measure *out)
{
    Str alone = node_many(gauge) == 1 ? node_at(gauge, 0)->text : STR_NULL;
    out->kind = str_is(alone, "late")   ? MEASURE_LATE
                : str_is(alone, "open") ? MEASURE_OPEN
                                        : MEASURE_STATES;
    if (out->kind == MEASURE_STATES) out->of = read_states_named(x, gauge, &out->count);
}

/* All moves that file a case, and no other. */
static bool counts_filing(const Flow *flow, const Measure *m)
{
    size_t filing = 0;
    for (size_t i = 0; i < flow->move_count; i++)
        filing += flow->moves[i].filing;
    for (size_t i = 0; i < m->count; i++)
        if (m->of[i] == FLOW_NONE || !flow->moves[m->of[i]].filing) return false;
    return m->count == filing;
}

static void read_figure(FlowReader *x, const Node *node, const Measure *before, size_t n,
                        Measure *out)
{
    Figure figure;
    if (!node || !figure_by_name(node->text, &figure)) return; /* its form was told before */
    out->figured = true;
    out->figure = figure;
    bool fits = figure == FIGURE_NEW ? out->kind == MEASURE_COUNT && counts_filing(x->flow, out)
                                     : out->kind != MEASURE_COUNT;
    if (!fits) def_fault(x->r, node->spot, &FAULT_FIGURE, out->name, node->text);
    for (size_t i = 0; i < n; i++)
        if (before[i].figured && before[i].figure == figure)
            def_fault_of(x->r, node, &FORM_REPEATED);
}

static void read_measures(FlowReader *x, const Node *map)
{
    Measure *measures = arena_array(x->r->mem, Measure, count_of(map));
    for (size_t i = 0; i < count_of(map); i++) {
        const Node *key = &map->keys[i], *node = &map->items[i];
        Measure *m = &measures[i];
        *m = (Measure){.name = key->text, .spot = key->spot};
        form_check_key(x->r, key, NULL, 0, "", "");
        words_read(x->r, node, "title", &m->zh, &m->en);
        const Node *count = node_get(node, "count"), *gauge = node_get(node, "gauge");
        if (!count == !gauge) def_fault_of(x->r, key, &FAULT_MEASURE);
        if (gauge)
            read_gauge(x, gauge, m);
        else
            m->of = read_named(x, x->moves, count, &FAULT_MOVE, &m->count);
        read_figure(x, node_get(node, "figure"), measures, i, m);
    }
    x->flow->measures = measures;
    x->flow->measure_count = count_of(map);
}

/* More than anybody could oversee, or the proof reckon with. */
static bool too_many(Reading *r, const Node *root)
{
    static const struct {
        const char *key;
        size_t most;
    } bounds[] = {
        {"fields", 200}, {"terms", 100}, {"states", 60}, {"moves", 200}, {"measures", 100}};
    bool any = false;
    for (size_t i = 0; i < countof(bounds); i++) {
        any |= !form_at_most(r, node_get(root, bounds[i].key), bounds[i].key, bounds[i].most);
    }
    return any;
}

Flow *flow_read(Reading *r, Expr *expr, Str text)
{
    const Node *root = def_read(r, text);
    if (!root) return NULL;
    shape_check(r, &shape_flow, root);
    if (root->kind != NODE_MAP || !node_text(root, "flow").p || too_many(r, root)) return NULL;
    Flow *flow = arena_make(r->mem, Flow);
    FlowReader x = {.r = r, .flow = flow};
    x.states = map_of(root, "states");
    x.moves = map_of(root, "moves");
    flow->name = node_text(root, "flow");
    flow->file = r->file;
    flow->spot = node_spot(root, "flow");
    words_read(r, root, "title", &flow->zh, &flow->en);
    flow->office = str_is(node_text(root, "class"), "office");
    static const FormFrame frame = {base_names, read_names, FIELD_OWN, READ_COUNT};
    form_read(r, expr, root, &frame, &flow->form);
    flow->late = read_lates(&x, node_get(root, "late"), &flow->late_count);
    read_states(&x);
    read_moves(&x);
    read_measures(&x, map_of(root, "measures"));
    return flow;
}
