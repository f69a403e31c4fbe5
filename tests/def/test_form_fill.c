/* SPDX-License-Identifier: Apache-2.0 */
#include "leak_form.h"

static Value *values;
static bool set[7];

/* The faults of filling as "fields.a:required fields.b:type"; "" for none. */
static Str filled(const Question *question, const char *given, bool partial, size_t from)
{
    const Json *in = NULL;
    Faults faults = {.mem = mem};
    memset(set, 0, sizeof set);
    values = form_values(mem, &form);
    assert_ok(instant_parse(S("2026-11-22T09:00:00+08:00"), &values[form.field_count].i));
    if (given) assert_ok(json_read(mem, str(given), &in));
    Filling f = {.form = &form,
                 .expr = expr,
                 .lists = &lists,
                 .today = 20779, /* 2026-11-22 */
                 .from = from,
                 .partial = partial,
                 .values = values,
                 .set = set,
                 .faults = &faults};
    form_fill(&f, question, in);
    Buf b = BUF(mem);
    buf_add(&b, S(""));
    for (const Err *e = faults.first; e; e = e->next)
        buf_fmt(&b, "%s%.*s:%s", b.n ? " " : "", STR(e->field), e->code);
    return buf_str(&b);
}

static void what_is_given_and_what_stands_in_is_set(void **state)
{
    (void)state;
    assert_str(filled(&send, "{\"deadline\":\"2026-12-01\",\"what\":\"  \"}", false, 0), "");
    assert_str(values[field("grade")].s, "small");
    assert_int_equal(values[field("deadline")].i, 20788);
    assert_null(values[field("what")].s.p); /* blanks say nothing */
    assert_true(set[field("grade")] && set[field("deadline")] && set[field("what")]);
    assert_false(set[field("category")]);
}

static void all_faults_are_told_at_once(void **state)
{
    (void)state;
    assert_str(filled(&send, "{\"category\":\"21\",\"grade\":\"huge\",\"nosuch\":1}", false, 0),
               "fields.category:unknown fields.nosuch:unknown fields.grade:choice "
               "fields.deadline:required");
    assert_str(filled(&send, "[]", false, 0), "fields:type");
}

static void nothing_is_required_of_a_preview(void **state)
{
    (void)state;
    assert_str(filled(&send, NULL, true, 0), "");
    assert_str(values[field("grade")].s, "small");
}

static void null_is_no_wish_for_a_default(void **state)
{
    (void)state;
    assert_str(filled(&send, "{\"grade\":null,\"deadline\":\"2026-12-01\"}", false, 0),
               "fields.grade:required");
}

static void fields_that_the_caller_read_are_not_among_those_given(void **state)
{
    (void)state;
    assert_str(filled(&fail, "{\"place\":{\"lon\":1,\"lat\":2}}", false, 0), "");
    assert_int_equal(values[field("place")].i, 10000000);
    assert_str(filled(&fail, "{\"place\":{\"lon\":1,\"lat\":2}}", false, form.own),
               "fields.place:unknown");
}

static void asks_see_the_values_with_what_was_given(void **state)
{
    (void)state;
    Value *v = form_values(mem, &form);
    bool required[3];
    form_required(&form, &send, expr, v, required);
    assert_true(required[0] && required[1] && !required[2]);
    form_required(&form, &fail, expr, v, required);
    assert_false(required[1]);
    v[field("grade")] = VALUE_STR(S("big"));
    form_required(&form, &fail, expr, v, required);
    assert_true(required[1]);
}

static void a_check_that_is_not_true_refuses_with_its_sentence(void **state)
{
    (void)state;
    Value *v = form_values(mem, &form);
    assert_err(form_refusal(mem, &form, &send, expr, v), FORM_CHECK); /* null is not true */
    assert_str(filled(&send, "{\"deadline\":\"2026-12-01\"}", false, 0), "");
    assert_str(filled(&send, "{\"deadline\":\"2027-12-01\"}", false, 0), "fields:check");
    Buf b = BUF(mem);
    err_text(form_refusal(mem, &form, &send, expr, values), LANG_ZH, &b);
    assert_str(buf_str(&b), "太久");
    assert_ok(form_refusal(mem, &form, &fail, expr, values));
}

static void defaults_come_from_the_code(void **state)
{
    (void)state;
    Value *v = form_values(mem, &form), out = VALUE_INT(7);
    assert_false(form_default(&form, field("deadline"), v, &lists, 20000, &out));
    v[field("category")] = VALUE_STR(S("01"));
    assert_false(form_default(&form, field("deadline"), v, &lists, 20000, &out));
    assert_int_equal(out.i, 7);
    v[field("category")] = VALUE_STR(S("21"));
    assert_true(form_default(&form, field("deadline"), v, &lists, 20000, &out));
    assert_int_equal(out.i, 20003);
    assert_false(form_default(&form, field("deadline"), v, &lists, DATE_MAX - 2, &out));
    assert_int_equal(out.i, 20003);
    assert_true(form_default(&form, field("grade"), v, &lists, 20000, &out));
    assert_str(out.s, "small");
    assert_false(form_default(&form, field("what"), v, &lists, 20000, &out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_given_and_what_stands_in_is_set),
        TEST(all_faults_are_told_at_once),
        TEST(nothing_is_required_of_a_preview),
        TEST(null_is_no_wish_for_a_default),
        TEST(fields_that_the_caller_read_are_not_among_those_given),
        TEST(asks_see_the_values_with_what_was_given),
        TEST(a_check_that_is_not_true_refuses_with_its_sentence),
        TEST(defaults_come_from_the_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
