/* SPDX-License-Identifier: Apache-2.0 */
/* When a subject was last met in a case. */
#include "play.h"

#include "case/last_visit.h"

static void the_last_case_of_a_subject_is_when_it_was_visited(void **state)
{
    (void)state;
    Play *p = play_open();
    play_publish_chore(p);
    Db *db = p->w->h->db;
    const char *with = "{\"flow\":\"chore\",\"subject\":60129551145,\"fields\":{\"sort\":"
                       "\"dust\",\"text\":\"a\"}}";
    assert_int_equal(last_visit(last_visits_find(p->work, p->mem), db, SUBJECT), NIL);
    (void)file(p, p->w->wang, with);
    p->w->h->now += DAY;
    (void)file(p, p->w->wang, with);
    Instant last = p->w->h->now;
    p->w->h->now += DAY;
    (void)file(p, p->w->wang,
               "{\"flow\":\"chore\",\"place\":{\"lon\":109.005,\"lat\":34.305},\"fields\":{"
               "\"sort\":\"dust\",\"text\":\"a\"}}"); /* nobody's */
    LastVisits *visits = last_visits_find(p->work, p->mem);
    assert_int_equal(last_visit(visits, db, SUBJECT), last);
    assert_int_equal(last_visit(visits, db, SUBJECT + 1), NIL);
    play_close(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_case_of_a_subject_is_when_it_was_visited)};
    return cmocka_run_group_tests_name("last_visit", tests, NULL, NULL);
}
