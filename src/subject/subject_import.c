/* SPDX-License-Identifier: Apache-2.0 */
/* subject_import.c: a line of the register becomes a subject or a change of one, by the
 * functions that the desk's acts use. */
#include "subject/subject_import.h"

#include "subject/credit_code.h"
#include "subject/subject_internal.h"

#define ROWS_AT_ONCE 2000 /* of one act: the lane is held for some 50 ms */

const Err SUBJECT_CONVERT =
    ERROR(ERR_INVALID, "conversion", "GCJ-02 坐标只有说明理由才能转回 WGS-84",
          "GCJ-02 is turned back to WGS-84 only for a reason");

typedef struct {
    ImportLine line;
    Subject s;
} SubjectLine;

/* What a subject is known by, of all there are when the import begins. */
typedef struct {
    Subjects *subjects;
    Map known;
} Register;

/* ---- what a line is known by ---- */

static Str key_of(Arena *mem, char kind, Str text)
{
    return text.p ? str_fmt(mem, "%c|%.*s", kind, STR(text)) : STR_NULL;
}

static Str name_key(Arena *mem, const Subject *s)
{
    return key_of(
        mem, 'n',
        str_fmt(mem, "%.*s|%lld|%lld", STR(s->name), (long long)s->lon, (long long)s->lat));
}

static const Err *load_known(const ImportSpec *spec, const ImportNoun *noun)
{
    static const Sql sql =
        SQL("SELECT id, code, uscc, status, name, lon, lat FROM subjects WHERE region = $1");
    Register *r = noun->context;
    Arena *mem = spec->mem;
    Rows rows;
    const Err *e = db_rows(spec->db, &sql, ARGS(ARG_I(spec->region)), &rows);
    if (e) return e;
    r->known = (Map){.mem = mem};
    while (rows_next(&rows)) {
        Subject s = {.id = rows_int(&rows, 0),
                     .code = rows_str(&rows, 1),
                     .uscc = rows_str(&rows, 2),
                     .status = rows_str(&rows, 3),
                     .name = rows_str(&rows, 4),
                     .lon = rows_int(&rows, 5),
                     .lat = rows_int(&rows, 6)};
        if (s.code.p) map_put(&r->known, key_of(mem, 'c', s.code), s.id);
        if (s.uscc.p && status_is_live(s.status))
            map_put(&r->known, key_of(mem, 'u', s.uscc), s.id);
        map_put(&r->known, name_key(mem, &s), s.id);
    }
    return rows_close(&rows);
}

static const Err *begin(const ImportSpec *spec, const ImportNoun *noun)
{
    if (!spec->has_datum) return &IMPORT_DATUM;
    if (spec->datum == DATUM_GCJ02 && !str_trim(spec->conversion).n) return &SUBJECT_CONVERT;
    return load_known(spec, noun);
}

/* ---- lines ---- */

static const Err *prepare(const ImportStep *step, void *context)
{
    SubjectLine *l = context;
    Subject *s = &l->s;
    Arena *mem = step->spec->mem;
    bool live = !s->status.p || status_is_live(s->status);
    s->uscc = uscc_normalise(mem, s->uscc);
    if (s->lon != NIL && s->lat != NIL) {
        if (s->lon < -LON_MAX || s->lon > LON_MAX || s->lat < -LAT_MAX || s->lat > LAT_MAX)
            return err_field(mem, &NOUN_PLACE, S("lon"));
        Point p = point_to_wgs84((Point){(int32_t)s->lon, (int32_t)s->lat}, step->spec->datum);
        s->lon = p.lon;
        s->lat = p.lat;
    }
    l->line.owner = STR_NULL;
    l->line.keys[0] = s->code.p || s->uscc.p ? key_of(mem, 'c', s->code) : name_key(mem, s);
    l->line.keys[1] = live ? key_of(mem, 'u', s->uscc) : STR_NULL;
    return NULL;
}

static void overlay(const ImportNoun *noun, const SubjectLine *l, Subject *out)
{
    for (size_t i = 0; i < noun->count; i++) {
        Value v = column_get(&noun->columns[i], &l->s);
        if (l->line.given >> i & 1) column_set(&noun->columns[i], out, &v);
    }
}

static const Err *open_new(const ImportStep *step, const Who *who, const SubjectLine *l)
{
    const Register *r = step->noun->context;
    Subject s;
    subject_blank(&s);
    overlay(step->noun, l, &s);
    s.source = str_fmt(step->act->mem, "import %.*s", STR(step->act->job));
    if (s.lon == NIL || s.lat == NIL)
        return line_blame(step->act, &COLUMN_REQUIRED_ERR, s.lon == NIL ? "lon" : "lat");
    return subject_begin(step->act, r->subjects, who, &s);
}

/* That a subject is as the line says is no news. */
static const Err *change_known(const ImportStep *step, const Who *who, const SubjectLine *l,
                               int64_t id)
{
    const Register *r = step->noun->context;
    Act *act = step->act;
    size_t count = act->count;
    uint64_t seen = UINT64_C(1) << table_column(&subject_table, "seen");
    Subject before, after;
    const Err *e = subject_raw(act->db, act->mem, id, &before);
    if (e) return e;
    after = before;
    overlay(step->noun, l, &after);
    e = subject_alter(act, r->subjects, who, &before, &after);
    if (!e && act->count > count && act->changes[count].mask == seen) act->count = count;
    return e;
}

static const Err *put(const ImportStep *step, void *context)
{
    const SubjectLine *l = context;
    const Register *r = step->noun->context;
    Who who;
    who_house(step->act->mem, step->ground, step->spec->region, step->act->now, &who);
    int64_t id = map_get(&r->known, l->line.keys[0]);
    if (id == NIL && !l->s.code.p) id = map_get(&r->known, l->line.keys[1]);
    const Err *e = id == NIL ? open_new(step, &who, l) : change_known(step, &who, l, id);
    return line_blame(step->act, e, err_is(e, &SUBJECT_TAKEN) ? "uscc" : "");
}

/* ---- cells ---- */

/* "owner:某公司;…" as parties. */
static void read_parties(Arena *mem, Str cell, Value *out)
{
    Buf b = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    json_open(&w, '[');
    for (Str rest = cell, item; import_item(&rest, &item);) {
        Str role = S(""), name = item;
        size_t colon = str_find(item, S(":")), wide = str_find(item, S(":")),
               at = colon < wide ? colon : wide, mark = at == colon ? 1 : strlen(":");
        if (at != SIZE_MAX) {
            role = str_trim((Str){item.p, at});
            name = str_trim((Str){item.p + at + mark, item.n - at - mark});
        }
        json_open(&w, '{');
        json_put_text(&w, "name", name);
        json_put_text(&w, "role", role);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    *out = VALUE_STR(buf_str(&b));
}

static bool cell(const ImportNoun *noun, const Column *column, Str text, Faults *faults,
                 Value *out, bool *fine)
{
    const Register *r = noun->context;
    *fine = true;
    if (strcmp(column->name, "industry") == 0) {
        *out = VALUE_STR(text);
        *fine = industry_find(r->subjects->industries, text);
        if (!*fine) faults_add2(faults, S(""), &COLUMN_CODE, text, S("industry"));
        return true;
    }
    if (strcmp(column->name, "parties") != 0 || text.p[0] == '[') return false;
    read_parties(faults->mem, text, out);
    return true;
}

/* ---- out ---- */

static const Err *rows(const ExportSink *sink)
{
    static const Sql sql =
        SQL("SELECT * FROM subjects WHERE region = $1 AND id > $2 ORDER BY id LIMIT 1000");
    Arena *mem = arena_new(0);
    SubjectLine l = {.line = {.starts = sink->spec->starts}};
    Subject *all;
    size_t n = 1;
    const Err *e = NULL;
    for (int64_t last = 0; n && !e; arena_reset(mem)) {
        e = db_all(sink->spec->db, &sql, ARGS(ARG_I(sink->spec->region), ARG_I(last)),
                   &subject_table, mem, &all, &n);
        for (size_t i = 0; i < n && !e; i++) {
            l.s = all[i];
            last = all[i].id;
            sink->row(sink->context, &l);
        }
    }
    arena_free(mem);
    return e;
}

/* ---- the noun ---- */

static const ColumnNote notes[] = {
    {"code", "辖区自己的编号;不填时按信用代码,再按名称和位置识别",
     "the region's own number; without it a line is known by its credit code, else by name and "
     "place"},
    {"department", "一般不填,按管理事项确定", "usually empty: the matter decides"},
    {"matters", "用分号隔开,第一项决定主管部门",
     "separated by semicolons; the first decides the line"},
    {"parties", "角色:单位名称,用分号隔开", "role:name, separated by semicolons"},
    {"uscc_reason", "无统一社会信用代码时必填", "when there is no credit code"},
};

const ImportNoun *subject_import_noun(Arena *mem, Subjects *subjects)
{
    Register *r = arena_make(mem, Register);
    Column *columns = arena_array(mem, Column, subject_table.count);
    size_t n = 0;
    *r = (Register){.subjects = subjects};
    for (size_t i = STATE_COLUMN_COUNT; i < subject_table.count; i++) {
        const Column *c = &subject_table.columns[i];
        if (!column_is_given(c)) continue;
        columns[n] = *c;
        if (!subject_needs(c)) columns[n].flags &= ~(unsigned)COLUMN_REQUIRED;
        if (strcmp(c->name, "code") == 0 || strcmp(c->name, "uscc") == 0)
            columns[n].flags |= COLUMN_KEY;
        n++;
    }
    ImportNoun *noun = arena_make(mem, ImportNoun);
    *noun = (ImportNoun){.name = "subjects",
                         .verb = "subject-import",
                         .columns = columns,
                         .count = n,
                         .size = sizeof(SubjectLine),
                         .offset = offsetof(SubjectLine, s),
                         .notes = notes,
                         .note_count = countof(notes),
                         .keys = {"code", "uscc"},
                         .once = true,
                         .part = ROWS_AT_ONCE,
                         .context = r,
                         .cell = cell,
                         .begin = begin,
                         .prepare = prepare,
                         .put = put,
                         .rows = rows};
    return noun;
}
