/* SPDX-License-Identifier: Apache-2.0 */
/* column.c: what each kind of column means in C, JSON, CSV and the ledger. */
#include "base/column.h"

#include <math.h>

#include "base/crypt.h"
#include "base/time.h"

#define TEXT_MAX   200
#define FILES_MAX  9
#define INT53      ((INT64_C(1) << 53) - 1)
#define HASH_CHARS 64

const Err COLUMN_REQUIRED_ERR = ERROR(ERR_INVALID, "required", "必填", "Required");
const Err COLUMN_TYPE = ERROR(ERR_INVALID, "type", "应当是{0}", "Expected {1}");
const Err COLUMN_CONTROL =
    ERROR(ERR_INVALID, "control", "第 {0} 个字符是控制字符,文字中不能有",
          "Character {0} is a control character, which no text may hold");
const Err COLUMN_TOO_LONG =
    ERROR(ERR_INVALID, "too-long", "最多 {0},现在 {1}", "At most {0}, now {1}");
const Err COLUMN_RANGE = ERROR(ERR_INVALID, "range", "超出范围:{0}", "Out of range: {0}");
const Err COLUMN_CHOICE =
    ERROR(ERR_INVALID, "choice", "“{0}”不在可选项中:{1}", "\"{0}\" is not one of {1}");
const Err COLUMN_CODE = ERROR(ERR_INVALID, "code", "代码“{0}”不在代码表 {1} 中",
                              "Code \"{0}\" is not in the list {1}");
const Err COLUMN_REF =
    ERROR(ERR_INVALID, "ref", "{1} 中没有编号 {0}", "No row of {1} has the id {0}");
const Err COLUMN_FILE = ERROR(ERR_INVALID, "file-gone", "文件 {0} 不在文件库中，请重新上传",
                              "File {0} is not in the vault: send it again");
const Err COLUMN_UNKNOWN =
    ERROR(ERR_INVALID, "unknown", "这里没有“{0}”这一项", "There is no field \"{0}\" here");
const Err COLUMN_ID_CARD = ERROR(ERR_INVALID, "id-card", "请勿填写身份证号码",
                                 "Do not write identity-card numbers here");

static const struct {
    const char *name, *zh, *en, *schema;
} kinds[] = {
    [KIND_TEXT] = {"text", "文字", "text", "\"string\""},
    [KIND_INT] = {"int", "整数", "a whole number", "\"integer\""},
    [KIND_DECIMAL] = {"decimal", "小数", "a decimal number", "\"number\""},
    [KIND_MONEY] = {"money", "金额(元,最多两位小数)",
                    "an amount in yuan with at most two decimals", "\"number\""},
    [KIND_DATE] = {"date", "日期,如 2026-11-22", "a date such as 2026-11-22",
                   "\"string\",\"format\":\"date\""},
    [KIND_INSTANT] = {"instant", "时刻,如 2026-11-22T09:00:00+08:00",
                      "an instant such as 2026-11-22T09:00:00+08:00",
                      "\"string\",\"format\":\"date-time\""},
    [KIND_FLAG] = {"flag", "是或否(true/false)", "true or false", "\"boolean\""},
    [KIND_CHOICE] = {"choice", "可选项之一", "one of the choices", "\"string\""},
    [KIND_CODE] = {"code", "代码", "a code", "\"string\""},
    [KIND_PLACE] = {"place", "位置 {\"lon\":…,\"lat\":…}", "a place {\"lon\":…,\"lat\":…}",
                    "\"object\""},
    [KIND_REF] = {"ref", "编号", "an id", "\"integer\""},
    [KIND_FILES] = {"files", "文件列表", "a list of file hashes",
                    "\"array\",\"items\":{\"type\":\"string\"}"},
    [KIND_OBJECT] = {"object", "对象", "an object", "\"object\""},
    [KIND_LIST] = {"list", "列表", "a list", "\"array\",\"items\":{}"},
    [KIND_BYTES] = {"bytes", "base64 文本", "base64 text",
                    "\"string\",\"contentEncoding\":\"base64\""},
};

const char *kind_name(Kind kind)
{
    return kinds[kind].name;
}

bool kind_by_name(Str name, Kind *out)
{
    for (size_t i = 0; i < countof(kinds); i++)
        if (str_is(name, kinds[i].name)) {
            *out = (Kind)i;
            return true;
        }
    return false;
}

bool value_eq(const Column *c, const Value *a, const Value *b)
{
    if (c->kind == KIND_PLACE) return a->i == b->i && a->j == b->j;
    return kind_is_number(c->kind) ? a->i == b->i : str_eq(a->s, b->s);
}

void column_set(const Column *c, void *row, const Value *v)
{
    char *at = (char *)row + c->offset;
    if (kind_is_number(c->kind))
        *(int64_t *)(void *)at = v->i;
    else
        *(Str *)(void *)at = v->s;
}

const Column *column_find(const Column *columns, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(name, columns[i].name)) return &columns[i];
    return NULL;
}

size_t table_column(const Table *t, const char *name)
{
    const Column *c = column_find(t->columns, t->count, str(name));
    assert(c);
    return (size_t)(c - t->columns);
}

/* ---- decoding ---- */

typedef struct {
    const Column *c;
    const Lookup *house;
    Str field;
    Faults *faults;
} Decode;

static bool refuse(const Decode *d, const Err *like, Str a, Str b)
{
    faults_add2(d->faults, d->field, like, a, b);
    return false;
}

static bool refuse_type(const Decode *d)
{
    return refuse(d, &COLUMN_TYPE, str(kinds[d->c->kind].zh), str(kinds[d->c->kind].en));
}

static bool digit_at(Str s, size_t i)
{
    return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

/* 17 digits and a check character in a row that obey GB 11643's checksum, no digit before or
 * behind them. */
static bool id_card_at(Str s, size_t from)
{
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    size_t at = from + 17;
    if (at >= s.n || digit_at(s, at + 1)) return false;
    int sum = 0;
    for (size_t k = 0; k < 17; k++) {
        if (!digit_at(s, from + k)) return false;
        sum += weights[k] * (s.p[from + k] - '0');
    }
    return (s.p[at] == 'x' ? 'X' : s.p[at]) == "10X98765432"[sum % 11];
}

/* Whoever has 17 digits in a row has one at each 17th place. */
static bool has_id_card(Str s)
{
    for (size_t i = 16; i < s.n; i += 17) {
        size_t from = i;
        while (from && digit_at(s, i) && digit_at(s, from - 1))
            from--;
        if (digit_at(s, i) && id_card_at(s, from)) return true;
    }
    return false;
}

static bool decode_text(const Decode *d, Str s, Value *out)
{
    if (str_control(s) != SIZE_MAX)
        return refuse(
            d, &COLUMN_CONTROL,
            str_fmt(d->faults->mem, "%zu", utf8_count((Str){s.p, str_control(s)}) + 1),
            STR_NULL);
    size_t most = d->c->max ? (size_t)d->c->max : TEXT_MAX, n = utf8_count(s);
    if (n > most) {
        Str at_most = str_fmt(d->faults->mem, "%zu", most),
            now = str_fmt(d->faults->mem, "%zu", n);
        return refuse(d, &COLUMN_TOO_LONG, at_most, now);
    }
    if (has_id_card(s)) return refuse(d, &COLUMN_ID_CARD, STR_NULL, STR_NULL);
    *out = VALUE_STR(str_dup(d->faults->mem, s));
    return true;
}

static bool decode_choice(const Decode *d, Str s, Value *out)
{
    Buf all = BUF(d->faults->mem);
    for (size_t i = 0; i < d->c->choice_count; i++) {
        if (str_is(s, d->c->choices[i].name)) {
            *out = VALUE_STR(str(d->c->choices[i].name));
            return true;
        }
        buf_fmt(&all, "%s%s", i ? ", " : "", d->c->choices[i].name);
    }
    return refuse(d, &COLUMN_CHOICE, s, buf_str(&all));
}

static bool decode_code(const Decode *d, Str s, Value *out)
{
    if (d->house && d->house->code && !d->house->code(d->house->context, str(d->c->list), s))
        return refuse(d, &COLUMN_CODE, s, str(d->c->list));
    *out = VALUE_STR(str_dup(d->faults->mem, s));
    return true;
}

static bool decode_number(const Decode *d, int64_t n, Value *out)
{
    if (n > INT53 || n < -INT53 ||
        (d->c->kind == KIND_INT && d->c->max && (n > d->c->max || n < 0)))
        return refuse(d, &COLUMN_RANGE, str_fmt(d->faults->mem, "%lld", (long long)n),
                      STR_NULL);
    if (d->c->kind == KIND_REF && d->house && d->house->ref &&
        !d->house->ref(d->house->context, str(d->c->list), n))
        return refuse(d, &COLUMN_REF, str_fmt(d->faults->mem, "%lld", (long long)n),
                      str(d->c->list));
    *out = VALUE_INT(n);
    return true;
}

/* JSON's doubles are exact enough for 15 digits; what needs more digits than scale is refused.
 * Degrees finer than a centimetre are rounded, for phones tell 15 digits. */
static bool decode_scaled(const Decode *d, const Json *in, int scale, Value *out)
{
    double unit = pow(10, scale), v = json_number(in) * unit;
    if (!json_is_number(in) || !isfinite(v)) return refuse_type(d);
    if (fabs(v) > (double)INT53) return refuse(d, &COLUMN_RANGE, S("2^53"), STR_NULL);
    double whole = nearbyint(v);
    if (scale != DEGREES_SCALE && fabs(v - whole) > 1e-4) return refuse_type(d);
    *out = VALUE_INT((int64_t)whole);
    return true;
}

static bool decode_stamp(const Decode *d, Str s, Value *out)
{
    int64_t v;
    bool fine = d->c->kind == KIND_DATE ? !date_parse(s, &v) : !instant_parse(s, &v);
    if (!fine) return refuse_type(d);
    *out = VALUE_INT(v);
    return true;
}

static bool decode_files(const Decode *d, const Json *in, Value *out)
{
    if (!json_is_array(in)) return refuse_type(d);
    size_t most = d->c->max ? (size_t)d->c->max : FILES_MAX, n = json_count(in);
    if (n > most) {
        Str at_most = str_fmt(d->faults->mem, "%zu", most),
            now = str_fmt(d->faults->mem, "%zu", n);
        return refuse(d, &COLUMN_TOO_LONG, at_most, now);
    }
    bool there = true;
    for (size_t i = 0; i < n; i++) {
        Str hash = json_view(json_at(in, i));
        if (hash.n != HASH_CHARS || strspn(hash.p, "0123456789abcdef") != HASH_CHARS)
            return refuse_type(d);
        if (d->house && d->house->file && !d->house->file(d->house->context, hash))
            there = refuse(d, &COLUMN_FILE, hash, STR_NULL);
    }
    if (!there) return false;
    *out = n ? VALUE_STR(json_sorted(d->faults->mem, in)) : VALUE_NULL;
    return true;
}

static bool has_float(const Json *v)
{
    if (json_is(v, JSON_REAL)) return true;
    if (json_is_array(v))
        for (size_t i = 0; i < json_count(v); i++)
            if (has_float(json_at(v, i))) return true;
    if (json_is_object(v)) {
        for (json_each(m, v))
            if (has_float(&m->value)) return true;
    }
    return false;
}

static bool decode_tree(const Decode *d, const Json *in, Value *out)
{
    bool shape = d->c->kind == KIND_OBJECT ? json_is_object(in) : json_is_array(in);
    if (!shape || has_float(in)) return refuse_type(d);
    *out = VALUE_STR(json_sorted(d->faults->mem, in));
    return true;
}

static bool decode_place(const Decode *d, const Json *in, Value *out)
{
    Value lon, lat;
    if (!json_is_object(in)) return refuse_type(d);
    if (!decode_scaled(d, json_get(in, "lon"), DEGREES_SCALE, &lon) ||
        !decode_scaled(d, json_get(in, "lat"), DEGREES_SCALE, &lat))
        return false;
    if (lon.i < -1800000000 || lon.i > 1800000000 || lat.i < -900000000 || lat.i > 900000000)
        return refuse(d, &COLUMN_RANGE, S("lon -180…180, lat -90…90"), STR_NULL);
    *out = (Value){.i = lon.i, .j = lat.i};
    return true;
}

static bool decode_bytes(const Decode *d, Str s, Value *out)
{
    Str bytes;
    if (!base64_decode(d->faults->mem, s, &bytes)) return refuse_type(d);
    *out = VALUE_STR(bytes);
    return true;
}

static bool parse_number(const Decode *d, Str s, Value *out)
{
    int64_t n;
    int scale = d->c->kind == KIND_MONEY ? 2 : d->c->kind == KIND_DECIMAL ? d->c->scale : 0;
    bool fine = scale == DEGREES_SCALE ? str_rounded(s, scale, &n) : str_decimal(s, scale, &n);
    if (!fine) return refuse_type(d);
    return decode_number(d, n, out);
}

void columns_decode(const Column *columns, size_t count, const Json *object,
                    const Lookup *house, Faults *faults, Value *out)
{
    for (size_t i = 0; i < count; i++) {
        const Column *c = &columns[i];
        const Json *in = json_get(object, c->name);
        Decode d = {c, house, str(c->name), faults};
        bool there = in && !json_is_null(in), fine = true;
        out[i] = VALUE_NULL;
        if (c->kind == KIND_OBJECT || c->kind == KIND_LIST || c->kind == KIND_PLACE) {
            bool shape = c->kind == KIND_LIST ? json_is_array(in) : json_is_object(in);
            fine = !there || shape || refuse_type(&d);
        } else if (there) {
            fine = column_decode(c, in, house, d.field, faults, &out[i]);
            if (!fine || (c->kind == KIND_TEXT && !str_trim(out[i].s).n)) out[i] = VALUE_NULL;
            there = !value_is_null(c, &out[i]);
        }
        if (fine && !there && c->flags & COLUMN_REQUIRED)
            faults_add(faults, d.field, &COLUMN_REQUIRED_ERR);
    }
}

void columns_unknown(const Column *columns, size_t count, const Json *object,
                     const char *prefix, Faults *faults)
{
    for (json_each(m, object))
        if (!column_find(columns, count, m->key))
            faults_add2(faults, str_join(faults->mem, str(prefix), m->key), &COLUMN_UNKNOWN,
                        m->key, STR_NULL);
}

Str column_cell(const Column *c, Str cell)
{
    static const char *const words[][2] = {{"no", "yes"}, {"false", "true"}, {"否", "是"}};
    if (c->kind != KIND_FLAG) return cell;
    for (size_t i = 0; i < countof(words); i++) {
        if (str_is(cell, words[i][0])) return S("0");
        if (str_is(cell, words[i][1])) return S("1");
    }
    return cell;
}

static bool parse_flag(const Decode *d, Str cell, Value *out)
{
    bool on = str_is(cell, "1");
    if (!on && !str_is(cell, "0")) return refuse(d, &COLUMN_TYPE, S("1 或 0"), S("1 or 0"));
    *out = VALUE_INT(on);
    return true;
}

/* A value that is one piece of well-formed text. */
static bool decode_word(const Decode *d, Str cell, Value *out)
{
    if (!cell.n && d->c->kind != KIND_TEXT) {
        *out = VALUE_NULL;
        return true;
    }
    switch (d->c->kind) {
    case KIND_TEXT: return decode_text(d, cell, out);
    case KIND_CHOICE: return decode_choice(d, cell, out);
    case KIND_CODE: return decode_code(d, cell, out);
    case KIND_DATE:
    case KIND_INSTANT: return decode_stamp(d, cell, out);
    case KIND_BYTES: return decode_bytes(d, cell, out);
    case KIND_FLAG: return parse_flag(d, cell, out);
    case KIND_INT:
    case KIND_REF:
    case KIND_DECIMAL:
    case KIND_MONEY: return parse_number(d, cell, out);
    case KIND_FILES:
    case KIND_OBJECT:
    case KIND_LIST:
    case KIND_PLACE: break;
    }
    return refuse_type(d);
}

bool column_decode(const Column *c, const Json *in, const Lookup *house, Str field,
                   Faults *faults, Value *out)
{
    Decode d = {c, house, field, faults};
    if (!in || json_is_null(in)) {
        *out = VALUE_NULL;
        return true;
    }
    switch (c->kind) {
    case KIND_DECIMAL: return decode_scaled(&d, in, c->scale, out);
    case KIND_MONEY: return decode_scaled(&d, in, 2, out);
    case KIND_FILES: return decode_files(&d, in, out);
    case KIND_OBJECT:
    case KIND_LIST: return decode_tree(&d, in, out);
    case KIND_PLACE: return decode_place(&d, in, out);
    case KIND_FLAG:
        if (!json_is_bool(in)) return refuse_type(&d);
        *out = VALUE_INT(json_is_true(in));
        return true;
    case KIND_INT:
    case KIND_REF:
        return json_is_integer(in) ? decode_number(&d, json_integer(in), out) : refuse_type(&d);
    case KIND_TEXT:
    case KIND_DATE:
    case KIND_INSTANT:
    case KIND_CHOICE:
    case KIND_CODE:
    case KIND_BYTES: break;
    }
    if (!json_is_string(in)) return refuse_type(&d);
    return decode_word(&d, json_view(in), out);
}

bool column_parse(const Column *c, Str cell, const Lookup *house, Str field, Faults *faults,
                  Value *out)
{
    Decode d = {c, house, field, faults};
    bool tree = c->kind == KIND_FILES || c->kind == KIND_OBJECT || c->kind == KIND_LIST ||
                c->kind == KIND_PLACE;
    if (!tree || !cell.n)
        return utf8_fault(cell) == SIZE_MAX ? decode_word(&d, cell, out) : refuse_type(&d);
    const Json *in;
    if (json_read(faults->mem, cell, &in)) return refuse_type(&d);
    return column_decode(c, in, house, field, faults, out);
}

/* ---- writing ---- */

/* The first three and the last four characters of what is longer than seven, else the first
 * alone. */
static void mask_text(Str s, JsonOut *out)
{
    char buf[256];
    size_t n = utf8_count(s), shown = n > 7 ? 3 : 1, last = n > 7 ? 4 : 0, at = 0, used = 0;
    for (size_t i = 0; i < s.n && used + 8 < sizeof buf;) {
        size_t step = 1;
        while (i + step < s.n && ((unsigned char)s.p[i + step] & 0xC0) == 0x80)
            step++;
        bool keep = at < shown || at >= n - last;
        if (keep) {
            memcpy(buf + used, s.p + i, step);
            used += step;
        } else
            buf[used++] = '*';
        i += step;
        at++;
    }
    json_text(out, (Str){buf, used});
}

static void write_text(const Column *c, const Value *v, bool whole, JsonOut *out)
{
    if (c->sense == SENSE_SEALED && !whole)
        json_nil(out);
    else if (c->sense == SENSE_MASKED && !whole && c->kind != KIND_TEXT)
        json_nil(out); /* one letter of a word from a list says which */
    else if (c->sense == SENSE_MASKED && !whole)
        mask_text(v->s, out);
    else
        json_text(out, v->s);
}

static void write_stamp(const Column *c, const Value *v, JsonOut *out)
{
    Buf text = BUF(out->out->mem);
    if (c->kind == KIND_DATE)
        date_print(&text, v->i);
    else
        instant_print(&text, v->i);
    json_text(out, buf_str(&text));
}

void column_json(const Column *c, const Value *v, bool whole, JsonOut *out)
{
    if (value_is_null(c, v)) {
        json_nil(out);
        return;
    }
    switch (c->kind) {
    case KIND_TEXT:
    case KIND_CHOICE:
    case KIND_CODE: write_text(c, v, whole, out); return;
    case KIND_INT:
    case KIND_REF: json_int(out, v->i); return;
    case KIND_DECIMAL: json_decimal(out, v->i, c->scale); return;
    case KIND_MONEY: json_decimal(out, v->i, 2); return;
    case KIND_FLAG: json_bool(out, v->i != 0); return;
    case KIND_DATE:
    case KIND_INSTANT: write_stamp(c, v, out); return;
    case KIND_PLACE:
        json_open(out, '{');
        json_key(out, "lon");
        json_decimal(out, v->i, 7);
        json_key(out, "lat");
        json_decimal(out, v->j, 7);
        json_close(out, '}');
        return;
    case KIND_FILES:
    case KIND_OBJECT:
    case KIND_LIST: json_raw(out, v->s); return;
    case KIND_BYTES: column_ledger(c, v, out); return;
    }
}

void column_ledger(const Column *c, const Value *v, JsonOut *out)
{
    if (value_is_null(c, v))
        json_nil(out);
    else if (kind_is_number(c->kind))
        json_int(out, v->i);
    else if (c->kind == KIND_PLACE) {
        json_open(out, '[');
        json_int(out, v->i);
        json_int(out, v->j);
        json_close(out, ']');
    } else if (c->kind == KIND_BYTES) {
        Buf b = BUF(out->out->mem);
        base64_encode(&b, v->s);
        json_text(out, buf_str(&b));
    } else
        json_text(out, v->s);
}

bool column_from_ledger(const Column *c, const Json *in, Arena *mem, Value *out)
{
    if (json_is_null(in)) {
        *out = VALUE_NULL;
        return true;
    }
    if (c->kind == KIND_PLACE) {
        if (json_count(in) != 2) return false;
        *out = (Value){.i = json_integer(json_at(in, 0)), .j = json_integer(json_at(in, 1))};
        return true;
    }
    if (kind_is_number(c->kind)) {
        if (!json_is_integer(in)) return false;
        *out = VALUE_INT(json_integer(in));
        return true;
    }
    if (!json_is_string(in)) return false;
    if (c->kind == KIND_BYTES) {
        Str bytes;
        if (!base64_decode(mem, json_view(in), &bytes)) return false;
        *out = VALUE_STR(bytes);
    } else
        *out = VALUE_STR(json_view(in));
    return true;
}

void column_schema(const Column *c, JsonOut *out)
{
    json_open(out, '{');
    bool place = c->kind == KIND_PLACE;
    json_put_raw(out, "type", str(kinds[c->kind].schema));
    if (place)
        json_put_raw(out, "properties",
                     S("{\"lon\":{\"type\":\"number\"},\"lat\":{\"type\":\"number\"}}"));
    json_put_text(out, "title", str(c->zh));
    json_put_text(out, "description", str(c->en));
    if (c->kind == KIND_TEXT) json_put_int(out, "maxLength", c->max ? c->max : TEXT_MAX);
    if (c->kind == KIND_CHOICE) {
        json_put_open(out, "enum", '[');
        for (size_t i = 0; i < c->choice_count; i++)
            json_text(out, str(c->choices[i].name));
        json_close(out, ']');
    }
    json_close(out, '}');
}

void column_form_json(const Column *c, Lang lang, JsonOut *out)
{
    json_put_text(out, "name", str(c->name));
    json_put_text(out, "title", str(lang == LANG_EN ? c->en : c->zh));
    json_put_text(out, "kind", str(kind_name(c->kind)));
    if (c->flags & COLUMN_REQUIRED) json_put_bool(out, "required", true);
    if (c->max) json_put_int(out, "max", c->max);
    if (c->scale) json_put_int(out, "scale", c->scale);
    if (c->list) json_put_text(out, "list", str(c->list));
    if (c->kind != KIND_CHOICE) return;
    json_key(out, "choices");
    json_open(out, '[');
    for (size_t i = 0; i < c->choice_count; i++) {
        json_open(out, '{');
        json_put_text(out, "code", str(c->choices[i].name));
        json_put_text(out, "title", str(lang == LANG_EN ? c->choices[i].en : c->choices[i].zh));
        json_close(out, '}');
    }
    json_close(out, ']');
}

void row_null(const Table *t, void *row)
{
    for (size_t i = 0; i < t->count; i++)
        column_set(&t->columns[i], row, &VALUE_NULL);
}
