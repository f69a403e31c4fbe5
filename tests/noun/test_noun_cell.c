/* SPDX-License-Identifier: Apache-2.0 */
/* Cells: what people and their spreadsheets write means one thing, or is refused with what it
 * may be. */
#include "test.h"

#include "base/time.h"
#include "noun/noun_cell.h"

static Arena *mem;

static int begin(void **state)
{
    (void)state;
    mem = arena_new(0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

static void dates_are_read_as_they_are_written(void **state)
{
    (void)state;
    static const struct {
        const char *said, *meant;
    } dates[] = {
        {"2024-03-05", "2024-03-05T00:00:00+08:00"},
        {"2024/3/5", "2024-03-05T00:00:00+08:00"},
        {"2024.3.5", "2024-03-05T00:00:00+08:00"},
        {"2024年3月5日", "2024-03-05T00:00:00+08:00"},
        {"2024-03-05 08:30", "2024-03-05T08:30:00+08:00"},
        {"2024/3/5 8:30:15", "2024-03-05T08:30:15+08:00"},
        {"2024/3/5 0:00:00", "2024-03-05T00:00:00+08:00"},
        {"2024年3月5日8时30分", "2024-03-05T08:30:00+08:00"},
        {"2024年3月5日 8时", "2024-03-05T08:00:00+08:00"},
        {"2024年3月5日8:30", "2024-03-05T08:30:00+08:00"},
        {"2024-03-05T08:30", "2024-03-05T08:30:00+08:00"},
        {"2024-03-05T08:30+08:00", "2024-03-05T08:30:00+08:00"},
        {"2024-03-05T00:30:00Z", "2024-03-05T08:30:00+08:00"},
    };
    for (size_t i = 0; i < countof(dates); i++) {
        Instant at = NIL;
        Buf b = BUF(mem);
        if (!cell_instant(str(dates[i].said), &at)) fail_msg("%s was refused", dates[i].said);
        instant_print(&b, at);
        assert_str(buf_str(&b), dates[i].meant);
    }
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "昨天",
                                        "2024-02-30",
                                        "05/03/2024",
                                        "2024-3/5",
                                        "45356",
                                        "2024年3月",
                                        "2024-03-05x",
                                        "2024-03-05 25:00",
                                        "2024-03-05 8",
                                        "2024-03-05 08:60",
                                        "2024-13-01",
                                        "2024-03-05 08:30 +8",
                                        "20240305"};
    for (size_t i = 0; i < countof(wrong); i++) {
        Instant at;
        if (cell_instant(str(wrong[i]), &at)) fail_msg("%s was taken", wrong[i]);
    }
}

static void what_nobody_sees_is_taken_away(void **state)
{
    (void)state;
    assert_str(cell_clean(mem, S("\xef\xbb\xbf 一\xc2\xa0店\xe3\x80\x80"), false), "一 店");
    assert_str(cell_clean(mem,
                          S("a\xe2\x80\x8b"
                            "b\xe2\x81\xa0"),
                          false),
               "ab");
    assert_str(cell_clean(mem, S("６１０Ａｂ（东）"), false), "610Ab（东）");
    assert_str(cell_clean(mem, S("Ａ－１（东）"), true), "A-1(东)");
    assert_str(cell_clean(mem, S("plain"), true), "plain");
    assert_str(cell_clean(mem, S("𠀀"), true), "𠀀");
    assert_str(cell_clean(mem, S(""), true), "");
}

typedef struct {
    ImportLine line;
    Str word, list;
    int64_t flag, day;
} ThingLine;

static const Choice words[] = {{"lead", "牵头", "Leads"},
                               {"help", "协办", "Helps"},
                               {"old", "协办", "Helped"},
                               {"lead", "主办", "Chief"}};
static const Column columns[] = {
    LINE_COLUMN(ThingLine, "word", word, KIND_CHOICE, "分工", "Part", .choices = words,
                .choice_count = countof(words)),
    LINE_COLUMN(ThingLine, "list", list, KIND_LIST, "标签", "Tags"),
    LINE_COLUMN(ThingLine, "flag", flag, KIND_FLAG, "是否", "Whether"),
    LINE_COLUMN(ThingLine, "day", day, KIND_DATE, "日期", "Day"),
};
static const ImportNoun things = {
    .name = "things", .columns = columns, .count = countof(columns), .size = sizeof(ThingLine)};

static const CodeList *no_list(void *context, const char *name)
{
    (void)context, (void)name;
    return NULL;
}

/* What the cell means, as it is written again; else the code of its fault. */
static Str meant(size_t column, const char *cell)
{
    CellLists lists = {no_list, NULL};
    const CellColumn *all = cell_columns(mem, &things, &lists);
    Faults faults = {.mem = mem};
    Value v;
    if (!cell_read(&things, &all[column], str(cell), &faults, &v))
        return str(faults.first->code);
    return cell_write(mem, &all[column].column, &v, NULL, NIL);
}

static void a_word_in_either_language_or_a_code_means_the_code(void **state)
{
    (void)state;
    assert_str(meant(0, "lead"), "lead");
    assert_str(meant(0, "LEAD"), "lead");
    assert_str(meant(0, "牵头"), "lead");
    assert_str(meant(0, "主办"), "lead");
    assert_str(meant(0, "chief"), "lead");
    assert_str(meant(0, "helps"), "help");
}

static void a_word_of_none_or_of_several_is_refused_with_what_it_may_be(void **state)
{
    (void)state;
    CellLists lists = {no_list, NULL};
    const CellColumn *all = cell_columns(mem, &things, &lists);
    Faults faults = {.mem = mem};
    Value v;
    Buf zh = BUF(mem), en = BUF(mem);
    assert_str(meant(0, "领导"), "word");
    assert_str(meant(0, "协办"), "words");
    assert_false(cell_read(&things, &all[0], S("协办"), &faults, &v));
    err_text(faults.first, LANG_ZH, &zh);
    err_text(faults.first, LANG_EN, &en);
    assert_str(buf_str(&zh), "“协办”不止一项,请填写代码:协办(help)、协办(old)");
    assert_str(buf_str(&en),
               "\"协办\" may be any of help (Helps), old (Helped): write the code");
}

static void lists_flags_and_days_are_read_and_written(void **state)
{
    (void)state;
    assert_str(meant(1, "a;b；c、 d "), "a;b;c;d");
    assert_str(meant(1, "[\"a;b\",\"c\"]"), "[\"a;b\",\"c\"]");
    assert_str(meant(2, "是"), "1");
    assert_str(meant(2, "TRUE"), "1");
    assert_str(meant(2, "No"), "0");
    assert_str(meant(2, "maybe"), "type");
    assert_str(meant(3, "2024/3/5"), "2024-03-05");
    assert_str(meant(3, "2024/3/5 0:00"), "2024-03-05");
    assert_str(meant(3, "2024/3/5 8:00"), "date");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_read_as_they_are_written),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(what_nobody_sees_is_taken_away),
        cmocka_unit_test(a_word_in_either_language_or_a_code_means_the_code),
        cmocka_unit_test(a_word_of_none_or_of_several_is_refused_with_what_it_may_be),
        cmocka_unit_test(lists_flags_and_days_are_read_and_written),
    };
    return cmocka_run_group_tests_name("noun_cell", tests, begin, end);
}
