/* SPDX-License-Identifier: Apache-2.0 */
/* What is exported is taken back and changes nothing; templates say what may stand in them. */
#include "../grid/world.h"
#include "noun/noun_export.h"
#include "noun/noun_import.h"

static ImportSpec spec_of(World *w)
{
    return (ImportSpec){.ledger = w->h->ledger,
                        .grounds = w->grounds,
                        .mem = w->h->mem,
                        .region = REGION,
                        .seat = NIL,
                        .name = S("file.csv"),
                        .starts = w->h->now,
                        .db = w->h->db};
}

static int64_t bring(World *w, const ImportNoun *noun, Str csv)
{
    ImportSpec spec = spec_of(w);
    ImportTable table;
    ImportDone done;
    assert_ok(import_table_read(spec.mem, csv, &table));
    assert_ok(noun_import(&spec, noun, &table, &done));
    return done.put;
}

static Str out(World *w, const ImportNoun *noun, Lang lang)
{
    ImportSpec spec = spec_of(w);
    Buf b = BUF(spec.mem);
    assert_ok(noun_export(&spec, noun, lang, &b));
    return buf_str(&b);
}

static const ImportNoun *const nouns[] = {
    &import_areas,   &import_departments, &import_rules,    &import_authorities,
    &import_persons, &import_seats,       &import_absences, &import_roster};

/* Spans that follow each other, ends, a vacant seat, a stand-in and a shift. */
static void change_much(World *w)
{
    bring(w, &import_persons,
          S("code,name,phone,established,certificate\n0007,=名,-,是,C-1\n"));
    bring(w, &import_authorities, S("department,act,basis\nfire,look,\"法,条\"\n"));
    bring(
        w, &import_roster,
        S("anchor,person,from,to,leader\n610179400,p6,2026-01-05 18:00,2026-01-06 8:30,p1\n"));
    bring(w, &import_absences, S("person,reason,from,to\np1,病假,2026-01-05,2026-01-09\n"));
    bring(w, &import_seats,
          S("role,anchor,person,kind,from,note\ngrid_chief,610179400,p7,,2026-03-01,\n"
            "网格员,610179401001001,,空岗,,招录中\ngrid_member,610179400001001,p5,替岗人,,\n"));
    bring(w, &import_rules, S("matter,department,from\nfire,emergency,2026-05-01\n"));
    advance(w, DAY);
    bring(w, &import_areas, S("code,name\n610179400001,新名社区\n"));
    bring(w, &import_areas,
          S("code,name,to,successor\n610179400001002,网格2,2026-03-01,610179400001001\n"));
    bring(w, &import_departments, S("code,name,to,successor\ncity,x,2026-06-01,emergency\n"));
}

static void what_is_exported_comes_back_unchanged(void **state)
{
    World *w = *state;
    change_much(w);
    for (size_t i = 0; i < countof(nouns); i++)
        for (Lang lang = LANG_ZH; lang <= LANG_EN; lang++)
            if (bring(w, nouns[i], out(w, nouns[i], lang)))
                fail_msg("%s changed", nouns[i]->name);
}

static void codes_stay_text_and_formulas_stay_words(void **state)
{
    World *w = *state;
    bring(w, &import_persons, S("code,name\n0007,=名\n"));
    Str csv = out(w, &import_persons, LANG_EN);
    assert_true(str_starts(csv, S("\xef\xbb\xbf"
                                  "code,name,phone,established,")));
    assert_true(str_find(csv, S("\r\n'0007,'=名,")) != SIZE_MAX);
}

static const CodeList *no_list(void *context, const char *name)
{
    (void)context, (void)name;
    return NULL;
}

static void a_template_says_what_may_stand_in_it_and_is_taken(void **state)
{
    World *w = *state;
    CellLists lists = {no_list, NULL};
    for (size_t i = 0; i < countof(nouns); i++)
        for (Lang lang = LANG_ZH; lang <= LANG_EN; lang++) {
            Buf b = BUF(w->h->mem);
            noun_template(w->h->mem, nouns[i], &lists, lang, &b);
            assert_int_equal(bring(w, nouns[i], buf_str(&b)), 0);
        }
    Buf b = BUF(w->h->mem);
    noun_template(w->h->mem, &import_absences, &lists, LANG_ZH, &b);
    assert_str(buf_str(&b),
               "\xef\xbb\xbf"
               "# person 人员编号, Person (必填): 代码\n"
               "# reason 事由, Reason (必填): leave 休假 / sick 病假 / training 培训 / "
               "duty_elsewhere 公务外出 / other 其他\n"
               "# from 起, From: 2026-11-22 / 2026-11-22 08:30\n"
               "# to 止, To: 2026-11-22 / 2026-11-22 08:30\n"
               "人员编号,事由,起,止\r\n");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        CASE(what_is_exported_comes_back_unchanged),
        CASE(codes_stay_text_and_formulas_stay_words),
        CASE(a_template_says_what_may_stand_in_it_and_is_taken),
    };
    return cmocka_run_group_tests_name("noun_export", tests, NULL, NULL);
}
