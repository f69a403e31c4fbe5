/* SPDX-License-Identifier: Apache-2.0 */
/* What a column takes and refuses, from JSON and from a cell of a file, and what it says then.
 */
#include "base/column.h"
#include "test.h"

static const Choice colours[] = {{"red", "红", "red"}, {"blue", "蓝", "blue"}};
static const Column text = {
    .name = "text", .kind = KIND_TEXT, .zh = "文", .en = "Text", .max = 40};
static const Column number = {
    .name = "n", .kind = KIND_INT, .zh = "数", .en = "Number", .max = 10};
static const Column decimal = {
    .name = "d", .kind = KIND_DECIMAL, .zh = "小数", .en = "Decimal", .scale = 2};
static const Column money = {.name = "m", .kind = KIND_MONEY, .zh = "金额", .en = "Money"};
static const Column date = {.name = "day", .kind = KIND_DATE, .zh = "日期", .en = "Date"};
static const Column flag = {.name = "f", .kind = KIND_FLAG, .zh = "是否", .en = "Flag"};
static const Column place = {.name = "place", .kind = KIND_PLACE, .zh = "位置", .en = "Place"};
static const Column object = {.name = "o", .kind = KIND_OBJECT, .zh = "对象", .en = "Object"};
static const Column choice = {.name = "colour",
                              .kind = KIND_CHOICE,
                              .zh = "色",
                              .en = "Colour",
                              .choices = colours,
                              .choice_count = countof(colours)};

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

/* NULL when it is taken, else the code of what was wrong. */
static const char *decode(const Column *c, const char *json, Value *out)
{
    Faults faults = {.mem = mem};
    const Json *in;
    assert_ok(json_read(mem, str(json), &in));
    bool fine = column_decode(c, in, NULL, str(c->name), &faults, out);
    assert_int_equal(fine, faults.count == 0);
    return fine ? NULL : faults.first->code;
}

static const char *parse(const Column *c, const char *cell, Value *out)
{
    Faults faults = {.mem = mem};
    bool fine = column_parse(c, str(cell), NULL, str(c->name), &faults, out);
    assert_int_equal(fine, faults.count == 0);
    return fine ? NULL : faults.first->code;
}

#define TAKES(way, column, in)          assert_null(way(&(column), in, &v))
#define REFUSES(way, column, in, wrong) assert_string_equal(way(&(column), in, &v), wrong)

static void text_is_bounded_and_without_control_characters(void **state)
{
    (void)state;
    Value v;
    TAKES(decode, text, "\"老陈家泡馍馆\\n第二行\"");
    assert_str(v.s, "老陈家泡馍馆\n第二行");
    REFUSES(decode, text, "\"a\\u0007\"", "control");
    REFUSES(decode, text, "\"\\u202eabc\"", "control");
    REFUSES(decode, text,
            "\"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"
            "过\"",
            "too-long");
    REFUSES(decode, text, "12", "type");
    REFUSES(parse, text, "\xff", "type");
}

/* GB 11643-1999's own example is 11010519491231002X. */
static void an_identity_card_number_is_refused_wherever_it_stands(void **state)
{
    (void)state;
    static const char *const cards[] = {"11010519491231002X", "11010519491231002x",
                                        "440524188001010014"};
    Value v;
    for (size_t i = 0; i < countof(cards); i++)
        for (int before = 0; before < 20; before++) {
            char json[96];
            snprintf(json, sizeof json, "\"%.*s%s\"", before, "aaaaaaaaaaaaaaaaaaaa", cards[i]);
            REFUSES(decode, text, json, "id-card");
            snprintf(json, sizeof json, "\"%.*s%s b\"", before, "aaaaaaaaaaaaaaaaaaaa",
                     cards[i]);
            REFUSES(decode, text, json, "id-card");
        }
    TAKES(decode, text, "\"110105194912310021\"");  /* another check digit */
    TAKES(decode, text, "\"4405241880010100145\""); /* longer: some other number */
    TAKES(decode, text, "\"9440524188001010014\"");
    TAKES(decode, text, "\"11010519491231002\"");
    TAKES(decode, text, "\"1380000000013800000000\"");
}

static void numbers_are_exact_or_refused(void **state)
{
    (void)state;
    Value v;
    TAKES(decode, number, "10");
    REFUSES(decode, number, "11", "range");
    REFUSES(decode, number, "-1", "range");
    REFUSES(decode, number, "1.0", "type");
    REFUSES(decode, number, "\"1\"", "type");
    TAKES(parse, number, "7");
    assert_int_equal(v.i, 7);
    REFUSES(parse, number, "7a", "type");
    TAKES(decode, decimal, "1.25");
    assert_int_equal(v.i, 125);
    REFUSES(decode, decimal, "1.255", "type");
    TAKES(decode, money, "0.1");
    assert_int_equal(v.i, 10);
    TAKES(parse, money, "80000");
    assert_int_equal(v.i, 8000000);
    REFUSES(decode, money, "1e300", "range");
}

static void other_kinds_say_what_they_want(void **state)
{
    (void)state;
    Value v;
    TAKES(decode, date, "\"2028-02-29\"");
    REFUSES(decode, date, "\"2026-02-29\"", "type");
    TAKES(decode, choice, "\"blue\"");
    REFUSES(decode, choice, "\"green\"", "choice");
    TAKES(decode, flag, "true");
    assert_int_equal(v.i, 1);
    REFUSES(decode, flag, "1", "type");
    TAKES(parse, flag, "1");
    REFUSES(parse, flag, "yes", "type"); /* an address is no table */
    assert_str(column_cell(&flag, S("是")), "1");
    assert_str(column_cell(&flag, S("no")), "0");
    assert_str(column_cell(&text, S("no")), "no");
    TAKES(decode, place, "{\"lon\":109.06,\"lat\":34.32}");
    assert_true(v.i == 1090600000 && v.j == 343200000);
    REFUSES(decode, place, "{\"lon\":181,\"lat\":0}", "range");
    TAKES(parse, place, "{\"lon\":1,\"lat\":2}");
    REFUSES(parse, place, "1,2", "type");
    TAKES(decode, object, "{\"b\":1,\"a\":{}}");
    assert_str(v.s, "{\"a\":{},\"b\":1}");
    REFUSES(decode, object, "{\"a\":[1.5]}", "type");
    TAKES(decode, number, "null");
    assert_true(value_is_null(&number, &v));
}

typedef struct {
    int64_t shown, internal, retired, ours, quiet;
} Flagged;
static const Column flagged[] = {
    COLUMN(Flagged, shown, KIND_INT, "甲", "A", .flags = COLUMN_REQUIRED | COLUMN_KEY),
    COLUMN(Flagged, internal, KIND_INT, "乙", "B", .flags = COLUMN_INTERNAL),
    COLUMN(Flagged, retired, KIND_INT, "丙", "C", .flags = COLUMN_RETIRED),
    COLUMN(Flagged, ours, KIND_INT, "丁", "D", .flags = COLUMN_OURS),
    COLUMN(Flagged, quiet, KIND_INT, "戊", "E", .flags = COLUMN_QUIET | COLUMN_JUDGED),
};
/* The names of the columns for which it holds, each behind a space. */
static Str those(bool (*holds)(const Column *c))
{
    Buf names = BUF(mem);
    for (size_t i = 0; i < countof(flagged); i++)
        if (holds(&flagged[i])) buf_fmt(&names, " %s", flagged[i].name);
    return buf_str(&names);
}

static void an_object_is_read_by_its_columns_with_all_faults(void **state)
{
    (void)state;
    Column columns[] = {text, number, object, place, flag};
    columns[0].flags = columns[2].flags = columns[4].flags = COLUMN_REQUIRED;
    Faults faults = {.mem = mem};
    Value v[countof(columns)];
    const Json *in;
    assert_ok(json_read(
        mem, S("{\"text\":\" \",\"n\":\"1\",\"o\":{\"x\":1.5},\"place\":{},\"y\":0}"), &in));
    columns_decode(columns, countof(columns), in, NULL, &faults, v);
    columns_unknown(columns, countof(columns), in, "a.", &faults);
    Buf b = BUF(mem);
    for (const Err *e = faults.first; e; e = e->next)
        buf_fmt(&b, "%.*s:%s ", STR(e->field), e->code);
    /* a tree is left to its reader, so that none is faulty inside */
    assert_str(buf_str(&b), "text:required n:type f:required a.y:unknown ");
    for (size_t i = 0; i < countof(columns); i++)
        assert_true(value_is_null(&columns[i], &v[i]));
    assert_ok(
        json_read(mem, S("{\"text\":\"a\",\"n\":1,\"o\":[],\"place\":1,\"f\":true}"), &in));
    faults = (Faults){.mem = mem};
    columns_decode(columns, countof(columns), in, NULL, &faults, v);
    assert_int_equal(faults.count, 2);
    assert_str(faults.first->field, "o");
    assert_str(v[0].s, "a");
    assert_int_equal(v[1].i, 1);
}

static void a_place_that_is_no_object_is_refused(void **state)
{
    (void)state;
    Value v;
    assert_string_equal(decode(&place, "\"here\"", &v), "type");
    assert_string_equal(decode(&place, "{\"lon\":1}", &v), "type");
}

static void an_internal_or_retired_column_is_not_shown(void **state)
{
    (void)state;
    assert_str(those(column_is_shown), " shown ours quiet");
}

static void a_history_tells_of_what_is_shown_and_not_quiet(void **state)
{
    (void)state;
    assert_str(those(column_is_told), " shown ours");
}

static void people_set_what_is_neither_ours_nor_retired(void **state)
{
    (void)state;
    assert_str(those(column_is_given), " shown internal quiet");
}

static void every_row_begins_with_columns_that_people_never_set(void **state)
{
    typedef struct {
        STATE_MEMBERS
    } Row;
    static const Column columns[] = {STATE_COLUMNS(Row)};
    (void)state;
    assert_int_equal(countof(columns), STATE_COLUMN_COUNT);
    for (size_t i = 0; i < countof(columns); i++)
        assert_false(column_is_given(&columns[i]));
}

static void degrees_are_decimals_of_seven_places(void **state)
{
    static const Column lon = {.name = "lon", .kind = KIND_DECIMAL, .scale = 7},
                        seven = {.name = "n", .kind = KIND_INT, .scale = 7};
    (void)state;
    assert_true(column_is_degrees(&lon));
    assert_false(column_is_degrees(&decimal));
    assert_false(column_is_degrees(&seven));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_bounded_and_without_control_characters),
        cmocka_unit_test(an_identity_card_number_is_refused_wherever_it_stands),
        cmocka_unit_test(numbers_are_exact_or_refused),
        cmocka_unit_test(other_kinds_say_what_they_want),
        cmocka_unit_test(an_object_is_read_by_its_columns_with_all_faults),
        cmocka_unit_test(a_place_that_is_no_object_is_refused),
        cmocka_unit_test(an_internal_or_retired_column_is_not_shown),
        cmocka_unit_test(a_history_tells_of_what_is_shown_and_not_quiet),
        cmocka_unit_test(people_set_what_is_neither_ours_nor_retired),
        cmocka_unit_test(every_row_begins_with_columns_that_people_never_set),
        cmocka_unit_test(degrees_are_decimals_of_seven_places),
    };
    return cmocka_run_group_tests_name("column", tests, setup, teardown);
}
