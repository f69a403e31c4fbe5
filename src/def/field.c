/* SPDX-License-Identifier: Apache-2.0 */
/* field.c: one field at a time; which keys go with which kind stands in a table. */
#include "def/field.h"

/* clang-format off */
const Err FIELD_KIND = FAULT("kind", "没有“{0}”这种字段,可用的有:{1}", "There is no kind \"{0}\" of field, but {1}");
const Err FIELD_STRAY = FAULT("stray-key", "{1} 字段不用“{0}”", "\"{0}\" means nothing for a field of kind {1}");
const Err FIELD_CHOICES = FAULT("choices", "choice 字段要用 of 列出选项", "A choice field lists its choices under of");
const Err FIELD_LIST = FAULT("list", "{0} 字段要用 list 指明代码表或表名", "A {0} field names its list");
const Err FIELD_NUMBER = FAULT("number", "“{0}”应在 {1} 至 {2} 之间", "\"{0}\" must be from {1} to {2}");
/* clang-format on */

enum { MAX = 1, SCALE = 2, LIST = 4, OF = 8, INDEX = 16 };

/* The kinds that a definition may use, in the order of the manual. */
static const struct {
    Kind kind;
    unsigned keys;
    int64_t max;
} kinds[] = {
    {KIND_TEXT, MAX | INDEX, 100000},
    {KIND_INT, MAX | INDEX, (INT64_C(1) << 53) - 1},
    {KIND_DECIMAL, SCALE, 0},
    {KIND_MONEY, 0, 0},
    {KIND_DATE, INDEX, 0},
    {KIND_INSTANT, INDEX, 0},
    {KIND_FLAG, INDEX, 0},
    {KIND_CHOICE, OF | INDEX, 0},
    {KIND_CODE, LIST | INDEX, 0},
    {KIND_PLACE, 0, 0},
    {KIND_REF, LIST | INDEX, 0},
    {KIND_FILES, OF | MAX, 50},
};

static const struct {
    const char *key;
    unsigned bit;
} stray[] = {{"max", MAX}, {"scale", SCALE}, {"list", LIST}, {"of", OF}, {"index", INDEX}};

static bool is_kind(Str text)
{
    Kind kind;
    if (str_starts(text, S("decimal(")) && str_ends(text, S(")"))) return true;
    return kind_by_name(text, &kind);
}

static bool is_sense(Str text)
{
    return str_is(text, "open") || str_is(text, "masked") || str_is(text, "sealed");
}

static const Shape shape_kind = SHAPE(
    SHAPE_TEXT,
    "字段种类(text int decimal(n) money date instant flag choice code place ref files)",
    "a kind (text int decimal(n) money date instant flag choice code place ref files)",
    .pattern = "^(text|int|decimal(\\([1-9]\\))?|money|date|instant|flag|choice|code|place|ref|"
               "files)$",
    .fits = is_kind);
static const Shape shape_sense =
    SHAPE(SHAPE_TEXT, "open、masked 或 sealed", "open, masked or sealed",
          .pattern = "^(open|masked|sealed)$", .fits = is_sense);
static const Shape shape_of =
    SHAPE(SHAPE_TEXT | SHAPE_MAP, "选项 {名称: {zh: …, en: …}},或 photo",
          "choices {name: {zh: …, en: …}}, or photo", .item = &shape_words);
static const Key default_keys[] = {
    {"of", &shape_name, true, "取自哪个代码字段", "Which code field it is taken from"},
    {"attr", &shape_name, true, "该代码的哪个属性;日期为今天加这么多天",
     "Which attribute of the code; for a date, so many days from today"},
};
static const Shape shape_default =
    SHAPE(SHAPE_TEXT | SHAPE_MAP, "一个值,或 {of: 字段, attr: 属性}",
          "a value, or {of: field, attr: attribute}", KEYS(default_keys));
static const Key field_keys[] = {
    {"kind", &shape_kind, true, "种类", "What kind of value"},
    {"title", &shape_words, true, "中英文名称", "Its words in both languages"},
    {"max", &shape_text, false, "文字的最多字数、整数的最大值、文件的最多个数",
     "Most characters, greatest number, most files"},
    {"scale", &shape_count, false, "小数位数", "Digits behind the point"},
    {"list", &shape_label, false, "代码表(code),或所指的表(ref)",
     "The code list (code) or the table (ref)"},
    {"of", &shape_of, false, "选项(choice),或 photo(files)",
     "The choices (choice), or photo (files)"},
    {"default", &shape_default, false, "要填而未填时用什么",
     "What stands in when it is asked and not given"},
    {"index", &shape_flag, false, "列表可否按它筛选", "Whether lists can be filtered by it"},
    {"sense", &shape_sense, false, "敏感程度,缺省 open",
     "How sensitive it is; open unless said"},
};
const Shape shape_field =
    SHAPE(SHAPE_MAP, "字段 {kind: …, title: {zh: …, en: …}, …}",
          "a field {kind: …, title: {zh: …, en: …}, …}", KEYS(field_keys));

void words_read(Reading *r, const Node *node, const char *key, const char **out_zh,
                const char **out_en)
{
    const Node *words = node_get(node, key);
    Str zh = node_text(words, "zh"), en = node_text(words, "en");
    *out_zh = zh.p ? str_z(r->mem, zh) : "";
    *out_en = en.p ? str_z(r->mem, en) : "";
}

/* Also the place of the kind in the table. */
static bool read_kind(Reading *r, const Node *node, Column *out, size_t *out_row)
{
    Str text = node_text(node, "kind"), head, rest;
    if (!text.p) return false;
    int64_t scale = 1;
    bool scaled = str_cut(text, '(', &head, &rest);
    bool known = kind_by_name(head, &out->kind);
    if (scaled)
        known = known && out->kind == KIND_DECIMAL && rest.n == 2 &&
                str_int((Str){rest.p, 1}, &scale) && scale >= 1;
    for (size_t i = 0; known && i < countof(kinds); i++)
        if (kinds[i].kind == out->kind) {
            out->scale = out->kind == KIND_DECIMAL ? (int)scale : 0;
            *out_row = i;
            return true;
        }
    if (!known && !is_kind(text)) return false; /* the shape has told */
    Buf all = BUF(r->mem);
    for (size_t i = 0; i < countof(kinds); i++)
        buf_fmt(&all, "%s%s", i ? " " : "", kind_name(kinds[i].kind));
    def_fault(r, node_spot(node, "kind"), &FIELD_KIND, text, buf_str(&all));
    return false;
}

static void read_number(Reading *r, const Node *node, const char *key, int64_t most,
                        int64_t *out)
{
    Str text = node_text(node, key);
    if (!text.p) return;
    int64_t n;
    if (str_int(text, &n) && n >= 1 && n <= most)
        *out = n;
    else
        def_fault4(r, node_spot(node, key), &FIELD_NUMBER, str(key), S("1"),
                   str_fmt(r->mem, "%lld", (long long)most), STR_NULL);
}

static void read_choices(Reading *r, const Node *node, Column *out)
{
    const Node *of = node_get(node, "of");
    if (!of || of->kind != NODE_MAP || !of->count) {
        def_fault(r, node_spot(node, "of"), &FIELD_CHOICES, STR_NULL, STR_NULL);
        return;
    }
    Choice *choices = arena_array(r->mem, Choice, of->count);
    for (size_t i = 0; i < of->count; i++) {
        const Node *key = &of->keys[i], *words = &of->items[i];
        if (key->kind != NODE_TEXT) continue;
        if (!text_is_name(key->text))
            def_fault(r, key->spot, &SHAPE_WRONG, str(shape_name.zh), str(shape_name.en));
        Choice *c = &choices[out->choice_count++];
        c->name = str_z(r->mem, key->text);
        Str zh = node_text(words, "zh"), en = node_text(words, "en");
        c->zh = zh.p ? str_z(r->mem, zh) : "";
        c->en = en.p ? str_z(r->mem, en) : "";
    }
    out->choices = choices;
}

static void read_files(Reading *r, const Node *node, Column *out)
{
    const Node *of = node_get(node, "of");
    if (!of) return;
    if (of->kind == NODE_TEXT && str_is(of->text, "photo"))
        out->list = "photo";
    else
        def_fault(r, of->spot, &SHAPE_WRONG, S("photo"), S("photo"));
}

bool field_read(Reading *r, const Node *key, const Node *node, Column *out)
{
    *out = (Column){.name = str_z(r->mem, key->text)};
    if (!text_is_name(key->text))
        def_fault(r, key->spot, &SHAPE_WRONG, str(shape_name.zh), str(shape_name.en));
    words_read(r, node, "title", &out->zh, &out->en);
    size_t row;
    if (!read_kind(r, node, out, &row)) return false;
    unsigned keys = kinds[row].keys;
    int64_t most = kinds[row].max, scale = out->scale;
    for (size_t i = 0; i < countof(stray); i++)
        if (!(keys & stray[i].bit) && node_get(node, stray[i].key))
            def_fault(r, node_spot(node, stray[i].key), &FIELD_STRAY, str(stray[i].key),
                      str(kind_name(out->kind)));
    if (keys & MAX) read_number(r, node, "max", most, &out->max);
    if (keys & SCALE) {
        read_number(r, node, "scale", 9, &scale);
        out->scale = (int)scale;
    }
    if (keys & LIST) {
        Str list = node_text(node, "list");
        if (list.p)
            out->list = str_z(r->mem, list);
        else
            def_fault(r, node->spot, &FIELD_LIST, str(kind_name(out->kind)), STR_NULL);
    }
    if (out->kind == KIND_CHOICE) read_choices(r, node, out);
    if (out->kind == KIND_FILES) read_files(r, node, out);
    if ((keys & INDEX) && str_is(node_text(node, "index"), "true")) out->flags |= COLUMN_INDEX;
    Str sense = node_text(node, "sense");
    out->sense = str_is(sense, "sealed")   ? SENSE_SEALED
                 : str_is(sense, "masked") ? SENSE_MASKED
                                           : SENSE_OPEN;
    return true;
}

bool field_cell(Reading *r, const Node *node, const Column *c, const Err *like, Value *out)
{
    Faults found = {.mem = r->mem};
    Str cell = node->text;
    if (c->kind == KIND_FLAG)
        cell = str_is(cell, "true") ? S("1") : str_is(cell, "false") ? S("0") : cell;
    if (column_parse(c, cell, NULL, STR_NULL, &found, out) && !value_is_null(c, out))
        return true;
    Buf zh = BUF(r->mem), en = BUF(r->mem);
    const Err *e = found.first ? found.first : &COLUMN_REQUIRED_ERR;
    err_text(e, LANG_ZH, &zh);
    err_text(e, LANG_EN, &en);
    def_fault4(r, node->spot, like, str(c->name), buf_str(&zh), buf_str(&en), STR_NULL);
    return false;
}
