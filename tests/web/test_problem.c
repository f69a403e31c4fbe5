/* SPDX-License-Identifier: Apache-2.0 */
/* Errors as problems: status, languages, all faults at once. */
#include "web/web.h"

#include "test.h"

static void the_better_liked_language_speaks(void **state)
{
    (void)state;
    static const struct {
        const char *accept;
        Lang lang;
    } cases[] = {
        {NULL, LANG_ZH},
        {"", LANG_ZH},
        {"en", LANG_EN},
        {"EN-us", LANG_EN},
        {"zh-CN,zh;q=0.9,en;q=0.8", LANG_ZH},
        {"en;q=0.5, zh", LANG_ZH},
        {"en-GB,en;q=0.9,zh;q=0.1", LANG_EN},
        {"fr, en;q=0.7, *;q=0.1", LANG_EN},
        {"fr", LANG_ZH},
        {"*", LANG_ZH},
        {"en;q=0", LANG_ZH},
        {"enx", LANG_ZH},
        {"zh;q=0.8,en;q=0.8", LANG_ZH},
        {";;;,,;q=,en;q=x", LANG_ZH},
    };
    for (size_t i = 0; i < countof(cases); i++)
        if (lang_of(str(cases[i].accept)) != cases[i].lang)
            fail_msg("Accept-Language: %s", cases[i].accept);
}

static const Json *problem(Arena *mem, const Err *e, Lang lang)
{
    Buf b = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    const Json *tree;
    problem_json(e, lang, &w);
    assert_ok(json_read(mem, buf_str(&b), &tree));
    return tree;
}

static void one_error_without_field_has_no_list(void **state)
{
    (void)state;
    Arena *mem = arena_new(0);
    const Json *p = problem(mem, &STALE, LANG_EN);
    assert_int_equal(json_integer(json_get(p, "status")), 409);
    assert_str(json_member(p, "code"), "stale");
    assert_str(json_member(p, "type"), "/problems/stale");
    assert_str(json_member(p, "title"), "Conflict");
    assert_int_equal(json_count(json_get(p, "errors")), 0);
    p = problem(mem, &STALE, LANG_ZH);
    assert_str(json_member(p, "title"), "情况已变");
    arena_free(mem);
}

static void all_faults_are_listed_with_their_fields(void **state)
{
    (void)state;
    Arena *mem = arena_new(0);
    Faults faults = {.mem = mem};
    faults_add(&faults, S("fields.category"), &COLUMN_REQUIRED_ERR);
    faults_add2(&faults, S("colour"), &COLUMN_CHOICE, S("pink"), S("red, blue"));
    const Json *p = problem(mem, faults_err(&faults), LANG_EN);
    const Json *errors = json_get(p, "errors"), *second = json_at(errors, 1);
    assert_int_equal(json_integer(json_get(p, "status")), 422);
    assert_int_equal(json_count(errors), 2);
    assert_str(json_member(json_at(errors, 0), "field"), "fields.category");
    assert_str(json_member(json_at(errors, 0), "code"), "required");
    assert_str(json_member(second, "message"), "\"pink\" is not one of red, blue");
    arena_free(mem);
}

static void a_single_fault_of_a_field_is_in_the_list_too(void **state)
{
    (void)state;
    Arena *mem = arena_new(0);
    const Json *p = problem(mem, err_field(mem, &WEB_KEY_BAD, S("key")), LANG_EN);
    assert_int_equal(json_integer(json_get(p, "status")), 400);
    assert_str(json_member(json_at(json_get(p, "errors"), 0), "field"), "key");
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_better_liked_language_speaks),
        cmocka_unit_test(one_error_without_field_has_no_list),
        cmocka_unit_test(all_faults_are_listed_with_their_fields),
        cmocka_unit_test(a_single_fault_of_a_field_is_in_the_list_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
