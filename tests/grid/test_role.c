/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "grid/role.h"

static void names_go_there_and_back(void **state)
{
    (void)state;
    for (Role r = ROLE_NONE + 1; r < ROLE_COUNT; r++) {
        Role back = ROLE_NONE;
        assert_non_null(role_name(r));
        assert_true(role_by_name(str(role_name(r)), &back));
        assert_int_equal(back, r);
        assert_true(role_zh(r)[0] != 0 && role_en(r)[0] != 0);
        assert_true(role_fits(r, role_anchor(r)));
    }
    Role out = ROLE_LEADER;
    assert_false(role_by_name(S("none"), &out));
    assert_false(role_by_name(S("grid_membe"), &out));
    assert_false(role_by_name(STR_NULL, &out));
    assert_int_equal(out, ROLE_LEADER);
}

static void every_ladder_ends_at_the_regions_deputy(void **state)
{
    (void)state;
    for (Role r = ROLE_NONE + 1; r < ROLE_COUNT; r++) {
        Role at = r;
        for (int rungs = 0; role_next(at) != ROLE_NONE; rungs++) {
            assert_true(rungs < ROLE_COUNT);
            at = role_next(at);
            assert_true(role_may_answer(at));
        }
        if (role_may_answer(r))
            assert_int_equal(at, ROLE_REGION_DEPUTY);
        else
            assert_int_equal(at, r);
    }
    assert_int_equal(role_next(ROLE_GRID_MEMBER), ROLE_RESPONSIBLE_OFFICER);
    assert_int_equal(role_next(ROLE_RESPONSIBLE_OFFICER), ROLE_DEPUTY_IN_CHARGE);
    assert_int_equal(role_next(ROLE_DEPUTY_IN_CHARGE), ROLE_GRID_CHIEF);
    assert_int_equal(role_next(ROLE_GRID_CHIEF), ROLE_REGION_DEPUTY);
    assert_int_equal(role_next(ROLE_DEPARTMENT_OFFICER), ROLE_DEPARTMENT_HEAD);
}

static void a_subjects_people_never_answer(void **state)
{
    (void)state;
    for (Role r = ROLE_NONE + 1; r < ROLE_COUNT; r++)
        if (role_anchor(r) == ANCHOR_SUBJECT) assert_false(role_may_answer(r));
    assert_false(role_may_answer(ROLE_STREET_CONTACT));
    assert_true(role_is_roster(ROLE_DUTY_ROOM));
    assert_false(role_is_roster(ROLE_GRID_MEMBER));
}

static void chairs_are_read_and_printed(void **state)
{
    (void)state;
    RoleAt c = {ROLE_LEADER, ANCHOR_REGION};
    assert_false(chair_parse(S("grid_member@"), &c));
    assert_false(chair_parse(S("grid_member@cell"), &c));
    assert_false(chair_parse(S("@area"), &c));
    assert_false(chair_parse(S("duty"), &c));
    assert_int_equal(c.role, ROLE_LEADER);
    assert_true(chair_parse(S("grid_member"), &c));
    assert_int_equal(c.anchor, ANCHOR_NONE);
    assert_true(chair_parse(S("department_officer@lead_department"), &c));
    Arena *mem = arena_new(0);
    Buf b = BUF(mem);
    chair_print(&b, c);
    assert_str(buf_str(&b), "department_officer@lead_department");
    arena_free(mem);
    assert_true(role_fits(ROLE_DEPARTMENT_OFFICER, ANCHOR_LEAD_DEPARTMENT));
    assert_true(role_fits(ROLE_GRID_CHIEF, ANCHOR_REGION));
    assert_false(role_fits(ROLE_SAFETY_COMMITTEE_OFFICE, ANCHOR_AREA));
    assert_false(role_fits(ROLE_GRID_MEMBER, ANCHOR_LEAD_DEPARTMENT));
    assert_false(role_fits(ROLE_GRID_MEMBER, ANCHOR_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_go_there_and_back),
        cmocka_unit_test(every_ladder_ends_at_the_regions_deputy),
        cmocka_unit_test(a_subjects_people_never_answer),
        cmocka_unit_test(chairs_are_read_and_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
