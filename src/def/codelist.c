/* SPDX-License-Identifier: Apache-2.0 */
/* codelist.c: reads a code list; an entry's attributes are cells of the list's own columns. */
#include "def/codelist.h"

#include "def/field.h"

/* clang-format off */
const Err CODE_BAD = FAULT("bad-code", "“{0}”不能作代码:1到40个字母、数字或 . _ -", "\"{0}\" cannot be a code: 1 to 40 letters, digits or . _ -");
const Err CODE_ATTR = FAULT("attribute", "属性“{0}”不适合:{1}", "The attribute \"{0}\" does not fit: {2}");
const Err CODE_RESERVED = FAULT("reserved", "“{0}”已有别的含义,不能作{1}名", "\"{0}\" means something else and cannot name an {2}");
/* clang-format on */

static const Shape shape_entry = {
    .forms = SHAPE_MAP,
    .zh = "代码条目 {zh: …, en: …, 属性: …}",
    .en = "an entry {zh: …, en: …, attribute: …}",
    .item = &shape_text,
    .keys = (const Key[]){{"zh", &shape_text, true, "中文", "In Chinese"},
                          {"en", &shape_text, true, "英文", "In English"},
                          {"retired", &shape_flag, false, "只留给旧记录",
                           "Kept for old records only"}},
    .key_count = 3};
static const Shape shape_entries =
    SHAPE(SHAPE_MAP, "各条代码 {代码: {zh: …, en: …}}", "the codes {code: {zh: …, en: …}}",
          .item = &shape_entry);
static const Shape shape_attrs =
    SHAPE(SHAPE_MAP, "各属性 {名称: {kind: …, title: …}}",
          "the attributes {name: {kind: …, title: …}}", .item = &shape_field);
static const Key list_keys[] = {
    {"list", &shape_label, true, "代码表名", "The name of the list"},
    {"title", &shape_words, true, "中英文名称", "Its words in both languages"},
    {"source", &shape_text, true, "出处:标准、文件,或“本地默认”",
     "Where it comes from: standard, paper, or a local default"},
    {"attrs", &shape_attrs, false, "每条代码还带什么",
     "What each code carries besides its words"},
    {"entries", &shape_entries, true, "各条代码,按显示顺序",
     "The codes, in the order in which people see them"},
};
static const Shape shape_list =
    SHAPE(SHAPE_MAP, "代码表 {list: …, title: …, source: …, entries: …}",
          "a code list {list: …, title: …, source: …, entries: …}", KEYS(list_keys));

void code_schema(JsonOut *out)
{
    shape_schema(&shape_list, "gridward code list", out);
}

void code_manual(Buf *out)
{
    shape_manual(&shape_list, out);
}

static bool is_code(Str text)
{
    if (text.n < 1 || text.n > 40) return false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
        if (!fine) return false;
    }
    return true;
}

static void read_attrs(Reading *r, const Node *node, CodeList *list)
{
    if (!node || node->kind != NODE_MAP) return;
    Column *attrs = arena_array(r->mem, Column, node->count);
    for (size_t i = 0; i < node->count; i++) {
        const Node *key = &node->keys[i];
        if (key->kind != NODE_TEXT ||
            !field_read(r, key, &node->items[i], &attrs[list->attr_count]))
            continue;
        bool taken =
            str_is(key->text, "zh") || str_is(key->text, "en") || str_is(key->text, "retired");
        if (taken)
            def_fault4(r, key->spot, &CODE_RESERVED, key->text, S("属性"), S("attribute"),
                       STR_NULL);
        list->attr_count++;
    }
    list->attrs = attrs;
}

static void read_entry(Reading *r, const CodeList *list, const Node *key, const Node *node,
                       Code *out)
{
    *out = (Code){.code = key->text, .zh = "", .en = "", .spot = key->spot};
    if (!is_code(key->text)) def_fault_of(r, key, &CODE_BAD);
    Str zh = node_text(node, "zh"), en = node_text(node, "en");
    if (zh.p) out->zh = str_z(r->mem, zh);
    if (en.p) out->en = str_z(r->mem, en);
    out->retired = str_is(node_text(node, "retired"), "true");
    Value *attrs = arena_array(r->mem, Value, list->attr_count);
    for (size_t i = 0; i < list->attr_count; i++)
        attrs[i] = VALUE_NULL;
    out->attrs = attrs;
    for (size_t i = 0; node->kind == NODE_MAP && i < node->count; i++) {
        const Node *name = &node->keys[i];
        if (name->kind != NODE_TEXT || str_is(name->text, "zh") || str_is(name->text, "en") ||
            str_is(name->text, "retired"))
            continue;
        const Column *c = column_find(list->attrs, list->attr_count, name->text);
        if (!c)
            def_fault4(r, name->spot, &CODE_ATTR, name->text, S("attrs 中没有它"),
                       S("attrs does not list it"), STR_NULL);
        else if (node->items[i].kind == NODE_TEXT)
            field_cell(r, &node->items[i], c, &CODE_ATTR, &attrs[c - list->attrs]);
    }
}

static int by_code(const void *a, const void *b, void *codes)
{
    const Code *all = codes;
    return str_cmp(all[*(const size_t *)a].code, all[*(const size_t *)b].code);
}

static void sort_codes(Reading *r, CodeList *list, Code *codes)
{
    size_t *sorted = arena_array(r->mem, size_t, list->count);
    for (size_t i = 0; i < list->count; i++)
        sorted[i] = i;
    if (list->count) qsort_r(sorted, list->count, sizeof *sorted, by_code, codes);
    list->sorted = sorted;
}

const CodeList *code_list_read(Reading *r, Str text)
{
    const Node *root = def_read(r, text);
    if (!root) return NULL;
    shape_check(r, &shape_list, root);
    const Node *entries = node_get(root, "entries");
    if (!node_text(root, "list").p || !entries || entries->kind != NODE_MAP) return NULL;
    CodeList *list = arena_make(r->mem, CodeList);
    list->name = node_text(root, "list");
    list->source = node_text(root, "source");
    words_read(r, root, "title", &list->zh, &list->en);
    read_attrs(r, node_get(root, "attrs"), list);
    Code *codes = arena_array(r->mem, Code, entries->count);
    for (size_t i = 0; i < entries->count; i++)
        if (entries->keys[i].kind == NODE_TEXT)
            read_entry(r, list, &entries->keys[i], &entries->items[i], &codes[list->count++]);
    list->codes = codes;
    sort_codes(r, list, codes);
    return list;
}

const CodeList *code_list(const CodeLists *lists, Str name)
{
    for (size_t i = 0; lists && i < lists->count; i++)
        if (str_eq(lists->lists[i]->name, name)) return lists->lists[i];
    return NULL;
}

const Code *code_find(const CodeList *list, Str code)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = str_cmp(list->codes[list->sorted[mid]].code, code);
        if (order == 0) return &list->codes[list->sorted[mid]];
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

const Value *code_attr(const CodeList *list, const Code *code, Str attr,
                       const Column **out_column)
{
    const Column *c = column_find(list->attrs, list->attr_count, attr);
    if (!c) return NULL;
    if (out_column) *out_column = c;
    return &code->attrs[c - list->attrs];
}

const Value *codes_attr(const CodeLists *lists, const char *list, Str code, Str attr,
                        const Column **out_column)
{
    const CodeList *found = code.p ? code_list(lists, str(list)) : NULL;
    const Code *entry = found ? code_find(found, code) : NULL;
    const Value *v = entry ? code_attr(found, entry, attr, out_column) : NULL;
    return v && !value_is_null(*out_column, v) ? v : NULL;
}

void code_list_json(const CodeList *list, Lang lang, JsonOut *out)
{
    json_open(out, '{');
    json_put_text(out, "list", list->name);
    json_put_words(out, "title", lang, list->zh, list->en);
    json_put_text(out, "source", list->source);
    json_put_open(out, "items", '[');
    for (size_t i = 0; i < list->count; i++) {
        const Code *code = &list->codes[i];
        json_open(out, '{');
        json_put_text(out, "code", code->code);
        json_put_words(out, "title", lang, code->zh, code->en);
        if (code->retired) json_put_bool(out, "retired", true);
        for (size_t k = 0; k < list->attr_count; k++) {
            if (value_is_null(&list->attrs[k], &code->attrs[k])) continue;
            json_key(out, list->attrs[k].name);
            column_json(&list->attrs[k], &code->attrs[k], true, out);
        }
        json_close(out, '}');
    }
    json_close(out, ']');
    json_close(out, '}');
}
