/* SPDX-License-Identifier: Apache-2.0 */
/* industry.c: the list in the standard's order, and positions sorted by the digits of the code.
 */
#include "subject/industry.h"

#include "base/csv.h"

const Err INDUSTRY_CODE =
    ERROR(ERR_INVALID, "industry", "“{0}”不是国民经济行业代码(GB/T 4754-2017)",
          "\"{0}\" is no industry code of GB/T 4754-2017");

struct Industries {
    const Industry *all;
    const Industry **sorted; /* by code */
    size_t count;
};

static int by_code(const void *a, const void *b)
{
    return str_cmp((*(const Industry *const *)a)->code, (*(const Industry *const *)b)->code);
}

const Err *industries_read(Arena *mem, Str csv, const Industries **out)
{
    enum { CODE, PARENT, LEVEL, NAME, COLUMNS };
    static const char *const names[COLUMNS] = {"code", "parent_code", "level", "name"};
    Csv in;
    size_t at[COLUMNS], cap = 2048;
    const Err *e = csv_open(&in, mem, csv);
    for (size_t i = 0; i < COLUMNS && !e; i++)
        e = csv_column(&in, str(names[i]), &at[i]);
    if (e) return e;
    Industries *list = arena_make(mem, Industries);
    Industry *all = arena_array(mem, Industry, cap);
    for (bool more;;) {
        if ((e = csv_next(&in, &more))) return e;
        if (!more) break;
        assert(list->count < cap);
        Industry *row = &all[list->count++];
        row->code = str_dup(mem, in.cells[at[CODE]]);
        row->parent = in.cells[at[PARENT]].n ? str_dup(mem, in.cells[at[PARENT]]) : STR_NULL;
        row->name = str_dup(mem, in.cells[at[NAME]]);
        if (!str_int(in.cells[at[LEVEL]], &row->level))
            return err_field(mem, &INDUSTRY_CODE, csv_place(&in, at[LEVEL]));
    }
    list->all = all;
    list->sorted = arena_array(mem, const Industry *, list->count);
    for (size_t i = 0; i < list->count; i++)
        list->sorted[i] = &all[i];
    qsort(list->sorted, list->count, sizeof(const Industry *), by_code);
    *out = list;
    return NULL;
}

static const Industry *find_exact(const Industries *list, Str code)
{
    Industry wanted = {.code = code};
    const Industry *key = &wanted, **found = bsearch(&key, list->sorted, list->count,
                                                     sizeof(const Industry *), by_code);
    return found ? *found : NULL;
}

const Industry *industry_find(const Industries *list, Str code)
{
    char text[5];
    code = str_trim(code);
    bool lettered = code.n && (code.p[0] < '0' || code.p[0] > '9');
    size_t shift = lettered ? 0 : 1;
    if (!code.n || code.n + shift > sizeof text) return NULL;
    memcpy(text + shift, code.p, code.n);
    if (lettered) {
        if (text[0] >= 'a' && text[0] <= 'z') text[0] = (char)(text[0] - ('a' - 'A'));
        return find_exact(list, (Str){text, code.n});
    }
    for (char section = 'A'; section <= 'T';
         section++) { /* digits are unique over the sections */
        text[0] = section;
        const Industry *found = find_exact(list, (Str){text, code.n + 1});
        if (found) return found;
    }
    return NULL;
}

const Industry *industry_at(const Industries *list, size_t i)
{
    return i < list->count ? &list->all[i] : NULL;
}

void industries_json(const Industries *list, Str parent, JsonOut *out)
{
    json_open(out, '{');
    json_put_text(out, "list", S("industry"));
    json_put_text(out, "title", S("国民经济行业分类"));
    json_put_text(out, "source", S("GB/T 4754-2017"));
    json_key(out, "items");
    json_open(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        const Industry *row = &list->all[i];
        if (parent.p && !str_eq(parent, row->parent.p ? row->parent : S(""))) continue;
        json_open(out, '{');
        json_put_text(out, "code", row->code);
        json_put_text(out, "parent", row->parent);
        json_put_int(out, "level", row->level);
        json_put_text(out, "title", row->name);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_close(out, '}');
}
