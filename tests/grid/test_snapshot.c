/* SPDX-License-Identifier: Apache-2.0 */
/* The ground at every instant: the tree, outlines, and snapshots that threads share. */
#include <pthread.h>
#include <stdatomic.h>

#include "world.h"

static const Err *op_change(Act *act, const Ground *g, Call *c)
{
    AreaDraft draft = {.parent = c->other, .name = c->name, .code = c->code};
    return area_change(act, g, c->w->hooks, c->id, &draft, c->starts);
}

static const Err *op_close(Act *act, const Ground *g, Call *c)
{
    return area_close(act, g, c->w->hooks, c->id, c->other, c->ends);
}

static const Err *op_dock(Act *act, const Ground *g, Call *c)
{
    return area_dock(act, g, c->id, c->code, c->name, c->starts);
}

static const Ground *pin(World *w)
{
    return ground_pin(w->grounds, REGION);
}

static void the_tree_is_numbered_so_that_a_subtree_is_a_range(void **state)
{
    World *w = *state;
    const Ground *g = pin(w);
    uint32_t first, end, cell, behind;
    assert_true(area_range(g, w->root, T0, &first, &end));
    assert_int_equal(first, 0);
    assert_int_equal(end, 8);
    assert_true(area_range(g, w->village, T0, &first, &end));
    assert_int_equal(end - first, 3);
    assert_true(area_range(g, w->cell2, T0, &cell, &behind));
    assert_true(cell >= first && cell < end && behind == cell + 1);
    assert_int_equal(area_by_order(g, cell, T0)->area, w->cell2);
    assert_null(area_by_order(g, 8, T0));
    assert_true(area_within(g, w->cell1, w->street, T0));
    assert_true(area_within(g, w->cell1, w->cell1, T0));
    assert_false(area_within(g, w->street, w->cell1, T0));
    assert_false(area_within(g, w->cell3, w->street, T0));
    assert_false(area_within(g, NIL, w->root, T0));
    assert_false(area_range(g, 12345, T0, &first, &end));
    const AreaSpan *path[LEVEL_COUNT];
    assert_int_equal(area_path(g, w->cell1, T0, path), 4);
    assert_int_equal(path[0]->area, w->cell1);
    assert_int_equal(path[3]->area, w->root);
    const AreaSpan **all;
    size_t n;
    area_children(g, w->village, T0, w->h->mem, &all, &n);
    assert_int_equal(n, 2);
    assert_str(all[0]->name, "柴马第1网格");
    area_children(g, NIL, T0, w->h->mem, &all, &n);
    assert_int_equal(n, 1);
    area_tree(g, w->street2, T0, w->h->mem, &all, &n);
    assert_int_equal(n, 3);
    assert_int_equal(area_by_code(g, S("610179401001"), T0)->area, w->village2);
    assert_null(area_at(g, w->root, T0 - 1)); /* nothing was there before */
    assert_null(area_root(g, T0 - 1));
    ground_unpin(g);
}

static void a_name_is_what_it_was_then(void **state)
{
    World *w = *state;
    advance(w, DAY);
    world_do(w, (Call){.op = op_change,
                       .id = w->village,
                       .name = S("柴马新社区"),
                       .code = S("610179400009")});
    const Ground *g = pin(w);
    assert_str(area_at(g, w->village, w->h->now - 1)->name, "柴马社区");
    assert_str(area_at(g, w->village, w->h->now)->name, "柴马新社区");
    assert_null(area_by_code(g, S("610179400001"), w->h->now));
    assert_int_equal(area_by_code(g, S("610179400001"), w->h->now - 1)->area, w->village);
    assert_true(area_within(g, w->cell1, w->village, w->h->now));
    ground_unpin(g);
    Call before = {.op = op_change, .id = w->village, .name = S("早"), .starts = T0 + 1};
    assert_err(world_try(w, &before), SPAN_ORDER);
    /* at the very instant of the last change it is a correction: no second span */
    world_do(w, (Call){.op = op_change, .id = w->village, .name = S("柴马新村")});
    g = pin(w);
    assert_str(area_at(g, w->village, w->h->now)->name, "柴马新村");
    ground_unpin(g);
    int64_t n;
    static const Sql spans = SQL("SELECT count(*) FROM area_spans WHERE area = $1");
    assert_ok(db_int(w->h->db, &spans, ARGS(ARG_I(w->village)), 0, &n));
    assert_int_equal(n, 2);
}

static void an_area_moves_and_what_was_within_stays_true_for_then(void **state)
{
    World *w = *state;
    Call alone = {.op = op_change,
                  .id = w->cell2,
                  .other = w->village2}; /* where it would have no officer */
    assert_err(world_try(w, &alone), WOULD_ORPHAN);
    world_take(w, world_seat(w, ROLE_RESPONSIBLE_OFFICER, w->street2, 0), w->wu, HOLD_HOLDER);
    world_take(w, world_seat(w, ROLE_GRID_CHIEF, w->street2, 0), w->sun, HOLD_HOLDER);
    advance(w, DAY);
    world_do(w, (Call){.op = op_change, .id = w->cell2, .other = w->village2});
    const Ground *g = pin(w);
    assert_true(area_within(g, w->cell2, w->street2, w->h->now));
    assert_true(area_within(g, w->cell2, w->street, w->h->now - 1));
    assert_false(area_within(g, w->cell2, w->street, w->h->now));
    ground_unpin(g);
    Call loop = {.op = op_change, .id = w->street, .other = w->cell1};
    assert_err(world_try(w, &loop), AREA_LEVEL);
    Call root = {.op = op_change, .id = w->root, .other = w->street};
    assert_err(world_try(w, &root), AREA_LEVEL);
}

static void a_closed_area_is_found_again_in_what_it_has_become(void **state)
{
    World *w = *state;
    Call early = {.op = op_close, .id = w->village2};
    assert_err(world_try(w, &early), AREA_IN_USE);
    Call root = {.op = op_close, .id = w->root};
    assert_err(world_try(w, &root), AREA_ROOT);
    advance(w, DAY);
    world_do(w, (Call){.op = op_close, .id = w->cell3, .other = w->cell1});
    world_do(w, (Call){.op = op_close, .id = w->village2});
    const Ground *g = pin(w);
    uint32_t first, end, heir, behind;
    assert_true(area_range(g, w->cell3, w->h->now, &first, &end));
    assert_true(area_range(g, w->cell1, w->h->now, &heir, &behind));
    assert_int_equal(first, heir);
    assert_int_equal(end, first); /* nothing of today is below it */
    assert_true(
        area_range(g, w->village2, w->h->now, &first, &end)); /* no successor: its parent */
    assert_true(area_range(g, w->street2, w->h->now, &heir, &behind));
    assert_int_equal(first, heir);
    assert_null(area_at(g, w->cell3, w->h->now));
    assert_non_null(area_at(g, w->cell3, w->h->now - 1));
    ground_unpin(g);
}

static void codes_have_the_digits_of_their_level_and_are_unique(void **state)
{
    World *w = *state;
    Call bad[] = {
        {.op = op_area,
         .id = w->village,
         .level = LEVEL_CELL,
         .name = S("x"),
         .code = S("61017940000100")},
        {.op = op_area,
         .id = w->village,
         .level = LEVEL_CELL,
         .name = S("x"),
         .code = S("61017940000100A")},
    };
    for (size_t i = 0; i < countof(bad); i++)
        assert_err(world_try(w, &bad[i]), AREA_CODE);
    Call taken = {.op = op_area,
                  .id = w->village2,
                  .level = LEVEL_CELL,
                  .name = S("x"),
                  .code = S("610179400001001")};
    assert_err(world_try(w, &taken), AREA_TAKEN);
    Call second = {.op = op_area, .level = LEVEL_REGION, .name = S("x"), .code = S("610111")};
    assert_err(world_try(w, &second), AREA_ROOT);
    Call orphan = {.op = op_area,
                   .id = 99,
                   .level = LEVEL_CELL,
                   .name = S("x"),
                   .code = S("610179400001003")};
    assert_err(world_try(w, &orphan), AREA_MISSING);
}

static int64_t leaf(World *w, int32_t lon, int32_t lat, Instant at)
{
    const Ground *g = pin(w);
    int64_t area = area_find(g, (Point){lon, lat}, at);
    ground_unpin(g);
    return area;
}

static void a_point_lies_in_one_leaf_and_borders_belong_to_the_east(void **state)
{
    World *w = *state;
    assert_int_equal(leaf(w, 1090050000, 343050000, T0), w->cell1);
    assert_int_equal(leaf(w, 1090100000, 343050000, T0), w->cell2); /* the shared border */
    assert_int_equal(leaf(w, 1090099999, 343050000, T0), w->cell1);
    assert_int_equal(leaf(w, 1090000000, 343000000, T0),
                     w->cell1); /* left and lower edges belong */
    assert_int_equal(leaf(w, 1090200000, 343050000, T0), NIL);
    assert_int_equal(leaf(w, 1090050000, 343100000, T0), NIL);
    assert_int_equal(leaf(w, 1090050000, 343050000, T0 - 1), NIL);
    const Ground *g = pin(w);
    int64_t metres = 0;
    assert_int_equal(area_nearest(g, (Point){1090210000, 343050000}, T0, &metres), w->cell2);
    assert_true(metres > 80 &&
                metres < 100); /* 0.001 degree of longitude at 34 degrees north */
    ground_unpin(g);
}

static void an_outline_has_versions_and_an_outlined_parent_is_no_leaf(void **state)
{
    World *w = *state;
    advance(w, DAY);
    const Outline *wide = square(w->h->mem, 10800, 3400, 11000, 3500),
                  *moved = square(w->h->mem, 10950, 3430, 10951, 3431);
    world_do(w, (Call){.op = op_draw,
                       .id = w->street,
                       .shape = wide}); /* cells below have outlines: not a leaf */
    world_do(w, (Call){.op = op_draw, .id = w->street2, .shape = wide}); /* nothing below has */
    world_do(w, (Call){.op = op_draw, .id = w->cell2, .shape = moved});
    assert_int_equal(leaf(w, 1090050000, 343050000, w->h->now), w->cell1);
    assert_int_equal(leaf(w, 1081000000, 341000000, w->h->now), w->street2);
    assert_int_equal(leaf(w, 1090150000, 343050000, w->h->now - 1), w->cell2);
    assert_int_equal(leaf(w, 1090150000, 343050000, w->h->now), w->street2);
    const Ground *g = pin(w);
    const Outline *shape;
    const AreaOutline *before = area_outline(g, w->cell2, T0, NULL),
                      *after = area_outline(g, w->cell2, w->h->now, &shape);
    assert_int_not_equal(before->id, after->id);
    assert_int_equal(before->ends, w->h->now);
    assert_true(outline_eq(shape, moved));
    assert_str(after->datum, "WGS84");
    assert_null(area_outline(g, w->village, T0, NULL));
    ground_unpin(g);
}

static void a_stamp_changes_with_areas_and_outlines_alone(void **state)
{
    World *w = *state;
    advance(w, DAY);
    int64_t first, drawn, sat;
    Instant since;
    const Ground *g = ground_pin(w->grounds, REGION);
    area_stamp(g, w->h->now, &first, &since);
    assert_true(since <= w->h->now);
    ground_unpin(g);
    world_do(w, (Call){.op = op_draw,
                       .id = w->cell2,
                       .shape = square(w->h->mem, 10950, 3430, 10951, 3431)});
    g = ground_pin(w->grounds, REGION);
    area_stamp(g, w->h->now, &drawn, &since);
    assert_true(drawn > first);
    ground_unpin(g);
    (void)world_person(w, "p77", "外人");
    g = ground_pin(w->grounds, REGION);
    area_stamp(g, w->h->now, &sat, &since);
    assert_int_equal(sat, drawn);
    ground_unpin(g);
}

static void docking_is_kept_with_its_dates(void **state)
{
    World *w = *state;
    world_do(
        w,
        (Call){.op = op_dock, .id = w->street, .code = S("610111004"), .name = S("席王街道")});
    Call again = {
        .op = op_dock, .id = w->street, .code = S("610111004"), .name = S("席王街道")};
    assert_err(world_try(w, &again), AREA_TAKEN);
    const Ground *g = pin(w);
    const Docking **all;
    size_t n;
    area_dockings(g, w->street, T0, w->h->mem, &all, &n);
    assert_int_equal(n, 1);
    assert_str(all[0]->code, "610111004");
    area_dockings(g, w->street, T0 - 1, w->h->mem, &all, &n);
    assert_int_equal(n, 0);
    ground_unpin(g);
}

static void a_pinned_snapshot_does_not_change(void **state)
{
    World *w = *state;
    const Ground *old = pin(w);
    world_do(w, (Call){.op = op_change, .id = w->village, .name = S("新名")});
    const Ground *new = pin(w);
    assert_ptr_not_equal(old, new);
    assert_str(area_at(old, w->village, T0)->name, "柴马社区");
    assert_str(area_at(new, w->village, T0)->name, "新名");
    const Ground *same = pin(w);
    assert_ptr_equal(new, same);
    ground_unpin(same);
    ground_unpin(old);
    ground_unpin(new);
    ground_unpin(NULL);
    const Ground *none = ground_pin(w->grounds, 999); /* a region that is not there */
    assert_null(area_root(none, T0));
    assert_int_equal(area_find(none, (Point){1, 1}, T0), NIL);
    ground_unpin(none);
}

static const Err *op_region(Act *act, const Ground *g, Call *c)
{
    (void)g;
    Region region;
    const Err *e = region_open(act, c->name, c->code, &region);
    if (!e) c->out = region.region_no;
    return e;
}

static const Err *call_region(World *w, Call *call)
{
    call->w = w;
    ActJob job = {
        .lane = {.alone = true},
        .mem = w->h->mem,
        .spec = {.region = 0, .seat = NIL, .for_person = NIL, .verb = S("test"), .client = NIL},
        .decide = call_decide,
        .context = call};
    return ledger_call(w->h->ledger, &job);
}

static void regions_get_the_next_number_and_are_found_by_code(void **state)
{
    World *w = *state;
    Call a = {.op = op_region, .name = S("灞桥区"), .code = S("610111")},
         b = {.op = op_region, .name = S("未央区"), .code = S("610112")};
    assert_ok(call_region(w, &a));
    assert_ok(call_region(w, &b));
    assert_int_equal(a.out, 1);
    assert_int_equal(b.out, 2);
    Call again = {.op = op_region, .name = S("灞桥区"), .code = S("610111")};
    assert_err(call_region(w, &again), AREA_TAKEN);
    Region region;
    assert_ok(region_by_code(w->h->db, S("610112"), w->h->mem, &region));
    assert_int_equal(region.region_no, 2);
    assert_int_equal(region.region, 0);
    assert_err(region_by_no(w->h->db, 3, w->h->mem, &region), ERR_NOT_FOUND);
}

/* ---- threads ---- */

typedef struct {
    World *w;
    atomic_bool *stop;
    int64_t seen;
} Reader;

static void *read_on(void *arg)
{
    Reader *r = arg;
    Arena *mem = arena_new(0);
    Locus stand = {.cell = r->w->cell1, .matter = S("fire"), .department = NIL, .subject = NIL};
    RoleAt chair = {ROLE_GRID_MEMBER, ANCHOR_AREA};
    do {
        const Ground *g = pin(r->w);
        Duty duty;
        const Err *e = duty_find(g, &chair, 1, &stand, T0, mem, NULL, &duty);
        if (!e && area_find(g, (Point){1090050000, 343050000}, T0) == r->w->cell1) r->seen++;
        ground_unpin(g);
        arena_reset(mem);
    } while (!atomic_load(r->stop));
    arena_free(mem);
    return NULL;
}

static void threads_read_while_the_lane_writes(void **state)
{
    World *w = *state;
    atomic_bool stop = false;
    Reader readers[3];
    pthread_t threads[countof(readers)];
    for (size_t i = 0; i < countof(readers); i++) {
        readers[i] = (Reader){w, &stop, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, read_on, &readers[i]), 0);
    }
    for (int i = 0; i < 20; i++) {
        advance(w, DAY);
        world_do(w,
                 (Call){.op = op_change, .id = w->village2, .name = i % 2 ? S("甲") : S("乙")});
        world_take(w, w->member, i % 2 ? w->wang : w->sun, HOLD_HOLDER);
    }
    atomic_store(&stop, true);
    for (size_t i = 0; i < countof(readers); i++) {
        pthread_join(threads[i], NULL);
        assert_true(readers[i].seen > 0);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        CASE(the_tree_is_numbered_so_that_a_subtree_is_a_range),
        CASE(a_name_is_what_it_was_then),
        CASE(an_area_moves_and_what_was_within_stays_true_for_then),
        CASE(a_closed_area_is_found_again_in_what_it_has_become),
        CASE(codes_have_the_digits_of_their_level_and_are_unique),
        CASE(a_point_lies_in_one_leaf_and_borders_belong_to_the_east),
        CASE(an_outline_has_versions_and_an_outlined_parent_is_no_leaf),
        CASE(a_stamp_changes_with_areas_and_outlines_alone),
        CASE(docking_is_kept_with_its_dates),
        CASE(a_pinned_snapshot_does_not_change),
        CASE(regions_get_the_next_number_and_are_found_by_code),
        CASE(threads_read_while_the_lane_writes),
    };
    return cmocka_run_group_tests_name("ground", tests, NULL, NULL);
}
