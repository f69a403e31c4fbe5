/* SPDX-License-Identifier: Apache-2.0 */
/* import.c: the job: who may, what is twice, then part after part through the lane. */
#include "subject/import.h"

#include "base/crypt.h"
#include "base/csv.h"
#include "subject/sheet.h"

const Err SUBJECT_CONVERT =
    ERROR(ERR_INVALID, "conversion", "GCJ-02 坐标只有说明理由才能转回 WGS-84",
          "GCJ-02 is turned back to WGS-84 only for a reason");
static const Err KNOWN = ERROR(ERR_INVALID, "subject-known", "“{0}”已登记(编号 {1})",
                               "\"{0}\" is registered already (id {1})");

typedef struct {
    const SubjectImport *spec;
    const Ground *ground; /* that the file was checked on */
    Sheet sheet;
    Str hash, job, source;
    size_t first, end; /* rows of the part on its way */
} Job;

/* ---- twice? ---- */

typedef struct {
    Str code;
    size_t row;
} Key;

static int by_code(const void *a, const void *b)
{
    const Key *x = a, *y = b;
    int order = str_cmp(x->code, y->code);
    return order ? order : x->row < y->row ? -1 : x->row > y->row;
}

static Str code_of(const Subject *s, bool uscc)
{
    return uscc ? status_is_live(s->status) ? s->uscc : STR_NULL : s->code;
}

static void twice_in_file(const Job *job, bool uscc, Faults *faults)
{
    Arena *mem = job->spec->mem;
    const Sheet *sheet = &job->sheet;
    Key *keys = arena_array(mem, Key, sheet->count);
    size_t n = 0;
    for (size_t i = 0; i < sheet->count; i++) {
        Str code = code_of(&sheet->rows[i], uscc);
        if (code.p) keys[n++] = (Key){code, i};
    }
    qsort(keys, n, sizeof *keys, by_code);
    for (size_t i = 1; i < n; i++) {
        if (!str_eq(keys[i].code, keys[i - 1].code)) continue;
        Naming naming = {mem, sheet->nos[keys[i].row], sheet->heads};
        int64_t other = sheet->nos[keys[i - 1].row];
        faults_add2(faults, field_name(&naming, uscc ? "uscc" : "code"), &IMPORT_TWICE,
                    str_fmt(mem, "第%lld行", (long long)other),
                    str_fmt(mem, "row %lld", (long long)other));
    }
}

/* What this very job brought in before it broke off is no other subject. */
static const Err *known_in_store(const Job *job, bool uscc, Faults *faults)
{
    static const Sql code_sql =
        SQL("SELECT id FROM subjects WHERE region = $1 AND code = $2 AND source <> $3 LIMIT 1");
    static const Sql uscc_sql = SQL("SELECT id FROM subjects WHERE region = $1 AND uscc = $2 "
                                    "AND source <> $3 AND status IN "
                                    "('open', 'paused') LIMIT 1");
    const SubjectImport *spec = job->spec;
    for (size_t i = 0; i < job->sheet.count; i++) {
        Str code = code_of(&job->sheet.rows[i], uscc);
        int64_t id = NIL;
        const Err *e =
            code.p
                ? db_int(spec->db, uscc ? &uscc_sql : &code_sql,
                         ARGS(ARG_I(spec->region), ARG_S(code), ARG_S(job->source)), NIL, &id)
                : NULL;
        if (e) return e;
        Naming naming = {spec->mem, job->sheet.nos[i], job->sheet.heads};
        if (id != NIL)
            faults_add2(faults, field_name(&naming, uscc ? "uscc" : "code"), &KNOWN, code,
                        str_fmt(spec->mem, "%lld", (long long)id));
    }
    return NULL;
}

/* ---- parts ---- */

static void inputs(const Job *job, Arena *mem, Str *out)
{
    const SubjectImport *spec = job->spec;
    Buf b = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    json_open(&w, '{');
    json_put_text(&w, "file", spec->name);
    json_put_text(&w, "sha256", job->hash);
    json_put_text(&w, "datum", str(datum_name(spec->datum)));
    if (spec->conversion.p) json_put_text(&w, "conversion", spec->conversion);
    json_put_int(&w, "first_row", job->sheet.nos[job->first]);
    json_put_int(&w, "last_row", job->sheet.nos[job->end - 1]);
    json_close(&w, '}');
    *out = buf_str(&b);
}

/* The ground may have changed since the file was checked. */
static const Err *relocate(const Job *job, const Ground *ground, Act *act, Subject *s,
                           const Naming *naming)
{
    Faults faults = {.mem = act->mem};
    if (ground == job->ground) return NULL;
    s->area = subject_locate(ground, (Point){(int32_t)s->lon, (int32_t)s->lat}, act->now,
                             naming, &faults);
    return faults_err(&faults);
}

static const Err *part_decide(Act *act, void *context)
{
    Job *job = context;
    const SubjectImport *spec = job->spec;
    const Ground *ground = act_ground(act, spec->subjects->spec.grounds);
    act->job = job->job;
    inputs(job, act->mem, &act->in);
    for (size_t i = job->first; i < job->end; i++) {
        Subject *s = arena_make(act->mem, Subject);
        Naming naming = {act->mem, job->sheet.nos[i], job->sheet.heads};
        *s = job->sheet.rows[i];
        s->source = job->source;
        s->seen = act->now;
        const Err *e = relocate(job, ground, act, s, &naming);
        if (!e && (e = subject_unique(act, s)))
            e = err_field(act->mem, e, field_name(&naming, s->uscc.p ? "uscc" : "code"));
        if (e) return e;
        row_put(act, &subject_table, s);
    }
    if (job->end == job->sheet.count) {
        Import *row = arena_make(act->mem, Import);
        *row = (Import){.job = job->job,
                        .kind = S("subjects"),
                        .name = spec->name,
                        .hash = job->hash,
                        .rows = (int64_t)job->sheet.count,
                        .note = spec->conversion};
        row_put(act, &import_table, row);
        act_on(act, &import_table, row->id);
    }
    return NULL;
}

static const Err *part_put(Job *job, size_t number, ImportDone *done)
{
    const SubjectImport *spec = job->spec;
    Arena *mem = arena_new(1 << 20);
    ActJob act = {.mem = mem,
                  .spec = {.region = spec->region,
                           .actor = spec->actor,
                           .seat = spec->seat,
                           .for_person = NIL,
                           .verb = S("subject-import"),
                           .key = str_fmt(mem, "%.*s-%04zu", STR(job->job), number),
                           .sum = job->hash,
                           .client = NIL},
                  .decide = part_decide,
                  .context = job};
    const Err *e = ledger_call(spec->subjects->spec.ledger, &act);
    if (e) e = err_keep(spec->mem, e->next ? e->next : e); /* the first fault of a row */
    if (!e && !act.replayed) {
        done->acts++;
        done->put += (int64_t)(job->end - job->first);
    }
    arena_free(mem);
    return e;
}

static const Err *put_all(Job *job, ImportDone *done)
{
    size_t part = job->spec->part ? job->spec->part : IMPORT_PART;
    if (part > 5000) part = 5000;
    for (size_t at = 0, number = 1; at < job->sheet.count; at += part, number++) {
        job->first = at;
        job->end = at + part < job->sheet.count ? at + part : job->sheet.count;
        const Err *e = part_put(job, number, done);
        if (e) return e;
    }
    return NULL;
}

/* ---- the whole ---- */

/* Named by what goes in, so that the same file is the same job. */
static void job_name(Job *job)
{
    const SubjectImport *spec = job->spec;
    unsigned char hash[SHA256_SIZE];
    Buf hex = BUF(spec->mem);
    sha256(spec->csv, hash);
    buf_hex(&hex, hash, sizeof hash);
    job->hash = buf_str(&hex);
    size_t part = spec->part ? spec->part : IMPORT_PART;
    job->job =
        str_fmt(spec->mem, "subjects-%s-%zu-%.16s", datum_name(spec->datum), part, job->hash.p);
    job->source = str_fmt(spec->mem, "import %.*s", STR(job->job));
}

static const Err *permitted(const SubjectImport *spec)
{
    if (!spec->has_datum) return &IMPORT_DATUM;
    if (spec->datum == DATUM_GCJ02 && !str_trim(spec->conversion).n) return &SUBJECT_CONVERT;
    return !spec->who || who_can(spec->who, CAN_IMPORT, NULL) ? NULL : &SCOPE_DENIED;
}

const Err *subjects_import(const SubjectImport *spec, ImportDone *out)
{
    const Err *e = permitted(spec);
    if (e) return e;
    Job *job = arena_make(spec->mem, Job);
    Subjects *subjects = spec->subjects;
    Lists lists = {subjects, ledger_clock(subjects->spec.ledger)};
    Faults faults = {.mem = spec->mem};
    const Ground *ground = ground_pin(subjects->spec.grounds, spec->region);
    *job = (Job){.spec = spec, .ground = ground};
    job_name(job);
    sheet_read(spec, &lists, ground, &faults, &job->sheet);
    for (int uscc = 0; uscc < 2 && !e; uscc++) {
        twice_in_file(job, uscc, &faults);
        e = known_in_store(job, uscc, &faults);
    }
    ImportDone done = {.job = job->job, .rows = (int64_t)job->sheet.count};
    if (!e) e = faults_err(&faults);
    if (!e) e = put_all(job, &done);
    ground_unpin(ground);
    if (!e) *out = done;
    return e;
}

/* ---- the template ---- */

static void column_note(const Column *c, Lang lang, Buf *out)
{
    bool zh = lang == LANG_ZH;
    static const struct {
        const char *name, *zh, *en;
    } notes[] = {
        {"department", "部门代码;一般不填,按管理事项确定",
         "a department's code; usually empty: the matter decides"},
        {"matters", "代码或名称,用分号隔开,第一项决定主管部门",
         "codes or words, separated by semicolons; the first decides the line"},
        {"parties", "角色:单位名称,用分号隔开", "role:name, separated by semicolons"},
        {"uscc_reason", "无统一社会信用代码时必填", "when there is no credit code"},
    };
    buf_fmt(out, "# %s: ", zh ? c->zh : c->en);
    for (size_t i = 0; i < c->choice_count; i++)
        buf_fmt(out, "%s%s", i ? " / " : "", zh ? c->choices[i].zh : c->choices[i].en);
    if (c->kind == KIND_DATE) buf_add(out, S("2026-11-22"));
    if (c->kind == KIND_FLAG) buf_add(out, zh ? S("是 / 否") : S("yes / no"));
    if (c->kind == KIND_CODE)
        buf_fmt(out, zh ? "代码表 %s 的代码或名称" : "a code or word of the list %s", c->list);
    if (column_is_degrees(c)) buf_add(out, zh ? S(" 度,小数") : S(" degrees, decimal"));
    for (size_t i = 0; i < countof(notes); i++)
        if (strcmp(notes[i].name, c->name) == 0)
            buf_fmt(out, " %s", zh ? notes[i].zh : notes[i].en);
    if (subject_needs(c)) buf_add(out, zh ? S(" (必填)") : S(" (required)"));
    buf_add(out, S("\r\n"));
}

void subject_template(Lang lang, Buf *out)
{
    CsvOut csv = {.out = out};
    csv_mark(&csv);
    for (size_t i = STATE_COLUMN_COUNT; i < subject_table.count; i++)
        if (column_is_given(&subject_table.columns[i]))
            column_note(&subject_table.columns[i], lang, out);
    for (size_t i = STATE_COLUMN_COUNT; i < subject_table.count; i++) {
        const Column *c = &subject_table.columns[i];
        if (column_is_given(c)) csv_cell(&csv, str(lang == LANG_ZH ? c->zh : c->en));
    }
    csv_end(&csv);
}
