/* SPDX-License-Identifier: Apache-2.0 */
/*
 * demo_play.c: plays the planned cases through the engine: a step of the script becomes the
 * request that its person would send, one act after the other, and before each the sweep has
 * done all that came due. Who may do a step is the engine's to say: somebody who is refused
 * lets the person who answers in his stead do it.
 */
#include "app/demo.h"
#include "base/sorted_index.h"
#include "grid/duty.h"
#include "subject/proposal.h"

#define TRIES      4 /* persons who try one step */
#define ROLES_MOST 4 /* that a step may name */

/* One case on its way. */
typedef struct {
    const Planned *plan;
    Dice dice;
    size_t step;     /* to be done next … */
    Instant at;      /* … at this instant */
    int tries;       /* of it that were refused … */
    int64_t refused; /* … the last time to this person; NIL: not yet */
    int64_t id, version, seat;
    Instant due;
    Locus stand;
} Course;

typedef struct {
    Demo *demo;
    Order *courses; /* by instant, then number */
    Arena *mem;     /* of one step */
} Player;

/* One step on its way through the lane. */
typedef struct {
    Demo *demo;
    Course *course;
    const Node *step;
    Who who;
    const Json *body;
} DemoTry;

static void push(Player *p, Course *c)
{
    order_put(p->courses, ORDER_KEY(c->at, c->plan->no, 0), c);
}

/* The one whose step comes next; NULL: all are done. */
static Course *pop(Player *p)
{
    OrderKey first;
    OrderSpot spot = order_from(p->courses, ORDER_KEY(INT64_MIN, 0, 0));
    return order_next(p->courses, &spot, &first) ? order_take(p->courses, first) : NULL;
}

/* ---- what is sent ---- */

/* The text with each $word replaced by what the drawn line says; STR_NULL when it says nothing.
 */
static Str expand(const Course *c, Arena *mem, Str text)
{
    Buf b = BUF(mem);
    buf_add(&b, S(""));
    for (size_t i = 0; i < text.n;) {
        if (text.p[i] != '$') {
            buf_char(&b, text.p[i++]);
            continue;
        }
        size_t from = ++i;
        while (i < text.n && text.p[i] >= 'a' && text.p[i] <= 'z')
            i++;
        Str key = {text.p + from, i - from};
        const Node *word = script_item(c->plan->line, key);
        if (str_is(key, "no"))
            buf_int(&b, c->plan->no);
        else if (word)
            buf_add(&b, word->text);
        else
            return STR_NULL;
    }
    return buf_str(&b);
}

/* The one photo of that name, as JSON. */
static Str photo_list(const Demo *demo, Arena *mem, Str name)
{
    for (size_t i = 0; i < demo->photo_count; i++)
        if (str_eq(demo->photos[i].path, name))
            return str_fmt(mem, "[\"%.*s\"]", STR(demo->photos[i].hash));
    return STR_NULL;
}

static Str date_after(Arena *mem, Instant t, Str days)
{
    int64_t n;
    Buf b = BUF(mem);
    if (t == NIL || !str_int(days, &n)) return STR_NULL;
    date_print(&b, instant_date(t) + n);
    return buf_str(&b);
}

/* A value of the script as JSON; STR_NULL: it is left out. */
static Str value_of(const Demo *demo, Course *c, Arena *mem, const Node *node)
{
    Buf b = BUF(mem);
    Str kind, rest;
    int64_t n;
    if (node->kind == NODE_LIST)
        node = &node->items[dice_below(&c->dice, (int64_t)node->count)];
    Str text = expand(c, mem, node->text);
    bool bare = str_is(text, "true") || str_is(text, "false") || str_int(text, &n);
    if (bare && !node->quoted && str_find(node->text, S("$")) == SIZE_MAX) return text;
    if (text.p && str_cut(text, ':', &kind, &rest)) {
        if (str_is(kind, "photo")) return photo_list(demo, mem, rest);
        if (str_is(kind, "day")) text = date_after(mem, c->at, rest);
        if (str_is(kind, "due")) text = date_after(mem, c->due == NIL ? NIL : c->due - 1, rest);
    }
    if (!text.p) return STR_NULL;
    json_quote(&b, text);
    return buf_str(&b);
}

static void put_values(const Demo *demo, Course *c, Arena *mem, const Node *map, JsonOut *out)
{
    for (size_t i = 0; map && i < map->count; i++) {
        Str key = expand(c, mem, map->keys[i].text);
        Str value = key.p ? value_of(demo, c, mem, &map->items[i]) : STR_NULL;
        if (!value.p) continue;
        json_key_str(out, key);
        json_raw(out, value);
    }
}

static const Err *body_of(const Demo *demo, Course *c, Arena *mem, const Node *step,
                          const Json **out)
{
    Buf b = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    Str flow = node_text(step, "flow");
    json_open(&w, '{');
    put_values(demo, c, mem, node_get(step, "with"), &w);
    json_key(&w, "fields");
    json_open(&w, '{');
    put_values(demo, c, mem, node_get(step, "set"), &w);
    json_close(&w, '}');
    if (c->id != NIL)
        json_put_int(&w, "version", c->version);
    else
        json_put_int(&w, "subject", c->stand.subject);
    if (flow.p) {
        json_put_text(&w, "flow", flow);
        json_put_text(&w, "move", node_text(step, "move"));
    }
    json_close(&w, '}');
    return json_read(mem, buf_str(&b), out);
}

/* ---- who does it ---- */

/* The person who does the step, and the seat where one was looked for. The case may have gone
 * on from the seat that it had at its last step: then nobody sits there. DUTY_NOBODY. */
static const Err *find_actor(const Ground *ground, const Course *c, Arena *mem,
                             const Node *step, Duty *out)
{
    const Node *by = node_get(step, "by");
    RoleAt chairs[ROLES_MOST];
    size_t n = 0;
    bool on_duty = str_is(by->text, "duty"), again = c->refused != NIL && c->seat != NIL;
    if (on_duty || again) {
        *out = (Duty){.seat = NIL, .person = seat_person(ground, c->seat, c->at)};
        bool may = on_duty ? !again : c->tries == 1;
        if (may && out->person != NIL) return NULL;
        return duty_instead(ground, c->seat, c->refused, &c->stand, c->at, mem, NULL, out);
    }
    for (; n < node_many(by); n++) {
        Str name = node_at(by, n)->text;
        Role role;
        bool found = role_by_name(str_is(name, "reporter") ? c->plan->reporter : name, &role);
        assert(found && n < ROLES_MOST);
        chairs[n] = (RoleAt){role, role_anchor(role)};
    }
    return duty_find(ground, chairs, n, &c->stand, c->at, mem, NULL, out);
}

/* ---- one step ---- */

static void follow_case(const Demo *demo, Course *c, const Case *row)
{
    c->id = row->id;
    c->version = row->version;
    c->seat = row->duty_seat;
    c->due = row->due;
    c->stand.cell = row->area;
    c->stand.department = row->department;
    c->stand.matter = str_dup(demo->mem, row->matter);
}

/* The case goes on as the one that the act opened beside its own. */
static void follow_opened(Demo *demo, Course *c, const Act *act)
{
    int64_t own = c->id;
    for (size_t i = 0; i < act->count; i++) {
        const Change *change = &act->changes[i];
        if (change->table != &case_table || change->op != ROW_PUT || change->id == own)
            continue;
        follow_case(demo, c, run_case(change->made_of));
        demo->tally.cases++;
        return;
    }
}

static const Err *take_step(Act *act, void *context)
{
    DemoTry *a = context;
    Demo *demo = a->demo;
    bool files = node_get(a->step, "flow") != NULL;
    Str move = node_text(a->step, "move");
    const Instance *run;
    Proposal said;
    if (!move.p)
        return proposal_open(act, demo->house->subjects, &a->who, a->body, NULL, &said);
    const Err *e =
        files ? case_file(act, demo->house->work, &a->who, a->body, &run)
              : case_move(act, demo->house->work, &a->who, a->course->id, move, a->body, &run);
    if (e) return e;
    if (files)
        demo->tally.cases++;
    else
        demo->tally.moves++;
    follow_case(demo, a->course, run_case(run));
    if (str_is(node_text(a->step, "opens"), "true")) follow_opened(demo, a->course, act);
    return NULL;
}

/* In the shape of a UUIDv7, but the same whenever it is played. */
static Str key_of(Arena *mem, const Course *c)
{
    return str_fmt(mem, "%08llx-%04llx-7%03x-8%03x-%012llx",
                   (unsigned long long)(c->at >> 16 & 0xffffffff),
                   (unsigned long long)(c->at & 0xffff), (unsigned)(c->step & 0xfff),
                   (unsigned)c->tries, (unsigned long long)c->plan->no);
}

static const Err *attempt(Player *p, const Ground *ground, Course *c, const Node *step)
{
    DemoTry a = {.demo = p->demo, .course = c, .step = step};
    Duty duty;
    const Err *e = find_actor(ground, c, p->mem, step, &duty);
    if (!e) e = who_at(p->mem, ground, duty.person, c->at, NIL, &a.who);
    if (!e) e = body_of(p->demo, c, p->mem, step, &a.body);
    if (e) return e;
    Str key = key_of(p->mem, c), move = node_text(step, "move");
    c->refused = duty.person; /* until go_on, in case he is */
    ActJob job = {.mem = p->mem,
                  .spec = {.region = p->demo->region,
                           .actor = duty.person,
                           .seat = move.p ? NIL : duty.seat,
                           .for_person = NIL,
                           .verb = move.p ? move : S("propose_subject"),
                           .key = key,
                           .sum = key,
                           .client = c->at},
                  .decide = take_step,
                  .context = &a};
    return ledger_call(p->demo->house->ledger, &job);
}

static void count_refusal(Demo *demo, const Err *e, Str step)
{
    if (demo->tally.refused++) return;
    demo->tally.refusal = err_keep(demo->mem, e->next ? e->next : e);
    demo->tally.refused_step = step;
}

/* The case's next step: when somebody gets to it. */
static void go_on(Player *p, Course *c)
{
    const Demo *demo = p->demo;
    c->tries = 0;
    c->refused = NIL;
    if (++c->step == c->plan->steps) return;
    const Calendar *cal =
        defs_get(demo->house->defs, Calendar, CALENDAR_KIND, S(CALENDAR_NAME), c->at);
    const Node *step = plan_step(demo->script, c->plan, c->step);
    const Node *wait = script_item(node_get(demo->script, "waits"), node_text(step, "wait"));
    c->at = c->plan->brisk ? plan_brisk(&c->dice, c->at)
                           : plan_next(wait, cal, &c->dice, c->at, c->due);
    if (c->at < demo->end) push(p, c);
}

/* An error: nothing can be played any more. */
static const Err *play_step(Player *p, Course *c)
{
    Demo *demo = p->demo;
    const Node *step = plan_step(demo->script, c->plan, c->step);
    const Ground *ground = ground_pin(demo->house->grounds, demo->region);
    const Err *e = attempt(p, ground, c, step);
    ground_unpin(ground);
    if (e && e->kind >= ERR_BUSY) return err_keep(demo->mem, e);
    if (!e)
        go_on(p, c);
    else if (e->kind == ERR_DENIED && ++c->tries < TRIES && c->seat != NIL) {
        c->at += MS_MINUTE;
        push(p, c);
    } else
        count_refusal(demo, e, node_text(step, "move"));
    arena_reset(p->mem);
    return NULL;
}

/* ---- all of it ---- */

static void draw_courses(Player *p)
{
    Demo *demo = p->demo;
    Planned *planned;
    PlanSpec spec = {.script = demo->script,
                     .calendar = defs_get(demo->house->defs, Calendar, CALENDAR_KIND,
                                          S(CALENDAR_NAME), demo->begin),
                     .places = demo->places,
                     .place_count = demo->place_count,
                     .first = instant_date(demo->begin),
                     .end = demo->end};
    size_t n = plan_make(demo->mem, &spec, &planned);
    Course *courses = arena_array(demo->mem, Course, n);
    for (size_t i = 0; i < n; i++) {
        courses[i] = (Course){.plan = &planned[i],
                              .dice = planned[i].dice,
                              .at = planned[i].at,
                              .refused = NIL,
                              .id = NIL,
                              .seat = NIL,
                              .due = NIL,
                              .stand = {.cell = demo->places[planned[i].place].cell,
                                        .department = NIL,
                                        .subject = demo->places[planned[i].place].id}};
        push(p, &courses[i]);
    }
}

static const Err *play_all(Player *p, Sweep *sweep)
{
    Demo *demo = p->demo;
    Date first = instant_date(demo->begin), last = instant_date(demo->end), day = first - 1;
    for (Course *c; (c = pop(p));) {
        const Err *e = sweep_until(sweep, c->at, house_set_clock, demo->house);
        if (!e && instant_date(c->at) != day) {
            day = instant_date(c->at);
            e = demo_tell(demo, "一天一天办理", "days played", day - first, last - first + 1);
        }
        if (!e) e = play_step(p, c);
        if (e) return e;
    }
    return sweep_until(sweep, demo->end, house_set_clock, demo->house);
}

const Err *demo_play(Demo *demo)
{
    Sweep *sweep;
    if (demo->end <= demo->begin) return NULL;
    const Err *e = sweep_open(demo->house->work, true, &sweep);
    if (e) return e;
    Player p = {.demo = demo, .courses = order_new(), .mem = arena_new(0)};
    SweepStats swept;
    draw_courses(&p);
    e = play_all(&p, sweep);
    sweep_stats(sweep, &swept);
    demo->tally.swept = swept.acts;
    sweep_close(sweep);
    order_free(p.courses);
    arena_free(p.mem);
    return e;
}
