/* SPDX-License-Identifier: Apache-2.0 */
/* Folding, cutting and finding texts; rows of texts in memory. */
#include "noun/noun_text.h"

#include "../test.h"
#include "base/arena.h"

static Arena *mem;

static Str folded(const char *text)
{
    Buf b = BUF(mem);
    text_fold(&b, str(text));
    return buf_str(&b);
}

static bool finds(const char *q, const char *text)
{
    TextQuery query;
    text_query(mem, str(q), &query);
    return text_has(&query, folded(text));
}

static void a_text_is_folded_to_runs_of_letters_digits_and_signs(void **state)
{
    (void)state;
    assert_str(folded("三号楼(东侧),ＧＢ 50016!"), "三号楼\n东侧\ngb\n50016\n");
    assert_str(folded(" \t、。「」—…×"), "");
    assert_str(folded("Été 𠮷野家〇"), "Été\n𠮷野家〇\n");
    assert_str(folded(""), "");
}

static void words_are_pairs_and_the_last_sign_of_each_run(void **state)
{
    (void)state;
    assert_str(text_words(mem, folded("消防通道,a1")), "消防 防通 通道 道 a1 1");
    assert_str(text_words(mem, folded("火")), "火");
    TextQuery q;
    text_query(mem, S("防通道 a"), &q);
    assert_str(text_match(mem, &q), "\"防通 通道\" \"a\"*");
}

static void each_run_of_a_query_stands_in_the_text(void **state)
{
    (void)state;
    assert_true(finds("防通", "消防通道"));
    assert_true(finds("道", "消防通道"));
    assert_true(finds("通道 消防", "消防,通道"));
    assert_false(finds("防通", "消防,通道")); /* not over a break */
    assert_true(finds("Gb5", "GB50016"));
    assert_false(finds("消防 楼", "消防通道"));
    assert_false(finds("", "消防"));
    assert_false(finds("!", "消防!"));
}

static void initials_are_of_readings(void **state)
{
    (void)state;
    Buf b = BUF(mem);
    text_initials(&b, S("老刘家具(A2)厂"));
    assert_str(buf_str(&b), "lljja2c\n");
}

static void rows_are_kept_changed_and_dropped(void **state)
{
    (void)state;
    TextQuery q;
    NounText *text = noun_text_new();
    for (int64_t id = 1; id <= 100; id++)
        noun_text_set(noun_text_make(text, id), 1, id % 10 ? S("灯") : S("灯,火"));
    noun_text_set(noun_text_row(text, 10), 1, S("水"));
    noun_text_set(noun_text_row(text, 20), 1, STR_NULL);
    noun_text_drop(text, 30);
    noun_text_drop(text, 30);
    assert_null(noun_text_row(text, 30));
    assert_int_equal(noun_text_count(text), 99);
    text_query(mem, S("火"), &q);
    size_t n = 0;
    OrderSpot spot = noun_text_from(text, 0);
    for (TextRow *row; (row = noun_text_next(text, &spot));)
        n += text_has(&q, row->levels[1]);
    assert_int_equal(n, 7);
    noun_text_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_folded_to_runs_of_letters_digits_and_signs),
        cmocka_unit_test(words_are_pairs_and_the_last_sign_of_each_run),
        cmocka_unit_test(each_run_of_a_query_stands_in_the_text),
        cmocka_unit_test(initials_are_of_readings),
        cmocka_unit_test(rows_are_kept_changed_and_dropped),
    };
    mem = arena_new(0);
    int failed = cmocka_run_group_tests_name("noun_text", tests, NULL, NULL);
    arena_free(mem);
    return failed;
}
