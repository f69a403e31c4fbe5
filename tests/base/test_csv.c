/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/csv.h"

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

/* A text as rows of cells in brackets, faults by code and place. */
static Str shown(Str text)
{
    Csv csv;
    Buf out = BUF(mem);
    const Err *e = csv_open(&csv, mem, text);
    if (e) return str_fmt(mem, "%s at %.*s", e->code, STR(e->field));
    for (size_t i = 0; i < csv.columns; i++)
        buf_fmt(&out, "[%.*s]", STR(csv.names[i]));
    for (bool more = true;;) {
        if ((e = csv_next(&csv, &more))) {
            buf_fmt(&out, " %s at %.*s;", e->code, STR(e->field));
            continue;
        }
        if (!more) return buf_str(&out);
        buf_fmt(&out, " %lld", (long long)csv.row);
        for (size_t i = 0; i < csv.columns; i++) {
            assert_non_null(csv.cells[i].p);
            buf_fmt(&out, "[%.*s]", STR(csv.cells[i]));
        }
    }
}

static void rows_have_the_cells_of_the_names(void **state)
{
    (void)state;
    assert_str(shown(S("a,b\r\n1,2\r\n3,4\r\n")), "[a][b] 2[1][2] 3[3][4]");
    assert_str(shown(S("a,b\n1,2\n3,4")), "[a][b] 2[1][2] 3[3][4]");
    assert_str(shown(S("\xef\xbb\xbf编码,名称\n21,作业场所\n")),
               "[编码][名称] 2[21][作业场所]");
    assert_str(shown(S("a")), "[a]");
    assert_str(shown(S("a\n")), "[a]");
    assert_str(shown(S("a\n\nx\n")), "[a] 3[x]");
    assert_str(shown(S("a,b,c\n,,\n x ,\"\",z\n")), "[a][b][c] 3[ x ][][z]");
}

static void quotes_hold_commas_line_ends_and_quotes(void **state)
{
    (void)state;
    assert_str(shown(S("a,b\n\"1,5\",\"two\r\nlines\"\nx,y\n")),
               "[a][b] 2[1,5][two\r\nlines] 3[x][y]");
    assert_str(shown(S("a,b\n\"say \"\"hi\"\" now\",\"\"\"\"\n")),
               "[a][b] 2[say \"hi\" now][\"]");
    assert_str(shown(S("\"a\"\"\",b\n\"\"\"x\",\"y\"\"\"")), "[a\"][b] 2[\"x][y\"]");
    assert_str(shown(S("a,b\r\n\"x\r\",\"\"\r\n")), "[a][b] 2[x\r][]");
}

static void cells_with_quotes_survive_a_growing_scratch(void **state)
{
    (void)state;
    Buf text = BUF(mem);
    buf_add(&text, S("a,b,c\n"));
    for (int i = 0; i < 3; i++)
        buf_fmt(&text, "\"\"\"%0*d\"%c", 50 * (i + 1) * (i + 1), i, i < 2 ? ',' : '\n');
    Csv csv;
    bool more;
    assert_ok(csv_open(&csv, mem, buf_str(&text)));
    assert_ok(csv_next(&csv, &more));
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(csv.cells[i].n, 50 * (i + 1) * (i + 1) + 1);
        assert_int_equal(csv.cells[i].p[0], '"');
        assert_int_equal(csv.cells[i].p[csv.cells[i].n - 1], '0' + (int)i);
    }
}

static void faults_tell_their_row_and_column(void **state)
{
    (void)state;
    assert_str(shown(S("code,name\n1,5\" pipe\n2,ok\n")),
               "[code][name] csv-quote at row 2, column name; 3[2][ok]");
    assert_str(shown(S("code,name\n\"1\"x,5\n2,ok\n")),
               "[code][name] csv-quote at row 2, column code; 3[2][ok]");
    assert_str(shown(S("code,name\n1\n2,ok\n3,4,5\n")),
               "[code][name] csv-count at row 2; 3[2][ok] csv-count at row 4;");
    assert_str(shown(S("code,name\n1,\"never\nends")),
               "[code][name] csv-open at row 2, column name;");
    assert_str(shown(S("code,name\r1,2\r")), "csv-break at row 1, column 2");
    assert_str(shown(S("code,name\n1,2\r3,4\n5,6\n")),
               "[code][name] csv-break at row 2, column name; 3[5][6]");
    assert_str(shown(S("code,name\n1,2\r")), "[code][name] csv-break at row 2, column name;");
    assert_str(shown(S("code,name\n1,\xb0\xb2\xc8\xff\n2,ok\n")),
               "[code][name] csv-utf8 at row 2, column name; 3[2][ok]");
    assert_str(shown(S("code,name\n1,a\0b\n")), "[code][name] csv-utf8 at row 2, column name;");
    assert_str(shown(S("code,name\n1,2,3,\xff\n")),
               "[code][name] csv-utf8 at row 2, column 4;");
    Csv csv;
    bool more = true;
    assert_ok(csv_open(&csv, mem, S("a,b\n1\n")));
    Buf said = BUF(mem);
    err_text(csv_next(&csv, &more), LANG_ZH, &said);
    assert_str(buf_str(&said), "应有 2 个单元格,这一行有 1 个");
    assert_true(more);
}

static void what_spreadsheets_leave_behind_is_passed_over(void **state)
{
    (void)state;
    assert_str(shown(S("code,name\n1,2\n\n,,\n3,4,,\n")), "[code][name] 2[1][2] 5[3][4]");
    assert_str(shown(S("code,name,,\n1,2,,\n")), "[code][name] 2[1][2]");
    assert_str(shown(S("\xef\xbb\xbf# a note\n# more,,\ncode,name\n1,2\n")),
               "[code][name] 4[1][2]");
    assert_str(shown(S("code;name\n1;a,b\n")), "[code][name] 2[1][a,b]");
    assert_str(shown(S("code\tname\n1\ta;b\n")), "[code][name] 2[1][a;b]");
    assert_str(shown(S("\"a;b;c\",name\n1,2\n")), "[a;b;c][name] 2[1][2]");
}

static void other_encodings_are_taken_or_named(void **state)
{
    (void)state;
    assert_str(shown(S("\xff\xfe"
                       "a\0,\0b\0\n\0"
                       "1\0,\0\x89\x5b\n\0")),
               "[a][b] 2[1][安]");
    assert_str(shown(S("\xfe\xff"
                       "\0a\0,\0b\0\n\0"
                       "1\0,\x5b\x89\0\n")),
               "[a][b] 2[1][安]");
    assert_str(shown(S("\xb4\xfa\xc2\xeb,\xc3\xfb\xb3\xc6\n1,\xb0\xb2\xc8\xab\n")),
               "[代码][名称] 2[1][安全]");
    assert_str(shown(S("a\0,\0b\0\n\0")), "csv-utf8 at row 1, column 1");
    assert_str(shown(S("代码,名称\n1,安全\xff\n")),
               "[代码][名称] csv-utf8 at row 2, column 名称;");
}

static void the_first_row_must_be_names(void **state)
{
    (void)state;
    assert_str(shown(S("")), "csv-names at row 1");
    assert_str(shown(STR_NULL), "csv-names at row 1");
    assert_str(shown(S("\xef\xbb\xbf")), "csv-names at row 1");
    assert_str(shown(S("\n1\n")), "csv-names at row 1");
    assert_str(shown(S("a,,b\n")), "csv-names at row 1");
    assert_str(shown(S("a,b,a\n")), "csv-names at row 1");
    assert_str(shown(S("a,\xff\n")), "csv-utf8 at row 1, column 2");
    Buf wide = BUF(mem);
    for (int i = 0; i < 1000; i++)
        buf_fmt(&wide, i ? ",c%d" : "c%d", i);
    Csv csv;
    assert_ok(csv_open(&csv, mem, buf_str(&wide)));
    assert_int_equal(csv.columns, 1000);
    buf_add(&wide, S(",one more"));
    assert_err(csv_open(&csv, mem, buf_str(&wide)), CSV_NAMES);
}

static void columns_are_found_by_name(void **state)
{
    (void)state;
    Csv csv;
    size_t at = 9;
    assert_ok(csv_open(&csv, mem, S("code,name\n")));
    assert_ok(csv_column(&csv, S("name"), &at));
    assert_int_equal(at, 1);
    const Err *e = csv_column(&csv, S("place"), &at);
    assert_err(e, CSV_COLUMN);
    assert_str(e->args[0], "place");
    assert_int_equal(at, 1);
}

static Str written(bool guard, const Str *cells, size_t n)
{
    Buf out = BUF(mem);
    CsvOut csv = {.out = &out, .guard = guard};
    for (size_t i = 0; i < n; i++)
        csv_cell(&csv, cells[i]);
    csv_end(&csv);
    csv_cell(&csv, S("next"));
    csv_end(&csv);
    return buf_str(&out);
}

static void written_rows_are_quoted_where_needed(void **state)
{
    (void)state;
    const Str cells[] = {S("a b"),        S(""),         STR_NULL, S("1,5"),
                         S("two\nlines"), S("\"x\"y\""), S("安")};
    assert_str(written(false, cells, countof(cells)),
               "a b,,,\"1,5\",\"two\nlines\",\"\"\"x\"\"y\"\"\",安\r\nnext\r\n");
    Buf out = BUF(mem);
    CsvOut csv = {.out = &out};
    csv_mark(&csv);
    csv_cell(&csv, S("x"));
    csv_end(&csv);
    assert_str(shown(buf_str(&out)), "[x]");
    assert_int_equal(out.n, 6);
    out.n = 0;
    csv_cell(&csv, S("\xef\xbb\xbfx")); /* not the text's mark but the cell's first character */
    csv_end(&csv);
    assert_str(shown(buf_str(&out)), "[\xef\xbb\xbfx]");
}

static void what_was_written_reads_back(void **state)
{
    (void)state;
    const Str cells[] = {S("\""), S(",\r\n\""), S("\"\"a\"\""), S("=1+1"), S(" "), S("\r")};
    Str text = str_fmt(mem, "a,b,c,d,e,f\n%.*s", STR(written(false, cells, countof(cells))));
    Csv csv;
    bool more;
    assert_ok(csv_open(&csv, mem, text));
    assert_ok(csv_next(&csv, &more));
    for (size_t i = 0; i < countof(cells); i++)
        assert_true(str_eq(csv.cells[i], cells[i]));
}

static void formulas_are_guarded_and_numbers_are_not(void **state)
{
    (void)state;
    const Str cells[] = {S("=cmd|' /C calc'!A0"),
                         S("+86 138"),
                         S("-x"),
                         S("@SUM(1)"),
                         S("＝1"),
                         S("\tx"),
                         S("-5.20"),
                         S("-"),
                         S("=1,2"),
                         S("a=b")};
    assert_str(written(true, cells, countof(cells)),
               "'=cmd|' /C calc'!A0,'+86 "
               "138,'-x,'@SUM(1),'＝1,\"'\tx\",-5.20,'-,\"'=1,2\",a=b\r\nnext\r\n");
    assert_str(written(false, cells, 1), "=cmd|' /C calc'!A0\r\nnext\r\n");
}

static void the_apostrophe_comes_off_again(void **state)
{
    (void)state;
    static const char *const cells[] = {"=1+1", "'",  "''x", "610179400001", "007", "a",
                                        "-5",   "'=", ""};
    for (size_t i = 0; i < countof(cells); i++) {
        Csv csv;
        bool more;
        Str row = S("x"), text;
        const Str pair[] = {str(cells[i]), row};
        text = str_fmt(mem, "a,b\n%.*s", STR(written(true, pair, 2)));
        assert_ok(csv_open(&csv, mem, text));
        assert_ok(csv_next(&csv, &more));
        assert_true(str_is(csv_bare(csv.cells[0]), cells[i]));
    }
    assert_str(csv_bare(S("'tHooft")), "'tHooft");
    const Str codes[] = {S("610179400001"), S("61017940000"), S("007"), S("0")};
    assert_str(written(true, codes, countof(codes)),
               "'610179400001,61017940000,'007,0\r\nnext\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_have_the_cells_of_the_names),
        cmocka_unit_test(quotes_hold_commas_line_ends_and_quotes),
        cmocka_unit_test(cells_with_quotes_survive_a_growing_scratch),
        cmocka_unit_test(faults_tell_their_row_and_column),
        cmocka_unit_test(what_spreadsheets_leave_behind_is_passed_over),
        cmocka_unit_test(other_encodings_are_taken_or_named),
        cmocka_unit_test(the_first_row_must_be_names),
        cmocka_unit_test(columns_are_found_by_name),
        cmocka_unit_test(written_rows_are_quoted_where_needed),
        cmocka_unit_test(what_was_written_reads_back),
        cmocka_unit_test(formulas_are_guarded_and_numbers_are_not),
        cmocka_unit_test(the_apostrophe_comes_off_again),
    };
    return cmocka_run_group_tests_name("csv", tests, begin, end);
}
