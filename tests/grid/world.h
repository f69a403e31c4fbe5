/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world.h: a small region for tests, made by acts: a root, two park offices, a community of
 * each, three cells (the third outlined by nobody yet), departments, persons and seats.
 *
 *   浐灞 610179
 *     雁鸣湖园办 610179400 ─ 柴马社区 610179400001 ─ 网格1 …001 (109.00–109.01), 网格2 …002
 * (109.01–109.02) 广运潭园办 610179401 ─ 浐河社区 610179401001 ─ 网格3 …001 (no outline)
 */
#ifndef TESTS_GRID_WORLD_H
#define TESTS_GRID_WORLD_H

#include "../house.h"
#include "base/crypt.h"
#include "grid/division.h"
#include "grid/duty.h"
#include "grid/import.h"

#define REGION 7
#define DAY    INT64_C(86400000)
#define T0     (INT64_C(1767225600000) - 8 * 3600000) /* 2026-01-01 00:00 UTC+8 */

static const Table *const world_tables[] = {&entry_table,
                                            &head_table,
                                            &key_table,
                                            &region_table,
                                            &area_table,
                                            &area_span_table,
                                            &outline_table,
                                            &area_code_table,
                                            &docking_table,
                                            &department_table,
                                            &department_span_table,
                                            &department_rule_table,
                                            &authority_table,
                                            &person_table,
                                            &person_fact_table,
                                            &seat_table,
                                            &seat_hold_table,
                                            &absence_table,
                                            &roster_table,
                                            &import_table,
                                            &division_table,
#ifdef WORLD_MORE_TABLES /* of a test of the floors above, each with a comma */
                                            WORLD_MORE_TABLES
#endif
};

typedef struct {
    House *h;
    Grounds *grounds;
    const GroundHooks *hooks;
    int64_t root, street, street2, village, village2, cell1, cell2, cell3;
    int64_t emergency, fire, city;
    int64_t wang, li, zhao, zhou, qian, sun, wu;                 /* persons */
    int64_t member, officer, deputy, chief, region_deputy, room; /* seats */
    int64_t member_hold, officer_hold, chief_hold;
} World;

/* One act: op calls a noun function on the newest ground with the call's arguments. */
typedef struct Call Call;
struct Call {
    World *w;
    const Err *(*op)(Act *act, const Ground *g, Call *call);
    int64_t id, person, other;
    Role role;
    HoldKind kind;
    Level level;
    Str name, code, text, reason;
    const Outline *shape;
    Instant starts, ends;
    int64_t actor, seat; /* who acts */
    int64_t out;
};

static const Err *call_decide(Act *act, void *context)
{
    Call *call = context;
    return call->op(act, act_ground(act, call->w->grounds), call);
}

/* Members that are 0 stand for NIL where an id or an instant is meant. */
static inline const Err *world_try(World *w, Call *call)
{
    int64_t *ids[] = {&call->id,     &call->person, &call->other,
                      &call->starts, &call->ends,   &call->seat};
    for (size_t i = 0; i < countof(ids); i++)
        if (!*ids[i]) *ids[i] = NIL;
    call->w = w;
    ActJob *job = arena_make(w->h->mem, ActJob);
    *job = (ActJob){.lane = {.alone = true},
                    .mem = w->h->mem,
                    .spec = {.region = REGION,
                             .actor = call->actor,
                             .seat = call->seat,
                             .for_person = NIL,
                             .verb = S("test"),
                             .client = NIL},
                    .decide = call_decide,
                    .context = call};
    return ledger_call(w->h->ledger, job);
}

static inline int64_t world_do(World *w, Call call)
{
    assert_ok(world_try(w, &call));
    return call.out;
}

static inline const Err *op_area(Act *act, const Ground *g, Call *c)
{
    AreaDraft draft = {.parent = c->id, .level = c->level, .name = c->name, .code = c->code};
    return area_open(act, g, &draft, c->starts, &c->out);
}

static inline const Err *op_draw(Act *act, const Ground *g, Call *c)
{
    return area_draw(act, g, c->id, c->shape, DATUM_WGS84, STR_NULL, S("test"), c->starts);
}

static inline const Err *op_person(Act *act, const Ground *g, Call *c)
{
    return person_open(act, g, c->code, c->name, S("029-83590000"), &c->out);
}

static inline const Err *op_fact(Act *act, const Ground *g, Call *c)
{
    return person_fact_set(act, g, c->person, c->name, c->text, c->starts, c->ends);
}

static inline const Err *op_department(Act *act, const Ground *g, Call *c)
{
    DepartmentDraft draft = {
        .code = c->code, .name = c->name, .supervision = c->text, .whose = c->reason};
    return department_open(act, g, &draft, c->starts, &c->out);
}

static inline const Err *op_rule(Act *act, const Ground *g, Call *c)
{
    RuleDraft draft = {.matter = c->name,
                       .area = c->id,
                       .department = c->other,
                       .part = c->text,
                       .basis = c->reason};
    return rule_set(act, g, &draft, c->starts, &c->out);
}

static inline const Err *op_seat(Act *act, const Ground *g, Call *c)
{
    SeatDraft draft = {.role = c->role, .area = c->id, .department = c->other, .subject = NIL};
    return seat_open(act, g, &draft, c->starts, &c->out);
}

static inline const Err *op_take(Act *act, const Ground *g, Call *c)
{
    return seat_take(act, g, c->w->hooks, c->id, c->person, c->kind, c->starts, c->ends,
                     &c->out);
}

static inline const Err *op_leave(Act *act, const Ground *g, Call *c)
{
    return seat_leave(act, g, c->w->hooks, c->id, c->ends, c->reason);
}

static inline const Err *op_absence(Act *act, const Ground *g, Call *c)
{
    return absence_open(act, g, c->w->hooks, c->person, S("leave"), c->starts, c->ends,
                        &c->out);
}

static inline const Err *op_shift(Act *act, const Ground *g, Call *c)
{
    return shift_open(act, g, c->id, c->person, c->starts, c->ends, &c->out);
}

/* The square [west, east) × [south, north) in hundredths of a degree. */
static inline const Outline *square(Arena *mem, int west, int south, int east, int north)
{
    const int32_t k = 100000;
    Point *at = arena_array(mem, Point, 4);
    at[0] = (Point){west * k, south * k};
    at[1] = (Point){east * k, south * k};
    at[2] = (Point){east * k, north * k};
    at[3] = (Point){west * k, north * k};
    Ring ring = {.at = at, .n = 4};
    Outline *out = arena_make(mem, Outline);
    assert_ok(outline_make(mem, &ring, 1, out));
    return out;
}

static inline void world_areas(World *w)
{
    Arena *mem = w->h->mem;
    w->root = world_do(
        w,
        (Call){.op = op_area, .level = LEVEL_REGION, .name = S("浐灞"), .code = S("610179")});
    w->street = world_do(w, (Call){.op = op_area,
                                   .id = w->root,
                                   .level = LEVEL_STREET,
                                   .name = S("雁鸣湖园办"),
                                   .code = S("610179400")});
    w->street2 = world_do(w, (Call){.op = op_area,
                                    .id = w->root,
                                    .level = LEVEL_STREET,
                                    .name = S("广运潭园办"),
                                    .code = S("610179401")});
    w->village = world_do(w, (Call){.op = op_area,
                                    .id = w->street,
                                    .level = LEVEL_VILLAGE,
                                    .name = S("柴马社区"),
                                    .code = S("610179400001")});
    w->village2 = world_do(w, (Call){.op = op_area,
                                     .id = w->street2,
                                     .level = LEVEL_VILLAGE,
                                     .name = S("浐河社区"),
                                     .code = S("610179401001")});
    w->cell1 = world_do(w, (Call){.op = op_area,
                                  .id = w->village,
                                  .level = LEVEL_CELL,
                                  .name = S("柴马第1网格"),
                                  .code = S("610179400001001")});
    w->cell2 = world_do(w, (Call){.op = op_area,
                                  .id = w->village,
                                  .level = LEVEL_CELL,
                                  .name = S("柴马第2网格"),
                                  .code = S("610179400001002")});
    w->cell3 = world_do(w, (Call){.op = op_area,
                                  .id = w->village2,
                                  .level = LEVEL_CELL,
                                  .name = S("浐河第1网格"),
                                  .code = S("610179401001001")});
    world_do(
        w,
        (Call){.op = op_draw, .id = w->cell1, .shape = square(mem, 10900, 3430, 10901, 3431)});
    world_do(
        w,
        (Call){.op = op_draw, .id = w->cell2, .shape = square(mem, 10901, 3430, 10902, 3431)});
}

static inline int64_t world_person(World *w, const char *code, const char *name)
{
    return world_do(w, (Call){.op = op_person, .code = str(code), .name = str(name)});
}

static inline int64_t world_seat(World *w, Role role, int64_t area, int64_t department)
{
    return world_do(w, (Call){.op = op_seat, .role = role, .id = area, .other = department});
}

static inline int64_t world_take(World *w, int64_t seat, int64_t person, HoldKind kind)
{
    return world_do(w, (Call){.op = op_take, .id = seat, .person = person, .kind = kind});
}

/* Everything opened at T0. */
static inline World *world_open(void)
{
    World *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->h = house_open(world_tables, countof(world_tables));
    w->h->now = T0;
    assert_ok(grounds_open(w->h->ledger, &w->grounds));
    world_areas(w);
    w->emergency = world_do(w, (Call){.op = op_department,
                                      .code = S("emergency"),
                                      .name = S("应急管理局"),
                                      .text = S("comprehensive")});
    w->fire = world_do(w, (Call){.op = op_department,
                                 .code = S("fire"),
                                 .name = S("消防救援大队"),
                                 .text = S("industry"),
                                 .reason = S("city")});
    w->city = world_do(w, (Call){.op = op_department,
                                 .code = S("city"),
                                 .name = S("灞桥区城管局"),
                                 .text = S("industry"),
                                 .reason = S("foreign")});
    world_do(
        w, (Call){.op = op_rule, .name = S("fire"), .other = w->fire, .reason = S("权责清单")});
    w->wang = world_person(w, "p1", "王一");
    w->li = world_person(w, "p2", "李二");
    w->zhao = world_person(w, "p3", "赵三");
    w->zhou = world_person(w, "p4", "周四");
    w->qian = world_person(w, "p5", "钱五");
    w->sun = world_person(w, "p6", "孙六");
    w->wu = world_person(w, "p7", "吴七");
    w->member = world_seat(w, ROLE_GRID_MEMBER, w->cell1, 0);
    w->officer = world_seat(w, ROLE_RESPONSIBLE_OFFICER, w->village, 0);
    w->deputy = world_seat(w, ROLE_DEPUTY_IN_CHARGE, w->street, 0);
    w->chief = world_seat(w, ROLE_GRID_CHIEF, w->street, 0);
    w->region_deputy = world_seat(w, ROLE_REGION_DEPUTY, 0, 0);
    w->room = world_seat(w, ROLE_DUTY_ROOM, w->street, 0);
    w->member_hold = world_take(w, w->member, w->wang, HOLD_HOLDER);
    w->officer_hold = world_take(w, w->officer, w->li, HOLD_HOLDER);
    world_take(w, w->deputy, w->zhao, HOLD_HOLDER);
    w->chief_hold = world_take(w, w->chief, w->zhou, HOLD_HOLDER);
    world_take(w, w->region_deputy, w->qian, HOLD_HOLDER);
    return w;
}

static inline void world_close(World *w)
{
    /* what the acts pinned goes with the house's arena, before the store does */
    house_stop(w->h);
    grounds_close(w->grounds);
    store_close(w->h->store);
    unlink(w->h->path);
    unlink(str_fmt(w->h->mem, "%s-wal", w->h->path).p);
    unlink(str_fmt(w->h->mem, "%s-shm", w->h->path).p);
    arena_free(w->h->mem);
    free(w->h);
    free(w);
}

static inline int setup(void **state)
{
    *state = world_open();
    return 0;
}

static inline int teardown(void **state)
{
    world_close(*state);
    return 0;
}

static inline void advance(World *w, int64_t ms)
{
    w->h->now += ms;
}

#endif
