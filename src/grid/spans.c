/* SPDX-License-Identifier: Apache-2.0 */
/* spans.c: rows of one table in order of owner, start and id, and how they are found. */
#include "grid/snapshot_internal.h"

#define PART(the_table, Type, the_owner)                                                       \
    {                                                                                          \
        &the_table, offsetof(Type, the_owner), offsetof(Type, starts), offsetof(Type, ends)    \
    }
#define IDENTITY(the_table)                                                                    \
    {                                                                                          \
        &the_table, 0, NONE, NONE                                                              \
    }

const PartRow part_rows[PART_COUNT] = {
    [PART_AREA] = IDENTITY(area_table),
    [PART_AREA_SPAN] = PART(area_span_table, AreaSpan, area),
    [PART_OUTLINE] = PART(outline_table, AreaOutline, area),
    [PART_AREA_CODE] = PART(area_code_table, AreaCode, area),
    [PART_DOCKING] = PART(docking_table, Docking, area),
    [PART_DEPARTMENT] = IDENTITY(department_table),
    [PART_DEPARTMENT_SPAN] = PART(department_span_table, DepartmentSpan, department),
    [PART_RULE] = PART(department_rule_table, DepartmentRule, area),
    [PART_AUTHORITY] = PART(authority_table, Authority, id),
    [PART_PERSON] = IDENTITY(person_table),
    [PART_FACT] = PART(person_fact_table, PersonFact, person),
    [PART_SEAT] = PART(seat_table, Seat, id),
    [PART_HOLD] = PART(seat_hold_table, SeatHold, seat),
    [PART_ABSENCE] = PART(absence_table, Absence, person),
    [PART_SHIFT] = PART(roster_table, Shift, seat),
};

static int64_t member(const void *row, size_t offset)
{
    return offset == NONE ? 0 : *(const int64_t *)(const void *)((const char *)row + offset);
}

static int compare_int(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_rows(const void *a, const void *b, void *context)
{
    const PartRow *part = context;
    int by = compare_int(member(a, part->owner), member(b, part->owner));
    if (!by) by = compare_int(member(a, part->starts), member(b, part->starts));
    return by ? by : compare_int(member(a, 0), member(b, 0));
}

/* Rows that are in order are not touched: they may be another snapshot's, too. */
void sheet_sort(Part part, Sheet *sheet)
{
    const PartRow *row = &part_rows[part];
    const char *rows = sheet->rows;
    size_t size = row->table->size, i = 1;
    while (i < sheet->n &&
           compare_rows(rows + (i - 1) * size, rows + i * size, (void *)(uintptr_t)row) <= 0)
        i++;
    if (i < sheet->n)
        qsort_r(sheet->rows, sheet->n, row->table->size, compare_rows, (void *)(uintptr_t)row);
}

static const char *row_at(Part part, const Sheet *sheet, size_t i)
{
    return (const char *)sheet->rows + i * part_rows[part].table->size;
}

/* The first row behind (owner, starts]. */
static size_t behind(Part part, const Sheet *sheet, int64_t owner, int64_t starts)
{
    size_t low = 0, high = sheet->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const char *row = row_at(part, sheet, mid);
        int64_t o = member(row, part_rows[part].owner);
        if (o < owner || (o == owner && member(row, part_rows[part].starts) <= starts))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

size_t sheet_from(Part part, const Sheet *sheet, int64_t owner)
{
    return owner == INT64_MIN ? 0 : behind(part, sheet, owner - 1, INT64_MAX);
}

bool span_covers(Instant starts, Instant ends, Instant at)
{
    return starts <= at && (ends == NIL || at < ends);
}

/* Spans that were called off before they began, [t, t), are stepped over. */
const void *sheet_span(Part part, const Sheet *sheet, int64_t owner, Instant at)
{
    for (size_t i = behind(part, sheet, owner, at); i > 0; i--) {
        const char *row = row_at(part, sheet, i - 1);
        if (member(row, part_rows[part].owner) != owner) return NULL;
        Instant starts = member(row, part_rows[part].starts),
                ends = member(row, part_rows[part].ends);
        if (span_covers(starts, ends, at)) return row;
        if (ends != starts) return NULL;
    }
    return NULL;
}

const void *sheet_row(Part part, const Sheet *sheet, int64_t id)
{
    size_t i = sheet_from(part, sheet, id);
    const char *row = i < sheet->n ? row_at(part, sheet, i) : NULL;
    return row && member(row, part_rows[part].owner) == id ? row : NULL;
}

uint32_t *sorted(Arena *mem, size_t n, int (*compare)(const void *, const void *, void *),
                 void *context)
{
    uint32_t *all = arena_array(mem, uint32_t, n);
    for (size_t i = 0; i < n; i++)
        all[i] = (uint32_t)i;
    if (n > 1) qsort_r(all, n, sizeof *all, compare, context);
    return all;
}
