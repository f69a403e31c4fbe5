/* SPDX-License-Identifier: Apache-2.0 */
/* noun_export.c: columns as a manual and as the head of a table, rows below it. */
#include "noun/noun_export.h"

#include "base/csv.h"

#define WORDS_TOLD 100

/* ---- columns ---- */

/* A word once, though several words may mean one code. */
static void tell_word(const CellColumn *c, size_t i, Lang lang, Buf *out)
{
    const CellWord *w = &c->words[i];
    const char *word = lang == LANG_ZH ? w->zh : w->en;
    buf_fmt(out, "%s%.*s", i ? " / " : "", STR(w->code));
    if (!str_is(w->code, word)) buf_fmt(out, " %s", word);
}

static void tell_format(const CellColumn *c, Lang lang, Buf *out)
{
    const Column *column = &c->column;
    bool zh = lang == LANG_ZH;
    if (column->kind == KIND_DATE) buf_add(out, S("2026-11-22"));
    if (column->kind == KIND_INSTANT) buf_add(out, S("2026-11-22 / 2026-11-22 08:30"));
    if (column->kind == KIND_FLAG) buf_add(out, zh ? S("是 / 否") : S("yes / no"));
    if (column->kind == KIND_REF) buf_add(out, zh ? S("代码") : S("a code"));
    if (column_is_degrees(column)) buf_add(out, zh ? S("度,小数") : S("degrees, decimal"));
    if (c->word_count > WORDS_TOLD || (!c->word_count && column->kind == KIND_CODE))
        buf_fmt(out, zh ? "代码表 %s 的代码或名称" : "a code or word of the list %s",
                column->list);
    for (size_t i = 0; i < c->word_count && c->word_count <= WORDS_TOLD; i++)
        tell_word(c, i, lang, out);
}

void noun_columns(Arena *mem, const ImportNoun *noun, const CellLists *lists, Lang lang,
                  const char *lead, Buf *out)
{
    const CellColumn *all = cell_columns(mem, noun, lists);
    for (size_t i = 0; i < noun->count; i++) {
        const Column *c = &all[i].column;
        if (!column_is_given(c)) continue;
        buf_fmt(out, "%s%s %s, %s%s: ", lead, c->name, c->zh, c->en,
                !(c->flags & COLUMN_REQUIRED) ? ""
                : lang == LANG_ZH             ? " (必填)"
                                              : " (required)");
        tell_format(&all[i], lang, out);
        for (size_t k = 0; k < noun->note_count; k++)
            if (strcmp(noun->notes[k].column, c->name) == 0)
                buf_fmt(out, "; %s", lang == LANG_ZH ? noun->notes[k].zh : noun->notes[k].en);
        buf_char(out, '\n');
    }
}

static void write_heads(CsvOut *csv, const CellColumn *all, size_t n, Lang lang)
{
    for (size_t i = 0; i < n; i++)
        if (column_is_given(&all[i].column))
            csv_cell(csv, str(lang == LANG_ZH ? all[i].column.zh : all[i].column.name));
    csv_end(csv);
}

void noun_template(Arena *mem, const ImportNoun *noun, const CellLists *lists, Lang lang,
                   Buf *out)
{
    CsvOut csv = {.out = out};
    csv_mark(&csv);
    noun_columns(mem, noun, lists, lang, "# ", out);
    write_heads(&csv, cell_columns(mem, noun, lists), noun->count, lang);
}

/* ---- rows ---- */

typedef struct {
    const ExportSink *sink;
    const CellColumn *columns;
    CsvOut csv;
    Arena *scratch; /* of one row */
} Writer;

static void write_row(void *context, const void *line)
{
    Writer *w = context;
    const ImportNoun *noun = w->sink->noun;
    const ImportLine *head = line;
    for (size_t i = 0; i < noun->count; i++) {
        const Column *c = &w->columns[i].column;
        if (!column_is_given(c)) continue;
        Value v = column_get(c, (const char *)line + noun->offset);
        const ImportSpec *spec = w->sink->spec;
        bool subject = c->kind == KIND_REF && strcmp(c->list, "subjects") == 0;
        csv_cell(&w->csv, !subject
                              ? cell_write(w->scratch, c, &v, w->sink->ground, head->starts)
                          : v.i == NIL || !spec->subject_code
                              ? STR_NULL
                              : spec->subject_code(spec->subject_context, v.i));
    }
    csv_end(&w->csv);
    arena_reset(w->scratch);
}

/* What a column of the noun has in a row of like: its own value, an id of what is said by code
 * as that code, null when like has no such column. */
static Value like_value(const ExportSink *sink, const Column *c, const char *row, Instant at)
{
    const Table *like = sink->noun->like;
    const char *name = c->name;
    if (strcmp(name, "from") == 0) name = "starts";
    if (strcmp(name, "to") == 0) name = "ends";
    const Column *of = column_find(like->columns, like->count, str(name));
    Value v = of ? column_get(of, row) : VALUE_NULL;
    if (of && of->kind == KIND_REF && c->kind == KIND_TEXT)
        v = VALUE_STR(code_of(sink->ground, of->list, v.i, at));
    return v;
}

/* The end of a span is that of its owner when no other span of it follows. */
static void end_span(const ExportSink *sink, const char *row, bool last, ImportLine *line)
{
    const Table *like = sink->noun->like, *owners = sink->noun->ends;
    const Column *of = &like->columns[STATE_COLUMN_COUNT],
                 *heir = &owners->columns[table_column(owners, "successor")];
    int64_t owner = column_get(of, row).i;
    size_t n;
    const char *all = ground_rows(sink->ground, owners, &n);
    if (!last && column_get(of, row + like->size).i == owner) line->ends = NIL;
    for (size_t i = 0; i < n && line->ends != NIL; i++, all += owners->size) {
        if (column_get(&owners->columns[0], all).i != owner) continue;
        Value code =
            VALUE_STR(code_of(sink->ground, of->list, column_get(heir, all).i, line->ends));
        column_set(column_find(sink->noun->columns, sink->noun->count, S("successor")), line,
                   &code);
    }
}

/* The rows of the table that the noun is like; those that never held are left out. */
static const Err *like_rows(const ExportSink *sink)
{
    const ImportNoun *noun = sink->noun;
    const Table *like = noun->like;
    size_t n, starts = table_column(like, "starts"), ends = table_column(like, "ends");
    const char *row = ground_rows(sink->ground, like, &n);
    ImportLine *line = arena_alloc(sink->spec->mem, noun->size);
    for (size_t i = 0; i < n; i++, row += like->size) {
        Instant from = column_get(&like->columns[starts], row).i;
        if (from == column_get(&like->columns[ends], row).i) continue;
        for (size_t k = 0; k < noun->count; k++) {
            Value v = like_value(sink, &noun->columns[k], row, from);
            column_set(&noun->columns[k], line, &v);
        }
        if (noun->ends) end_span(sink, row, i + 1 == n, line);
        sink->row(sink->context, line);
    }
    return NULL;
}

static const CodeList *no_list(void *context, const char *name)
{
    (void)context, (void)name;
    return NULL;
}

const Err *noun_export(const ImportSpec *spec, const ImportNoun *noun, Lang lang, Buf *out)
{
    CellLists none = {no_list, NULL};
    Writer w = {.columns = cell_columns(spec->mem, noun, &none),
                .csv = {.out = out, .guard = true},
                .scratch = arena_new(0)};
    ExportSink sink = {.spec = spec,
                       .noun = noun,
                       .ground = ground_pin(spec->grounds, spec->region),
                       .row = write_row,
                       .context = &w};
    w.sink = &sink;
    csv_mark(&w.csv);
    write_heads(&w.csv, w.columns, noun->count, lang);
    const Err *e = noun->rows ? noun->rows(&sink) : like_rows(&sink);
    ground_unpin(sink.ground);
    arena_free(w.scratch);
    return e;
}
