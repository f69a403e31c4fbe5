/* SPDX-License-Identifier: Apache-2.0 */
#include "leak_form.h"

static void names_become_positions(void **state)
{
    (void)state;
    assert_int_equal(form.own, 1);
    assert_int_equal(form.field_count, 6);
    assert_int_equal(form.name_count, 7);
    assert_int_equal(field("place"), 0);
    assert_int_equal(form_field(&form, S("now")), FORM_NONE);
    assert_string_equal(form.names[6].name, "now");
    assert_int_equal(form.names[field("what")].max, 100);
    assert_true(form.names[field("category")].flags & COLUMN_INDEX);
    assert_int_equal(form.defaults[field("deadline")].of, field("category"));
    assert_int_equal(fail.asks[1].field, field("deadline"));
    assert_int_equal(fail.asks[1].term, 0);
    assert_null(question_ask(&fail, field("what")));
    assert_int_equal(question_ask(&send, field("what")) - send.asks, 2);
}

static void who_sees_is_said_or_taken_for_granted(void **state)
{
    (void)state;
    assert_int_equal(form.see[SENSE_OPEN],
                     SEE_AREA | SEE_DEPARTMENT | SEE_SUBJECT | SEE_PARTIES | SEE_DUTY);
    assert_int_equal(form.see[SENSE_MASKED], SEE_AREA);
    assert_int_equal(form.see[SENSE_SEALED], SEE_AREA | SEE_AUDIT);
}

static void what_does_not_resolve_is_told_with_its_place(void **state)
{
    (void)state;
    Reading r = READING(mem, S("x.yaml"));
    Form odd;
    const Node *root =
        def_read(&r, S("fields:\n"
                       "  now: {kind: text, title: {zh: 今, en: Now}}\n"
                       "  who: {kind: ref, list: ghosts, title: {zh: 谁, en: Who}}\n"
                       "ask: [who, who!late, nobody]\n"));
    Question asked;
    form_read(&r, expr, root, &frame, &odd);
    form_read_question(&r, &odd, node_get(root, "ask"), NULL, &asked);
    assert_true(form_check(&r, &odd, expr, &lists));
    Buf b = BUF(mem);
    def_print(def_err(&r), LANG_EN, &b);
    assert_str(
        buf_str(&b),
        "x.yaml:2:3: reserved: \"now\" means something else here and cannot be the name of "
        "a field\n"
        "x.yaml:3:3: unknown-table: A field cannot refer to \"ghosts\", but to areas "
        "departments persons seats subjects\n"
        "x.yaml:4:12: unknown-term: There is no term \"late\" under terms\n"
        "x.yaml:4:12: repeated: \"who\" stands twice\n"
        "x.yaml:4:22: unknown-field: There is no field \"nobody\"\n");
}

static void a_default_that_a_code_does_not_have_is_told(void **state)
{
    (void)state;
    Reading r = READING(mem, S("leak.yaml"));
    assert_true(form_check(&r, &form, expr, &lists));
    assert_true(form_check_question(&r, &form, expr, &send));
    assert_int_equal(r.count, 1);
    assert_err(def_err(&r)->next, FORM_ATTR_EMPTY);
}

static void an_expression_that_cannot_be_read_is_told(void **state)
{
    (void)state;
    Reading r = READING(mem, S("x.yaml"));
    Form odd;
    const Node *root = def_read(&r, S("terms: {far: nowhere > 1}\n"));
    form_read(&r, expr, root, &frame, &odd);
    assert_false(form_check(&r, &odd, expr, &lists));
    assert_int_equal(r.count, 1);
}

static void own_values_are_stored_by_name_without_nulls(void **state)
{
    (void)state;
    Value *v = form_values(mem, &form), *again = form_values(mem, &form);
    assert_null(form_pack(mem, &form, v).p);
    v[field("place")] = (Value){.i = 1, .j = 2};
    v[field("what")] = VALUE_STR(S("水"));
    v[field("deadline")] = VALUE_INT(20000);
    v[field("category")] = VALUE_STR(S("21"));
    Str text = form_pack(mem, &form, v);
    assert_str(text, "{\"category\":\"21\",\"deadline\":20000,\"what\":\"水\"}");
    assert_ok(form_unpack(mem, &form, text, again));
    assert_str(again[field("what")].s, "水");
    assert_int_equal(again[field("deadline")].i, 20000);
    assert_int_equal(again[field("place")].i, NIL);
    assert_ok(form_unpack(mem, &form, STR_NULL, again));
}

static void a_stored_text_that_does_not_fit_is_a_broken_store(void **state)
{
    (void)state;
    static const char *const odd[] = {"{", "{\"nosuch\":1}", "{\"place\":[1,2]}",
                                      "{\"what\":1}"};
    for (size_t i = 0; i < countof(odd); i++)
        assert_non_null(form_unpack(mem, &form, str(odd[i]), form_values(mem, &form)));
}

static Str values_for(Sensitivity most)
{
    Value *v = form_values(mem, &form);
    v[field("what")] = VALUE_STR(S("水"));
    v[field("by")] = VALUE_STR(S("13812345678"));
    Buf b = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    json_open(&w, '{');
    form_put_values(&form, v, most, &w);
    json_close(&w, '}');
    return buf_str(&b);
}

static void masked_values_are_shown_in_part(void **state)
{
    (void)state;
    assert_str(values_for(SENSE_MASKED),
               "{\"fields\":{\"what\":\"水\",\"by\":\"13812345678\"}}");
    assert_str(values_for(SENSE_OPEN), "{\"fields\":{\"what\":\"水\",\"by\":\"138****5678\"}}");
}

static void screens_read_it_as_json(void **state)
{
    (void)state;
    Buf b = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    json_open(&w, '{');
    form_json(&form, LANG_EN, &w);
    json_close(&w, '}');
    const Json *tree;
    assert_ok(json_read(mem, buf_str(&b), &tree));
    const Json *fields = json_get(tree, "fields"), *grade = json_at(fields, 2);
    assert_int_equal(json_count(fields), 5);
    assert_str(json_member(grade, "title"), "Grade");
    assert_str(json_member(json_at(json_get(grade, "choices"), 1), "title"), "Big");
    assert_true(json_is_true(json_get(json_at(fields, 1), "index")));
    assert_str(json_member(json_at(fields, 4), "sense"), "masked");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_become_positions),
        TEST(who_sees_is_said_or_taken_for_granted),
        TEST(what_does_not_resolve_is_told_with_its_place),
        TEST(a_default_that_a_code_does_not_have_is_told),
        TEST(an_expression_that_cannot_be_read_is_told),
        TEST(own_values_are_stored_by_name_without_nulls),
        TEST(a_stored_text_that_does_not_fit_is_a_broken_store),
        TEST(masked_values_are_shown_in_part),
        TEST(screens_read_it_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
