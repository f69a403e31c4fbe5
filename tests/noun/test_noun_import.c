/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of the ground: what a line becomes, what is wrong with one, what is in already. */
#include "../grid/world.h"
#include "grid/blind_spot.h"
#include "noun/noun_import.h"

static int64_t subject_of(void *context, Str code)
{
    return str_is(code, "S1") ? *(int64_t *)context : NIL;
}

static const Err *bring(World *w, const ImportNoun *noun, const char *csv, ImportDone *done)
{
    static int64_t subject = ID_MAKE(REGION, 900000);
    ImportSpec spec = {.ledger = w->h->ledger,
                       .grounds = w->grounds,
                       .mem = w->h->mem,
                       .region = REGION,
                       .seat = NIL,
                       .name = S("file.csv"),
                       .starts = NIL,
                       .subject = subject_of,
                       .subject_context = &subject};
    ImportTable table;
    assert_ok(import_table_read(w->h->mem, str(csv), &table));
    return noun_import(&spec, noun, &table, done);
}

static int64_t put(World *w, const ImportNoun *noun, const char *csv)
{
    ImportDone done;
    assert_ok(bring(w, noun, csv, &done));
    return done.put;
}

static void refuse(World *w, const ImportNoun *noun, const char *csv, const char *const *faults)
{
    ImportDone done;
    static const Sql entries = SQL("SELECT count(*) FROM ledger");
    int64_t before, after;
    assert_ok(db_int(w->h->db, &entries, NO_ARGS, 0, &before));
    const Err *e = bring(w, noun, csv, &done);
    assert_err(e, ERR_FAULTS);
    const Err *f = e->next;
    for (; *faults && f; faults += 2, f = f->next) {
        assert_str(f->field, faults[0]);
        assert_string_equal(f->code, faults[1]);
    }
    if (*faults || f)
        fail_msg("expected %s, found %s", *faults ? *faults : "no more",
                 f ? f->code : "no more");
    assert_ok(db_int(w->h->db, &entries, NO_ARGS, 0, &after));
    assert_int_equal(before, after);
}
#define REFUSE(w, noun, csv, ...) refuse(w, noun, csv, (const char *const[]){__VA_ARGS__, NULL})

static void areas_hang_below_what_their_code_begins_with(void **state)
{
    World *w = *state;
    const char *csv = "# a note\n# another\ncode,name,level,parent,kind,from,to,colour\n"
                      "610179401002001,新村第1网格,,,dedicated,,,red\n" /* before its village */
                      "610179401002,新村,community,,,,,\n"
                      "610179400001003,换社区网格,cell,610179401002,,2026-01-01,2026-06-01,\n";
    ImportDone done;
    assert_ok(bring(w, &import_areas, csv, &done));
    assert_int_equal(done.put, 7); /* the end is a change of its own */
    assert_str(done.ignored, "colour");
    const Ground *g = ground_pin(w->grounds, REGION);
    Instant now = w->h->now;
    const AreaSpan *cell = area_by_code(g, S("610179401002001"), now),
                   *moved = area_by_code(g, S("610179400001003"), now);
    assert_int_equal(cell->parent, area_by_code(g, S("610179401002"), now)->area);
    assert_str(cell->kind, "dedicated");
    assert_int_equal(moved->parent, cell->parent);
    assert_int_equal(moved->ends, T0 + 151 * DAY);
    ground_unpin(g);
    assert_int_equal(put(w, &import_areas, csv), 0); /* it is in already */
    advance(w, DAY);
    assert_int_equal(put(w, &import_areas, "code,name\n610179401002,新名村\n"),
                     2); /* renamed: a span ends, one begins */
}

static void wrong_areas_are_all_told_at_once(void **state)
{
    World *w = *state;
    REFUSE(w, &import_areas,
           "# note\ncode,name,level,parent,kind,from\n"
           "61017940100,短,,,,\n610179401003001,无村,,,,\n610179401004,,,,,\n610179401005,x,,,,"
           "昨天\n"
           "610179401006,y,cell,,,\n610179401007,z,,,big,\n610111,第二根,,,,\n610179401001009,"
           "重,,,,\n610179401001009,复,,,,\n",
           "row 3, column code", "area-code", "row 5, column name", "required",
           "row 6, column from", "date", "row 7, column code", "area-code",
           "row 8, column kind", "word", "row 11, column code", "twice", "row 4, column parent",
           "unknown", "row 9, column code", "area-root");
    REFUSE(w, &import_areas,
           "code,name,parent\n610179401001009,重,\n610179401001,升,610179401001009\n",
           "row 3, column parent", "area-level");
    REFUSE(w, &import_areas, "# note\nname,code\n\"a,b\",1,2\n", "row 3", "csv-count");
}

static void what_is_not_there_yet_is_told_with_its_dates(void **state)
{
    World *w = *state;
    REFUSE(w, &import_rules,
           "matter,area,department,from\ngas,,nobody,\nfire,,fire,2020-01-01\n",
           "row 2, column department", "unknown", "row 3, column department", "not-then");
}

static void departments_and_rules_follow_their_dates(void **state)
{
    World *w = *state;
    assert_int_equal(put(w, &import_departments,
                         "code,name,name_en,supervision,penalty,whose,from,to,successor\n"
                         "education,教育局,,industry,none,own,2025-01-01,2026-03-01,education-"
                         "health\n" /* before
                                       its
                                       successor
                                     */
                         "education-health,教育卫健局,Education and "
                         "Health,industry,none,own,2026-03-01,,\n"),
                     6);
    assert_int_equal(put(w, &import_rules,
                         "matter,area,department,part,basis,from,to\n"
                         "education,,education,lead,改革前,2026-01-01,\n"
                         "gas,610179400001,city,,规则,2026-01-01,2026-02-01\ngas,610179400001,"
                         "fire,,规则,2026-02-01,\n"
                         "gas,,emergency,help,,2026-01-01,\n"),
                     5);
    const Ground *g = ground_pin(w->grounds, REGION);
    Instant before = T0 + 10 * DAY, after = T0 + 70 * DAY;
    int64_t old = department_by_code(g, S("education"), before)->department;
    int64_t new = department_by_code(g, S("education-health"), after)->department;
    assert_int_equal(lead_department(g, S("education"), w->cell1, before, NULL), old);
    assert_int_equal(lead_department(g, S("education"), w->cell1, after, NULL),
                     new); /* by succession */
    assert_int_equal(lead_department(g, S("gas"), w->cell1, before, NULL), w->city);
    assert_int_equal(lead_department(g, S("gas"), w->cell1, after, NULL), w->fire);
    assert_int_equal(lead_department(g, S("gas"), w->cell3, after, NULL),
                     w->emergency); /* comprehensive */
    ground_unpin(g);
    /* a lead from a date on takes over from the one there is */
    assert_int_equal(
        put(w, &import_rules, "matter,department,from\neducation,emergency,2026-05-01\n"), 2);
    REFUSE(w, &import_rules,
           "matter,area,department,part,from\ngas,99,nobody,guides,2026-01-01\nx,,fire,lead,"
           "2026-01-01\nx,,city,,2026-01-01\n",
           "row 2, column part", "word", "row 2, column area", "unknown",
           "row 2, column department", "unknown", "row 4", "twice");
    REFUSE(
        w, &import_departments,
        "code,name,successor,to\na,甲,b,2027-01-01\nb,乙,a,2027-01-01\nc,丙,none,2027-01-01\n",
        "row 3, column successor", "not-then", "row 4, column successor", "unknown");
}

static void authorities_belong_to_one_body(void **state)
{
    World *w = *state;
    const char *csv = "department,area,matter,act,basis,conditions,from,to\nfire,,,order,"
                      "消防法,两人,2026-01-01,\n"
                      ",610179400,gas,correct,赋权,,2026-01-01,2026-02-01\n";
    assert_int_equal(put(w, &import_authorities, csv), 2);
    assert_int_equal(put(w, &import_authorities, csv), 0);
    const Ground *g = ground_pin(w->grounds, REGION);
    assert_non_null(authority_find(g, w->fire, NIL, S("any"), S("order"), T0));
    assert_non_null(authority_find(g, NIL, w->cell1, S("gas"), S("correct"), T0));
    assert_null(authority_find(g, NIL, w->cell1, S("gas"), S("correct"), T0 + 31 * DAY));
    ground_unpin(g);
    REFUSE(w, &import_authorities,
           "department,area,act,basis\nfire,610179,order,x\nfire,,arrest,x\n",
           "row 3, column act", "word", "row 2, column department", "body");
}

static void areas_and_departments_end_with_who_comes_after(void **state)
{
    World *w = *state;
    advance(w, DAY);
    REFUSE(w, &import_areas,
           "code,name,to,successor\n610179400001,雁鸣湖社区,2026-03-01,\n"
           "610179400001001,甲,2026-03-01,610179400009009\n",
           "row 2, column to", "area-in-use", "row 3, column successor", "unknown");
    const Ground *g = ground_pin(w->grounds, REGION);
    Str name = area_by_code(g, S("610179400001002"), w->h->now)->name;
    const char *csv = str_fmt(w->h->mem,
                              "code,name,to,successor\n"
                              "610179400001002,%.*s,2026-03-01,610179400001001\n",
                              STR(name))
                          .p;
    ground_unpin(g);
    assert_true(put(w, &import_areas, csv) > 0);
    assert_int_equal(put(w, &import_areas, csv), 0); /* it ends as the line says */
    advance(w, 90 * DAY);
    assert_int_equal(put(w, &import_areas, csv), 0); /* and has ended */
    g = ground_pin(w->grounds, REGION);
    Instant march = T0 + 59 * DAY;
    assert_non_null(area_at(g, w->cell2, march - 1));
    assert_null(area_at(g, w->cell2, march));
    assert_int_equal(area_heir(g, w->cell2, march), w->cell1);
    assert_int_equal(area_heir(g, w->cell2, march - 1), w->cell2);
    assert_true(ground_mark(g, march - 1) != ground_mark(g, march));
    assert_true(ground_mark(g, march) == ground_mark(g, march + DAY));
    Str fire = department_at(g, w->fire, march)->name;
    ground_unpin(g);
    csv =
        str_fmt(w->h->mem, "代码,名称,止,承接部门\nfire,%.*s,2026-06-01,emergency\n", STR(fire))
            .p;
    assert_true(put(w, &import_departments, csv) > 0);
    assert_int_equal(put(w, &import_departments, csv), 0);
    g = ground_pin(w->grounds, REGION);
    assert_null(department_at(g, w->fire, T0 + 151 * DAY));
    ground_unpin(g);
}

static void columns_may_be_called_by_words(void **state)
{
    World *w = *state;
    assert_int_equal(put(w, &import_persons, "人员编号,姓名,在编\nz1,张,是\nz2,李,否\n"), 3);
    REFUSE(w, &import_persons, "code,姓名,name\nz3,张,李\n", "row 1, column name", "twice");
    REFUSE(w, &import_persons, "code,name,established\nz3,张,maybe\n",
           "row 2, column established", "type");
}

static void persons_are_changed_by_their_code(void **state)
{
    World *w = *state;
    const char *csv =
        "code,name,phone,post,established,certificate,certificate_from,certificate_to,unit\n"
        "p2,李二改,029-1,official,1,C-7,2025-01-01,2026-03-01,x\nn1,新人,,,0,,,,\n";
    assert_int_equal(put(w, &import_persons, csv), 4);
    assert_int_equal(put(w, &import_persons, csv), 0);
    const Ground *g = ground_pin(w->grounds, REGION);
    assert_str(person_of(g, w->li)->name, "李二改");
    assert_str(person_fact(g, w->li, FACT_CERTIFICATE, T0)->text, "C-7");
    assert_null(person_fact(g, w->li, FACT_CERTIFICATE, T0 + 60 * DAY));
    assert_non_null(person_fact(g, w->li, FACT_ON_ESTABLISHMENT, T0));
    assert_null(person_fact(g, person_by_code(g, S("n1"))->id, FACT_ON_ESTABLISHMENT, T0));
    ground_unpin(g);
    advance(w, DAY);
    assert_int_equal(put(w, &import_persons, "code,name,established\np2,李二改,0\n"),
                     1); /* no more 在编 */
    REFUSE(w, &import_persons,
           "code,name,established\nq1,某,maybe\nq2,身份证61011119900101123X,1\n,无号,\n",
           "row 2, column established", "type", "row 4, column code", "required");
    REFUSE(w, &import_persons, "code\nq1\n", "row 1, column name", "csv-column");
}

static void seats_are_opened_with_who_sits_on_them(void **state)
{
    World *w = *state;
    const char *csv = "role,anchor,ordinal,title,person,kind,from,to,note\n"
                      "grid_member,610179400001002,1,,p6,holder,2026-01-01,2026-02-01,\n"
                      "grid_member,610179400001002,1,,p7,holder,2026-02-01,,\n"
                      "grid_member,610179400001002,,,p5,stand_in,2026-01-15,,\n"
                      "grid_member,610179401001001,1,,,vacant,2026-01-10,,招录中\n"
                      "leader,,1,管委会主任,p4,,2026-01-01,,\n"
                      "department_officer,fire,1,,p3,holder,2026-01-01,,\n"
                      "safety_officer,S1,1,,p2,holder,2026-01-01,,\n";
    assert_int_equal(put(w, &import_seats, csv), 5 + 6 + 1); /* why it is vacant */
    assert_int_equal(put(w, &import_seats, csv), 0);
    const Ground *g = ground_pin(w->grounds, REGION);
    const Seat **all;
    size_t n;
    seat_list(g, ROLE_GRID_MEMBER, w->cell2, NIL, NIL, T0, w->h->mem, &all, &n);
    assert_int_equal(n, 1);
    assert_int_equal(seat_person(g, all[0]->id, T0), w->sun);
    assert_int_equal(seat_person(g, all[0]->id, T0 + 40 * DAY), w->wu);
    assert_non_null(seat_hold(g, all[0]->id, HOLD_STAND_IN, T0 + 20 * DAY));
    seat_list(g, ROLE_LEADER, w->root, NIL, NIL, T0, w->h->mem, &all, &n);
    assert_str(all[0]->title, "管委会主任");
    seat_list(g, ROLE_SAFETY_OFFICER, NIL, NIL, ID_MAKE(REGION, 900000), T0, w->h->mem, &all,
              &n);
    assert_int_equal(n, 1);
    Blind *blind;
    assert_ok(blind_list(g, w->cell3, T0 + 10 * DAY, NULL, w->h->mem, &blind, &n));
    assert_int_equal(blind[0].kind, BLIND_NO_MEMBER);
    assert_str(blind[0].reason, "招录中");
    assert_int_equal(blind[0].since, T0 + 9 * DAY);
    ground_unpin(g);
}

static void a_new_holder_takes_over_and_old_ones_are_not_overwritten(void **state)
{
    World *w = *state;
    assert_int_equal(
        put(w, &import_seats, "role,anchor,person,from\ngrid_chief,610179400,p7,2026-03-01\n"),
        2);
    const Ground *g = ground_pin(w->grounds, REGION);
    assert_int_equal(seat_person(g, w->chief, T0 + 58 * DAY), w->zhou);
    assert_int_equal(seat_person(g, w->chief, T0 + 59 * DAY), w->wu);
    ground_unpin(g);
    REFUSE(w, &import_seats,
           "role,anchor,ordinal,person,kind,from,to\n"
           "grid_chief,610179400,1,p6,holder,2026-02-01,2026-04-01\n" /* 吴七 comes in March */
           "grid_chief,610179400,1,p9,holder,2026-05-01,\n"
           "king,610179400,1,p6,holder,,\n"
           "grid_member,000000,1,p6,holder,,\n"
           "region_deputy,610179400,1,p6,holder,,\n"
           "duty_room,610179400,1,p6,holder,,\n"
           "safety_officer,S9,1,p6,owner,,\n"
           "grid_member,610179400001002,1,p6,holder,2026-01-01,2026-03-01\n"
           "grid_member,610179400001002,1,p7,holder,2026-02-01,\n",
           "row 3, column person", "unknown", "row 4, column role", "word",
           "row 8, column kind", "word", "row 10", "seat-held", "row 5, column anchor",
           "unknown", "row 6, column anchor", "seat-anchor", "row 7, column role",
           "seat-roster", "row 2, column from", "seat-held");
}

static void absences_and_shifts_come_in_by_their_times(void **state)
{
    World *w = *state;
    assert_int_equal(put(w, &import_absences,
                         "person,from,to,reason,note\np1,2026-01-05,2026-01-09,sick,x\n"),
                     1);
    assert_int_equal(
        put(w, &import_absences, "person,from,to,reason\np1,2026-01-05,2026-01-12,sick\n"),
        1); /* longer */
    const char *roster =
        "role,anchor,ordinal,person,from,to,leader\n"
        "duty_room,610179400,1,p6,2026-01-05T18:00+08:00,2026-01-06T08:30+08:00,p1\n"
        "duty_room,610179400,1,p7,2026-01-06T18:00:00+08:00,2026-01-07T08:30+08:00,p1\n"
        "duty_room,,1,p7,2026-01-05T18:00+08:00,2026-01-06T08:30+08:00,\n";
    assert_int_equal(put(w, &import_roster, roster),
                     3 + 2 + 1); /* with leaders; the region's room is opened, too */
    assert_int_equal(put(w, &import_roster, roster), 0);
    const Ground *g = ground_pin(w->grounds, REGION);
    Instant night = T0 + 4 * DAY + 20 * 3600000;
    assert_int_equal(seat_person(g, w->room, night), w->sun);
    assert_int_equal(seat_person(g, w->room, night + 13 * 3600000), NIL);
    const Shift *shift = seat_shift(g, w->room, night),
                *next = seat_shift_next(g, w->room, night);
    assert_int_equal(shift->leader, w->wang);
    assert_int_equal(next->person, w->wu);
    assert_int_equal(next->starts, shift->starts + DAY);
    assert_null(seat_shift_next(g, w->room, next->starts));
    assert_non_null(person_absence(g, w->wang, T0 + 10 * DAY));
    assert_null(person_absence(g, w->wang, T0 + 11 * DAY));
    ground_unpin(g);
    REFUSE(w, &import_absences,
           "person,reason,from\np1,sick,2026-01-08\np9,holiday,2026-01-08\n",
           "row 3, column reason", "word", "row 3, column person", "unknown",
           "row 2, column from", "absent-already");
    REFUSE(
        w, &import_roster,
        "anchor,person,from,to\n610179400,p1,2026-01-05T20:00+08:00,2026-01-05T22:00+08:00\n"
        "610179400,p1,2026-02-01,2026-02-02\n610179400,p2,2026-02-01T12:00+08:00,2026-02-03\n"
        "610179400,p2,2026-03-02,2026-03-01\n610179400,p2,,2026-03-01\n",
        "row 5, column to", "span-order", "row 6, column from", "required", "row 4",
        "seat-held", "row 2, column from", "seat-held");
}

/* Each line differs from another of its file in one key column alone. */
static void lines_that_differ_in_a_key_column_are_rows_of_their_own(void **state)
{
    static const struct {
        const ImportNoun *noun;
        const char *csv;
    } files[] = {
        {&import_departments,
         "code,name,supervision,penalty,whose\na,某局,none,none,own\nb,某局,none,none,own\n"},
        {&import_persons, "code,name\nk1,某\nk2,某\n"},
        {&import_absences, "person,reason,from\np1,sick,2026-01-02\np2,sick,2026-01-02\n"},
        {&import_rules, "matter,area,department,part\n"
                        "m,,fire,lead\nn,,fire,lead\nm,610179400,fire,lead\n"
                        "m,,fire,help\nm,,city,help\n"},
        {&import_authorities, "department,area,matter,act,basis\n"
                              "fire,,,look,x\ncity,,,look,x\nfire,,gas,look,x\n"
                              "fire,,,inform,x\n,610179400,,look,x\n,610179401,,look,x\n"},
        {&import_seats, "role,anchor,ordinal,person\n"
                        "inspector,fire,1,p6\ninspector,city,1,p6\ninspector,fire,2,p6\n"
                        "department_head,fire,1,p6\n"},
        {&import_roster, "anchor,ordinal,person,from,to\n"
                         "610179400,1,p6,2026-01-02,2026-01-03\n"
                         "610179400,2,p6,2026-01-02,2026-01-03\n"
                         "610179401,1,p6,2026-01-02,2026-01-03\n"},
    };
    World *w = *state;
    ImportDone done;
    for (size_t i = 0; i < countof(files); i++)
        assert_ok(bring(w, files[i].noun, files[i].csv, &done));
}

static void lines_that_are_alike_in_every_key_column_are_one_row(void **state)
{
    World *w = *state;
    REFUSE(w, &import_persons, "code,name\nk1,某\nk1,某某\n", "row 3, column code", "twice");
    REFUSE(w, &import_absences, "person,reason,from\np1,sick,2026-01-02\np1,leave,2026-01-02\n",
           "row 3", "twice");
    REFUSE(w, &import_rules, "matter,department,part\nm,fire,lead\nm,city,\n", "row 3",
           "twice");
    REFUSE(w, &import_authorities, "department,act,basis\nfire,look,x\nfire,look,y\n", "row 3",
           "twice");
    REFUSE(w, &import_seats,
           "role,anchor,ordinal,person\ninspector,fire,,p6\n"
           "inspector,fire,1,p7\n",
           "row 3", "twice");
    REFUSE(w, &import_persons,
           "code,name\n0123456789012345678901234567890123456789x,某\n"
           "0123456789012345678901234567890123456789y,某\n",
           "row 2, column code", "too-long", "row 3, column code", "too-long");
}

static void a_long_file_goes_in_by_several_acts_of_one_job(void **state)
{
    World *w = *state;
    Buf csv = BUF(w->h->mem);
    buf_add(&csv, S("code,name\n"));
    for (int i = 0; i < 6000; i++)
        buf_fmt(&csv, "m%05d,某%d\n", i, i);
    ImportDone done;
    assert_ok(bring(w, &import_persons, csv.p, &done));
    assert_int_equal(done.put, 6000);
    assert_int_equal(done.acts, 3); /* two of persons, one that tells of the file */
    static const Sql jobs =
        SQL("SELECT count(*) FROM ledger WHERE verb = 'import' AND body LIKE '%\"job\":\"%'");
    int64_t n;
    assert_ok(db_int(w->h->db, &jobs, NO_ARGS, 0, &n));
    assert_int_equal(n, 3);
    /* as after a break: what is in stays, the rest comes */
    buf_add(&csv, S("m99999,最后\n"));
    assert_ok(bring(w, &import_persons, csv.p, &done));
    assert_int_equal(done.put, 1);
}

static void shifts_of_one_seat_go_in_together(void **state)
{
    World *w = *state;
    Buf csv = BUF(w->h->mem);
    ImportDone done;
    buf_add(&csv, S("anchor,ordinal,person,from,to,leader\n"));
    for (int i = 1; i <= 28; i++)
        buf_fmt(&csv, "610179400,2,p6,2026-02-%02d 08:00,2026-02-%02d 20:00,p1\n", i, i);
    assert_ok(bring(w, &import_roster, csv.p, &done));
    assert_int_equal(done.put, 1 + 28 + 28);
    assert_int_equal(done.acts, 3 + 1); /* the seat, the shifts, their leaders, the file */
}

static void lines_that_wait_for_each_other_are_told(void **state)
{
    World *w = *state;
    REFUSE(w, &import_areas,
           "code,name,parent\n610179402,甲,610179402001\n610179402001,乙,610179402\n",
           "row 2, column parent", "unknown", "row 3, column parent", "unknown");
    /* what waits for a line that is refused says nothing new */
    REFUSE(w, &import_areas,
           "code,name,parent\n610179402,甲,999999\n610179402001,乙,\n610179402001001,丙,\n",
           "row 2, column parent", "unknown");
}

static void an_empty_end_does_not_open_again_what_has_ended(void **state)
{
    World *w = *state;
    const char *first = "role,anchor,person,from\ngrid_member,610179400001002,p6,2026-01-01\n";
    put(w, &import_seats, first);
    assert_int_equal(
        put(w, &import_seats,
            "role,anchor,person,from\ngrid_member,610179400001002,p7,2026-02-01\n"),
        2);
    assert_int_equal(put(w, &import_seats, first), 0);
    /* a line without a date means what stands */
    advance(w, 60 * DAY);
    assert_int_equal(
        put(w, &import_seats, "role,anchor,person\ngrid_member,610179400001002,p7\n"), 0);
}

static void lines_of_one_seat_follow_each_other(void **state)
{
    World *w = *state;
    assert_int_equal(put(w, &import_seats,
                         "role,anchor,person,from\ngrid_chief,610179400,p7,2026-03-01\n"
                         "grid_chief,610179400,p6,2026-02-01\n"),
                     4); /* each ends the one before */
    const Ground *g = ground_pin(w->grounds, REGION);
    assert_int_equal(seat_person(g, w->chief, T0 + 30 * DAY), w->zhou);
    assert_int_equal(seat_person(g, w->chief, T0 + 40 * DAY), w->sun);
    assert_int_equal(seat_person(g, w->chief, T0 + 60 * DAY), w->wu);
    ground_unpin(g);
}

static void a_job_has_the_name_that_it_is_given(void **state)
{
    World *w = *state;
    static const Sql jobs = SQL("SELECT count(*) FROM imports WHERE region = 1 AND job = $1");
    ImportTable table;
    ImportDone done;
    int64_t n;
    ImportSpec spec = {.ledger = w->h->ledger,
                       .grounds = w->grounds,
                       .mem = w->h->mem,
                       .region = 1,
                       .actor = 0,
                       .seat = NIL,
                       .name = S("some.csv"),
                       .job = S("some job"),
                       .starts = NIL};
    assert_ok(import_table_read(w->h->mem, S("code,name\nz1,某\n"), &table));
    assert_ok(noun_import(&spec, &import_persons, &table, &done));
    assert_str(done.job, "some job");
    assert_ok(db_int(w->h->db, &jobs, ARGS(ARG_S(S("some job"))), NIL, &n));
    assert_int_equal(n, 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        CASE(areas_hang_below_what_their_code_begins_with),
        CASE(wrong_areas_are_all_told_at_once),
        CASE(what_is_not_there_yet_is_told_with_its_dates),
        CASE(departments_and_rules_follow_their_dates),
        CASE(authorities_belong_to_one_body),
        CASE(areas_and_departments_end_with_who_comes_after),
        CASE(columns_may_be_called_by_words),
        CASE(persons_are_changed_by_their_code),
        CASE(seats_are_opened_with_who_sits_on_them),
        CASE(a_new_holder_takes_over_and_old_ones_are_not_overwritten),
        CASE(absences_and_shifts_come_in_by_their_times),
        CASE(lines_that_differ_in_a_key_column_are_rows_of_their_own),
        CASE(lines_that_are_alike_in_every_key_column_are_one_row),
        CASE(a_long_file_goes_in_by_several_acts_of_one_job),
        CASE(shifts_of_one_seat_go_in_together),
        CASE(lines_that_wait_for_each_other_are_told),
        CASE(an_empty_end_does_not_open_again_what_has_ended),
        CASE(lines_of_one_seat_follow_each_other),
        CASE(a_job_has_the_name_that_it_is_given),
    };
    return cmocka_run_group_tests_name("noun_import", tests, NULL, NULL);
}
