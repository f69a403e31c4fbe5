/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_csv.c: any bytes as a table. It must be read to its end; a table without faults must
 * come back the same when written and read again, and with guard no cell may be a formula. */
#include "base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_row(CsvOut *out, const Str *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        csv_cell(out, cells[i]);
    csv_end(out);
}

/* Whether the text has no fault; then it is written to plain as it is and to guarded. */
static bool copy(Arena *mem, Str text, Buf *plain, Buf *guarded)
{
    Csv csv;
    CsvOut out = {.out = plain}, guard = {.out = guarded, .guard = true};
    bool well = !csv_open(&csv, mem, text);
    if (!well) return false;
    write_row(&out, csv.names, csv.columns);
    write_row(&guard, csv.names, csv.columns);
    size_t faults = 0;
    for (bool more = true; more;) {
        size_t before = csv.text.n;
        const Err *e = csv_next(&csv, &more);
        assert(!before || csv.text.n < before); /* so that the end comes */
        assert(!e || (e->field.n && e->zh && e->en));
        faults += e != NULL;
        if (faults > 100) return false;
        if (e || !more) continue;
        for (size_t i = 0; i < csv.columns; i++)
            assert(csv.cells[i].p && utf8_fault(csv.cells[i]) == SIZE_MAX);
        write_row(&out, csv.cells, csv.columns);
        write_row(&guard, csv.cells, csv.columns);
    }
    return !faults;
}

static void no_formulas(Arena *mem, Str text)
{
    Csv csv;
    if (csv_open(&csv, mem, text)) return; /* guarded names may have become alike */
    for (bool more = true; more;) {
        const Err *e = csv_next(&csv, &more);
        assert(!e);
        for (size_t i = 0; more && i < csv.columns; i++) {
            int64_t number;
            Str cell = csv.cells[i];
            assert(!cell.n || !strchr("=+-@\t\r\n", cell.p[0]) ||
                   str_decimal(cell, 9, &number));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *mem = arena_new(0);
    Buf first = BUF(mem), second = BUF(mem), guarded = BUF(mem), unused = BUF(mem);
    if (copy(mem, (Str){(const char *)data, size}, &first, &guarded)) {
        bool well = copy(mem, buf_str(&first), &second, &unused);
        assert(well && str_eq(buf_str(&first), buf_str(&second)));
        no_formulas(mem, buf_str(&guarded));
    }
    arena_free(mem);
    return 0;
}
