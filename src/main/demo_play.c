/* SPDX-License-Identifier: Apache-2.0 */
/*
 * demo_play.c: plays the planned cases through the engine. What begins or goes on within one
 * minute is handed to the lane together, so that it is committed together; before each minute
 * the sweep has done all that came due. Who may do a step is the engine's to say: somebody who
 * is refused lets whoever answers in his stead do it.
 */
#include <pthread.h>

#include "main/demo.h"

#define TOGETHER 64 /* acts on the lane at a time */
#define TRIES    4  /* persons who try one step */

/* One case on its way. */
typedef struct {
    const Planned *plan;
    Dice dice;
    size_t step; /* to be done next … */
    Instant at;  /* … at this instant */
    int tries;
    int64_t refused; /* the person who was refused last; NIL: nobody */
    int64_t reporter;
    int64_t id, version, seat, area, department;
    Str matter;
    Instant due;
} Course;

typedef struct {
    Demo *demo;
    Sweep *sweep;
    Db *db;
    Arena *mem;
    const Ground *ground;
    Course **heap; /* by (at, no) */
    size_t n;
    Date day;
    pthread_mutex_t lock;
    pthread_cond_t done;
    size_t waiting; /* acts that the lane has */
} Player;

/* One step on its way through the lane. */
typedef struct {
    ActJob job;
    Player *player;
    Course *course;
    const Step *step;
    Who who;
    const Json *body;
    Case out;
    const Err *fault;
} Attempt;

/* ---- the heap ---- */

static bool before(const Course *a, const Course *b)
{
    return a->at != b->at ? a->at < b->at : a->plan->no < b->plan->no;
}

static void push(Player *p, Course *c)
{
    size_t i = p->n++;
    for (; i && before(c, p->heap[(i - 1) / 2]); i = (i - 1) / 2)
        p->heap[i] = p->heap[(i - 1) / 2];
    p->heap[i] = c;
}

static Course *pop(Player *p)
{
    Course *top = p->heap[0], *last = p->heap[--p->n];
    size_t i = 0;
    for (size_t k; (k = 2 * i + 1) < p->n; i = k) {
        if (k + 1 < p->n && before(p->heap[k + 1], p->heap[k])) k++;
        if (before(last, p->heap[k])) break;
        p->heap[i] = p->heap[k];
    }
    p->heap[i] = last;
    return top;
}

/* ---- what is given ---- */

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
        const Word *word = word_find(c->plan->line->words, key);
        if (str_is(key, "no"))
            buf_int(&b, c->plan->no);
        else if (word)
            buf_add(&b, word->value);
        else
            return STR_NULL;
    }
    return buf_str(&b);
}

/* The text as JSON. */
static Str quoted(Arena *mem, Str text)
{
    Buf b = BUF(mem);
    json_quote(&b, text);
    return buf_str(&b);
}

static Str photo(const Player *p, Arena *mem, Str name)
{
    for (size_t i = 0; i < p->demo->photo_count; i++)
        if (str_eq(p->demo->photos[i].path, name))
            return str_fmt(mem, "[\"%.*s\"]", STR(p->demo->photos[i].hash));
    return STR_NULL;
}

static Str date_after(Arena *mem, Instant t, Str days)
{
    int64_t n;
    Buf b = BUF(mem);
    if (t == NIL || !str_int(days, &n)) return STR_NULL;
    date_print(&b, instant_date(t) + n);
    return quoted(mem, buf_str(&b));
}

static Str bare_value(Arena *mem, Str text)
{
    int64_t n;
    bool bare = str_is(text, "true") || str_is(text, "false") || str_int(text, &n);
    return bare ? text : quoted(mem, text);
}

/* As JSON; null: it is left out. */
static Str value_of(Player *p, Course *c, Arena *mem, const Word *word)
{
    Str text = word->value, kind, rest;
    if (word->among_count) text = word->among[dice_below(&c->dice, (int64_t)word->among_count)];
    bool plain = str_find(text, S("$")) == SIZE_MAX;
    text = expand(c, mem, text);
    if (!text.p) return STR_NULL;
    if (str_cut(text, ':', &kind, &rest)) {
        if (str_is(kind, "photo")) return photo(p, mem, rest);
        if (str_is(kind, "day")) return date_after(mem, c->at, rest);
        if (str_is(kind, "due")) return date_after(mem, c->due == NIL ? NIL : c->due - 1, rest);
    }
    return word->bare && plain ? bare_value(mem, text) : quoted(mem, text);
}

static void put_fields(Player *p, Course *c, Arena *mem, const Step *step, JsonOut *out)
{
    json_key(out, "fields");
    json_open(out, '{');
    for (size_t i = 0; i < step->set.count; i++) {
        const Word *word = &step->set.words[i];
        Str key = expand(c, mem, word->key);
        Str value = key.p ? value_of(p, c, mem, word) : STR_NULL;
        if (!value.p) continue;
        json_key_str(out, key);
        json_raw(out, value);
    }
    json_close(out, '}');
}

static const Err *body_of(Player *p, Course *c, Arena *mem, const Step *step, const Json **out)
{
    Buf b = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    json_open(&w, '{');
    put_fields(p, c, mem, step, &w);
    if (!step->flow.p)
        json_put_int(&w, "version", c->version);
    else {
        Str matter = step->matter.p ? expand(c, mem, step->matter) : STR_NULL;
        if (matter.p) json_put_text(&w, "matter", matter);
        json_put_text(&w, "flow", step->flow);
        json_put_text(&w, "move", step->move);
        json_put_int(&w, "subject", p->demo->ids[c->plan->place]);
    }
    json_close(&w, '}');
    return json_read(mem, buf_str(&b), out);
}

/* ---- who does it ---- */

static Stand stand_of(const Player *p, const Course *c)
{
    return (Stand){.cell = c->area,
                   .matter = c->matter,
                   .department = c->department,
                   .subject = p->demo->ids[c->plan->place]};
}

/* Who answers for a role there; NIL: nobody. */
static int64_t person_in(Player *p, const Course *c, Arena *mem, Role role)
{
    Chair chair = {role, role_anchor(role)};
    Stand stand = stand_of(p, c);
    Duty duty;
    return duty_find(p->ground, &chair, 1, &stand, c->at, mem, NULL, &duty) ? NIL : duty.person;
}

static int64_t party_of(Player *p, const Course *c, Arena *mem)
{
    const Seat **seats;
    size_t n;
    int64_t subject = p->demo->ids[c->plan->place];
    seat_list(p->ground, ROLE_SAFETY_OFFICER, NIL, NIL, subject, c->at, mem, &seats, &n);
    for (size_t i = 0; i < n; i++) {
        int64_t person = seat_person(p->ground, seats[i]->id, c->at);
        if (person != NIL) return person;
    }
    return person_in(p, c, mem, ROLE_GRID_MEMBER);
}

/* Whoever answers in the stead of who was refused. */
static int64_t actor_instead(Player *p, const Course *c, Arena *mem, const Step *step)
{
    Stand stand = stand_of(p, c);
    Duty duty;
    if (c->tries == 1 && step->by.kind != ACTOR_DUTY)
        return seat_person(p->ground, c->seat, c->at);
    if (duty_instead(p->ground, c->seat, c->refused, &stand, c->at, mem, NULL, &duty))
        return NIL;
    return duty.person;
}

static int64_t actor_of(Player *p, const Course *c, Arena *mem, const Step *step)
{
    if (c->refused != NIL && c->seat != NIL) return actor_instead(p, c, mem, step);
    switch (step->by.kind) {
    case ACTOR_REPORTER: return c->reporter;
    case ACTOR_DUTY: return seat_person(p->ground, c->seat, c->at);
    case ACTOR_PARTY: return party_of(p, c, mem);
    case ACTOR_ROLE: break;
    }
    return person_in(p, c, mem, step->by.role);
}

/* ---- one step ---- */

static const Err *attempt_decide(Act *act, void *context)
{
    Attempt *a = context;
    Work *work = a->player->demo->house->work;
    const Run *run;
    const Err *e = a->step->flow.p ? case_file(act, work, &a->who, a->body, &run)
                                   : case_move(act, work, &a->who, a->course->id, a->step->move,
                                               a->body, &run);
    if (!e) a->out = *run_case(run);
    return e;
}

static void attempt_done(ActJob *job, const Err *e)
{
    Attempt *a = job->context;
    Player *p = a->player;
    a->fault = e;
    pthread_mutex_lock(&p->lock);
    p->waiting--;
    pthread_cond_signal(&p->done);
    pthread_mutex_unlock(&p->lock);
}

static const Step *step_of(const Course *c)
{
    const Step *step = c->plan->path->steps[c->step];
    return c->step == 0 && c->plan->through ? step->through : step;
}

/* In the shape of a UUIDv7, but the same whenever it is played. */
static Str key_of(Arena *mem, const Course *c)
{
    return str_fmt(mem, "%08llx-%04llx-7%03x-8%03x-%012llx",
                   (unsigned long long)(c->at >> 16 & 0xffffffff),
                   (unsigned long long)(c->at & 0xffff), (unsigned)(c->step & 0xfff),
                   (unsigned)c->tries, (unsigned long long)c->plan->no);
}

/* NULL: nobody can do it. */
static Attempt *attempt_new(Player *p, Course *c)
{
    Arena *mem = arena_new(0);
    Attempt *a = arena_make(mem, Attempt);
    const Step *step = step_of(c);
    if (c->reporter == NIL) c->reporter = person_in(p, c, mem, c->plan->reporter);
    int64_t person = actor_of(p, c, mem, step);
    *a = (Attempt){.player = p, .course = c, .step = step};
    if (person == NIL || who_at(mem, p->ground, person, c->at, NIL, &a->who)) {
        arena_free(mem);
        return NULL;
    }
    const Err *e = body_of(p, c, mem, step, &a->body);
    assert(!e); /* we wrote it */
    Str key = key_of(mem, c);
    a->job = (ActJob){.mem = mem,
                      .spec = {.region = p->demo->region,
                               .actor = person,
                               .seat = NIL,
                               .for_person = NIL,
                               .verb = step->move,
                               .key = key,
                               .sum = key,
                               .client = c->at},
                      .decide = attempt_decide,
                      .done = attempt_done,
                      .context = a};
    return a;
}

/* ---- what comes of it ---- */

static void follow_case(Player *p, Course *c, const Case *row)
{
    c->id = row->id;
    c->version = row->version;
    c->seat = row->duty_seat;
    c->area = row->area;
    c->department = row->department;
    c->due = row->due;
    if (!str_eq(c->matter, row->matter)) c->matter = str_dup(p->mem, row->matter);
}

/* The case that the move opened beside its own; false: none. */
static bool find_opened(const Attempt *a, Case *out)
{
    const Act *act = &a->job.act;
    for (size_t i = 0; i < act->count; i++) {
        const Change *change = &act->changes[i];
        if (change->table != &case_table || change->op != ROW_PUT || change->id == a->out.id)
            continue;
        *out = (Case){.id = change->id};
        for (size_t k = STATE_COLUMN_COUNT; k < case_table.count; k++)
            column_set(&case_table.columns[k], out, &change->values[k]);
        return true;
    }
    return false;
}

static void refuse(Player *p, const Attempt *a, const Step *step)
{
    DemoTally *tally = &p->demo->tally;
    tally->refused++;
    if (tally->refusal) return;
    const Err *e = a ? a->fault : &DUTY_NOBODY;
    const Err *first = e->next ? e->next : e;
    tally->refusal = err_field(p->mem, first, str_dup(p->mem, first->field));
    tally->refused_step = step->code;
}

/* Whoever answers in the stead of who was refused tries a minute later. */
static void try_other(Player *p, Attempt *a)
{
    Course *c = a->course;
    c->refused = a->who.person;
    c->at += MS_MINUTE;
    if (++c->tries < TRIES && c->seat != NIL)
        push(p, c);
    else
        refuse(p, a, a->step);
}

static void go_on(Player *p, Attempt *a)
{
    Course *c = a->course;
    Case opened;
    follow_case(p, c, &a->out);
    if (a->step->flow.p)
        p->demo->tally.cases++;
    else
        p->demo->tally.moves++;
    if (a->step->opens && find_opened(a, &opened)) {
        follow_case(p, c, &opened);
        p->demo->tally.cases++;
    }
    c->tries = 0;
    c->refused = NIL;
    if (++c->step == c->plan->steps) return;
    const Calendar *cal =
        defs_get(p->demo->house->defs, Calendar, CALENDAR_KIND, S(CALENDAR_NAME), c->at);
    c->at = c->plan->brisk ? plan_brisk(&c->dice, c->at)
                           : plan_next(step_of(c)->wait, cal, &c->dice, c->at, c->due);
    if (c->at < p->demo->end) push(p, c);
}

static const Err *come_of(Player *p, Attempt *a)
{
    const Err *e = a->fault;
    if (e && e->kind >= ERR_BUSY) return e;
    if (!e)
        go_on(p, a);
    else if (e->kind == ERR_DENIED)
        try_other(p, a);
    else
        refuse(p, a, a->step);
    return NULL;
}

/* ---- one minute ---- */

static void hand_in(Player *p, Attempt *a)
{
    pthread_mutex_lock(&p->lock);
    p->waiting++;
    pthread_mutex_unlock(&p->lock);
    bool queued = ledger_submit(p->demo->house->ledger, &a->job);
    assert(queued); /* TOGETHER is less than the lane takes */
}

static void wait_for_all(Player *p)
{
    pthread_mutex_lock(&p->lock);
    while (p->waiting)
        pthread_cond_wait(&p->done, &p->lock);
    pthread_mutex_unlock(&p->lock);
}

/* All that is to be done within the minute from now on. */
static const Err *play_minute(Player *p, Instant now)
{
    Attempt *attempts[TOGETHER];
    size_t n = 0;
    const Err *e = NULL;
    p->ground = ground_pin(p->demo->house->grounds, p->demo->region);
    while (p->n && p->heap[0]->at < now + MS_MINUTE && n < TOGETHER) {
        Course *c = pop(p);
        c->at = now;
        Attempt *a = attempt_new(p, c);
        if (a)
            attempts[n++] = a;
        else
            refuse(p, NULL, step_of(c));
    }
    for (size_t i = 0; i < n; i++)
        hand_in(p, attempts[i]);
    wait_for_all(p);
    for (size_t i = 0; i < n; i++) {
        const Err *f = come_of(p, attempts[i]);
        if (!e) e = f ? err_make(p->mem, f, STR_NULL, STR_NULL) : NULL;
        arena_free(attempts[i]->job.mem);
    }
    ground_unpin(p->ground);
    return e;
}

/* ---- all of it ---- */

static const Err *count_open(Player *p, Instant now, int64_t *out_open, int64_t *out_late)
{
    Arena *mem = arena_new(0);
    Who who;
    const Ground *ground = ground_pin(p->demo->house->grounds, p->demo->region);
    who_house(mem, ground, p->demo->region, now, &who);
    View view = {
        .work = p->demo->house->work, .db = p->db, .mem = mem, .who = &who, .now = now};
    CaseFilter open = CASE_FILTER, late = CASE_FILTER;
    open.open = late.open = 1;
    late.late = true;
    const Err *e = case_count(&view, &open, out_open);
    if (!e) e = case_count(&view, &late, out_late);
    ground_unpin(ground);
    arena_free(mem);
    return e;
}

/* Once a day: how much is open and late, and a word to whoever watches. */
static const Err *new_day(Player *p, Instant now)
{
    DemoTally *tally = &p->demo->tally;
    Date first = instant_date(p->demo->begin), last = instant_date(p->demo->end);
    p->day = instant_date(now);
    int64_t open, late;
    const Err *e = count_open(p, now, &open, &late);
    if (!e) e = demo_say(p->demo, now);
    if (e) return e;
    tally->days++;
    tally->open_days += open;
    tally->late_days += late;
    return demo_tell(p->demo, "一天一天办理", "days played", p->day - first, last - first + 1);
}

static const Err *play_all(Player *p)
{
    Demo *demo = p->demo;
    while (p->n) {
        Instant now = p->heap[0]->at;
        const Err *e = sweep_until(p->sweep, now, house_set_clock, demo->house);
        if (!e && instant_date(now) != p->day) e = new_day(p, now);
        if (!e) e = play_minute(p, now);
        if (e) return e;
    }
    const Err *e = sweep_until(p->sweep, demo->end, house_set_clock, demo->house);
    return e ? e : count_open(p, demo->end, &demo->tally.open, &demo->tally.late);
}

static void draw(Player *p)
{
    Demo *demo = p->demo;
    Planned *planned;
    PlanSpec spec = {.script = demo->script,
                     .calendar = defs_get(demo->house->defs, Calendar, CALENDAR_KIND,
                                          S(CALENDAR_NAME), demo->begin),
                     .places = demo->places,
                     .place_count = demo->subject_count,
                     .first = instant_date(demo->begin),
                     .end = demo->end};
    size_t n = plan_make(p->mem, &spec, &planned);
    Course *courses = arena_array(p->mem, Course, n);
    p->heap = arena_array(p->mem, Course *, n);
    for (size_t i = 0; i < n; i++) {
        courses[i] = (Course){.plan = &planned[i],
                              .dice = planned[i].dice,
                              .at = planned[i].at,
                              .refused = NIL,
                              .reporter = NIL,
                              .id = NIL,
                              .seat = NIL,
                              .area = demo->places[planned[i].place].cell,
                              .department = NIL,
                              .due = NIL};
        push(p, &courses[i]);
    }
}

const Err *demo_play(Demo *demo)
{
    Player p = {.demo = demo, .mem = demo->mem, .day = DATE_MIN};
    if (demo->end <= demo->begin) return NULL;
    const Err *e = sweep_open(demo->house->work, true, &p.sweep);
    if (e) return e;
    int failed = pthread_mutex_init(&p.lock, NULL);
    failed |= pthread_cond_init(&p.done, NULL);
    assert(!failed);
    if (!(e = db_open(demo->house->store, DB_READ, &p.db))) {
        draw(&p);
        e = play_all(&p);
        db_close(p.db);
    }
    SweepStats swept;
    sweep_stats(p.sweep, &swept);
    demo->tally.swept = swept.acts;
    sweep_close(p.sweep);
    pthread_cond_destroy(&p.done);
    pthread_mutex_destroy(&p.lock);
    return e;
}
