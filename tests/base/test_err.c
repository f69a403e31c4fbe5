/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

static const Err TOO_LONG =
    ERROR(ERR_INVALID, "too-long", "最多 {0} 个字,现在 {1}", "At most {0} characters, now {1}");

static void text_takes_its_particulars_in_both_languages(void **state)
{
    (void)state;
    Arena *mem = arena_new(0);
    const Err *e = err_make(mem, &TOO_LONG, S("200"), S("201"));
    Buf zh = BUF(mem), en = BUF(mem);
    err_text(e, LANG_ZH, &zh);
    err_text(e, LANG_EN, &en);
    assert_str(buf_str(&zh), "最多 200 个字,现在 201");
    assert_str(buf_str(&en), "At most 200 characters, now 201");
    assert_true(err_is(e, &TOO_LONG));
    assert_false(err_is(NULL, &TOO_LONG));
    arena_free(mem);
}

static void faults_are_kept_in_order_and_counted(void **state)
{
    (void)state;
    Arena *mem = arena_new(0);
    Faults f = {.mem = mem};
    assert_null(faults_err(&f));
    faults_add2(&f, S("a"), &TOO_LONG, S("1"), S("2"));
    faults_add(&f, S("b"), &ERR_NOT_FOUND);
    const Err *e = faults_err(&f);
    assert_string_equal(e->code, "invalid");
    assert_str(e->args[0], "2");
    assert_str(e->next->field, "a");
    assert_str(e->next->next->field, "b");
    assert_null(e->next->next->next);
    arena_free(mem);
}

static Str fields_of(Arena *mem, const Err *e)
{
    Buf b = BUF(mem);
    for (e = e->next; e; e = e->next)
        buf_fmt(&b, "%.*s:%s ", STR(e->field), e->code);
    return buf_str(&b);
}

static void two_lists_are_told_as_one_with_each_field_once(void **state)
{
    (void)state;
    Arena *mem = arena_new(0);
    Faults found = {.mem = mem}, read = {.mem = mem};
    faults_add(&found, S("a"), &ERR_NOT_FOUND);
    faults_add(&found, S("b"), &ERR_NOT_FOUND);
    faults_add(&read, S("b"), &TOO_LONG);
    faults_add(&read, S("c"), &TOO_LONG);
    assert_true(faults_tell(read.first, S("c")) && !faults_tell(read.first, S("a")));
    const Err *e = faults_join(mem, faults_err(&found), read.first);
    assert_err(e, ERR_FAULTS);
    assert_str(fields_of(mem, e), "a:not-found b:too-long c:too-long ");
    e = faults_join(mem, err_field(mem, &ERR_NOT_FOUND, S("a")), read.first);
    assert_err(e, ERR_FAULTS);
    assert_str(fields_of(mem, e), "a:not-found b:too-long c:too-long ");
    Err own = TOO_LONG;
    own.next = err_field(mem, &TOO_LONG, S("a"));
    e = faults_join(mem, &own, read.first);
    assert_err(e, TOO_LONG);
    assert_str(fields_of(mem, e), "a:too-long b:too-long c:too-long ");
    assert_str(fields_of(mem, faults_one(mem, S("x"), &TOO_LONG)), "x:too-long ");
    arena_free(mem);
}

static void who_sends_a_book_is_told_its_beginning(void **state)
{
    (void)state;
    Arena *mem = arena_new(0);
    Buf book = BUF(mem), said = BUF(mem);
    for (int i = 0; i < 100000; i++)
        buf_add(&book, S("安全"));
    Faults f = {.mem = mem};
    faults_add2(&f, buf_str(&book), &TOO_LONG, buf_str(&book), S("201"));
    err_text(f.first, LANG_EN, &said);
    assert_true(said.n > 900 && said.n < 1100 && f.first->field.n < 1100);
    assert_true(utf8_fault(buf_str(&said)) == SIZE_MAX &&
                utf8_fault(f.first->field) == SIZE_MAX);
    assert_true(str_ends(buf_str(&said), S("… characters, now 201")) &&
                str_ends(f.first->field, S("…")));
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_takes_its_particulars_in_both_languages),
        cmocka_unit_test(faults_are_kept_in_order_and_counted),
        cmocka_unit_test(two_lists_are_told_as_one_with_each_field_once),
        cmocka_unit_test(who_sends_a_book_is_told_its_beginning),
    };
    return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
