/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "def/codelist.h"
#include "def/yaml_schema.h"

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

static const CodeList *read(const char *text, Buf *said)
{
    Reading r = READING(mem, S("x.yaml"));
    const CodeList *list = code_list_read(&r, str(text));
    buf_add(said, S(""));
    def_print(def_err(&r), LANG_EN, said);
    return list;
}

#define HEAD                                                                                   \
    "list: hazard-category\ntitle: {zh: 隐患类别, en: Hazard category}\nsource: local "    \
    "default\n"

static void entries_carry_typed_attributes(void **state)
{
    (void)state;
    Buf said = BUF(mem);
    const CodeList *list =
        read(HEAD "attrs:\n"
                  "  days: {kind: int, title: {zh: 天数, en: Days}, max: 365}\n"
                  "  group: {kind: text, title: {zh: 组, en: Group}}\n"
                  "entries:\n"
                  "  21: {zh: 作业场所, en: Workplace, days: 3, group: site}\n"
                  "  \"01\": {zh: 资质证照, en: Licences, days: 15, retired: true}\n"
                  "  A-b.1: {zh: 甲, en: A}\n",
             &said);
    assert_str(buf_str(&said), "");
    assert_str(list->name, "hazard-category");
    assert_int_equal(list->count, 3);
    assert_str(list->codes[0].code, "21");
    const Code *code = code_find(list, S("01"));
    assert_non_null(code);
    assert_string_equal(code->zh, "资质证照");
    assert_true(code->retired);
    const Column *column;
    const Value *days = code_attr(list, code, S("days"), &column);
    assert_int_equal(days->i, 15);
    assert_int_equal(column->kind, KIND_INT);
    assert_true(value_is_null(&list->attrs[1], code_attr(list, code, S("group"), NULL)));
    assert_null(code_attr(list, code, S("none"), NULL));
    assert_null(code_find(list, S("1")));
    assert_null(code_find(list, STR_NULL));
    const CodeList *all[] = {list};
    CodeLists lists = {all, 1};
    assert_ptr_equal(code_list(&lists, S("hazard-category")), list);
    assert_null(code_list(&lists, S("other")));
    assert_null(code_list(NULL, S("other")));
    Buf json = BUF(mem);
    code_list_json(list, LANG_ZH, &JSON_OUT(&json));
    assert_str(buf_str(&json),
               "{\"list\":\"hazard-category\",\"title\":\"隐患类别\",\"source\":\"local "
               "default\",\"items\":["
               "{\"code\":\"21\",\"title\":\"作业场所\",\"days\":3,\"group\":\"site\"},"
               "{\"code\":\"01\",\"title\":\"资质证照\",\"retired\":true,\"days\":15},"
               "{\"code\":\"A-b.1\",\"title\":\"甲\"}]}");
}

static void all_that_is_wrong_is_told(void **state)
{
    (void)state;
    Buf said = BUF(mem);
    const CodeList *list = read("list: Hazard\ntitle: {zh: 隐患}\n"
                                "attrs:\n"
                                "  days: {kind: int, title: {zh: 天, en: D}, max: 365}\n"
                                "  zh: {kind: text, title: {zh: 天, en: D}}\n"
                                "  when: {kind: data, title: {zh: 天, en: D}}\n"
                                "  size: {kind: date, max: 3, title: {zh: 天, en: D}}\n"
                                "entries:\n"
                                "  a b: {zh: 甲, en: A}\n"
                                "  c: {zh: 甲, en: A, days: 400}\n"
                                "  d: {zh: 甲, days: soon, more: 1}\n",
                                &said);
    assert_non_null(list);
    assert_str(
        buf_str(&said),
        "x.yaml:1:1: missing: \"source\" is missing\n"
        "x.yaml:1:7: form: Expected here: a name (a-z, then a-z, 0-9 or -, at most 40 "
        "characters)\n"
        "x.yaml:2:8: missing: \"en\" is missing\n"
        "x.yaml:5:3: reserved: \"zh\" means something else and cannot name an attribute\n"
        "x.yaml:6:16: form: Expected here: a kind (text int decimal(n) money date instant flag "
        "choice code "
        "place ref files)\n"
        "x.yaml:7:27: stray-key: \"max\" means nothing for a field of kind date\n"
        "x.yaml:9:3: bad-code: \"a b\" cannot be a code: 1 to 40 letters, digits or . _ -\n"
        "x.yaml:10:27: attribute: The attribute \"days\" does not fit: Out of range: 400\n"
        "x.yaml:11:6: missing: \"en\" is missing\n"
        "x.yaml:11:20: attribute: The attribute \"days\" does not fit: Expected a whole "
        "number\n"
        "x.yaml:11:26: attribute: The attribute \"more\" does not fit: attrs does not list "
        "it\n");
}

static void the_schema_is_json(void **state)
{
    (void)state;
    Buf b = BUF(mem);
    code_schema(&JSON_OUT(&b));
    const Json *tree;
    assert_ok(json_read(mem, buf_str(&b), &tree));
    assert_str(json_member(tree, "title"), "gridward code list");
}

static void a_name_has_at_most_40_letters(void **state)
{
    (void)state;
    static const char forty[] = "abcdefghijklmnopqrstuvwxyz_0123456789_ab";
    assert_int_equal(sizeof forty, 41);
    assert_true(text_is_name(str(forty)));
    assert_false(text_is_name(str_fmt(mem, "%sc", forty)));
    assert_false(text_is_name(S("a_")));
    assert_false(text_is_name(S("1a")));
    assert_false(text_is_name(S("a-b")));
    assert_true(text_is_label(S("a-b")));
    assert_false(text_is_label(S("a_b")));
    assert_false(text_is_name(STR_NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(entries_carry_typed_attributes, setup, teardown),
        cmocka_unit_test_setup_teardown(all_that_is_wrong_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(the_schema_is_json, setup, teardown),
        cmocka_unit_test_setup_teardown(a_name_has_at_most_40_letters, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
