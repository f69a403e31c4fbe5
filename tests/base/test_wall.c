/* SPDX-License-Identifier: Apache-2.0 */
/* The wall's clock is set by moving what is believed the other way: who set which cannot be
 * told apart. */
#include "base/wall.h"

#include "base/time.h"
#include "test.h"

static Wall wall;

static int begin(void **state)
{
    (void)state;
    wall_start(&wall, INT64_MIN);
    return 0;
}

static void set_wall(int64_t ms)
{
    atomic_fetch_sub(&wall.offset, ms);
}

/* Both clocks go on while the test runs. */
static void assert_near(int64_t a, int64_t b)
{
    assert_in_range(a - b + 30000, 0, 60000);
}

static int64_t astray(void)
{
    int64_t ms;
    wall_now(&wall, &ms);
    return ms;
}

static void corrections_are_followed(void **state)
{
    (void)state;
    set_wall(WALL_SLACK_MS / 2);
    assert_int_equal(astray(), 0);
    assert_near(wall_now(&wall, NULL), time_wall());
    set_wall(-WALL_SLACK_MS);
    assert_int_equal(astray(), 0);
}

static void a_jump_is_not_believed_until_it_is_gone_or_accepted(void **state)
{
    (void)state;
    for (int sign = -1; sign <= 1; sign += 2) {
        set_wall(sign * MS_HOUR);
        assert_near(astray(), sign * MS_HOUR);
        assert_near(wall_now(&wall, NULL), time_wall() - sign * MS_HOUR);
        set_wall(-sign * MS_HOUR);
        assert_int_equal(astray(), 0);
        set_wall(sign * MS_HOUR);
        wall_accept(&wall);
        assert_int_equal(astray(), 0);
        assert_near(wall_now(&wall, NULL), time_wall());
    }
}

static void a_wall_before_the_last_entry_is_believed_once_it_has_passed_that(void **state)
{
    (void)state;
    wall_start(&wall, time_wall() + WALL_SLACK_MS / 2);
    assert_int_equal(astray(), 0);
    Instant last = time_wall() + MS_DAY;
    wall_start(&wall, last);
    assert_near(astray(), -MS_DAY);
    assert_near(wall_now(&wall, NULL), last);
    set_wall(400 * MS_DAY); /* how long it stood still nobody knows */
    assert_int_equal(astray(), 0);
    assert_near(wall_now(&wall, NULL), time_wall());
    set_wall(MS_HOUR); /* but from then on it is held */
    assert_near(astray(), MS_HOUR);
    wall_start(&wall, last);
    wall_accept(&wall);
    assert_int_equal(astray(), 0);
    set_wall(MS_HOUR);
    assert_near(astray(), MS_HOUR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(corrections_are_followed, begin),
        cmocka_unit_test_setup(a_jump_is_not_believed_until_it_is_gone_or_accepted, begin),
        cmocka_unit_test_setup(a_wall_before_the_last_entry_is_believed_once_it_has_passed_that,
                               begin),
    };
    return cmocka_run_group_tests_name("wall", tests, NULL, NULL);
}
