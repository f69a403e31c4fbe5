/* SPDX-License-Identifier: Apache-2.0 */
/* yaml_schema.c: walks a tree and a table of shapes side by side. */
#include "def/yaml_schema.h"

/* clang-format off */
const Err SHAPE_WRONG = FAULT("form", "这里应是{0}", "Expected here: {1}");
const Err SHAPE_UNKNOWN = FAULT("unknown-key", "这里没有“{0}”这个键,可用的有:{1}", "There is no key \"{0}\" here, but {1}");
const Err SHAPE_MISSING = FAULT("missing", "缺少“{0}”", "\"{0}\" is missing");
/* clang-format on */

static bool like_name(Str text, char joint)
{
    if (text.n < 1 || text.n > 40 || text.p[0] < 'a' || text.p[0] > 'z') return false;
    for (size_t i = 1; i < text.n; i++) {
        char c = text.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == joint)) return false;
    }
    return text.p[text.n - 1] != joint;
}

bool text_is_name(Str text)
{
    return like_name(text, '_');
}

bool text_is_label(Str text)
{
    return like_name(text, '-');
}

bool text_is_count(Str text)
{
    int64_t n;
    return str_int(text, &n) && n >= 1 && n <= 9999 && text.p[0] != '0';
}

static bool is_flag(Str text)
{
    return str_is(text, "true") || str_is(text, "false");
}

const Shape shape_text = SHAPE(SHAPE_TEXT, "文字", "text");
const Shape shape_name =
    SHAPE(SHAPE_TEXT, "名称(小写字母开头,只含小写字母、数字和下划线,最多40个字符)",
          "a name (a-z, then a-z, 0-9 or _, at most 40 characters)",
          .pattern = "^[a-z]([a-z0-9_]{0,38}[a-z0-9])?$", .fits = text_is_name);
const Shape shape_label =
    SHAPE(SHAPE_TEXT, "名称(小写字母开头,只含小写字母、数字和连字符,最多40个字符)",
          "a name (a-z, then a-z, 0-9 or -, at most 40 characters)",
          .pattern = "^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$", .fits = text_is_label);
const Shape shape_count = SHAPE(SHAPE_TEXT, "1到9999的整数", "a whole number from 1 to 9999",
                                .pattern = "^[1-9][0-9]{0,3}$", .fits = text_is_count);
const Shape shape_flag = SHAPE(SHAPE_TEXT, "true 或 false", "true or false",
                               .pattern = "^(true|false)$", .fits = is_flag);

static const Key word_keys[] = {
    {"zh", &shape_text, true, "中文", "In Chinese"},
    {"en", &shape_text, true, "英文", "In English"},
};
const Shape shape_words = SHAPE(SHAPE_MAP, "中英文名称 {zh: …, en: …}",
                                "words in both languages {zh: …, en: …}", KEYS(word_keys));

/* ---- checking ---- */

static const Key *key_of(const Shape *shape, Str name)
{
    for (size_t i = 0; i < shape->key_count; i++)
        if (str_is(name, shape->keys[i].key)) return &shape->keys[i];
    return NULL;
}

static Str keys_text(Arena *mem, const Shape *shape)
{
    Buf b = BUF(mem);
    for (size_t i = 0; i < shape->key_count; i++)
        buf_fmt(&b, "%s%s", i ? " " : "", shape->keys[i].key);
    return buf_str(&b);
}

static bool wrong(Reading *r, const Shape *shape, const Node *node)
{
    def_fault(r, node->spot, &SHAPE_WRONG, str(shape->zh), str(shape->en));
    return false;
}

static bool check_map(Reading *r, const Shape *shape, const Node *node)
{
    bool well = true;
    for (size_t i = 0; i < node->count; i++) {
        if (node->keys[i].kind != NODE_TEXT) continue; /* def_read has told */
        const Key *key = key_of(shape, node->keys[i].text);
        const Shape *inner = key ? key->shape : shape->item;
        if (!inner && str_is(node->keys[i].text, "<<")) {
            well = false; /* def_read has told */
        } else if (!inner) {
            def_fault(r, node->keys[i].spot, &SHAPE_UNKNOWN, node->keys[i].text,
                      keys_text(r->mem, shape));
            well = false;
        } else if (!shape_check(r, inner, &node->items[i]))
            well = false;
    }
    for (size_t i = 0; i < shape->key_count; i++) {
        if (!shape->keys[i].required || node_get(node, shape->keys[i].key)) continue;
        def_fault(r, node->spot, &SHAPE_MISSING, str(shape->keys[i].key), STR_NULL);
        well = false;
    }
    return well;
}

bool shape_check(Reading *r, const Shape *shape, const Node *node)
{
    bool well = true;
    if (node->kind == NODE_MAP && (shape->forms & SHAPE_MAP)) return check_map(r, shape, node);
    if (shape->forms & SHAPE_LIST) {
        if (node->kind == NODE_TEXT && !node->text.n) return wrong(r, shape, node);
        for (size_t i = 0; i < node_many(node); i++)
            if (!shape_check(r, shape->item, node_at(node, i))) well = false;
        return well;
    }
    if (node->kind != NODE_TEXT || !(shape->forms & SHAPE_TEXT)) return wrong(r, shape, node);
    if (shape->fits ? !shape->fits(node->text) : !node->text.n) return wrong(r, shape, node);
    return true;
}

/* ---- printing ---- */

static void put_schema(const Shape *shape, Str said, JsonOut *out);

/* The members of a schema for one form alone. */
static void put_text_form(const Shape *shape, JsonOut *out)
{
    json_put_open(out, "type", '[');
    json_text(out, S("string"));
    json_text(out, S("number")); /* editors read 3 as a number; we take its text */
    json_text(out, S("boolean"));
    json_close(out, ']');
    if (shape->pattern) json_put_text(out, "pattern", str(shape->pattern));
}

static void put_map_form(const Shape *shape, JsonOut *out)
{
    json_put_text(out, "type", S("object"));
    if (shape->key_count) {
        json_put_open(out, "properties", '{');
        for (size_t i = 0; i < shape->key_count; i++) {
            const Key *key = &shape->keys[i];
            json_key(out, key->key);
            put_schema(key->shape, str_fmt(out->out->mem, "%s / %s", key->zh, key->en), out);
        }
        json_close(out, '}');
        json_put_open(out, "required", '[');
        for (size_t i = 0; i < shape->key_count; i++)
            if (shape->keys[i].required) json_text(out, str(shape->keys[i].key));
        json_close(out, ']');
    }
    json_key(out, "additionalProperties");
    if (shape->item)
        put_schema(shape->item, STR_NULL, out);
    else
        json_bool(out, false);
}

static void put_list_form(const Shape *shape, JsonOut *out)
{
    json_put_text(out, "type", S("array"));
    json_key(out, "items");
    put_schema(shape->item, STR_NULL, out);
}

static void put_schema(const Shape *shape, Str said, JsonOut *out)
{
    static const struct {
        unsigned form;
        void (*put)(const Shape *, JsonOut *);
    } forms[] = {
        {SHAPE_TEXT, put_text_form}, {SHAPE_MAP, put_map_form}, {SHAPE_LIST, put_list_form}};
    json_open(out, '{');
    if (said.p) json_put_text(out, "description", said);
    bool several = shape->forms == SHAPE_LIST || (shape->forms & (shape->forms - 1)) != 0;
    if (several) {
        json_put_open(out, "anyOf", '[');
    }
    for (size_t i = 0; i < countof(forms); i++) {
        if (!(shape->forms & forms[i].form)) continue;
        if (several) json_open(out, '{');
        forms[i].put(shape, out);
        if (several) json_close(out, '}');
    }
    if (shape->forms == SHAPE_LIST)
        put_schema(shape->item, STR_NULL, out); /* one stands without brackets */
    if (several) json_close(out, ']');
    json_close(out, '}');
}

void shape_schema(const Shape *shape, const char *title, JsonOut *out)
{
    json_open(out, '{');
    json_put_text(out, "$schema", S("https://json-schema.org/draft/2020-12/schema"));
    json_put_text(out, "title", str(title));
    put_map_form(shape, out);
    json_close(out, '}');
}

/* A bar would end the cell. */
static void put_cell(Buf *out, const char *text)
{
    buf_add(out, S(" "));
    for (; *text; text++) {
        if (*text == '|') buf_char(out, '\\');
        buf_char(out, *text);
    }
    buf_add(out, S(" |"));
}

void shape_manual(const Shape *shape, Buf *out)
{
    buf_add(out, S("| key | must | 含义 | meaning |\n|---|---|---|---|\n"));
    for (size_t i = 0; i < shape->key_count; i++) {
        const Key *key = &shape->keys[i];
        buf_fmt(out, "| `%s` | %s |", key->key, key->required ? "yes" : "");
        put_cell(out, key->zh);
        put_cell(out, key->en);
        buf_char(out, '\n');
    }
}

void faults_manual(const Err *const *faults, size_t count, Buf *out)
{
    buf_add(out, S("| code | 中文 | English |\n|---|---|---|\n"));
    for (size_t i = 0; i < count; i++) {
        buf_fmt(out, "| `%s` |", faults[i]->code);
        put_cell(out, faults[i]->zh);
        put_cell(out, faults[i]->en);
        buf_char(out, '\n');
    }
}
