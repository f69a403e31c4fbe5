/* SPDX-License-Identifier: Apache-2.0 */
/* The industry codes of GB/T 4754-2017 as shipped. */
#include "subject/industry.h"

#include "base/file.h"
#include "test.h"

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

static const Industries *shipped(Arena *mem)
{
    Str text;
    const Industries *list;
    assert_ok(file_read_all(mem, S("data/codes/gbt4754_2017.csv"), 1 << 20, &text));
    assert_ok(industries_read(mem, text, &list));
    return list;
}

static void the_list_is_whole(void **state)
{
    const Industries *list = shipped(*state);
    int count[5] = {0};
    for (size_t i = 0; industry_at(list, i); i++) {
        const Industry *row = industry_at(list, i);
        assert_in_range(row->level, 1, 4);
        count[row->level]++;
        if (row->level > 1)
            assert_int_equal(industry_find(list, row->parent)->level, row->level - 1);
        assert_ptr_equal(industry_find(list, row->code), row);
    }
    assert_int_equal(count[1], 20);
    assert_int_equal(count[2], 97);
    assert_int_equal(count[3], 473);
    assert_int_equal(count[4], 1381);
}

static void a_code_is_found_with_and_without_its_letter(void **state)
{
    const Industries *list = shipped(*state);
    assert_str(industry_find(list, S("H6291"))->name, "小吃服务");
    assert_ptr_equal(industry_find(list, S("6291")), industry_find(list, S(" h6291 ")));
    assert_str(industry_find(list, S("A"))->code, "A");
    static const char *const none[] = {"",       " ",     "X",     "H629199",
                                       "H62911", "62911", "A6291", "餐饮"};
    for (size_t i = 0; i < countof(none); i++)
        assert_null(industry_find(list, str(none[i])));
    assert_null(industry_find(list, STR_NULL));
}

static void the_tree_is_told_level_by_level(void **state)
{
    const Industries *list = shipped(*state);
    Buf b = BUF(*state);
    JsonOut out = JSON_OUT(&b);
    const Json *tree;
    industries_json(list, S(""), &out);
    assert_ok(json_read(*state, buf_str(&b), &tree));
    assert_int_equal(json_count(json_get(tree, "items")), 20);
    Buf under = BUF(*state);
    out = JSON_OUT(&under);
    industries_json(list, S("H62"), &out);
    assert_ok(json_read(*state, buf_str(&under), &tree));
    assert_str(json_member(json_at(json_get(tree, "items"), 0), "code"), "H621");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_is_whole),
        cmocka_unit_test(a_code_is_found_with_and_without_its_letter),
        cmocka_unit_test(the_tree_is_told_level_by_level),
    };
    return cmocka_run_group_tests_name("industry", tests, setup, teardown);
}
