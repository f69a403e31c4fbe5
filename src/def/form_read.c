/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form_read.c: from the tree of a definition to a Form and its questions: the shapes of their
 * keys, names resolved to positions, and what does not resolve told with its place.
 */
#include "def/field.h"
#include "def/form.h"

/* clang-format off */
const Err FORM_FIELD = FAULT("unknown-field", "没有名为“{0}”的字段", "There is no field \"{0}\"");
const Err FORM_TERM = FAULT("unknown-term", "terms 中没有“{0}”", "There is no term \"{0}\" under terms");
const Err FORM_LIST = FAULT("unknown-list", "没有名为“{0}”的代码表", "There is no code list \"{0}\"");
const Err FORM_TABLE = FAULT("unknown-table", "字段不能指向“{0}”,可用的有:{1}", "A field cannot refer to \"{0}\", but to {1}");
const Err FORM_RESERVED = FAULT("reserved", "“{0}”已有别的含义,不能作{1}名", "\"{0}\" means something else here and cannot be the name of a {2}");
const Err FORM_SQL_WORD = FAULT("sql-word", "“{0}”是表达式的保留词,不能作字段名", "\"{0}\" is a word of the expressions themselves and cannot name a field");
const Err FORM_REPEATED = FAULT("repeated", "“{0}”写了两次", "\"{0}\" stands twice");
const Err FORM_MANY = FAULT("too-many", "“{0}”最多 {1} 项", "There can be at most {1} under \"{0}\"");
const Err FORM_DEFAULT = FAULT("default", "字段“{0}”的缺省值不适合:{1}", "The default of \"{0}\" does not fit: {2}");
const Err FORM_DEFAULT_OF = FAULT("default-of", "缺省值的 of 应是 code 字段,“{0}”不是", "The of of a default is a code field, which \"{0}\" is not");
const Err FORM_NO_ATTR = FAULT("no-attribute", "代码表“{0}”没有属性“{1}”", "The code list \"{0}\" has no attribute \"{1}\"");
const Err FORM_ATTR_EMPTY = FAULT("attribute-empty", "代码表“{0}”的 {2} 没有属性“{1}”的值,缺省值会落空", "In the code list \"{0}\" the code {2} has no \"{1}\": the default would have nothing to give");
const Err FORM_ATTR_KIND = FAULT("attribute-kind", "属性“{0}”是 {1},不能给 {2} 字段作缺省值", "The attribute \"{0}\" is {1} and cannot be the default of a {2} field");
/* clang-format on */

/* What a field of kind ref may name. */
static const char *const tables[] = {"areas", "departments", "persons", "seats", "subjects"};
/* In the order of their bits. */
static const char *const relations[] = {"area",    "department", "subject",
                                        "parties", "duty",       "audit"};

/* ---- shapes ---- */

static unsigned relation_bit(Str text)
{
    for (size_t i = 0; i < countof(relations); i++)
        if (str_is(text, relations[i])) return 1U << i;
    return 0;
}

static bool is_relation(Str text)
{
    return relation_bit(text) != 0;
}

static bool is_ask(Str text)
{
    Str field, term;
    bool required = str_cut(text, '!', &field, &term);
    return text_is_name(field) && (!required || !term.n || text_is_name(term));
}

static const Shape shape_relation =
    SHAPE(SHAPE_TEXT, "area department subject parties duty audit 之一",
          "one of area department subject parties duty audit",
          .pattern = "^(area|department|subject|parties|duty|audit)$", .fits = is_relation);
static const Shape shape_relations =
    SHAPE(SHAPE_LIST, "关系的列表", "a list of relations", .item = &shape_relation);
static const Key see_keys[] = {
    {"open", &shape_relations, false, "谁能看一般内容", "Who sees what is open"},
    {"masked", &shape_relations, false, "谁能看全遮盖的内容", "Who sees masked values whole"},
    {"sealed", &shape_relations, false, "谁能看密封的内容", "Who sees what is sealed"},
};
const Shape shape_see = SHAPE(SHAPE_MAP, "谁能看 {open: […], masked: […], sealed: […]}",
                              "who sees {open: […], masked: […], sealed: […]}", KEYS(see_keys));
const Shape shape_fields =
    SHAPE(SHAPE_MAP, "字段 {名称: {kind: …, title: …}}",
          "the fields {name: {kind: …, title: …}}", .item = &shape_field);
static const Shape shape_expr = SHAPE(SHAPE_TEXT, "表达式", "an expression");
const Shape shape_terms = SHAPE(SHAPE_MAP, "条件 {名称: 表达式}",
                                "the terms {name: expression}", .item = &shape_expr);
static const Shape shape_ask =
    SHAPE(SHAPE_TEXT, "字段、字段!(必填)或 字段!条件(条件成立时必填)",
          "field, field! (required) or field!term (required when the term holds)",
          .pattern = "^[a-z][a-z0-9_]*(!([a-z][a-z0-9_]*)?)?$", .fits = is_ask);
const Shape shape_asks =
    SHAPE(SHAPE_LIST, "要填字段的列表", "a list of fields", .item = &shape_ask);
static const Key check_keys[] = {
    {"that", &shape_expr, true, "应成立的表达式", "The expression that must be true"},
    {"say", &shape_words, true, "不成立时说什么", "What is said when it is not"},
};
const Shape shape_check_item =
    SHAPE(SHAPE_MAP, "{that: 表达式, say: {zh: …, en: …}}",
          "{that: expression, say: {zh: …, en: …}}", KEYS(check_keys));
const Shape shape_checks =
    SHAPE(SHAPE_LIST, "{that: 表达式, say: …} 的列表", "a list of {that: expression, say: …}",
          .item = &shape_check_item);

/* ---- names ---- */

size_t form_refer(Reading *r, const Form *form, const Node *name)
{
    if (!name || name->kind != NODE_TEXT) return FORM_NONE;
    size_t at = form_field(form, name->text);
    if (at == FORM_NONE) def_fault_of(r, name, &FORM_FIELD);
    return at;
}

static size_t find_term(const Form *form, Str name)
{
    for (size_t i = 0; i < form->term_count; i++)
        if (str_eq(form->terms[i].name, name)) return i;
    return FORM_NONE;
}

size_t form_refer_term(Reading *r, const Form *form, const Node *name)
{
    if (name->kind != NODE_TEXT || str_is(name->text, "else")) return FORM_NONE;
    size_t at = find_term(form, name->text);
    if (at == FORM_NONE) def_fault_of(r, name, &FORM_TERM);
    return at;
}

void form_check_key(Reading *r, const Node *key, const char *const *reserved, size_t count,
                    const char *zh, const char *en)
{
    if (key->kind != NODE_TEXT) return;
    if (!text_is_name(key->text)) {
        def_fault(r, key->spot, &SHAPE_WRONG, str(shape_name.zh), str(shape_name.en));
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (str_is(key->text, reserved[i]))
            def_fault4(r, key->spot, &FORM_RESERVED, key->text, str(zh), str(en), STR_NULL);
}

bool form_at_most(Reading *r, const Node *node, const char *key, size_t most)
{
    if (!node || node->kind == NODE_TEXT || node->count <= most) return true;
    def_fault(r, node->spot, &FORM_MANY, str(key), str_fmt(r->mem, "%zu", most));
    return false;
}

/* ---- fields, defaults, terms, who sees ---- */

static const Node *map_of(const Node *root, const char *key, size_t *out_count)
{
    const Node *node = node_get(root, key);
    if (node && node->kind != NODE_MAP) node = NULL;
    *out_count = node ? node->count : 0;
    return node;
}

static bool is_framed(const FormFrame *frame, Str name)
{
    return column_find(frame->before, frame->before_count, name) ||
           column_find(frame->behind, frame->behind_count, name);
}

static void read_fields(Reading *r, Expr *expr, const Node *map, size_t count,
                        const FormFrame *frame, Form *out)
{
    size_t most = frame->before_count + count + frame->behind_count, n = frame->before_count;
    Column *names = arena_array(r->mem, Column, most);
    Spot *spots = arena_array(r->mem, Spot, most);
    if (n) memcpy(names, frame->before, n * sizeof *names);
    for (size_t i = 0; i < count; i++) {
        const Node *key = &map->keys[i];
        if (key->kind != NODE_TEXT) continue;
        if (is_framed(frame, key->text))
            def_fault4(r, key->spot, &FORM_RESERVED, key->text, S("字段"), S("field"),
                       STR_NULL);
        if (text_is_name(key->text) && !expr_name_ok(expr, key->text))
            def_fault_of(r, key, &FORM_SQL_WORD);
        spots[n] = key->spot;
        if (!field_read(r, key, &map->items[i], &names[n]))
            names[n].kind = KIND_TEXT; /* told */
        n++;
    }
    if (frame->behind_count)
        memcpy(names + n, frame->behind, frame->behind_count * sizeof *names);
    *out = (Form){.names = names,
                  .spots = spots,
                  .own = frame->before_count,
                  .field_count = n,
                  .name_count = n + frame->behind_count};
}

static void read_default(Reading *r, const Form *form, const Node *node, size_t at,
                         Default *out)
{
    out->spot = node->spot;
    if (node->kind == NODE_TEXT) {
        out->kind = DEFAULT_FIXED;
        field_cell(r, node, &form->names[at], &FORM_DEFAULT, &out->fixed);
        return;
    }
    const Node *of = node_get(node, "of");
    size_t source = form_refer(r, form, of);
    if (source == FORM_NONE || !node_text(node, "attr").p) return;
    if (form->names[source].kind != KIND_CODE) {
        def_fault_of(r, of, &FORM_DEFAULT_OF);
        return;
    }
    out->kind = DEFAULT_ATTR;
    out->of = source;
    out->attr = node_text(node, "attr");
}

static void read_defaults(Reading *r, const Node *map, size_t count, Form *form)
{
    Default *defaults = arena_array(r->mem, Default, form->name_count);
    for (size_t i = 0; i < count; i++) {
        const Node *node = node_get(&map->items[i], "default");
        size_t at =
            map->keys[i].kind == NODE_TEXT ? form_field(form, map->keys[i].text) : FORM_NONE;
        if (node && at != FORM_NONE && at >= form->own)
            read_default(r, form, node, at, &defaults[at]);
    }
    form->defaults = defaults;
}

static void read_terms(Reading *r, const Node *map, size_t count, Form *form)
{
    static const char *const reserved[] = {"else", "until"};
    Term *terms = arena_array(r->mem, Term, count);
    for (size_t i = 0; i < count; i++) {
        const Node *node = &map->items[i];
        form_check_key(r, &map->keys[i], reserved, countof(reserved), "条件", "term");
        terms[i] = (Term){.name = map->keys[i].text, .text = S("null"), .spot = node->spot};
        if (node->kind == NODE_TEXT && node->text.n) terms[i].text = node->text;
    }
    form->terms = terms;
    form->term_count = count;
}

static unsigned read_relations(const Node *list)
{
    unsigned bits = 0;
    for (size_t i = 0; i < node_many(list); i++)
        if (node_at(list, i)->kind == NODE_TEXT) bits |= relation_bit(node_at(list, i)->text);
    return bits;
}

static void read_see(const Node *see, unsigned bits[3])
{
    bits[SENSE_OPEN] = SEE_AREA | SEE_DEPARTMENT | SEE_SUBJECT | SEE_PARTIES | SEE_DUTY;
    if (node_get(see, "open"))
        bits[SENSE_OPEN] = read_relations(node_get(see, "open")) | SEE_DUTY;
    bits[SENSE_MASKED] =
        node_get(see, "masked") ? read_relations(node_get(see, "masked")) : SEE_DUTY;
    bits[SENSE_SEALED] = read_relations(node_get(see, "sealed"));
}

void form_read(Reading *r, Expr *expr, const Node *root, const FormFrame *frame, Form *out)
{
    size_t count;
    const Node *map = map_of(root, "fields", &count);
    read_fields(r, expr, map, count, frame, out);
    read_defaults(r, map, count, out);
    map = map_of(root, "terms", &count);
    read_terms(r, map, count, out);
    read_see(node_get(root, "see"), out->see);
}

/* ---- questions ---- */

static void read_asks(Reading *r, const Form *form, const Node *list, Question *out)
{
    Ask *asks = arena_array(r->mem, Ask, node_many(list));
    for (size_t i = 0; i < node_many(list); i++) {
        const Node *node = node_at(list, i);
        if (node->kind != NODE_TEXT) continue;
        Str field, term;
        Ask ask = {.term = FORM_NONE, .spot = node->spot};
        ask.required = str_cut(node->text, '!', &field, &term);
        ask.field = form_field(form, field);
        if (ask.field == FORM_NONE) {
            if (text_is_name(field)) def_fault(r, node->spot, &FORM_FIELD, field, STR_NULL);
            continue;
        }
        if (ask.required && term.n) {
            ask.term = find_term(form, term);
            if (ask.term == FORM_NONE) def_fault(r, node->spot, &FORM_TERM, term, STR_NULL);
        }
        if (question_ask(out, ask.field))
            def_fault(r, node->spot, &FORM_REPEATED, field, STR_NULL);
        out->asks = asks;
        asks[out->count++] = ask;
    }
}

void form_read_question(Reading *r, const Form *form, const Node *asks, const Node *checks,
                        Question *out)
{
    *out = (Question){.check_count = node_many(checks)};
    read_asks(r, form, asks, out);
    FormCheck *all = arena_array(r->mem, FormCheck, out->check_count);
    for (size_t i = 0; i < out->check_count; i++) {
        const Node *node = node_at(checks, i);
        all[i] = (FormCheck){.that = node_text(node, "that"), .spot = node_spot(node, "that")};
        if (!all[i].that.n) all[i].that = S("true");
        words_read(r, node, "say", &all[i].zh, &all[i].en);
    }
    out->checks = all;
}

/* ---- what the world knows ---- */

static bool check_expr(Reading *r, const Form *form, Expr *expr, Str text, Spot spot)
{
    const Err *e = expr_check(expr, r->mem, text, form->names, form->name_count, NULL);
    if (e) def_fault4(r, spot, e, e->args[0], e->args[1], e->args[2], e->args[3]);
    return !e;
}

static bool fits_default(const Column *c, const Column *attr)
{
    if (c->kind == KIND_DATE && attr->kind == KIND_INT)
        return true; /* so many days from today */
    return c->kind == attr->kind &&
           (!c->list || !attr->list || strcmp(c->list, attr->list) == 0);
}

static void check_default(Reading *r, const Form *form, const CodeLists *lists, size_t field)
{
    const Default *d = &form->defaults[field];
    const CodeList *list =
        d->kind == DEFAULT_ATTR ? code_list(lists, str(form->names[d->of].list)) : NULL;
    if (!list) return;
    const Column *attr = column_find(list->attrs, list->attr_count, d->attr);
    if (!attr) {
        def_fault(r, d->spot, &FORM_NO_ATTR, list->name, d->attr);
        return;
    }
    if (!fits_default(&form->names[field], attr)) {
        def_fault4(r, d->spot, &FORM_ATTR_KIND, d->attr, str(kind_name(attr->kind)),
                   str(kind_name(form->names[field].kind)), STR_NULL);
        return;
    }
    for (size_t i = 0; i < list->count; i++)
        if (!list->codes[i].retired &&
            value_is_null(attr, &list->codes[i].attrs[attr - list->attrs]))
            def_fault4(r, d->spot, &FORM_ATTR_EMPTY, list->name, d->attr, list->codes[i].code,
                       STR_NULL);
}

static void check_table(Reading *r, const Column *c, Spot spot)
{
    Buf all = BUF(r->mem);
    for (size_t i = 0; i < countof(tables); i++) {
        if (strcmp(c->list, tables[i]) == 0) return;
        buf_fmt(&all, "%s%s", i ? " " : "", tables[i]);
    }
    def_fault(r, spot, &FORM_TABLE, str(c->list), buf_str(&all));
}

bool form_check(Reading *r, const Form *form, Expr *expr, const CodeLists *lists)
{
    bool well = true;
    for (size_t i = 0; i < form->term_count; i++)
        well = check_expr(r, form, expr, form->terms[i].text, form->terms[i].spot) && well;
    for (size_t i = form->own; i < form->field_count; i++) {
        const Column *c = &form->names[i];
        const Default *d = &form->defaults[i];
        if (c->kind == KIND_REF && c->list) check_table(r, c, form->spots[i]);
        const CodeList *list =
            c->kind == KIND_CODE && c->list ? code_list(lists, str(c->list)) : NULL;
        if (c->kind == KIND_CODE && c->list && !list)
            def_fault(r, form->spots[i], &FORM_LIST, str(c->list), STR_NULL);
        if (list && d->kind == DEFAULT_FIXED && !code_find(list, d->fixed.s))
            def_fault(r, d->spot, &COLUMN_CODE, d->fixed.s, list->name);
        check_default(r, form, lists, i);
    }
    return well;
}

bool form_check_question(Reading *r, const Form *form, Expr *expr, const Question *question)
{
    bool well = true;
    for (size_t i = 0; i < question->check_count; i++) {
        const FormCheck *c = &question->checks[i];
        well = check_expr(r, form, expr, c->that, c->spot) && well;
    }
    return well;
}
