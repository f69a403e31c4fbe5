/* SPDX-License-Identifier: Apache-2.0 */
/* test_json.c: what is read is what was written, and what is not JSON is refused where it is
 * wrong. */
#include "base/json.h"

#include "test.h"

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

static const Json *read(const char *text)
{
    const Json *v;
    assert_ok(json_read(mem, str(text), &v));
    return v;
}

/* Where and what, as "line:column what". */
static void refused_n(Str text, const char *said)
{
    const Json *v = NULL;
    const Err *e = json_read(mem, text, &v);
    if (!e) fail_msg("%.*s was read", STR(text));
    assert_true(err_is(e, &JSON_BAD) && !v);
    Str all = str_fmt(mem, "%.*s:%.*s %.*s", STR(e->args[0]), STR(e->args[1]), STR(e->args[2]));
    assert_string_equal(str_z(mem, all), said);
}

static void refused(const char *text, const char *said)
{
    refused_n(str(text), said);
}

static void same(const char *text, const char *sorted)
{
    assert_string_equal(str_z(mem, json_sorted(mem, read(text))), sorted);
}

static void values_of_every_kind(void **state)
{
    (void)state;
    assert_true(json_is_null(read("null")));
    assert_true(json_is_true(read(" true ")));
    assert_true(json_is_bool(read("false")) && !json_is_true(read("false")));
    assert_int_equal(json_integer(read("-9007199254740993")), -9007199254740993);
    assert_int_equal(json_integer(read("9223372036854775807")), INT64_MAX);
    assert_int_equal(json_integer(read("-0")), 0);
    assert_true(json_number(read("109.06")) == 109.06 && !json_is_integer(read("109.06")));
    assert_true(json_number(read("1e3")) == 1000 && json_number(read("-2.5E-1")) == -0.25);
    assert_true(json_number(read("7")) == 7);
    assert_true(str_is(json_view(read("\"\"")), ""));
    assert_true(str_is(json_view(read("\"浐灞 \\\"a\\\\\\/\\b\\f\\n\\r\\t\"")),
                       "浐灞 \"a\\/\b\f\n\r\t"));
    assert_true(str_is(json_view(read("\"\\u7f51\\u0041\\ud83d\\udc77\\u00e9\"")), "网A👷é"));
}

static void objects_and_arrays(void **state)
{
    (void)state;
    const Json *v = read("{\"b\": [1, [], {}, \"x\"], \"a\":{\"b\":null}}");
    assert_int_equal(json_count(v), 2);
    assert_int_equal(json_count(json_get(v, "b")), 4);
    assert_int_equal(json_integer(json_at(json_get(v, "b"), 0)), 1);
    assert_null(json_at(json_get(v, "b"), 4));
    assert_null(json_get(v, "c"));
    assert_true(json_is_null(json_get(json_get(v, "a"), "b")));
    assert_true(str_is(json_view(json_at(json_get(v, "b"), 3)), "x"));
    size_t n = 0;
    for (json_each(m, v))
        assert_true(str_is(m->key, n++ ? "a" : "b"));
    assert_int_equal(n, 2);
}

static void nothing_answers_for_what_is_absent(void **state)
{
    (void)state;
    assert_null(json_get(NULL, "a"));
    assert_null(json_get(read("[1]"), "a"));
    assert_null(json_at(read("{\"a\":1}"), 0));
    assert_int_equal(json_count(NULL), 0);
    assert_int_equal(json_integer(read("\"1\"")), 0);
    assert_null(json_view(read("1")).p);
    for (json_each(m, read("[1]")))
        fail_msg("%.*s", STR(m->key));
}

static void many_members(void **state)
{
    (void)state;
    Buf b = BUF(mem);
    for (int i = 0; i < 500; i++)
        buf_fmt(&b, "%s\"k%d\":[%d]", i ? "," : "{", i, i);
    buf_char(&b, '}');
    const Json *v = read(b.p);
    for (int i = 0; i < 500; i++)
        assert_int_equal(
            json_integer(json_at(json_get(v, str_z(mem, str_fmt(mem, "k%d", i))), 0)), i);
    b.n--;
    buf_add(&b, S(",\"k77\":0}"));
    refused(b.p, str_z(mem, str_fmt(mem, "1:%zu duplicate key", b.n + 1)));
}

static void sorted_is_one_form_for_all_orders(void **state)
{
    (void)state;
    same("{\"b\":1,\"a\":{\"d\":[true,null],\"c\":\"x\\u0001\\n\"}}",
         "{\"a\":{\"c\":\"x\\u0001\\n\",\"d\":[true,null]},\"b\":1}");
    same(" [ 1.50 , -3 , \"\\u7f51\" ] ", "[1.50,-3,\"网\"]");
    assert_true(str_eq(json_sorted(mem, read("{\"x\":1,\"y\":2}")),
                       json_sorted(mem, read("{\"y\":2, \"x\":1}"))));
}

static void what_is_not_json_is_refused_where_it_is_wrong(void **state)
{
    (void)state;
    refused("", "1:1 the text ends too early");
    refused("  \n ", "2:2 the text ends too early");
    refused("{\"a\":1,}", "1:8 a key in double quotes was expected");
    refused("{\"a\" 1}", "1:6 ':' was expected");
    refused("{\"a\":1", "1:7 ',' or '}' was expected");
    refused("[1 2]", "1:4 ',' or ']' was expected");
    refused("[1,]", "1:4 invalid token");
    refused("{a:1}", "1:2 a key in double quotes was expected");
    refused("tru", "1:1 invalid token");
    refused("nul", "1:1 invalid token");
    refused("NaN", "1:1 invalid token");
    refused("1 1", "1:3 the end was expected");
    refused("{} x", "1:4 the end was expected");
    refused("[\n \"网\", x]", "2:7 invalid token");
    refused("'a'", "1:1 invalid token");
}

static void numbers_that_are_none(void **state)
{
    (void)state;
    refused("01", "1:1 invalid token");
    refused("-", "1:1 invalid token");
    refused("1.", "1:1 invalid token");
    refused(".5", "1:1 invalid token");
    refused("1e", "1:1 invalid token");
    refused("+1", "1:1 invalid token");
    refused("0x10", "1:2 the end was expected");
    refused("9223372036854775808", "1:20 the number is too large");
    refused("1e999", "1:6 the number is too large");
}

static void strings_that_are_none(void **state)
{
    (void)state;
    refused("\"a", "1:3 the text ends inside a string");
    refused("\"a\nb\"", "1:3 control character in a string");
    refused("\"\\x\"", "1:3 invalid escape");
    refused("\"\\u12g4\"", "1:4 invalid escape");
    refused("\"\\u0000\"", "1:8 \\u0000 is not allowed");
    refused("\"\\ud800\"", "1:8 invalid Unicode");
    refused("\"\\udc00\"", "1:8 invalid Unicode");
    refused("\"\\ud800\\u0041\"", "1:8 invalid Unicode");
    refused("\"\\", "1:3 invalid escape");
    refused("\"\xff\"", "1:2 the text is not UTF-8");
    refused("\"\xed\xa0\x80\"", "1:2 the text is not UTF-8");
    refused_n((Str){"\"a\0b\"", 5}, "1:3 the text is not UTF-8");
    refused_n((Str){"{}\0", 3}, "1:3 the text is not UTF-8");
}

static void keys_stand_once(void **state)
{
    (void)state;
    refused("{\"a\":1,\"b\":2,\"a\":3}", "1:20 duplicate key");
    refused("{\"a\":1,\"\\u0061\":3}", "1:19 duplicate key");
    assert_int_equal(json_count(read("[{\"a\":1},{\"a\":1}]")), 2);
}

static void depth_has_an_end(void **state)
{
    (void)state;
    Buf b = BUF(mem);
    for (int i = 0; i < 32; i++)
        buf_char(&b, '[');
    for (int i = 0; i < 32; i++)
        buf_char(&b, ']');
    assert_true(json_is_array(read(b.p)));
    refused(str_z(mem, str_fmt(mem, "[%s]", b.p)), "1:33 nested too deeply");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_of_every_kind, setup, teardown),
        cmocka_unit_test_setup_teardown(objects_and_arrays, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_answers_for_what_is_absent, setup, teardown),
        cmocka_unit_test_setup_teardown(many_members, setup, teardown),
        cmocka_unit_test_setup_teardown(sorted_is_one_form_for_all_orders, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_json_is_refused_where_it_is_wrong, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(numbers_that_are_none, setup, teardown),
        cmocka_unit_test_setup_teardown(strings_that_are_none, setup, teardown),
        cmocka_unit_test_setup_teardown(keys_stand_once, setup, teardown),
        cmocka_unit_test_setup_teardown(depth_has_an_end, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
