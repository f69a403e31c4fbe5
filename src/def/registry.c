/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry.c: the list of published definitions is an immutable array that is replaced whole
 * when one is added; readers load the pointer and never lock. Old arrays are a few hundred
 * bytes and stay until the process ends. Drafts compile on demand, so that one may refer to
 * another that is published with it; they are stored in the order in which they compiled, and
 * so load again.
 */
#include "def/registry.h"

#include <stdatomic.h>

#include "base/crypt.h"

const Err DEF_NO_KIND = ERROR(ERR_INVALID, "no-kind", "没有“{0}”这一类定义,可用的有:{1}",
                              "There is no kind of definition \"{0}\"; there are {1}");
const Err DEF_DOUBLE =
    ERROR(ERR_INVALID, "double", "“{0}”给了两份,只能有一份", "There are two of \"{0}\"");
const Err DEF_STORED = ERROR(ERR_BROKEN, "def-stored", "已发布的定义 {0} 无法读取",
                             "The published definition {0} cannot be read");

static const Column columns[] = {
    STATE_COLUMNS(Definition),
    COLUMN(Definition, kind, KIND_TEXT, "类别", "Kind", .flags = COLUMN_REQUIRED),
    COLUMN(Definition, name, KIND_TEXT, "名称", "Name", .flags = COLUMN_REQUIRED),
    COLUMN(Definition, version, KIND_INT, "版本", "Version", .flags = COLUMN_REQUIRED),
    COLUMN(Definition, starts, KIND_INSTANT, "生效", "Starts", .flags = COLUMN_REQUIRED),
    COLUMN(Definition, text, KIND_TEXT, "文本", "Text", .flags = COLUMN_REQUIRED,
           .max = 1 << 20),
    COLUMN(Definition, sha256, KIND_TEXT, "哈希", "SHA-256", .flags = COLUMN_REQUIRED),
};
const Table definition_table = {.name = "definitions",
                                .class = CLASS_STATE,
                                .columns = columns,
                                .count = countof(columns),
                                .size = sizeof(Definition),
                                .indexes = {"UNIQUE (region, kind, name, version)"}};

typedef struct {
    size_t count;
    const Published *all[]; /* in order of (kind, name, version) */
} DefinitionList;

struct Defs {
    Arena *mem; /* only the thread that adds touches it: the opener's, then the lane's */
    Ledger *ledger;
    const DefKind *kinds;
    size_t kind_count;
    _Atomic(const DefinitionList *) list;
};

static const DefKind *kind_of(const Defs *defs, Str kind)
{
    for (size_t i = 0; i < defs->kind_count; i++)
        if (str_is(kind, defs->kinds[i].kind)) return &defs->kinds[i];
    return NULL;
}

static int order(const Published *a, const Published *b)
{
    int c = str_cmp(a->row.kind, b->row.kind);
    if (!c) c = str_cmp(a->row.name, b->row.name);
    return c ? c : (a->row.version > b->row.version) - (a->row.version < b->row.version);
}

static void add(Defs *defs, const Published *published)
{
    const DefinitionList *old = atomic_load(&defs->list);
    size_t n = old ? old->count : 0, i = 0;
    DefinitionList *list = arena_alloc(defs->mem, sizeof *list + (n + 1) * sizeof *list->all);
    for (; i < n && order(old->all[i], published) < 0; i++)
        list->all[i] = old->all[i];
    list->all[i] = published;
    for (; i < n; i++)
        list->all[i + 1] = old->all[i];
    list->count = n + 1;
    atomic_store(&defs->list, list);
}

/* ---- compiling ---- */

typedef enum { DRAFT_NEW, DRAFT_BUSY, DRAFT_FINE, DRAFT_BAD } DraftState;

struct DefWorld {
    const Defs *defs;
    Arena *mem;
    bool stored;
    const Draft *drafts;
    size_t count;
    DraftState *states;
    void **compiled;
    size_t *order,
        done; /* drafts in the order in which they compiled: what is referred to comes first */
    Faults faults;
};

static void note(DefWorld *w, Str name, const Err *e)
{
    if (!e->next) {
        faults_add(&w->faults, e->field.p ? e->field : name, e);
        return;
    }
    for (e = e->next; e; e = e->next)
        faults_add(&w->faults, e->field, e);
}

static const Err *no_kind(DefWorld *w, Str kind)
{
    Buf names = BUF(w->mem);
    for (size_t i = 0; i < w->defs->kind_count; i++)
        buf_fmt(&names, "%s%s", i ? ", " : "", w->defs->kinds[i].kind);
    return err_make(w->mem, &DEF_NO_KIND, kind, buf_str(&names));
}

static void compile(DefWorld *w, size_t i)
{
    if (w->states[i] != DRAFT_NEW) return;
    w->states[i] = DRAFT_BUSY;
    const Draft *d = &w->drafts[i];
    const DefKind *kind = kind_of(w->defs, d->kind);
    const Err *e =
        kind ? kind->compile(w, w->mem, str_fmt(w->mem, "%.*s%s", STR(d->name), kind->suffix),
                             d->text, &w->compiled[i])
             : no_kind(w, d->kind);
    w->states[i] = e ? DRAFT_BAD : DRAFT_FINE;
    if (e)
        note(w, d->name, e);
    else
        w->order[w->done++] = i;
}

static void refuse_doubles(DefWorld *w)
{
    for (size_t i = 0; i < w->count; i++)
        for (size_t k = 0; k < i && w->states[i] == DRAFT_NEW; k++) {
            const Draft *d = &w->drafts[i], *before = &w->drafts[k];
            if (!str_eq(d->kind, before->kind) || !str_eq(d->name, before->name)) continue;
            const DefKind *kind = kind_of(w->defs, d->kind);
            Str file = str_fmt(w->mem, "%.*s%s:1:1", STR(d->name), kind ? kind->suffix : "");
            faults_add2(&w->faults, file, &DEF_DOUBLE, d->name, STR_NULL);
            w->states[i] = DRAFT_BAD;
        }
}

bool def_world_stored(const DefWorld *w)
{
    return w->stored;
}

static const Err *compile_all(DefWorld *w, const Defs *defs, bool stored, Arena *mem,
                              const Draft *drafts, size_t count)
{
    *w = (DefWorld){.defs = defs,
                    .mem = mem,
                    .stored = stored,
                    .drafts = drafts,
                    .count = count,
                    .states = arena_array(mem, DraftState, count),
                    .compiled = arena_array(mem, void *, count),
                    .order = arena_array(mem, size_t, count),
                    .faults = {.mem = mem}};
    refuse_doubles(w);
    for (size_t i = 0; i < count; i++)
        compile(w, i);
    return faults_err(&w->faults);
}

size_t def_world_all(DefWorld *w, const char *kind, Arena *mem, const void ***out)
{
    const Published **now;
    size_t n = defs_list(w->defs, kind, INT64_MAX, mem, &now), found = 0;
    const void **all = arena_array(mem, const void *, n + w->count);
    for (size_t i = 0; i < w->count; i++) {
        if (!str_is(w->drafts[i].kind, kind)) continue;
        compile(w, i);
        if (w->states[i] == DRAFT_FINE) all[found++] = w->compiled[i];
    }
    for (size_t k = 0; k < n; k++) {
        bool replaced = false;
        for (size_t i = 0; i < w->count; i++)
            replaced |=
                str_is(w->drafts[i].kind, kind) && str_eq(w->drafts[i].name, now[k]->row.name);
        if (!replaced) all[found++] = now[k]->compiled;
    }
    *out = all;
    return found;
}

DefState def_world_get(DefWorld *w, const char *kind, Str name, const void **out)
{
    for (size_t i = 0; i < w->count; i++) {
        if (!str_is(w->drafts[i].kind, kind) || !str_eq(w->drafts[i].name, name)) continue;
        compile(w, i);
        if (w->states[i] == DRAFT_BUSY) return DEF_BUSY;
        if (w->states[i] == DRAFT_BAD) return DEF_BROKEN;
        *out = w->compiled[i];
        return DEF_FINE;
    }
    const Published *published = defs_at(w->defs, kind, name, INT64_MAX);
    if (!published) return DEF_ABSENT;
    *out = published->compiled;
    return DEF_FINE;
}

static const Err *take(Defs *defs, const Definition *row)
{
    Published *p = arena_make(defs->mem, Published);
    p->row = *row;
    p->row.kind = str_dup(defs->mem, row->kind);
    p->row.name = str_dup(defs->mem, row->name);
    p->row.text = str_dup(defs->mem, row->text);
    p->row.sha256 = str_dup(defs->mem, row->sha256);
    Draft draft = {p->row.kind, p->row.name, p->row.text};
    DefWorld world;
    const Err *e = compile_all(&world, defs, true, defs->mem, &draft, 1);
    if (e) return e;
    p->compiled = world.compiled[0];
    add(defs, p);
    return NULL;
}

/* After COMMIT, before the answers: what was just published is there for the next act. */
static void follow(void *context, const Act *act)
{
    Defs *defs = context;
    for (size_t i = 0; i < act->count; i++) {
        const Change *c = &act->changes[i];
        if (c->table != &definition_table || c->op != ROW_PUT) continue;
        Definition row;
        for (size_t k = 0; k < countof(columns); k++)
            column_set(&columns[k], &row, &c->values[k]);
        const Err *e = take(defs, &row);
        assert(!e); /* it was compiled before it was published */
    }
}

const Err *defs_open(Ledger *ledger, const DefKind *kinds, size_t count, Defs **out)
{
    static const Sql all = SQL("SELECT * FROM definitions WHERE region = $1 ORDER BY id");
    Arena *mem = arena_new(1 << 16);
    Defs *defs = arena_make(mem, Defs);
    *defs = (Defs){.mem = mem, .ledger = ledger, .kinds = kinds, .kind_count = count};
    *out = defs;
    if (!ledger) return NULL;
    Db *db;
    const Err *e = db_open(ledger_store(ledger), DB_READ, &db);
    if (e) {
        arena_free(mem);
        return e;
    }
    Definition *rows;
    size_t n;
    e = db_all(db, &all, ARGS(ARG_I(REGION_COMMON)), &definition_table, mem, &rows, &n);
    for (size_t i = 0; i < n && !e; i++)
        if (take(defs, &rows[i])) e = err_make(mem, &DEF_STORED, rows[i].name, STR_NULL);
    db_close(db);
    if (e) return e; /* the arena stays: the error lives in it and the process ends */
    ledger_listen(ledger, follow, defs);
    return NULL;
}

void defs_close(Defs *defs)
{
    if (defs) arena_free(defs->mem);
}

const Published *defs_at(const Defs *defs, const char *kind, Str name, Instant at)
{
    const DefinitionList *list = atomic_load(&defs->list);
    for (size_t i = list ? list->count : 0; i-- > 0;) {
        const Published *p = list->all[i];
        if (p->row.starts <= at && str_is(p->row.kind, kind) && str_eq(p->row.name, name))
            return p;
    }
    return NULL;
}

const Published *defs_version(const Defs *defs, const char *kind, Str name, int64_t version)
{
    const DefinitionList *list = atomic_load(&defs->list);
    for (size_t i = 0; list && i < list->count; i++) {
        const Published *p = list->all[i];
        if (p->row.version == version && str_is(p->row.kind, kind) && str_eq(p->row.name, name))
            return p;
    }
    return NULL;
}

size_t defs_list(const Defs *defs, const char *kind, Instant at, Arena *mem,
                 const Published ***out)
{
    const DefinitionList *list = atomic_load(&defs->list);
    size_t n = list ? list->count : 0, found = 0;
    const Published **all = arena_array(mem, const Published *, n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        const Published *p = list->all[i];
        if (p->row.starts > at || !str_is(p->row.kind, kind)) continue;
        bool newer = found && str_eq(all[found - 1]->row.name, p->row.name);
        all[newer ? found - 1 : found++] = p;
    }
    *out = all;
    return found;
}

const void *defs_compiled(const Published *published)
{
    return published ? published->compiled : NULL;
}

const Err *defs_check(const Defs *defs, Arena *mem, const Draft *drafts, size_t count)
{
    DefWorld world;
    return compile_all(&world, defs, false, mem, drafts, count);
}

/* ---- publishing ---- */

typedef struct {
    Defs *defs;
    const DefWorld *world;
    size_t changed;
} Publishing;

static const Err *publish(Act *act, void *context)
{
    Publishing *p = context;
    for (size_t i = 0; i < p->world->done; i++) {
        const Draft *d = &p->world->drafts[p->world->order[i]];
        const Published *now = defs_at(p->defs, str_z(act->mem, d->kind), d->name, INT64_MAX);
        if (now && str_eq(now->row.text, d->text)) continue;
        unsigned char hash[SHA256_SIZE];
        sha256(d->text, hash);
        Buf hex = BUF(act->mem);
        buf_hex(&hex, hash, sizeof hash);
        Definition row = {.kind = d->kind,
                          .name = d->name,
                          .version = now ? now->row.version + 1 : 1,
                          .starts = act->now,
                          .text = d->text,
                          .sha256 = buf_str(&hex)};
        row_put(act, &definition_table, &row);
        act_on(act, &definition_table, row.id);
        p->changed++;
    }
    act->raises_epoch = true;
    return NULL;
}

const Err *defs_publish(Defs *defs, const Draft *drafts, size_t count, Arena *mem,
                        size_t *changed)
{
    DefWorld world;
    const Err *e = compile_all(&world, defs, false, mem, drafts, count);
    if (e) return e;
    Publishing p = {defs, &world, 0};
    ActJob job = {.lane = {.alone = true},
                  .mem = mem,
                  .spec = {.region = REGION_COMMON,
                           .actor = PERSON_HOUSE,
                           .seat = NIL,
                           .for_person = NIL,
                           .verb = S("publish"),
                           .client = NIL},
                  .decide = publish,
                  .context = &p};
    e = ledger_call(defs->ledger, &job);
    if (!e) *changed = p.changed;
    return e;
}
