/* SPDX-License-Identifier: Apache-2.0 */
/*
 * play.h: the world of tests/grid with definitions, cases and a sweep: flows are texts of the
 * test, people act by name, the clock is the test's. Beside world.h's persons:
 *
 *   孙六 sun   department officer of the fire department, which leads matter fire
 *   吴七 wu    safety committee office
 *   郑八 zheng responsible officer of the other street's village (广运潭)
 *   冯九 feng  safety officer of subject 9001 (an id of the test's own)
 */
#ifndef TESTS_WORK_PLAY_H
#define TESTS_WORK_PLAY_H

#ifndef PLAY_MORE_TABLES /* of a test of the floors above, each with a comma */
#define PLAY_MORE_TABLES
#endif
#define WORLD_MORE_TABLES                                                                      \
    &definition_table, &case_table, &case_finder_table, &case_text_table, &map_day_table,      \
        &notice_table, &paper_table, PLAY_MORE_TABLES

#include "base/calendar.h"
#include "base/file.h"
#include "case/case.h"
#include "case/flow_load.h"
#include "case/map_days.h"
#include "case/notice.h"
#include "case/sweep.h"

#include "grid/world.h"

typedef struct {
    World *w;
    Arena *mem;
    Defs *defs;
    Work *work;
    Sweep *sweep;
    int64_t zheng, feng, officer2, fire_officer, office, safety;
    int64_t keys;
    Case last; /* of the last act */
    ActJob job;
} Play;

#define SUBJECT (ID_MAKE(REGION, 9001))

static const Err *play_codes(DefWorld *world, Arena *mem, Str file, Str text, void **out)
{
    (void)world;
    Reading r = READING(mem, file);
    const CodeList *list = code_list_read(&r, text);
    const Err *e = def_err(&r);
    if (!e) *out = (void *)(uintptr_t)list;
    return e;
}

static const Err *play_calendar(DefWorld *world, Arena *mem, Str file, Str text, void **out)
{
    (void)world, (void)file;
    const CalendarDay *days;
    size_t n;
    const Err *e = calendar_read(mem, text, STR_NULL, &days, &n);
    if (!e) *out = (void *)(uintptr_t)calendar_new(mem, days, n, (Office){0});
    return e;
}

static const Err *play_flow(DefWorld *world, Arena *mem, Str file, Str text, void **out)
{
    const void **lists, **flows;
    size_t list_count = def_world_all(world, CODES_KIND, mem, &lists);
    size_t flow_count = def_world_all(world, FLOW_KIND, mem, &flows);
    CodeLists codes = {(const CodeList *const *)(const void *)lists, list_count};
    FlowWorld sight = {.expr = expr_new(),
                       .lists = &codes,
                       .flows = (const Flow *const *)(const void *)flows,
                       .flow_count = flow_count};
    Flow *flow;
    const Err *e = flow_load(mem, file, text, &sight, &flow);
    expr_free(sight.expr);
    if (!e) *out = flow;
    return e;
}

static const DefKind play_kinds[] = {{CODES_KIND, ".yaml", play_codes},
                                     {CALENDAR_KIND, ".csv", play_calendar},
                                     {FLOW_KIND, ".yaml", play_flow}};

/* The one subject there is. */
static const Err *play_subject(Db *db, Arena *mem, int64_t id, CaseSubject *out)
{
    (void)db, (void)mem;
    if (id != SUBJECT) return &ERR_NOT_FOUND;
    *out = (CaseSubject){.name = S("老刘家具加工部"),
                         .matter = S("fire"),
                         .area = NIL,
                         .place = {1090050000, 343050000},
                         .placed = true,
                         .person = S("刘某")};
    return NULL;
}

/* "2026-11-23T09:00:00+08:00" */
static inline Instant at(const char *text)
{
    Instant t;
    assert_ok(instant_parse(str(text), &t));
    return t;
}

static inline void play_set(void *context, Instant now)
{
    ((Play *)context)->w->h->now = now;
}

static inline void play_until(Play *p, const char *text)
{
    assert_ok(sweep_until(p->sweep, at(text), play_set, p));
}

static inline void play_start(Play *p)
{
    World *w = p->w;
    WorkSpec spec = {.ledger = w->h->ledger,
                     .defs = p->defs,
                     .grounds = w->grounds,
                     .subject = play_subject};
    assert_ok(work_open(&spec, &p->work));
    assert_ok(sweep_open(p->work, true, &p->sweep));
    static GroundHooks hooks;
    hooks = work_hooks(p->work);
    w->hooks = &hooks;
}

static inline void play_publish(Play *p, const char *kind, const char *name, const char *text)
{
    size_t changed;
    Draft draft = {str(kind), str(name), str(text)};
    const Err *e = defs_publish(p->defs, &draft, 1, p->mem, &changed);
    if (e) {
        Buf b = BUF(p->mem);
        def_print(e, LANG_EN, &b);
        fail_msg("%.*s", STR(buf_str(&b)));
    }
}

static inline void play_publish_from(Play *p, const char *kind, const char *folder,
                                     const char *name)
{
    Str text;
    assert_ok(
        file_read_all(p->mem, str_fmt(p->mem, "%s/%s.yaml", folder, name), 1 << 20, &text));
    play_publish(p, kind, name, text.p);
}

static inline void play_publish_file(Play *p, const char *kind, const char *name)
{
    play_publish_from(p, kind, PLAY_DEFS, name);
}

/* The first code of a published list. */
static inline const char *play_first_code(Play *p, const char *list)
{
    const CodeList *found = defs_get(p->defs, CodeList, CODES_KIND, str(list), INT64_MAX);
    assert_non_null(found);
    return str_z(p->mem, found->codes[0].code);
}

static inline void play_publish_chore(Play *p)
{
    play_publish_file(p, CODES_KIND, "chore-kind");
    play_publish_file(p, CODES_KIND, "matter");
    play_publish_file(p, CODES_KIND, "document");
    play_publish_file(p, FLOW_KIND, "chore");
    play_publish_file(p, FLOW_KIND, "round");
}

static inline const Err *op_inner_seat(Act *act, const Ground *g, Call *c)
{
    SeatDraft draft = {.role = c->role, .area = NIL, .department = NIL, .subject = SUBJECT};
    return seat_open(act, g, &draft, c->starts, &c->out);
}

static inline Play *play_open(void)
{
    Play *p = calloc(1, sizeof *p);
    assert_non_null(p);
    World *w = p->w = world_open();
    p->mem = w->h->mem;
    assert_ok(defs_open(w->h->ledger, play_kinds, countof(play_kinds), &p->defs));
    p->zheng = world_person(w, "p8", "郑八");
    p->feng = world_person(w, "p9", "冯九");
    p->officer2 = world_seat(w, ROLE_RESPONSIBLE_OFFICER, w->village2, 0);
    p->fire_officer = world_seat(w, ROLE_DEPARTMENT_OFFICER, 0, w->fire);
    p->office = world_seat(w, ROLE_SAFETY_COMMITTEE_OFFICE, 0, 0);
    world_take(w, p->officer2, p->zheng, HOLD_HOLDER);
    world_take(w, p->fire_officer, w->sun, HOLD_HOLDER);
    world_take(w, p->office, w->wu, HOLD_HOLDER);
    p->safety = world_do(w, (Call){.op = op_inner_seat, .role = ROLE_SAFETY_OFFICER});
    world_take(w, p->safety, p->feng, HOLD_HOLDER);
    play_start(p);
    w->h->now = at("2026-11-23T09:00:00+08:00"); /* a Monday */
    return p;
}

/* As after a crash: what was in memory is read from the store again. The sweep is closed. */
static inline void play_reopen(Play *p)
{
    World *w = p->w;
    house_stop(w->h);
    work_close(p->work);
    grounds_close(w->grounds);
    defs_close(p->defs);
    house_start(w->h, world_tables, countof(world_tables));
    assert_ok(grounds_open(w->h->ledger, &w->grounds));
    assert_ok(defs_open(w->h->ledger, play_kinds, countof(play_kinds), &p->defs));
    play_start(p);
}

static void play_fault(void *context, const char *text)
{
    (void)context;
    fail_msg("check: %s", text);
}

static inline void play_restart(Play *p)
{
    sweep_close(p->sweep);
    play_reopen(p);
}

/* Every test leaves a store that passes `gridward check`. */
static inline void play_check(Play *p)
{
    Report report = {.fault = play_fault};
    int64_t entries, rows;
    assert_ok(ledger_check(p->w->h->ledger, NULL, 0, &report, &entries, &rows));
    assert_ok(case_check(p->work, p->w->h->db, &report));
}

static inline void play_close(Play *p)
{
    play_check(p);
    World *w = p->w;
    sweep_close(p->sweep);
    house_stop(w->h);
    work_close(p->work);
    defs_close(p->defs);
    grounds_close(w->grounds);
    store_close(w->h->store);
    unlink(w->h->path);
    unlink(str_fmt(w->h->mem, "%s-wal", w->h->path).p);
    unlink(str_fmt(w->h->mem, "%s-shm", w->h->path).p);
    arena_free(w->h->mem);
    free(w->h);
    free(w);
    free(p);
}

/* ---- people ---- */

static void unpin(void *ground)
{
    ground_unpin(ground);
}

static inline const Who *who(Play *p, int64_t person)
{
    Who *out = arena_make(p->mem, Who);
    const Ground *ground = ground_pin(p->w->grounds, REGION);
    assert_ok(who_at(p->mem, ground, person, p->w->h->now, NIL, out));
    arena_defer(p->mem, unpin, (void *)(uintptr_t)ground);
    return out;
}

static inline CaseView view_of(Play *p, int64_t person)
{
    return (CaseView){.work = p->work,
                      .db = p->w->h->db,
                      .mem = p->mem,
                      .who = who(p, person),
                      .now = p->w->h->now,
                      .lang = LANG_EN};
}

typedef struct {
    Play *p;
    const Who *who;
    int64_t id; /* NIL: file */
    Str move;
    const Json *body;
} Deed;

static const Err *deed_decide(Act *act, void *context)
{
    Deed *d = context;
    const Instance *run;
    const Err *e = d->id == NIL
                       ? case_file(act, d->p->work, d->who, d->body, &run)
                       : case_move(act, d->p->work, d->who, d->id, d->move, d->body, &run);
    if (!e) d->p->last = *run_case(run);
    return e;
}

static inline const Err *deed(Play *p, int64_t person, int64_t id, const char *move,
                              const char *body, const char *key)
{
    Deed *d = arena_make(p->mem, Deed);
    const Json *json;
    assert_ok(json_read(p->mem, str(body), &json));
    *d = (Deed){p, who(p, person), id, str(move), json};
    ActJob *job = arena_make(p->mem, ActJob);
    *job = (ActJob){
        .mem = p->mem,
        .spec = {.region = REGION,
                 .actor = person,
                 .seat = NIL,
                 .for_person = NIL,
                 .verb = S("?"),
                 .key = key ? str(key) : str_fmt(p->mem, "key-%lld", (long long)++p->keys),
                 .sum = str(body),
                 .client = NIL},
        .decide = deed_decide,
        .context = d};
    const Err *e = ledger_call(p->w->h->ledger, job);
    p->job = *job;
    return e;
}

typedef struct {
    Play *p;
    const Who *who;
    int64_t id;
    bool used;
} PaperDeed;

static const Err *paper_decide(Act *act, void *context)
{
    PaperDeed *d = context;
    return paper_close(act, d->p->work, d->who, d->id, d->used);
}

static inline const Err *play_paper(Play *p, int64_t person, int64_t id, bool used)
{
    PaperDeed d = {p, who(p, person), id, used};
    ActJob *job = arena_make(p->mem, ActJob);
    *job = (ActJob){.mem = p->mem,
                    .spec = {.region = REGION,
                             .actor = person,
                             .seat = NIL,
                             .for_person = NIL,
                             .verb = S("paper"),
                             .client = NIL},
                    .decide = paper_decide,
                    .context = &d};
    return ledger_call(p->w->h->ledger, job);
}

/* {"flow":…}; the case as answered. */
static inline Case file(Play *p, int64_t person, const char *body)
{
    assert_ok(deed(p, person, NIL, NULL, body, NULL));
    return p->last;
}

static inline const Err *try_move(Play *p, int64_t person, const Case *c, const char *move,
                                  const char *fields)
{
    Str body = str_fmt(p->mem, "{\"version\":%lld,\"fields\":%s}", (long long)c->version,
                       fields ? fields : "{}");
    return deed(p, person, c->id, move, body.p, NULL);
}

static inline Case move(Play *p, int64_t person, const Case *c, const char *name,
                        const char *fields)
{
    const Err *e = try_move(p, person, c, name, fields);
    if (e) {
        Buf b = BUF(p->mem);
        def_print(e, LANG_EN, &b);
        fail_msg("%s: %.*s", name, STR(buf_str(&b)));
    }
    return p->last;
}

static inline const Err *load(Play *p, int64_t person, int64_t id, Case *out)
{
    CaseView v = view_of(p, person);
    Access sight;
    return case_load(&v, id, out, &sight);
}

static inline Case load_ok(Play *p, int64_t person, int64_t id)
{
    Case c = {0};
    assert_ok(load(p, person, id, &c));
    return c;
}

/* The case as JSON, read again. */
static inline const Json *told(Play *p, int64_t person, int64_t id)
{
    CaseView v = view_of(p, person);
    Case c;
    Access sight;
    assert_ok(case_load(&v, id, &c, &sight));
    Buf b = BUF(p->mem);
    JsonOut w = JSON_OUT(&b);
    assert_ok(case_json(&v, &c, sight, true, &w));
    const Json *out;
    assert_ok(json_read(p->mem, buf_str(&b), &out));
    return out;
}

/* "inform, drop" of items, or "blocked" of blocked. */
static inline Str offers(Play *p, int64_t person, int64_t id, const char *which)
{
    CaseView v = view_of(p, person);
    Case c;
    Access sight;
    assert_ok(case_load(&v, id, &c, &sight));
    Buf b = BUF(p->mem), names = BUF(p->mem);
    JsonOut w = JSON_OUT(&b);
    assert_ok(case_moves(&v, &c, &w));
    const Json *all;
    assert_ok(json_read(p->mem, buf_str(&b), &all));
    const Json *items = json_get(all, which);
    for (size_t i = 0; i < json_count(items); i++)
        buf_fmt(&names, "%s%.*s", i ? " " : "", STR(json_member(json_at(items, i), "move")));
    return buf_str(&names);
}

static inline Str verbs(Play *p, int64_t person, int64_t id)
{
    CaseView v = view_of(p, person);
    Case c;
    Access sight;
    assert_ok(case_load(&v, id, &c, &sight));
    Buf b = BUF(p->mem), names = BUF(p->mem);
    JsonOut w = JSON_OUT(&b);
    assert_ok(case_history(&v, &c, sight, 100, &w));
    const Json *all;
    assert_ok(json_read(p->mem, buf_str(&b), &all));
    const Json *items = json_get(all, "items");
    for (size_t i = 0; i < json_count(items); i++)
        buf_fmt(&names, "%s%.*s", i ? " " : "", STR(json_member(json_at(items, i), "verb")));
    return buf_str(&names);
}

/* The faults of a 422 as "fields.a:required fields.b:type". */
static inline Str faults_of(Play *p, const Err *e)
{
    Buf b = BUF(p->mem);
    assert_non_null(e);
    for (const Err *f = e->next ? e->next : e; f; f = f->next)
        buf_fmt(&b, "%s%.*s:%s", b.n ? " " : "", STR(f->field), f->code);
    return buf_str(&b);
}

static inline Str roles_of(Play *p, Str risen)
{
    Buf b = BUF(p->mem);
    const Json *list;
    if (!risen.p) return S("");
    assert_ok(json_read(p->mem, risen, &list));
    for (size_t i = 0; i < json_count(list); i++)
        buf_fmt(&b, "%s%.*s", i ? " " : "", STR(json_member(json_at(list, i), "role")));
    return buf_str(&b);
}

static inline int64_t count_of(Play *p, int64_t person, CaseFilter filter)
{
    CaseView v = view_of(p, person);
    int64_t n, all = 0, ids[1024];
    assert_ok(case_count(&v, &filter, &n));
    filter.limit = 2; /* pages of two say the same */
    do {
        CasePage page;
        assert_ok(case_page(&v, &filter, &page));
        for (size_t i = 0; i < page.count; i++) {
            for (int64_t k = 0; k < all; k++)
                assert_true(ids[k] != page.cases[i].id); /* each once */
            ids[all++] = page.cases[i].id;
        }
        filter.cursor = page.next;
    } while (filter.cursor.p);
    assert_int_equal(n, all);
    return n;
}

static inline int64_t rows_in(Play *p, const char *table, const char *where)
{
    Rows rows;
    assert_ok(db_query(
        p->w->h->db, str_fmt(p->mem, "SELECT count(*) FROM %s WHERE %s", table, where), &rows));
    assert_true(rows_next(&rows));
    int64_t n = rows_int(&rows, 0);
    assert_ok(rows_close(&rows));
    return n;
}

#define assert_due(c, text) assert_int_equal((c).due, at(text))

#endif
