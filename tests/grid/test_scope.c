/* SPDX-License-Identifier: Apache-2.0 */
/* A walk of role × relation: what each seat sees and may do, written down by hand. */
#include "grid/scope.h"

#include "base/file.h"
#include "test.h"

/* The ground of the test: root 0, office A 1…6 with cells 2 and 3, office B 6…9 with cell 7. */
enum { ROOT = 0, OFFICE_A = 1, CELL_1 = 2, CELL_2 = 3, CELL_B = 7 };
enum { FIRE = 51, GAS = 52, SHOP = 61, SITE = 62 };
enum { ME = 71, OTHER = 72, MY_SEAT = 81, OTHER_SEAT = 82 };

static int setup(void **state)
{
    *state = arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

/* One seat of that role on what such seats usually hang on: cell 1, office A, fire, the shop.
 */
static Chairing chair_of(Role role, int64_t seat)
{
    Chairing c = {.seat = seat,
                  .role = role,
                  .area = NIL,
                  .department = NIL,
                  .subject = NIL,
                  .for_person = NIL};
    switch (role_anchor(role)) {
    case ANCHOR_AREA:
        c.area = 1000 + CELL_1;
        c.range = role == ROLE_GRID_MEMBER || role == ROLE_VOLUNTEER ? (Range){CELL_1, 3}
                                                                     : (Range){OFFICE_A, 6};
        break;
    case ANCHOR_DEPARTMENT: c.department = FIRE; break;
    case ANCHOR_SUBJECT: c.subject = SHOP; break;
    case ANCHOR_REGION:
        c.area = 1000 + ROOT;
        c.range = (Range){ROOT, 9};
        break;
    case ANCHOR_NONE:
    case ANCHOR_LEAD_DEPARTMENT:
    case ANCHOR_COUNT: fail();
    }
    return c;
}

static Who who_in(Arena *mem, const Chairing *chairs, size_t n)
{
    Who who;
    assert_ok(who_of(mem, NULL, 3, ME, 0, NIL, chairs, n, &who));
    return who;
}

static Who who_with(Arena *mem, Role role)
{
    Chairing c = chair_of(role, MY_SEAT);
    return who_in(mem, &c, 1);
}

/* ---- the objects ---- */

static const int64_t my_seats[] = {MY_SEAT}, gas_and_fire[] = {GAS, FIRE},
                     chain[] = {SITE, SHOP};

enum {
    IN_CELL_1,
    IN_CELL_2,
    IN_B,
    NOWHERE,
    OF_FIRE,
    HELPED_BY_FIRE,
    OF_SHOP,
    SHOP_IN_CHAIN,
    MY_DUTY,
    RISEN_TO_ME,
    WATCHED_BY_ME,
    FILED_BY_ME,
    FILED_BY_OTHER,
    OBJECTS
};

static Relations object(int which)
{
    Relations t = TIES_NONE;
    switch (which) {
    case IN_CELL_1: t.order = CELL_1; break;
    case IN_CELL_2: t.order = CELL_2; break;
    case IN_B: t.order = CELL_B; break;
    case OF_FIRE: t.department = FIRE; break;
    case HELPED_BY_FIRE:
        t.department = NIL;
        t.helpers = gas_and_fire;
        t.helper_count = 2;
        break;
    case OF_SHOP: t.subject = SHOP; break;
    case SHOP_IN_CHAIN:
        t.subject = NIL;
        t.parties = chain;
        t.party_count = 2;
        break;
    case MY_DUTY: t.duty = MY_SEAT; break;
    case RISEN_TO_ME:
        t.duty = OTHER_SEAT;
        t.risen = my_seats;
        t.risen_count = 1;
        break;
    case WATCHED_BY_ME:
        t.duty = OTHER_SEAT;
        t.watch = my_seats;
        t.watch_count = 1;
        break;
    case FILED_BY_ME: t.filed_by = ME; break;
    case FILED_BY_OTHER:
        t.filed_by = OTHER;
        t.duty = OTHER_SEAT;
        break;
    default: break;
    }
    return t;
}

/* What each role sees of the objects above, in their order: # whole, + in part, . not at all.
 */
static const struct {
    Role role;
    const char *sees;
} walk[] = {
    /*                                1 2 B - fire  shop  duty  own  */
    {ROLE_GRID_MEMBER, "#..."
                       ".."
                       ".."
                       "###"
                       "+."},
    {ROLE_RESPONSIBLE_OFFICER, "##.."
                               ".."
                               ".."
                               "###"
                               "+."},
    {ROLE_DEPUTY_IN_CHARGE, "##.."
                            ".."
                            ".."
                            "###"
                            "+."},
    {ROLE_GRID_CHIEF, "##.."
                      ".."
                      ".."
                      "###"
                      "+."},
    {ROLE_DUTY_ROOM, "##.."
                     ".."
                     ".."
                     "###"
                     "+."},
    {ROLE_STREET_CONTACT, "##.."
                          ".."
                          ".."
                          "###"
                          "+."},
    {ROLE_SAFETY_COMMITTEE_OFFICE, "####"
                                   "##"
                                   "##"
                                   "###"
                                   "##"},
    {ROLE_REGION_DEPUTY, "####"
                         "##"
                         "##"
                         "###"
                         "##"},
    {ROLE_LEADER, "####"
                  "##"
                  "##"
                  "###"
                  "##"},
    {ROLE_DEPARTMENT_OFFICER, "...."
                              "##"
                              ".."
                              "###"
                              "+."},
    {ROLE_DEPARTMENT_HEAD, "...."
                           "##"
                           ".."
                           "###"
                           "+."},
    {ROLE_INSPECTOR, "...."
                     "##"
                     ".."
                     "###"
                     "+."},
    {ROLE_GROUP_LEADER, "####"
                        "##"
                        "##"
                        "###"
                        "##"},
    {ROLE_GROUP_MEMBER, "####"
                        "##"
                        "##"
                        "###"
                        "##"},
    {ROLE_MAIN_RESPONSIBLE_PERSON, "...."
                                   ".."
                                   "++"
                                   "###"
                                   "+."},
    {ROLE_SAFETY_OFFICER, "...."
                          ".."
                          "++"
                          "###"
                          "+."},
    {ROLE_WORKSHOP_HEAD, "...."
                         ".."
                         ".."
                         "###"
                         "+."},
    {ROLE_TEAM_HEAD, "...."
                     ".."
                     ".."
                     "###"
                     "+."},
    {ROLE_POST_HOLDER, "...."
                       ".."
                       ".."
                       "###"
                       "+."},
    {ROLE_EXPERT, "...."
                  ".."
                  ".."
                  "###"
                  "+."},
    {ROLE_VOLUNTEER, "...."
                     ".."
                     ".."
                     "###"
                     "+."},
    {ROLE_DISCIPLINE_READER, "...."
                             ".."
                             ".."
                             "###"
                             "+."},
    {ROLE_AUDITOR, "...."
                   ".."
                   ".."
                   "..."
                   "+."},
    {ROLE_SECURITY_ADMIN, "...."
                          ".."
                          ".."
                          "..."
                          "+."},
    {ROLE_SYSTEM_ADMIN, "...."
                        ".."
                        ".."
                        "..."
                        "+."},
};

static void every_role_sees_what_is_written_here_and_no_more(void **state)
{
    assert_int_equal(countof(walk), ROLE_COUNT - 1); /* no role is forgotten */
    for (size_t i = 0; i < countof(walk); i++) {
        Who who = who_with(*state, walk[i].role);
        for (int o = 0; o < OBJECTS; o++) {
            Relations t = object(o);
            char sees = ".+##"[who_sees(&who, &t, SEE_DEFAULT)];
            if (sees != walk[i].sees[o])
                fail_msg("%s sees object %d as %c, not as %c", role_name(walk[i].role), o, sees,
                         walk[i].sees[o]);
        }
    }
}

static void a_sealed_flow_is_not_inherited_by_superiors(void **state)
{
    Visibility see = {.open = TIE_DEPARTMENT, .sealed = TIE_DEPARTMENT};
    Relations t = {.order = CELL_1,
                   .department = FIRE,
                   .subject = SHOP,
                   .duty = OTHER_SEAT,
                   .filed_by = OTHER};
    for (Role r = ROLE_NONE + 1; r < ROLE_COUNT; r++) {
        Who who = who_with(*state, r);
        bool of_department = role_anchor(r) == ANCHOR_DEPARTMENT;
        assert_int_equal(who_sees(&who, &t, see), of_department ? SIGHT_SEALED : SIGHT_NONE);
    }
}

static void audit_is_seen_by_the_auditor_alone(void **state)
{
    Visibility see = {.open = TIE_AUDIT};
    Relations t = object(IN_CELL_1);
    for (Role r = ROLE_NONE + 1; r < ROLE_COUNT; r++) {
        Who who = who_with(*state, r);
        assert_int_equal(who_sees(&who, &t, see), r == ROLE_AUDITOR ? SIGHT_OPEN : SIGHT_NONE);
    }
}

static void a_person_without_a_seat_sees_only_their_own(void **state)
{
    Who who = who_in(*state, NULL, 0);
    for (int o = 0; o < OBJECTS; o++) {
        Relations t = object(o);
        assert_int_equal(who_sees(&who, &t, SEE_DEFAULT),
                         o == FILED_BY_ME ? SIGHT_OPEN : SIGHT_NONE);
    }
    assert_null(who_can(&who, CAN_FILE, NULL));
}

static void the_house_sees_and_does_everything(void **state)
{
    Who who;
    who_house(*state, NULL, 3, 0, &who);
    for (int o = 0; o < OBJECTS; o++) {
        Relations t = object(o);
        assert_int_equal(who_sees(&who, &t, (Visibility){0}), SIGHT_SEALED);
        for (unsigned i = 0; i < CAN_COUNT; i++)
            assert_non_null(who_can(&who, (Can)(1u << i), &t));
    }
    Relations nobodys = object(FILED_BY_OTHER);
    nobodys.filed_by = 0;
    assert_false(who_ties(&who, &nobodys) & TIE_FILED);
}

static void nobody_nobodys_and_nowhere_never_match(void **state)
{
    Relations none = TIES_NONE;
    for (Role r = ROLE_NONE + 1; r < ROLE_COUNT; r++) {
        Who who = who_with(*state, r);
        bool region_wide = role_anchor(r) == ANCHOR_REGION && who.all;
        assert_int_equal(who_ties(&who, &none) & ~(unsigned)TIE_AUDIT,
                         region_wide ? TIE_AREA : 0);
    }
}

/* ---- doing ---- */

static void the_nearest_seat_acts(void **state)
{
    Chairing chairs[] = {chair_of(ROLE_GRID_CHIEF, 1), chair_of(ROLE_GRID_MEMBER, 2),
                         chair_of(ROLE_INSPECTOR, 3)};
    Who who = who_in(*state, chairs, 3);
    Relations t = object(IN_CELL_1);
    assert_int_equal(who_can(&who, CAN_MOVE, &t)->chair->seat, 2);
    t = object(IN_CELL_2);
    assert_int_equal(who_can(&who, CAN_MOVE, &t)->chair->seat, 1);
    t.department = FIRE;
    t.order = CELL_B;
    assert_int_equal(who_can(&who, CAN_MOVE, &t)->chair->seat, 3);
    t.duty = 1;
    assert_int_equal(who_can(&who, CAN_MOVE, &t)->chair->seat, 1);
    t = object(IN_B);
    assert_null(who_can(&who, CAN_MOVE, &t));
    assert_non_null(who_can(&who, CAN_FILE, &t)); /* anywhere in the region */
    assert_null(who_can(&who, CAN_AREAS, NULL));
    assert_non_null(who_can(&who, CAN_SEATS, NULL));
}

static void a_hat_narrows_what_one_does_not_what_one_sees(void **state)
{
    Chairing chairs[] = {chair_of(ROLE_GRID_CHIEF, 1), chair_of(ROLE_GRID_MEMBER, 2)};
    Who who;
    assert_err(who_of(*state, NULL, 3, ME, 0, 9, chairs, 2, &who), SCOPE_HAT);
    assert_ok(who_of(*state, NULL, 3, ME, 0, 2, chairs, 2, &who));
    Relations t = object(IN_CELL_2);
    assert_int_equal(who_sees(&who, &t, SEE_DEFAULT), SIGHT_MASKED);
    assert_null(who_can(&who, CAN_MOVE, &t));
    assert_null(who_sits(&who, ROLE_GRID_CHIEF, NULL));
    assert_int_equal(who_sits(&who, ROLE_GRID_MEMBER, NULL)->seat, 2);
}

static void who_watches_sees_but_does_not_move(void **state)
{
    Who who = who_with(*state, ROLE_EXPERT);
    Relations t = object(WATCHED_BY_ME);
    assert_non_null(who_can(&who, CAN_SEE, &t));
    assert_null(who_can(&who, CAN_MOVE, &t));
    t = object(RISEN_TO_ME);
    assert_non_null(who_can(&who, CAN_MOVE, &t));
}

static bool fills(Arena *mem, Role by, Role role, int where)
{
    Who who = who_with(mem, by);
    Relations t = object(where);
    return who_seats(&who, role, &t) != NULL;
}

static void seats_are_filled_from_above_and_administrators_by_one_alone(void **state)
{
    assert_true(fills(*state, ROLE_GRID_CHIEF, ROLE_GRID_MEMBER, IN_CELL_1));
    assert_false(fills(*state, ROLE_GRID_CHIEF, ROLE_GRID_MEMBER, IN_B));
    assert_false(fills(*state, ROLE_GRID_CHIEF, ROLE_GRID_CHIEF, IN_CELL_1));
    assert_false(fills(*state, ROLE_GRID_CHIEF, ROLE_DEPARTMENT_OFFICER, OF_FIRE));
    assert_true(fills(*state, ROLE_DEPARTMENT_HEAD, ROLE_INSPECTOR, OF_FIRE));
    assert_false(fills(*state, ROLE_DEPARTMENT_HEAD, ROLE_INSPECTOR, IN_CELL_1));
    assert_true(fills(*state, ROLE_MAIN_RESPONSIBLE_PERSON, ROLE_SAFETY_OFFICER, OF_SHOP));
    assert_true(fills(*state, ROLE_SAFETY_COMMITTEE_OFFICE, ROLE_GRID_CHIEF, IN_B));
    for (Role by = ROLE_NONE + 1; by < ROLE_COUNT; by++)
        for (Role role = ROLE_AUDITOR; role <= ROLE_SYSTEM_ADMIN; role++)
            assert_int_equal(fills(*state, by, role, IN_CELL_1), by == ROLE_SECURITY_ADMIN);
}

static void the_three_administrators_share_no_capability(void **state)
{
    Who auditor = who_with(*state, ROLE_AUDITOR),
        security = who_with(*state, ROLE_SECURITY_ADMIN),
        system = who_with(*state, ROLE_SYSTEM_ADMIN);
    assert_int_equal(auditor.can & security.can, CAN_SEE); /* what they filed themselves */
    assert_int_equal(auditor.can & system.can, CAN_SEE);
    assert_int_equal(security.can & system.can, CAN_SEE);
    assert_int_equal(auditor.seat_count + security.seat_count + system.seat_count, 0);
    assert_false(auditor.all || security.all || system.all);
}

static void sitting_is_asked_at_the_area_or_above_the_nearest_first(void **state)
{
    Chairing chairs[] = {chair_of(ROLE_GRID_CHIEF, 1), chair_of(ROLE_GRID_CHIEF, 2),
                         chair_of(ROLE_DEPARTMENT_OFFICER, 3)};
    chairs[1].range = (Range){CELL_1, 3};
    Who who = who_in(*state, chairs, 3);
    Relations t = object(IN_CELL_1);
    assert_int_equal(who_sits(&who, ROLE_GRID_CHIEF, &t)->seat, 2);
    t = object(IN_CELL_2);
    assert_int_equal(who_sits(&who, ROLE_GRID_CHIEF, &t)->seat, 1);
    assert_null(who_sits(&who, ROLE_DEPARTMENT_OFFICER, &t));
    t = object(HELPED_BY_FIRE);
    assert_int_equal(who_sits(&who, ROLE_DEPARTMENT_OFFICER, &t)->seat, 3);
    assert_null(who_sits(&who, ROLE_GRID_MEMBER, NULL));
}

static void a_page_gets_sorted_sets_without_repeats(void **state)
{
    Chairing chairs[] = {chair_of(ROLE_GRID_MEMBER, 9), chair_of(ROLE_GRID_MEMBER, 4),
                         chair_of(ROLE_RESPONSIBLE_OFFICER, 5), chair_of(ROLE_INSPECTOR, 6),
                         chair_of(ROLE_DEPARTMENT_OFFICER, 7)};
    chairs[0].range = (Range){CELL_B, 8};
    Who who = who_in(*state, chairs, 5);
    assert_int_equal(who.area_count, 2);
    assert_int_equal(who.areas[0].first, OFFICE_A);
    assert_int_equal(who.areas[0].end, 6);
    assert_int_equal(who.areas[1].first, CELL_B);
    assert_int_equal(who.department_count, 1);
    assert_int_equal(who.seat_count, 5);
    for (size_t i = 0; i + 1 < who.seat_count; i++)
        assert_true(who.seats[i] < who.seats[i + 1]);
}

static void a_standin_and_a_liaison_act_for_somebody(void **state)
{
    Chairing c = chair_of(ROLE_REGION_DEPUTY, MY_SEAT);
    c.sit = SIT_LIAISON;
    c.for_person = OTHER;
    Who who = who_in(*state, &c, 1);
    Relations t = object(MY_DUTY);
    assert_int_equal(who_can(&who, CAN_MOVE, &t)->chair->for_person, OTHER);
    assert_non_null(who_chair(&who, MY_SEAT));
    assert_null(who_chair(&who, OTHER_SEAT));
}

static void the_words_of_see_are_known_and_the_table_describes_every_role(void **state)
{
    Tie tie;
    assert_true(tie_by_name(S("parties"), &tie) && tie == TIE_PARTIES);
    assert_false(tie_by_name(S("filed"), &tie)); /* always, never written */
    assert_string_equal(can_name(CAN_AUDIT), "audit");
    Buf b = BUF(*state);
    scope_describe(&b, LANG_ZH);
    for (Role r = ROLE_NONE + 1; r < ROLE_COUNT; r++)
        assert_true(str_find(buf_str(&b), str_fmt(*state, "| %s | %s |", role_name(r),
                                                  role_zh(r))) != SIZE_MAX);
}

static void the_committed_page_of_roles_is_the_table(void **state)
{
    Str page;
    Buf b = BUF(*state);
    scope_describe(&b, LANG_EN);
    assert_ok(file_read_all(*state, S("docs/roles.md"), 1 << 20, &page));
    if (!str_ends(page, buf_str(&b)))
        fail_msg("docs/roles.md is stale: end it with gridward describe roles");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_committed_page_of_roles_is_the_table),
        cmocka_unit_test(every_role_sees_what_is_written_here_and_no_more),
        cmocka_unit_test(a_sealed_flow_is_not_inherited_by_superiors),
        cmocka_unit_test(audit_is_seen_by_the_auditor_alone),
        cmocka_unit_test(a_person_without_a_seat_sees_only_their_own),
        cmocka_unit_test(the_house_sees_and_does_everything),
        cmocka_unit_test(nobody_nobodys_and_nowhere_never_match),
        cmocka_unit_test(the_nearest_seat_acts),
        cmocka_unit_test(a_hat_narrows_what_one_does_not_what_one_sees),
        cmocka_unit_test(who_watches_sees_but_does_not_move),
        cmocka_unit_test(seats_are_filled_from_above_and_administrators_by_one_alone),
        cmocka_unit_test(the_three_administrators_share_no_capability),
        cmocka_unit_test(sitting_is_asked_at_the_area_or_above_the_nearest_first),
        cmocka_unit_test(a_page_gets_sorted_sets_without_repeats),
        cmocka_unit_test(a_standin_and_a_liaison_act_for_somebody),
        cmocka_unit_test(the_words_of_see_are_known_and_the_table_describes_every_role),
    };
    return cmocka_run_group_tests_name("scope", tests, setup, teardown);
}
