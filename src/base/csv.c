/* SPDX-License-Identifier: Apache-2.0 */
/* csv.c: one pass over the text; a cell is a view of it unless doubled quotes must be undone.
 */
#include "base/csv.h"

#include <iconv.h>

#define MOST_COLUMNS 1000
#define MARK         "\xef\xbb\xbf" /* U+FEFF */
#define CODE_DIGITS  12             /* from here on a spreadsheet shows 6.10E+11 */

const Err CSV_NAMES = {
    .kind = ERR_INVALID,
    .code = "csv-names",
    .zh = "第一行应是各不相同、不为空的列名,最多 1000 列",
    .en = "The first row must name the columns, each differently, at most 1,000"};
const Err CSV_QUOTE = {
    .kind = ERR_INVALID,
    .code = "csv-quote",
    .zh = "引号位置不对:含引号、逗号或换行的单元格要整个用引号括起,其中的引号写两次",
    .en = "A stray quote: a cell with quotes, commas or line ends is quoted as a whole, each "
          "quote "
          "in it written twice"};
const Err CSV_OPEN = {.kind = ERR_INVALID,
                      .code = "csv-open",
                      .zh = "左引号之后直到文件末尾没有右引号",
                      .en = "The quote opened here is never closed"};
const Err CSV_BREAK = {.kind = ERR_INVALID,
                       .code = "csv-break",
                       .zh = "回车符之后应有换行符",
                       .en = "A carriage return must be followed by a line feed"};
const Err CSV_COUNT = {.kind = ERR_INVALID,
                       .code = "csv-count",
                       .zh = "应有 {0} 个单元格,这一行有 {1} 个",
                       .en = "The row should have {0} cells and has {1}"};
const Err CSV_UTF8 = {
    .kind = ERR_INVALID,
    .code = "csv-utf8",
    .zh = "编码不是 UTF-8、UTF-16 或 GB18030;请在表格软件中另存为“CSV UTF-8(逗号分隔)”",
    .en = "The encoding is neither UTF-8, UTF-16 nor GB18030; save the table as \"CSV UTF-8 "
          "(comma delimited)\""};
const Err CSV_COLUMN = {.kind = ERR_INVALID,
                        .code = "csv-column",
                        .zh = "缺少列“{0}”",
                        .en = "There is no column \"{0}\""};

Str csv_place(const Csv *csv, size_t column)
{
    if (column < csv->columns)
        return str_fmt(csv->mem, "row %lld, column %.*s", (long long)csv->row,
                       STR(csv->names[column]));
    return str_fmt(csv->mem, "row %lld, column %zu", (long long)csv->row, column + 1);
}

static Str rest_from(Str text, size_t n)
{
    return (Str){text.p + n, text.n - n};
}

/* ---- encodings ---- */

/* The whole text turned to UTF-8; false when it is not of that encoding, or iconv lacks it. */
static bool text_turn(Arena *mem, const char *encoding, Str text, Str *out)
{
    iconv_t turn = iconv_open("UTF-8", encoding);
    if (turn == (iconv_t)-1) return false;
    char *from = (char *)(uintptr_t)text.p, *all = arena_alloc(mem, 2 * text.n + 1), *to = all;
    size_t left = text.n, room = 2 * text.n;
    bool fine = iconv(turn, &from, &left, &to, &room) != (size_t)-1 && !left;
    iconv_close(turn);
    if (fine) *out = (Str){all, (size_t)(to - all)};
    return fine;
}

/* Text with more broken places than characters beyond ASCII was never UTF-8. */
static bool is_utf8(Str text)
{
    size_t faults = 0, wide = 0, at;
    while ((at = utf8_fault(text)) != SIZE_MAX) {
        if (!text.p[at]) return true; /* a NUL: no text at all */
        for (size_t i = 0; i < at; i++)
            wide += (unsigned char)text.p[i] >= 0xc0;
        faults++;
        text = rest_from(text, at + 1);
    }
    return faults <= wide;
}

Str csv_text(Arena *mem, Str text)
{
    Str turned;
    if (str_starts(text, S(MARK))) return rest_from(text, sizeof MARK - 1);
    bool little = str_starts(text, S("\xff\xfe")), big = str_starts(text, S("\xfe\xff"));
    const char *encoding = little ? "UTF-16LE" : big ? "UTF-16BE" : "GB18030";
    if (!little && !big && is_utf8(text)) return text;
    return text_turn(mem, encoding, little || big ? rest_from(text, 2) : text, &turned) ? turned
                                                                                        : text;
}

/* ---- reading ---- */

/* What stands between quotes at the head of the text, which is passed over with both of them.
 */
static const Err *quoted_cell(Csv *csv, Str *cell)
{
    Str text = rest_from(csv->text, 1);
    size_t start = csv->scratch.n;
    bool doubled = false;
    for (;;) {
        const char *quote = text.n ? memchr(text.p, '"', text.n) : NULL;
        if (!quote) {
            csv->text = rest_from(csv->text, csv->text.n);
            return &CSV_OPEN;
        }
        size_t n = (size_t)(quote - text.p);
        bool twice = n + 1 < text.n && quote[1] == '"';
        if (!twice && !doubled) *cell = (Str){text.p, n};
        if (twice || doubled) buf_bytes(&csv->scratch, text.p, n + twice);
        text = rest_from(text, n + 1 + twice);
        if (twice) {
            doubled = true;
            continue;
        }
        if (doubled) *cell = (Str){csv->scratch.p + start, csv->scratch.n - start};
        csv->text = text;
        return NULL;
    }
}

static void plain_cell(Csv *csv, Str *cell)
{
    size_t n = 0;
    Str text = csv->text;
    while (n < text.n && text.p[n] != csv->separator && text.p[n] != '\n' &&
           text.p[n] != '\r' && text.p[n] != '"')
        n++;
    *cell = (Str){text.p, n};
    csv->text = rest_from(text, n);
}

/* What must follow a cell: a separator (*last false), a line end or the end of the text. */
static const Err *cell_end(Csv *csv, bool *last)
{
    Str text = csv->text;
    *last = true;
    if (!text.n) return NULL;
    if (text.p[0] == csv->separator) *last = false;
    if (!*last || text.p[0] == '\n') {
        csv->text = rest_from(text, 1);
        return NULL;
    }
    if (text.p[0] != '\r') return &CSV_QUOTE;
    if (text.n < 2 || text.p[1] != '\n') return &CSV_BREAK;
    csv->text = rest_from(text, 2);
    return NULL;
}

static void skip_line(Csv *csv)
{
    const char *feed = csv->text.n ? memchr(csv->text.p, '\n', csv->text.n) : NULL;
    csv->text = rest_from(csv->text, feed ? (size_t)(feed - csv->text.p) + 1 : csv->text.n);
}

static void keep(Csv *csv, size_t n, Str cell)
{
    if (n >= MOST_COLUMNS) return;
    if (n >= csv->room) {
        csv->room = csv->room ? 2 * csv->room : 16;
        Str *more = arena_array(csv->mem, Str, csv->room);
        if (n) memcpy(more, csv->cells, n * sizeof *more);
        csv->cells = more;
    }
    csv->cells[n] = cell;
}

/* Reads one row of whatever length; the first fault of it is the one told. */
static const Err *read_row(Csv *csv, size_t *out_count)
{
    const Err *first = NULL;
    size_t n = 0;
    csv->scratch.n = 0;
    for (bool last = false; !last; n++) {
        Str cell = S("");
        const Err *e = NULL;
        if (csv->text.n && csv->text.p[0] == '"')
            e = quoted_cell(csv, &cell);
        else
            plain_cell(csv, &cell);
        if (!e) e = cell_end(csv, &last);
        if (e) {
            skip_line(csv);
            return first ? first : err_field(csv->mem, e, csv_place(csv, n));
        }
        if (!first && utf8_fault(cell) != SIZE_MAX)
            first = err_field(csv->mem, &CSV_UTF8, csv_place(csv, n));
        keep(csv, n, cell);
    }
    *out_count = n;
    return first;
}

/* Whether the names are all there and all different. */
static bool names_well(const Str *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!names[i].n) return false;
        for (size_t k = 0; k < i; k++)
            if (str_eq(names[i], names[k])) return false;
    }
    return n <= MOST_COLUMNS;
}

/* Of comma, semicolon and tab the one that stands most often between the names. */
static char find_separator(Str text)
{
    static const char separators[] = {',', ';', '\t'};
    size_t counts[countof(separators)] = {0}, best = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.n && (quoted || text.p[i] != '\n'); i++) {
        quoted ^= text.p[i] == '"';
        for (size_t k = 0; k < countof(separators); k++)
            counts[k] += !quoted && text.p[i] == separators[k];
    }
    for (size_t k = 1; k < countof(separators); k++)
        if (counts[k] > counts[best]) best = k;
    return separators[best];
}

/* How many of the cells there are without the empty ones at the end. */
static size_t count_full(const Csv *csv, size_t n)
{
    if (n > MOST_COLUMNS) return n;
    while (n && !str_trim(csv->cells[n - 1]).n)
        n--;
    return n;
}

const Err *csv_open(Csv *csv, Arena *mem, Str text)
{
    Csv c = {.mem = mem, .text = csv_text(mem, text), .row = 1, .scratch = BUF(mem)};
    for (; c.text.n && c.text.p[0] == '#'; c.row++)
        skip_line(&c);
    c.separator = find_separator(c.text);
    size_t n = 0;
    const Err *e = c.text.n ? read_row(&c, &n) : NULL;
    if (e) return e;
    n = count_full(&c, n);
    if (!n || n > MOST_COLUMNS || !names_well(c.cells, n))
        return err_field(mem, &CSV_NAMES, str_fmt(mem, "row %lld", (long long)c.row));
    c.columns = n;
    c.names = arena_array(mem, Str, n);
    for (size_t i = 0; i < n; i++)
        c.names[i] = str_dup(mem, c.cells[i]);
    *csv = c;
    return NULL;
}

const Err *csv_next(Csv *csv, bool *out_more)
{
    size_t n = 0, full = 0;
    while (!full) {
        if (!csv->text.n) {
            *out_more = false;
            return NULL;
        }
        csv->row++;
        const Err *e = read_row(csv, &n);
        if (e) return e;
        full = count_full(csv, n);
    }
    if (n < csv->columns || full > csv->columns)
        return err_field(csv->mem,
                         err_make(csv->mem, &CSV_COUNT, str_fmt(csv->mem, "%zu", csv->columns),
                                  str_fmt(csv->mem, "%zu", n)),
                         str_fmt(csv->mem, "row %lld", (long long)csv->row));
    *out_more = true;
    return NULL;
}

const Err *csv_column(const Csv *csv, Str name, size_t *out)
{
    for (size_t i = 0; i < csv->columns; i++) {
        if (!str_eq(csv->names[i], name)) continue;
        *out = i;
        return NULL;
    }
    return err_field(csv->mem, err_make(csv->mem, &CSV_COLUMN, name, STR_NULL), S("row 1"));
}

void csv_mark(CsvOut *csv)
{
    buf_add(csv->out, S(MARK));
}

/* ---- writing ---- */

/* Whether a spreadsheet might take the cell for a formula (CSV injection, OWASP). */
static bool is_formula(Str cell)
{
    static const char *const signs[] = {"=",  "+",  "-",  "@",  "＝", "＋",
                                        "－", "＠", "\t", "\r", "\n"};
    int64_t number;
    if (str_decimal(cell, 9, &number)) return false;
    for (size_t i = 0; i < countof(signs); i++)
        if (str_starts(cell, str(signs[i]))) return true;
    return false;
}

/* Whether a spreadsheet would make another number of a code's digits. */
static bool is_code(Str cell)
{
    size_t digits = 0;
    while (digits < cell.n && cell.p[digits] >= '0' && cell.p[digits] <= '9')
        digits++;
    return digits == cell.n && (digits >= CODE_DIGITS || (digits > 1 && cell.p[0] == '0'));
}

static bool is_guarded(Str cell)
{
    return is_formula(cell) || is_code(cell) || str_starts(cell, S("'"));
}

Str csv_bare(Str cell)
{
    if (!str_starts(cell, S("'"))) return cell;
    Str rest = rest_from(cell, 1);
    return is_guarded(rest) ? rest : cell;
}

void csv_cell(CsvOut *csv, Str cell)
{
    bool guard = csv->guard && is_guarded(cell);
    bool quote = str_starts(cell, S(MARK)) || /* the first cell's is not the text's */
                 (!csv->begun && !guard && str_starts(cell, S("#"))); /* nor is it a note */
    if (csv->begun) buf_char(csv->out, ',');
    csv->begun = true;
    for (size_t i = 0; i < cell.n && !quote; i++)
        quote = memchr(",;\t\"\r\n", cell.p[i], 6) != NULL;
    if (quote) buf_char(csv->out, '"');
    if (guard) buf_char(csv->out, '\'');
    Str head = cell;
    while (quote && str_cut(cell, '"', &head, &cell)) {
        buf_add(csv->out, head);
        buf_add(csv->out, S("\"\""));
    }
    buf_add(csv->out, head);
    if (quote) buf_char(csv->out, '"');
}

void csv_end(CsvOut *csv)
{
    buf_add(csv->out, S("\r\n"));
    csv->begun = false;
}
