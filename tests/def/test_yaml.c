/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "def/yaml.h"

static Arena *mem;

static int setup(void **state)
{
    (void)state;
    mem = arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

static Str faults_of(Str text)
{
    Reading r = READING(mem, S("x.yaml"));
    const Node *root = def_read(&r, text);
    assert_true(root || r.count);
    Buf b = BUF(mem);
    buf_add(&b, S(""));
    def_print(def_err(&r), LANG_EN, &b);
    return buf_str(&b);
}

static void scalars_are_text_and_keep_their_place(void **state)
{
    (void)state;
    Reading r = READING(mem, S("x.yaml"));
    const Node *root = def_read(&r, S("flow: hazard\n"
                                      "标题: {zh: 隐患, en: 'Hazard'}\n"
                                      "num: [1, no, ~, 1.50,\n"
                                      "    2026-11-22]\n"
                                      "one: alone\n"
                                      "empty:\n"));
    assert_ok(def_err(&r));
    assert_non_null(root);
    assert_int_equal(root->kind, NODE_MAP);
    assert_int_equal(root->count, 5);
    assert_str(node_text(root, "flow"), "hazard");
    assert_str(node_text(root, "empty"), "");
    const Node *title = node_get(root, "标题");
    assert_int_equal(title->spot.line, 2);
    assert_int_equal(title->spot.column, 5);
    assert_str(node_text(title, "zh"), "隐患");
    assert_int_equal(node_spot(title, "en").column, 18);
    assert_true(node_get(title, "en")->quoted);
    assert_false(node_get(title, "zh")->quoted);
    const Node *n = node_get(root, "num");
    assert_int_equal(node_many(n), 5);
    assert_str(node_at(n, 1)->text, "no");
    assert_str(node_at(n, 2)->text, "~");
    assert_str(node_at(n, 3)->text, "1.50");
    assert_int_equal(node_at(n, 4)->spot.line, 4);
    assert_int_equal(node_at(n, 4)->spot.column, 5);
    assert_int_equal(node_many(node_get(root, "one")), 1);
    assert_str(node_at(node_get(root, "one"), 0)->text, "alone");
    assert_int_equal(node_many(node_get(root, "none")), 0);
    assert_null(node_text(root, "num").p);
    assert_int_equal(node_spot(root, "none").line, 1);
    assert_null(node_get(NULL, "x"));
}

static void texts_may_be_quoted_folded_or_kept(void **state)
{
    (void)state;
    Reading r = READING(mem, S("x.yaml"));
    const Node *root = def_read(&r, S("single: 'it''s'''''\n"
                                      "double: \"a\\tb \\u4e2d\\n  c\"\n"
                                      "plain: over\n  two lines\n"
                                      "folded: >\n  one\n  two\n\n  three\n"
                                      "kept: |-\n  one\n   two\n\n  three\n"
                                      "none: ''\n"));
    assert_ok(def_err(&r));
    assert_str(node_text(root, "single"), "it's''");
    assert_str(node_text(root, "double"), "a\tb 中\n  c");
    assert_str(node_text(root, "plain"), "over two lines");
    assert_str(node_text(root, "folded"), "one two\nthree\n");
    assert_str(node_text(root, "kept"), "one\n two\n\nthree");
    assert_str(node_text(root, "none"), "");
}

static void all_faults_come_at_once_in_order(void **state)
{
    (void)state;
    assert_str(faults_of(S("a: &x 1\n"
                           "b: *x\n"
                           "c: !!str 1\n"
                           "a: 2\n"
                           "on: 1\n"
                           "No: 1\n"
                           "<<: {q: 1}\n"
                           "y: 1\n"
                           "? [k]\n"
                           ": 1\n")),
               "x.yaml:1:4: refused: A definition must not use anchors (&)\n"
               "x.yaml:2:4: refused: A definition must not use aliases (*)\n"
               "x.yaml:3:4: refused: A definition must not use tags (!)\n"
               "x.yaml:4:1: twice: The key \"a\" is already there in line 1\n"
               "x.yaml:5:1: key: \"on\" cannot be a key: many readers of YAML take it for true "
               "or false\n"
               "x.yaml:6:1: key: \"No\" cannot be a key: many readers of YAML take it for true "
               "or false\n"
               "x.yaml:7:1: refused: A definition must not use merge keys (<<)\n"
               "x.yaml:8:1: key: \"y\" cannot be a key: many readers of YAML take it for true "
               "or false\n"
               "x.yaml:9:3: key: \"…\" cannot be a key: a key is one word\n");
}

static void streams_and_directives_are_refused(void **state)
{
    (void)state;
    assert_str(faults_of(S("a: 1\n---\nb: 1\n")),
               "x.yaml:2:1: refused: A definition must not use a second document (---)\n");
    assert_true(str_starts(faults_of(S("%YAML 1.2\n---\nb: 1\n")), S("x.yaml:")));
    assert_str(faults_of(S("---\na: 1\n")), "");
    assert_str(faults_of(S("")), "x.yaml:1:1: yaml: Not valid YAML: nothing there\n");
    assert_str(faults_of(S("# only words\n")),
               "x.yaml:1:1: yaml: Not valid YAML: nothing there\n");
}

static void what_is_not_yaml_says_where(void **state)
{
    (void)state;
    assert_str(faults_of(S("a: 1\nb: [1, 2\nc: 3\n")),
               "x.yaml:4:1: yaml: Not valid YAML: flow sequence without a closing bracket\n");
    assert_str(faults_of(S("a: 1\nb: @x\n")),
               "x.yaml:2:4: yaml: Not valid YAML: plain scalar cannot start with '@'\n");
    assert_str(faults_of((Str){"a: 1\nb: \xE9\x9A\x90\xFF\n", 12}),
               "x.yaml:2:5: yaml: Not valid YAML: not UTF-8, or a NUL\n");
    assert_true(str_starts(faults_of(S("a: \"\\0\"\n")), S("x.yaml:1:4: yaml: ")));
}

static void size_and_depth_are_bounded(void **state)
{
    (void)state;
    Buf deep = BUF(mem);
    buf_add(&deep, S("a: "));
    for (int i = 0; i < 40; i++)
        buf_char(&deep, '[');
    for (int i = 0; i < 40; i++)
        buf_char(&deep, ']');
    assert_str(faults_of(buf_str(&deep)),
               "x.yaml:1:19: too-large: The definition is too large: more than 16 levels\n");
    Buf wide = BUF(mem);
    for (int i = 0; i < 60000; i++)
        buf_add(&wide, S("- x\n"));
    assert_str(
        faults_of(buf_str(&wide)),
        "x.yaml:50000:3: too-large: The definition is too large: more than 50,000 nodes\n");
    Buf keys = BUF(mem);
    for (int i = 0; i < 6000; i++)
        buf_fmt(&keys, "k%d: x\n", i);
    assert_str(faults_of(buf_str(&keys)), "x.yaml:5001:1: too-large: The definition is too "
                                          "large: more than 5,000 keys in one map\n");
    Buf big = BUF(mem);
    buf_add(&big, S("a: "));
    for (int i = 0; i < 1100000; i++)
        buf_char(&big, 'x');
    assert_str(faults_of(buf_str(&big)),
               "x.yaml:1:1: too-large: The definition is too large: more than 1 MiB\n");
}

static void faults_stop_at_five_hundred(void **state)
{
    (void)state;
    Buf b = BUF(mem);
    for (int i = 0; i < 700; i++)
        buf_add(&b, S("a: 1\n"));
    Reading r = READING(mem, S("x.yaml"));
    assert_non_null(def_read(&r, buf_str(&b)));
    assert_int_equal(r.count, 500);
    const Err *e = def_err(&r);
    assert_err(e, ERR_FAULTS);
    assert_str(e->next->field, "x.yaml:2:1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(scalars_are_text_and_keep_their_place, setup, teardown),
        cmocka_unit_test_setup_teardown(texts_may_be_quoted_folded_or_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(all_faults_come_at_once_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(streams_and_directives_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_yaml_says_where, setup, teardown),
        cmocka_unit_test_setup_teardown(size_and_depth_are_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(faults_stop_at_five_hundred, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
