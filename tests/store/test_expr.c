/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/time.h"
#include "store/expr.h"

static Arena *mem;
static Expr *x;

enum {
    GRADE,
    DEADLINE,
    CATEGORY,
    DEATHS,
    LOSS,
    DEPTH,
    BEFORE,
    LATE,
    NOW,
    PLACE,
    SUBJECT,
    COUNT
};
static const Column names[COUNT] = {
    [GRADE] = {.name = "grade", .kind = KIND_CHOICE},
    [DEADLINE] = {.name = "deadline", .kind = KIND_DATE},
    [CATEGORY] = {.name = "category", .kind = KIND_CODE},
    [DEATHS] = {.name = "deaths", .kind = KIND_INT},
    [LOSS] = {.name = "loss", .kind = KIND_MONEY},
    [DEPTH] = {.name = "depth", .kind = KIND_DECIMAL, .scale = 1},
    [BEFORE] = {.name = "before", .kind = KIND_FILES},
    [LATE] = {.name = "late", .kind = KIND_FLAG},
    [NOW] = {.name = "now", .kind = KIND_INSTANT},
    [PLACE] = {.name = "place", .kind = KIND_PLACE},
    [SUBJECT] = {.name = "subject", .kind = KIND_REF},
};
static Value values[COUNT];

static int setup(void **state)
{
    (void)state;
    mem = arena_new(0);
    x = expr_new();
    for (size_t i = 0; i < COUNT; i++)
        values[i] = VALUE_NULL;
    values[GRADE] = VALUE_STR(S("major"));
    assert_ok(date_parse(S("2026-12-01"), &values[DEADLINE].i));
    values[DEATHS] = VALUE_INT(2);
    values[LOSS] = VALUE_INT(1000000);
    values[DEPTH] = VALUE_INT(25);
    values[BEFORE] = VALUE_STR(S("[\"aa\",\"bb\"]"));
    values[LATE] = VALUE_INT(0);
    assert_ok(instant_parse(S("2026-11-22T23:30:00Z"), &values[NOW].i));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    expr_free(x);
    arena_free(mem);
    return 0;
}

static bool yes(const char *text)
{
    assert_ok(expr_check(x, mem, str(text), names, COUNT, NULL));
    return expr_true(x, str(text), names, COUNT, values);
}

static const Err *check(const char *text)
{
    return expr_check(x, mem, str(text), names, COUNT, NULL);
}

static void fields_are_bound_by_kind(void **state)
{
    (void)state;
    assert_true(yes("grade = 'major'"));
    assert_false(yes("grade = 'general'"));
    assert_true(yes("deadline = '2026-12-01' and deadline > '2026-11-30'"));
    assert_true(yes("now = '2026-11-23T07:30:00+08:00'"));
    assert_true(yes("day(now) = '2026-11-23' and days(now, deadline) = 8"));
    assert_true(yes("add_days(deadline, 31) = '2027-01-01'"));
    assert_true(yes("deaths between 1 and 2 and not late"));
    assert_true(yes("loss = yuan(10000) and loss > yuan('9999.99')"));
    assert_true(yes("depth >= decimal('2.5', 1) and depth < decimal(3, 1)"));
    assert_true(yes("before = 2"));
    assert_true(yes("grade in ('major', 'x') and grade like 'ma%'"));
}

static void null_is_not_true(void **state)
{
    (void)state;
    assert_false(yes("category = '21'"));
    assert_false(yes("category <> '21'"));
    assert_false(yes("null"));
    assert_false(yes("place"));
    assert_true(yes("category is null and subject is null and place is null"));
    assert_true(yes("ifnull(category, '21') = '21'"));
    values[BEFORE] = VALUE_STR(S("[]"));
    assert_true(yes("before is null"));
    values[PLACE] = (Value){.i = 1090600000, .j = 343200000};
    assert_true(yes("place is not null"));
}

static void unknown_names_are_named(void **state)
{
    (void)state;
    const Err *e = check("grade = 'major' and grde = 'x'");
    assert_err(e, EXPR_NAME);
    assert_str(e->args[0], "grde");
    assert_err(check("Grade = 'major'"), EXPR_NAME);
    assert_err(check("grade = \"major\""), EXPR_NAME);
    assert_err(check("rowid"), EXPR_NAME);
    assert_err(check("t.grade"), EXPR_NAME);
    bool reads[COUNT];
    assert_ok(
        expr_check(x, mem, S("deadline > day(now) or grade = 'now'"), names, COUNT, reads));
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(reads[i], i == DEADLINE || i == NOW || i == GRADE);
}

static void nothing_but_one_pure_expression(void **state)
{
    (void)state;
    static const char *const selects[] = {"(select 1)",
                                          "exists (select 1)",
                                          "grade in (select 'major')",
                                          "1) union select (2",
                                          "1), (2",
                                          "1) from (select 1) where (1",
                                          "grade = ?1",
                                          "grade = :grade",
                                          "grade = $1",
                                          "1 in (values (1))",
                                          "(with a as (select 1) select * from a)"};
    for (size_t i = 0; i < countof(selects); i++)
        assert_true(check(selects[i]) != NULL);
    assert_err(check("(select 1)"), EXPR_SELECT);
    assert_err(check("grade = ?1"), EXPR_SELECT);
    static const char *const functions[] = {
        "random()",      "current_timestamp",   "date('now')", "sqlite_version()",
        "randomblob(9)", "load_extension('x')", "count(*)",    "printf('%9999d', 1)",
        "json('1')",     "unixepoch()",         "current_date"};
    for (size_t i = 0; i < countof(functions); i++)
        assert_err(check(functions[i]), EXPR_FUNCTION);
    static const char *const bad[] = {"",       "1;",      "1; drop table t", "1 --",
                                      "/* x",   "grade =", "1) as (",         "raise(fail)",
                                      "(1, 2)", "1 2",     "case = 1",        "abs()"};
    for (size_t i = 0; i < countof(bad); i++)
        if (strcmp(bad[i], "1 --") != 0) assert_true(check(bad[i]) != NULL);
    assert_true(yes("1 -- a remark"));
}

static void floats_and_endless_work_are_refused(void **state)
{
    (void)state;
    assert_err(check("depth > 2.5"), EXPR_FLOAT);
    assert_err(check("loss > 1e6"), EXPR_FLOAT);
    Buf b = BUF(mem);
    buf_add(&b, S("deaths in ("));
    for (int i = 0; i < 5000; i++)
        buf_add(&b, S("0,"));
    buf_add(&b, S("0)"));
    assert_ok(expr_check(x, mem, buf_str(&b), names, COUNT, NULL));
    Value out;
    const Column as = {.name = "as", .kind = KIND_INT};
    const Err *e = expr_value(x, mem, buf_str(&b), names, COUNT, values, &as, &out);
    assert_err(e, EXPR_STEPS);
    assert_false(expr_true(x, buf_str(&b), names, COUNT, values));
    assert_true(yes("deaths = 2"));
    Buf deep = BUF(mem);
    for (int i = 0; i < 200; i++)
        buf_add(&deep, S("(1+"));
    buf_add(&deep, S("1"));
    for (int i = 0; i < 200; i++)
        buf_add(&deep, S(")"));
    assert_err(expr_check(x, mem, buf_str(&deep), names, COUNT, NULL), EXPR_BAD);
}

static void ratios_are_cut_to_ppm(void **state)
{
    (void)state;
    assert_true(yes("ratio(1, 3) = 333333"));
    assert_true(yes("ratio(2, 3) = 666666"));
    assert_true(yes("ratio(-1, 3) = -333333"));
    assert_true(
        yes("ratio(1, 0) is null and ratio(null, 2) is null and ratio('1', 2) is null"));
    assert_true(yes("ratio(9000000000000000, 9000000000000000) = 1000000"));
    assert_true(yes("ratio(9223372036854775807, 1) is null"));
}

static void values_come_out_by_kind(void **state)
{
    (void)state;
    const Column date = {.name = "d", .kind = KIND_DATE},
                 text = {.name = "t", .kind = KIND_TEXT},
                 number = {.name = "n", .kind = KIND_INT},
                 flag = {.name = "f", .kind = KIND_FLAG};
    Value out;
    assert_ok(
        expr_value(x, mem, S("add_days(deadline, 1)"), names, COUNT, values, &date, &out));
    assert_int_equal(out.i, values[DEADLINE].i + 1);
    assert_ok(expr_value(x, mem, S("grade || '!'"), names, COUNT, values, &text, &out));
    assert_str(out.s, "major!");
    assert_ok(expr_value(x, mem, S("deaths * 2"), names, COUNT, values, &number, &out));
    assert_int_equal(out.i, 4);
    assert_ok(expr_value(x, mem, S("deaths > 1"), names, COUNT, values, &flag, &out));
    assert_int_equal(out.i, 1);
    assert_ok(expr_value(x, mem, S("category"), names, COUNT, values, &text, &out));
    assert_null(out.s.p);
    out = VALUE_INT(7);
    assert_err(expr_value(x, mem, S("deaths"), names, COUNT, values, &flag, &out), EXPR_KIND);
    assert_err(expr_value(x, mem, S("deaths"), names, COUNT, values, &date, &out), EXPR_KIND);
    assert_err(expr_value(x, mem, S("'soon'"), names, COUNT, values, &date, &out), EXPR_KIND);
    assert_err(expr_value(x, mem, S("9007199254740993"), names, COUNT, values, &number, &out),
               EXPR_KIND);
    assert_int_equal(out.i, 7);
}

static void a_statement_serves_other_columns_too(void **state)
{
    (void)state;
    assert_true(yes("grade = 'major'"));
    const Column other[] = {{.name = "x", .kind = KIND_INT},
                            {.name = "grade", .kind = KIND_CHOICE}};
    const Value mine[] = {VALUE_INT(1), VALUE_STR(S("general"))};
    assert_false(expr_true(x, S("grade = 'major'"), other, 2, mine));
    assert_true(expr_true(x, S("grade = 'general'"), other, 2, mine));
    assert_false(expr_true(x, S("grade = 'major'"), other, 1, mine));
    assert_err(expr_check(x, mem, S("grade = 'major'"), other, 1, NULL), EXPR_NAME);
    assert_true(yes("grade = 'major'"));
    for (int i = 0; i < 2000; i++) { /* more than the cache holds */
        Str text = str_fmt(mem, "deaths + %d = %d", i, i + 2);
        assert_true(expr_true(x, text, names, COUNT, values));
    }
    assert_true(yes("grade = 'major'"));
}

static void some_words_cannot_be_names(void **state)
{
    (void)state;
    assert_true(expr_name_ok(x, S("before")));
    assert_true(expr_name_ok(x, S("after")));
    assert_true(expr_name_ok(x, S("grade")));
    assert_false(expr_name_ok(x, S("case")));
    assert_false(expr_name_ok(x, S("order")));
    assert_false(expr_name_ok(x, S("null")));
    assert_false(expr_name_ok(x, S("true")));
    assert_false(expr_name_ok(x, S("current_date")));
}

static void *expr_of_another(void *out)
{
    *(Expr **)out = expr_here();
    return NULL;
}

static void each_thread_has_its_own(void **state)
{
    (void)state;
    Expr *mine = expr_here(), *other = NULL;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, expr_of_another, &other), 0);
    pthread_join(thread, NULL);
    assert_ptr_equal(expr_here(), mine);
    assert_non_null(other);
    assert_ptr_not_equal(other, mine);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(fields_are_bound_by_kind),
        TEST(null_is_not_true),
        TEST(unknown_names_are_named),
        TEST(nothing_but_one_pure_expression),
        TEST(floats_and_endless_work_are_refused),
        TEST(ratios_are_cut_to_ppm),
        TEST(values_come_out_by_kind),
        TEST(a_statement_serves_other_columns_too),
        TEST(some_words_cannot_be_names),
        TEST(each_thread_has_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
