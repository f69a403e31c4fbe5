/* SPDX-License-Identifier: Apache-2.0 */
/* noun_cell.c: words, dates and characters as people and their spreadsheets write them. */
#include "noun/noun_cell.h"

#include "base/time.h"

#define TOLD_MOST 16 /* words of a list that a fault names */

const Err CELL_DATE =
    ERROR(ERR_INVALID, "date",
          "“{0}”不是日期,如 2024-03-05、2024/3/5、2024年3月5日,也可带时间,如 2024-03-05 08:30",
          "\"{0}\" is no date such as 2024-03-05, 2024/3/5 or 2024年3月5日, with a time or "
          "without: 2024-03-05 08:30");
const Err CELL_NONE = ERROR(ERR_INVALID, "word", "没有“{0}”这一项,可填:{1}",
                            "\"{0}\" is not known here; it may be {2}");
const Err CELL_MANY = ERROR(ERR_INVALID, "words", "“{0}”不止一项,请填写代码:{1}",
                            "\"{0}\" may be any of {2}: write the code");

/* ---- characters ---- */

/* The character at p, and how many bytes it takes; text is well-formed UTF-8. */
static uint32_t char_at(const char *p, size_t *size)
{
    const unsigned char *b = (const unsigned char *)p;
    *size = b[0] < 0x80 ? 1 : b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;
    if (*size == 2) return (b[0] & 0x1fu) << 6 | (b[1] & 0x3fu);
    if (*size == 3) return (b[0] & 0xfu) << 12 | (b[1] & 0x3fu) << 6 | (b[2] & 0x3fu);
    return *size == 1 ? b[0] : 0;
}

static bool is_invisible(uint32_t c)
{
    return c == 0xad || (c >= 0x200b && c <= 0x200f) || c == 0x2060 || c == 0xfeff;
}

static bool is_blank(uint32_t c)
{
    return c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x3000;
}

static bool is_letter(uint32_t ascii)
{
    return (ascii >= '0' && ascii <= '9') || (ascii >= 'A' && ascii <= 'Z') ||
           (ascii >= 'a' && ascii <= 'z');
}

Str cell_clean(Arena *mem, Str cell, bool signs)
{
    size_t plain = 0, size;
    cell = str_trim(cell);
    while (plain < cell.n && (unsigned char)cell.p[plain] < 0x80)
        plain++;
    if (plain == cell.n) return cell;
    Buf b = BUF(mem);
    for (size_t i = 0; i < cell.n; i += size) {
        uint32_t c = char_at(cell.p + i, &size), ascii = c - 0xfee0;
        if (is_invisible(c)) continue;
        if (is_blank(c))
            buf_char(&b, ' ');
        else if (c >= 0xff01 && c <= 0xff5e && (signs || is_letter(ascii)))
            buf_char(&b, (char)ascii);
        else
            buf_bytes(&b, cell.p + i, size);
    }
    return str_trim(buf_str(&b));
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool alike(Str a, Str b)
{
    if (a.n != b.n) return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i])) return false;
    return true;
}

/* ---- dates ---- */

/* Takes a pattern off the text: each of YMDhms is a number, which goes into its place, all else
 * stands for itself. The text stays when it does not fit. */
static bool take(Str *text, const char *pattern, int *numbers)
{
    static const char places[] = "YMDhms";
    size_t at = 0;
    for (const char *p = pattern; *p; p++) {
        const char *place = strchr(places, *p);
        size_t most = *p == 'Y' ? 4 : 2, n = 0;
        if (!place) {
            if (at == text->n || text->p[at++] != *p) return false;
            continue;
        }
        int *number = &numbers[place - places];
        for (*number = 0; n < most && at < text->n && text->p[at] >= '0' && text->p[at] <= '9';
             n++)
            *number = *number * 10 + (text->p[at++] - '0');
        if (!n) return false;
    }
    *text = (Str){text->p + at, text->n - at};
    return true;
}

bool cell_instant(Str text, Instant *out)
{
    static const char *const dates[] = {"Y-M-D", "Y/M/D", "Y.M.D", "Y年M月D日"},
                             *const times[] = {"h:m:s", "h:m", "h时m分s秒", "h时m分", "h时"};
    int n[6] = {0}, none[6];
    char whole[64];
    size_t i = 0;
    if (!instant_parse(text, out)) return true;
    while (i < countof(dates) && !take(&text, dates[i], n))
        i++;
    if (i == countof(dates) || n[0] < 1000) return false;
    if (text.n) {
        (void)take(&text, "T", none);
        text = str_trim(text);
        for (i = 0; i < countof(times) && !take(&text, times[i], n);)
            i++;
        if (i == countof(times) || text.n > 6) return false;
    }
    snprintf(whole, sizeof whole, "%04d-%02d-%02dT%02d:%02d:%02d%.*s", n[0], n[1], n[2], n[3],
             n[4], n[5], STR(text.n ? text : S("+08:00")));
    return !instant_parse(str(whole), out);
}

static bool read_date(const Column *c, Str cell, Faults *faults, Value *out)
{
    Instant at;
    bool fine = cell_instant(cell, &at);
    if (fine && c->kind == KIND_DATE) {
        *out = VALUE_INT(instant_date(at));
        fine = date_start(out->i) == at;
    } else if (fine)
        *out = VALUE_INT(at);
    if (!fine) faults_add2(faults, S(""), &CELL_DATE, cell, STR_NULL);
    return fine;
}

/* ---- words ---- */

static void tell_words(Arena *mem, const CellColumn *c, const bool *which, Str *zh, Str *en)
{
    Buf z = BUF(mem), e = BUF(mem);
    size_t told = 0;
    for (size_t i = 0; i < c->word_count; i++) {
        if (which && !which[i]) continue;
        const CellWord *w = &c->words[i];
        if (told++ < TOLD_MOST) {
            buf_fmt(&z, "%s%s(%.*s)", z.n ? "、" : "", w->zh, STR(w->code));
            buf_fmt(&e, "%s%.*s (%s)", e.n ? ", " : "", STR(w->code), w->en);
        }
    }
    if (told > TOLD_MOST) buf_add(&z, S(" …"));
    if (told > TOLD_MOST) buf_add(&e, S(" …"));
    *zh = buf_str(&z);
    *en = buf_str(&e);
}

/* The code that a cell means; STR_NULL, and a fault, when it means none or several. */
static Str word_code(const CellColumn *c, Str cell, Faults *faults)
{
    Arena *mem = faults->mem;
    bool *which = NULL, many = false;
    Str found = STR_NULL, zh, en;
    for (size_t i = 0; i < c->word_count; i++) {
        const CellWord *w = &c->words[i];
        if (str_eq(cell, w->code)) return w->code;
        if (!alike(cell, w->code) && !str_is(cell, w->zh) && !alike(cell, str(w->en))) continue;
        if (!which) which = arena_array(mem, bool, c->word_count);
        which[i] = true;
        many |= found.p && !str_eq(found, w->code);
        found = w->code;
    }
    if (found.p && !many) return found;
    tell_words(mem, c, which, &zh, &en);
    faults_add(
        faults, S(""),
        err_make4(mem, many ? &CELL_MANY : &CELL_NONE, str_dup(mem, cell), zh, en, STR_NULL));
    return STR_NULL;
}

/* "fire;gas" as JSON, each item by its word. */
static bool read_items(const CellColumn *c, Str cell, Faults *faults, Value *out)
{
    Buf b = BUF(faults->mem);
    JsonOut w = JSON_OUT(&b);
    bool fine = true;
    json_open(&w, '[');
    for (Str rest = cell, item; import_item(&rest, &item);) {
        Str code = c->word_count ? word_code(c, item, faults) : item;
        fine &= code.p != NULL;
        json_text(&w, code);
    }
    json_close(&w, ']');
    *out = VALUE_STR(buf_str(&b));
    return fine;
}

static Str read_flag(Arena *mem, const Column *c, Str cell)
{
    char *small = str_z(mem, cell);
    for (size_t i = 0; i < cell.n; i++)
        small[i] = lower(small[i]);
    return column_cell(c, (Str){small, cell.n});
}

bool cell_read(const ImportNoun *noun, const CellColumn *c, Str cell, Faults *faults,
               Value *out)
{
    Kind kind = c->column.kind;
    bool fine;
    if (noun->cell && noun->cell(noun, &c->column, cell, faults, out, &fine)) return fine;
    if (kind == KIND_DATE || kind == KIND_INSTANT)
        return read_date(&c->column, cell, faults, out);
    if (kind == KIND_LIST && cell.p[0] != '[') return read_items(c, cell, faults, out);
    if (c->word_count && kind != KIND_LIST) {
        *out = VALUE_STR(word_code(c, cell, faults));
        return out->s.p;
    }
    if (kind == KIND_FLAG) cell = read_flag(faults->mem, &c->column, cell);
    return column_parse(&c->column, cell, NULL, S(""), faults, out);
}

/* ---- columns ---- */

bool cell_is_head(Arena *mem, const Column *c, Str head)
{
    return alike(head, str(c->name)) || alike(head, cell_clean(mem, str(c->zh), true)) ||
           alike(head, str(c->en));
}

/* What the noun left to the table that it is like. */
static void fill_column(Arena *mem, const ImportNoun *noun, Column *c, size_t *words,
                        const Choice **choices)
{
    const Column *like =
        noun->like ? column_find(noun->like->columns, noun->like->count, str(c->name)) : NULL;
    if (!c->zh) {
        Column own = *c;
        assert(like);
        *c = *like;
        c->offset = own.offset;
        c->flags = own.flags;
    }
    *choices = c->choices;
    *words = c->choice_count;
    if (c->kind != KIND_CHOICE || *words) return;
    if (noun->choose)
        *choices = noun->choose(mem, c->name, words);
    else if (like) {
        *choices = like->choices;
        *words = like->choice_count;
    }
}

static void choice_words(Arena *mem, const Choice *choices, size_t n, CellColumn *out)
{
    CellWord *words = arena_array(mem, CellWord, n);
    for (size_t i = 0; i < n; i++)
        words[i] = (CellWord){str(choices[i].name), choices[i].zh, choices[i].en};
    out->words = words;
    out->word_count = n;
}

static void list_words(Arena *mem, const CodeList *list, CellColumn *out)
{
    CellWord *words = arena_array(mem, CellWord, list->count);
    for (size_t i = 0; i < list->count; i++) {
        const Code *c = &list->codes[i];
        if (!c->retired) words[out->word_count++] = (CellWord){c->code, c->zh, c->en};
    }
    out->words = words;
}

CellColumn *cell_columns(Arena *mem, const ImportNoun *noun, const CellLists *lists)
{
    CellColumn *all = arena_array(mem, CellColumn, noun->count);
    for (size_t i = 0; i < noun->count; i++) {
        CellColumn *c = &all[i];
        const Choice *choices;
        size_t n;
        c->column = noun->columns[i];
        c->at = SIZE_MAX;
        fill_column(mem, noun, &c->column, &n, &choices);
        c->head = str(c->column.name);
        bool coded = c->column.list && c->column.kind != KIND_REF;
        const CodeList *list = coded ? lists->find(lists->context, c->column.list) : NULL;
        if (list)
            list_words(mem, list, c);
        else
            choice_words(mem, choices, n, c);
    }
    return all;
}

/* ---- a value as a cell ---- */

/* Texts without a sign that would part them, parted by semicolons; else as the JSON it is. */
static Str write_items(Arena *mem, Str list)
{
    const Json *tree;
    Buf b = BUF(mem);
    if (json_read(mem, list, &tree)) return list;
    for (size_t i = 0; i < json_count(tree); i++) {
        Str text = json_view(json_at(tree, i)), rest = text, item;
        if (!text.n || text.p[0] == '[' || !import_item(&rest, &item) || item.n != text.n)
            return list;
        buf_fmt(&b, "%s%.*s", b.n ? ";" : "", STR(text));
    }
    return buf_str(&b);
}

Str cell_write(Arena *mem, const Column *c, const Value *v, const Ground *ground, Instant at)
{
    Buf b = BUF(mem);
    if (value_is_null(c, v)) return STR_NULL;
    if (c->kind == KIND_REF) return code_of(ground, c->list, v->i, at);
    if (c->kind == KIND_LIST) return write_items(mem, v->s);
    if (!kind_is_number(c->kind)) return v->s;
    if (c->kind == KIND_INSTANT && v->i != date_start(instant_date(v->i)))
        instant_print(&b, v->i);
    else if (c->kind == KIND_INSTANT || c->kind == KIND_DATE)
        date_print(&b, c->kind == KIND_DATE ? v->i : instant_date(v->i));
    else
        buf_decimal(&b, v->i, c->kind == KIND_MONEY ? 2 : c->scale);
    return buf_str(&b);
}
