/* SPDX-License-Identifier: Apache-2.0 */
/* room.h: the small world of tests/grid with subjects in it, code lists, and acts by any
 * person. */
#ifndef TESTS_SUBJECT_ROOM_H
#define TESTS_SUBJECT_ROOM_H

#include "grid/import.h"
#include "noun/noun_engine.h"
#include "subject/proposal.h"
#define WORLD_MORE_TABLES &subject_table, &proposal_table, &definition_table, &import_table,
#include "../grid/world.h"

typedef struct {
    World *w;
    Defs *defs;
    Subjects *subjects;
} Room;

static const Err *compile_codes(DefWorld *world, Arena *mem, Str file, Str text, void **out)
{
    (void)world;
    Reading r = READING(mem, file);
    const CodeList *list = code_list_read(&r, text);
    const Err *e = def_err(&r);
    if (!e) *(const CodeList **)out = list;
    return e;
}

static const DefKind room_kinds[] = {{"codes", ".yaml", compile_codes}};

static const char kinds_text[] = "list: subject-kind\n"
                                 "title: {zh: 监管对象类型, en: Kind of subject}\n"
                                 "source: test\n"
                                 "attrs:\n"
                                 "  unseen_days: {kind: int, title: {zh: 天数, en: Days}}\n"
                                 "entries:\n"
                                 "  catering: {zh: 餐饮, en: Restaurant}\n"
                                 "  retail: {zh: 小超市, en: Street shop}\n"
                                 "  site: {zh: 建筑工地, en: Building site, unseen_days: 90}\n"
                                 "  old: {zh: 旧类, en: Old kind, retired: true}\n";
static const char matters_text[] = "list: matter\n"
                                   "title: {zh: 管理事项, en: Matter}\n"
                                   "source: test\n"
                                   "entries:\n"
                                   "  fire: {zh: 消防, en: Fire safety}\n"
                                   "  gas: {zh: 燃气, en: Town gas}\n";

static inline void room_start(Room *r)
{
    SubjectsSpec spec = {.ledger = r->w->h->ledger, .defs = r->defs, .grounds = r->w->grounds};
    assert_ok(subjects_open(&spec, &r->subjects));
}

static inline Room *room_open(void)
{
    Room *r = calloc(1, sizeof *r);
    assert_non_null(r);
    r->w = world_open();
    assert_ok(defs_open(r->w->h->ledger, room_kinds, countof(room_kinds), &r->defs));
    Draft drafts[] = {{S("codes"), S("subject-kind"), str(kinds_text)},
                      {S("codes"), S("matter"), str(matters_text)}};
    size_t changed;
    assert_ok(defs_publish(r->defs, drafts, countof(drafts), r->w->h->mem, &changed));
    room_start(r);
    return r;
}

static int room_setup(void **state)
{
    *state = room_open();
    return 0;
}

static int room_teardown(void **state)
{
    Room *r = *state;
    ledger_close(r->w->h->ledger); /* nobody listens any more */
    r->w->h->ledger = NULL;
    subjects_close(r->subjects);
    defs_close(r->defs);
    world_close(r->w);
    free(r);
    return 0;
}

/* A person's Who now; person 0 is the house. */
static inline const Who *room_who(Room *r, int64_t person)
{
    World *w = r->w;
    const Ground *g = ground_pin(w->grounds, REGION);
    arena_defer(w->h->mem, (void (*)(void *))ground_unpin, (void *)(uintptr_t)g);
    Who *who = arena_make(w->h->mem, Who);
    if (person)
        assert_ok(who_at(w->h->mem, g, person, w->h->now, NIL, who));
    else
        who_house(w->h->mem, g, REGION, w->h->now, who);
    return who;
}

/* One act on subjects. */
typedef struct {
    Room *r;
    const Who *who;
    int64_t id;
    const Json *body;
    bool accept;
    Str reason;
    const Err *(*op)(Act *act, void *deed);
    Subject subject;
    Proposal proposal;
} Deed;

static inline const Err *room_do(Deed *d)
{
    House *h = d->r->w->h;
    ActJob *job = arena_make(h->mem, ActJob);
    *job = (ActJob){.mem = h->mem,
                    .spec = {.region = REGION,
                             .actor = d->who->person,
                             .seat = NIL,
                             .for_person = NIL,
                             .verb = S("test"),
                             .client = NIL},
                    .decide = d->op,
                    .context = d};
    return ledger_call(h->ledger, job);
}

static inline const Json *json_of(Room *r, Str text)
{
    const Json *tree;
    assert_ok(json_read(r->w->h->mem, text, &tree));
    return tree;
}

static inline NounView room_view(Room *r, const Who *who, Db *db, Arena *mem)
{
    static const Lookup any;
    return (NounView){.house = r->subjects,
                      .db = db,
                      .mem = mem,
                      .who = who,
                      .ground = who->ground,
                      .now = who->at,
                      .at = who->at,
                      .lang = LANG_EN,
                      .lookup = &any};
}

/* The verb of subject_noun on the deed's subject. */
static const Err *do_verb(Act *act, void *deed)
{
    Deed *d = deed;
    NounView view = room_view(d->r, d->who, act->db, act->mem);
    NounAct a = {.view = &view, .act = act, .id = d->id};
    const void *row;
    bool whole;
    const NounVerb *verb = noun_verb(&subject_noun, d->id == NIL ? S("open") : S("change"));
    const Err *e = noun_act(&subject_noun, verb, &a, d->body, &row, &whole);
    if (!e) d->subject = *(const Subject *)row;
    return e;
}

static inline const Err *act_as(Room *r, int64_t person, int64_t id, Str body, Subject *out)
{
    Deed *d = arena_make(r->w->h->mem, Deed);
    *d = (Deed){
        .r = r, .who = room_who(r, person), .id = id, .body = json_of(r, body), .op = do_verb};
    const Err *e = room_do(d);
    if (!e) *out = d->subject;
    return e;
}

static inline const Err *open_as(Room *r, int64_t person, const char *body, Subject *out)
{
    return act_as(r, person, NIL, str(body), out);
}

/* Does the list of faults hold one of that code at that field? */
static inline bool has_fault(const Err *e, const char *field, const char *code)
{
    for (const Err *f = e ? e->next : NULL; f; f = f->next)
        if (str_is(f->field, field) && strcmp(f->code, code) == 0) return true;
    return false;
}

#define assert_fault(e, field, code)                                                           \
    do {                                                                                       \
        if (!has_fault(e, field, code)) fail_msg("no fault %s at %s", code, field);            \
    } while (0)

#endif
