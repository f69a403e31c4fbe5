/* SPDX-License-Identifier: Apache-2.0 */
/* Files of subjects: whole or nothing, every fault with its row and column, one job however
 * often. */
#include "room.h"

#include "base/file.h"
#include "base/time.h"
#include "noun/noun_export.h"
#include "noun/noun_import.h"
#include "subject/subject_import.h"

#define HEAD "name,kind,uscc,uscc_reason,lon,lat\n"

static ImportSpec spec_of(Room *r)
{
    return (ImportSpec){.ledger = r->w->h->ledger,
                        .grounds = r->w->grounds,
                        .mem = r->w->h->mem,
                        .region = REGION,
                        .seat = NIL,
                        .name = S("subjects.csv"),
                        .starts = NIL,
                        .part = 3,
                        .defs = r->defs,
                        .db = r->w->h->db,
                        .has_datum = true,
                        .datum = DATUM_WGS84};
}

static const Err *import_as(Room *r, const ImportSpec *spec, Str csv, ImportDone *done)
{
    ImportTable table;
    const Err *e = import_table_read(spec->mem, csv, &table);
    return e ? e : noun_import(spec, subject_import_noun(spec->mem, r->subjects), &table, done);
}

static const Err *import(Room *r, Str csv, ImportDone *done)
{
    ImportSpec spec = spec_of(r);
    return import_as(r, &spec, csv, done);
}

static int64_t count(Room *r)
{
    int64_t n;
    House *h = r->w->h;
    assert_ok(subject_count(r->subjects, h->db, h->mem, room_who(r, 0), &SUBJECT_FILTER, &n));
    return n;
}

static Subject named(Room *r, const char *name)
{
    House *h = r->w->h;
    SubjectFilter f = SUBJECT_FILTER;
    SubjectPage page;
    f.q = str(name);
    assert_ok(subject_page(r->subjects, h->db, h->mem, room_who(r, 0), &f, &page));
    assert_int_equal(page.count, 1);
    return page.subjects[0];
}

static void a_file_comes_in_by_parts_of_one_job(void **state)
{
    Room *r = *state;
    House *h = r->w->h;
    ImportDone done;
    Buf csv = BUF(h->mem);
    buf_add(&csv, S("# 演示数据\n# notes\n" HEAD));
    for (int i = 0; i < 7; i++)
        buf_fmt(&csv, "店%d,catering,,none,109.0%d5,34.305\n", i, i % 2);
    assert_ok(import(r, buf_str(&csv), &done));
    assert_int_equal(done.rows, 7);
    assert_int_equal(done.put, 7);
    assert_int_equal(done.acts, 4); /* the last one tells of the file */
    assert_int_equal(count(r), 7);
    Subject s = named(r, "店3");
    assert_int_equal(s.area, r->w->cell2);
    assert_int_equal(s.seen, h->now);
    assert_true(str_find(s.source, done.job) != SIZE_MAX);
    static const Sql entries =
        SQL("SELECT count(*) FROM ledger WHERE region = 7 AND verb = 'subject-import' AND "
            "instr(body, $1) > 0");
    int64_t n;
    assert_ok(db_int(h->db, &entries, ARGS(ARG_S(done.job)), 0, &n));
    assert_int_equal(n, 4);
    static const Sql files =
        SQL("SELECT count(*) FROM imports WHERE region = 7 AND kind = 'subjects' AND rows = 7");
    assert_ok(db_int(h->db, &files, NO_ARGS, 0, &n));
    assert_int_equal(n, 1);
    assert_ok(import(r, buf_str(&csv), &done)); /* again: nothing is left to do */
    assert_int_equal(done.put, 0);
    assert_int_equal(count(r), 7);
}

static void words_stand_for_codes_and_spreadsheets_write_as_they_like(void **state)
{
    Room *r = *state;
    ImportDone done;
    assert_ok(import(r,
                     S("\xef\xbb\xbf名称,类型,统一社会信用代码,无信用代码原因,经度,纬度,"
                       "管理事项,行业代码,风险等级,可能性L,暴露频度E,后果C,"
                       "重点监管对象,开业日期,参建单位,主要负责人,主要负责人电话,状态\r\n"
                       "\"甲,乙\"\"丙\"\"\",餐饮, 91350100m000100y43 "
                       ",,109.00500004,34.305,燃气;消防,6291,橙,3,6,15,是,2024/2/1,"
                       "总包:陕西××建工;监理:某监理, 陈师傅 ,138 0000 0001,停业\r\n"),
                     &done));
    Subject s = named(r, "甲,乙\"丙\"");
    assert_str(s.kind, "catering");
    assert_str(s.uscc, "91350100M000100Y43");
    assert_int_equal(s.lon, 1090050000);
    assert_str(s.matters, "[\"gas\",\"fire\"]");
    assert_str(s.industry, "H6291");
    assert_str(s.colour, "orange");
    assert_int_equal(s.l, 30);
    assert_int_equal(s.key, 1);
    Date day;
    assert_ok(date_parse(S("2024-02-01"), &day));
    assert_int_equal(s.opened, day);
    assert_str(s.parties, "[{\"name\":\"陕西××建工\",\"role\":\"总包\"},{\"name\":\"某监理\","
                          "\"role\":\"监理\"}]");
    assert_str(s.main_person, "陈师傅");
    assert_str(s.status, "paused");
}

static void every_fault_is_told_with_row_and_column_and_nothing_is_written(void **state)
{
    Room *r = *state;
    ImportDone done;
    const Err *e = import(
        r,
        S("# a note\n"
          "name,kind,uscc,uscc_reason,lon,lat,matters,opened,l,main_phone,load_size\n" /* row 2
                                                                                        */
          "good,catering,,none,109.005,34.305,fire,,,,\n"                              /* 3 */
          ",catering,,none,109.005,34.305,,,,,\n"                                      /* 4 */
          "a,magic,,none,109.005,34.305,,,,,\n"                                        /* 5 */
          "b,catering,91350100M000100Y44,,109.005,34.305,,,,,\n"                       /* 6 */
          "c,catering,,,109.005,34.305,,,,,\n"                                         /* 7 */
          "d,catering,,none,109.5,34.305,,,,,\n"                                       /* 8 */
          "e,catering,,none,here,34.305,,,,,\n"                                        /* 9 */
          "f,catering,,none,109.005,34.305,fire;magic,,,,\n"                           /* 10 */
          "g,catering,,none,109.005,34.305,,31.02.2024,,,\n"                           /* 11 */
          "h,catering,,none,109.005,34.305,,,3,,\n"                                    /* 12 */
          "i,catering,,none,109.005,34.305,,,,none,\n"                                 /* 13 */
          "j,catering,,none,109.005,34.305,,,,,9\n"                                    /* 14 */
          "k,catering,,none,,34.305,,,,,\n"                                            /* 15 */
          "l,catering,,nothing,109.005,34.305,,,,,\n"                                  /* 16 */
          "m,catering,,none\n"                                                         /* 17 */
          "\"n\n2\",catering,,none,109.5,34.305,,,,,\n"),                              /* 18 */
        &done);
    assert_err(e, ERR_FAULTS);
    assert_fault(e, "row 4, column name", "required");
    assert_fault(e, "row 5, column kind", "word");
    assert_fault(e, "row 6, column uscc", "uscc-check");
    assert_fault(e, "row 7, column uscc_reason", "uscc-reason");
    assert_fault(e, "row 8, column lon", "outside");
    assert_fault(e, "row 9, column lon", "type");
    assert_fault(e, "row 10, column matters", "word");
    assert_fault(e, "row 11, column opened", "date");
    assert_fault(e, "row 12, column e", "lec");
    assert_fault(e, "row 13, column main_phone", "phone");
    assert_fault(e, "row 14, column load_size", "range");
    assert_fault(e, "row 15, column lon", "required");
    assert_fault(e, "row 16, column uscc_reason", "word");
    assert_fault(e, "row 17", "csv-count");
    assert_fault(e, "row 18, column lon", "outside");
    size_t n = 0;
    for (const Err *f = e->next; f; f = f->next)
        n++;
    assert_int_equal(n, 15);
    assert_int_equal(count(r), 0);
}

static void outside_names_the_nearest_cell(void **state)
{
    Room *r = *state;
    ImportDone done;
    const Err *e = import(r, S(HEAD "a,catering,,none,109.03,34.305\n"), &done);
    Buf text = BUF(r->w->h->mem);
    err_text(e->next, LANG_EN, &text);
    assert_true(str_find(buf_str(&text), S("610179400001002")) != SIZE_MAX);
}

static void columns_that_are_twice_or_missing_are_refused(void **state)
{
    Room *r = *state;
    ImportDone done;
    const Err *e = import(r, S("name,kind,colour,score,area,名称\na,catering,,1,2,b\n"), &done);
    assert_err(e, ERR_FAULTS);
    assert_fault(e, "row 1, column 名称", "twice");
    assert_fault(e, "row 1, column lon", "csv-column");
    assert_fault(e, "row 1, column lat", "csv-column");
    assert_int_equal(count(r), 0);
}

static void codes_are_given_once_in_the_file_and_in_the_store(void **state)
{
    Room *r = *state;
    ImportDone done;
    Subject s;
    assert_ok(open_as(
        r, 0, "{\"name\":\"甲厂\",\"kind\":\"retail\",\"uscc\":\"91440300192317458F\"}", &s));
    const Err *e = import(r,
                          S("code,name,kind,uscc,uscc_reason,lon,lat\n"
                            "1,a,catering,91350100M000100Y43,,109.005,34.305\n"
                            "2,b,catering,91350100M000100Y43,,109.005,34.305\n"
                            "1,c,catering,,none,109.005,34.305\n"
                            "3,d,catering,91440300192317458F,,109.005,34.305\n"),
                          &done);
    assert_err(e, ERR_FAULTS);
    assert_fault(e, "row 3, column uscc", "twice");
    assert_fault(e, "row 4, column code", "twice");
    assert_fault(e, "row 5, column uscc", "subject-known");
    assert_int_equal(count(r), 1);
}

static void hostile_files_are_refused_whole(void **state)
{
    Room *r = *state;
    ImportDone done;
    static const char *const files[] = {"",
                                        "\n",
                                        "name",
                                        "name,name\n",
                                        "\"",
                                        HEAD "a,\"b\n",
                                        HEAD "\xff\xfe,catering,,none,109.005,34.305\n",
                                        HEAD "a,catering,,none,109.005,34.305,x\n",
                                        HEAD "a\rb,catering,,none,109.005,34.305\n",
                                        "#",
                                        "# only notes\n",
                                        HEAD "a,catering,,none,1e99,nan\n",
                                        HEAD "a,catering,,none,-999,34\n",
                                        HEAD
                                        "a,catering,,none,109.0050000000000000000000000x,34\n"};
    for (size_t i = 0; i < countof(files); i++) {
        if (!import(r, str(files[i]), &done)) fail_msg("file %zu was taken", i);
        assert_int_equal(count(r), 0);
    }
    Buf wide = BUF(r->w->h->mem);
    for (int i = 0; i < 999; i++)
        buf_fmt(&wide, "c%d,", i);
    buf_add(&wide, S("name\n"));
    assert_err(import(r, buf_str(&wide), &done), ERR_FAULTS);
    assert_ok(import(r, S(HEAD), &done)); /* no row is no fault */
    assert_int_equal(done.rows, 0);
}

static void the_datum_must_be_said_and_gcj02_needs_a_reason(void **state)
{
    Room *r = *state;
    ImportDone done;
    ImportSpec spec = spec_of(r);
    Str csv = S(HEAD "a,catering,,none,109.0145,34.304\n");
    spec.has_datum = false;
    assert_err(import_as(r, &spec, csv, &done), IMPORT_DATUM);
    spec.has_datum = true;
    spec.datum = DATUM_GCJ02;
    assert_err(import_as(r, &spec, csv, &done), SUBJECT_CONVERT);
    spec.conversion = S("高德台账");
    assert_ok(import_as(r, &spec, csv, &done));
    assert_int_equal(named(r, "a").area, r->w->cell1); /* some 470 m to the west */
}

/* As after a break: what is in stays, the rest comes; a line that says something else changes
 * what is known by its code, credit code, or name and place. */
static void a_file_that_grew_or_changed_is_imported_again(void **state)
{
    Room *r = *state;
    ImportDone done;
    const char *head = "code,name,kind,uscc,uscc_reason,lon,lat,address\n",
               *first = "k1,店一,catering,,none,109.005,34.305,\n"
                        ",店二,catering,91350100M000100Y43,,109.005,34.305,\n"
                        ",店三,catering,,none,109.015,34.305,\n";
    Arena *mem = r->w->h->mem;
    assert_ok(import(r, str_fmt(mem, "%s%s", head, first), &done));
    assert_int_equal(done.put, 3);
    assert_ok(import(r, str_fmt(mem, "%s%sk4,店四,retail,,none,109.005,34.305,\n", head, first),
                     &done));
    assert_int_equal(done.put, 1);
    assert_int_equal(count(r), 4);
    assert_ok(import(r,
                     str_fmt(mem,
                             "%sk1,店一,catering,,none,109.015,34.305,东街\n"
                             ",店二,retail,91350100M000100Y43,,109.005,34.305,\n"
                             ",店三,catering,,none,109.015,34.305,西街\n",
                             head),
                     &done));
    assert_int_equal(done.put, 3);
    assert_int_equal(count(r), 4);
    assert_str(named(r, "店一").address, "东街");
    assert_int_equal(named(r, "店一").area, r->w->cell2);
    assert_str(named(r, "店二").kind, "retail");
    assert_str(named(r, "店三").address, "西街");
    assert_ok(import(r, str_fmt(mem, "%s%s", head, first), &done));
    assert_int_equal(done.put, 2); /* an empty cell takes nothing away */
    assert_str(named(r, "店三").address, "西街");
}

static const CodeList *no_list(void *context, const char *name)
{
    (void)context, (void)name;
    return NULL;
}

static void the_template_is_a_file_that_is_taken(void **state)
{
    Room *r = *state;
    ImportDone done;
    Arena *mem = r->w->h->mem;
    CellLists lists = {no_list, NULL};
    for (Lang lang = LANG_ZH; lang <= LANG_EN; lang++) {
        Buf file = BUF(mem);
        noun_template(mem, subject_import_noun(mem, NULL), &lists, lang, &file);
        assert_ok(import(r, buf_str(&file), &done));
        assert_int_equal(done.rows, 0);
        assert_true(str_find(buf_str(&file), lang == LANG_ZH ? S("统一社会信用代码,")
                                                             : S(",uscc,")) != SIZE_MAX);
    }
}

static void what_is_exported_comes_back_unchanged(void **state)
{
    Room *r = *state;
    ImportDone done;
    ImportSpec spec = spec_of(r);
    Buf file = BUF(spec.mem);
    assert_ok(
        import(r,
               S("code,name,kind,uscc_reason,lon,lat,matters,tags,parties,opened,l,e,c,key\n"
                 "0017,=店,catering,none,109.005,34.305,消防;gas,a;b,总包:某公司,2024/3/5,3,"
                 "6,15,是\n"
                 ",\"店,\"\"二\",retail,none,109.015,34.305,,,,,,,,\n"),
               &done));
    assert_ok(noun_export(&spec, subject_import_noun(spec.mem, r->subjects), LANG_ZH, &file));
    assert_true(str_find(buf_str(&file), S("'0017,'=店,catering")) != SIZE_MAX);
    assert_ok(import(r, buf_str(&file), &done));
    assert_int_equal(done.rows, 2);
    assert_int_equal(done.put, 0);
}

static void fifty_thousand_rows_come_in_as_one_job(void **state)
{
    Room *r = *state;
    House *h = r->w->h;
    ImportDone done;
    Buf csv = BUF(h->mem);
    buf_add(&csv, S("code,name,kind,uscc_reason,lon,lat,matters\n"));
    for (int i = 0; i < 50000; i++)
        buf_fmt(&csv, "c%d,店%d,retail,none,109.0%04d,34.30%04d,fire\n", i, i, i % 200,
                1 + i % 9999);
    ImportSpec spec = spec_of(r);
    spec.part = 0;
    assert_ok(import_as(r, &spec, buf_str(&csv), &done));
    assert_int_equal(done.put, 50000);
    assert_int_equal(done.acts, 25 + 1);
    assert_int_equal(count(r), 50000);
}

int main(void)
{
    crypt_init();
#define TEST(name) cmocka_unit_test_setup_teardown(name, room_setup, room_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_file_comes_in_by_parts_of_one_job),
        TEST(words_stand_for_codes_and_spreadsheets_write_as_they_like),
        TEST(every_fault_is_told_with_row_and_column_and_nothing_is_written),
        TEST(outside_names_the_nearest_cell),
        TEST(columns_that_are_twice_or_missing_are_refused),
        TEST(codes_are_given_once_in_the_file_and_in_the_store),
        TEST(hostile_files_are_refused_whole),
        TEST(the_datum_must_be_said_and_gcj02_needs_a_reason),
        TEST(a_file_that_grew_or_changed_is_imported_again),
        TEST(the_template_is_a_file_that_is_taken),
        TEST(what_is_exported_comes_back_unchanged),
        TEST(fifty_thousand_rows_come_in_as_one_job),
    };
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
