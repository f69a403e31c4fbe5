/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject.h: what is supervised (监管对象): enterprise, shop, site, facility, place, licensed
 * or not. Each lies in exactly one cell (located by its place) and has exactly one lead
 * department (of its first matter there, unless the office named another); what has not is a
 * blind spot.
 *
 * The doors: nothing outside of src/subject/ reads subjects but by subject_load, subject_page,
 * subject_points and subject_count; what one may not see is not there (ERR_NOT_FOUND). Subjects
 * keeps in memory what pages filter by, some 72 bytes for each, and follows the ledger.
 */
#ifndef SUBJECT_SUBJECT_H
#define SUBJECT_SUBJECT_H

#include "base/budget.h"
#include "def/codelist.h"
#include "def/noun.h"
#include "def/registry.h"
#include "grid/blind_spot.h"
#include "grid/scope.h"
#include "grid/snapshot.h"
#include "subject/industry.h"

typedef struct {
    STATE_MEMBERS
    Str code;   /* the region's own number, key of imports; unique for ever; null */
    Str name;   /* of the nameless what people call it: "无名钢构棚(新合村东300米)" */
    Str kind;   /* code list subject-kind */
    Str status; /* open, paused (停业), moved (搬离), closed (注销) */
    Str uscc, uscc_reason; /* exactly one: the credit code, or why there is none */
    Str industry;          /* GB/T 4754 */
    Str matters;           /* ["gas","fire"], of code list matter; the first decides the line */
    int64_t department;    /* leads instead of whom the rules name; NIL */
    Str main_person, main_phone; /* main responsible person (主要负责人); masked */
    Str safety_person, safety_phone;
    Str colour;      /* risk colour; null: not judged yet */
    int64_t l, e, c; /* its L · 10, E · 10, C (domain of lec.h); all or none */
    int64_t load_nature, load_danger, load_size, load_weight,
        load_focus;    /* 1 … 5: 性质 危险性 规模 重要程度 监管重点 */
    int64_t key;       /* 重点监管对象 */
    Str key_positions; /* 重点部位 ["锅炉房"] */
    int64_t lon, lat;  /* WGS84; NIL: nobody said where */
    Str address;
    int64_t area;        /* the cell; NIL: blind spot */
    Date opened, closed; /* for business; closed: also of moved ones */
    Date site_start, site_end;
    Str permit;   /* 施工许可证; null: works below the limit have none */
    Str parties;  /* chain of a site: [{"role","name","subject"?}] owner contractor supervisor
                     subcontractor */
    Str tags;     /* ["dust"] */
    Str source;   /* "import <job>", "field", "office" */
    Instant seen; /* last confirmed to be as it stands here */
} Subject;
extern const Table subject_table;

extern const Err
    SUBJECT_TAKEN; /* 409 "subject-known": the code or credit code belongs to {0} */
extern const Err
    SUBJECT_REASON; /* 422 "uscc-reason": a credit code or why there is none, not both */
extern const Err
    SUBJECT_COLOUR;           /* 422 "colour-low": L·E·C gives a more dangerous colour: {0} */
extern const Err SUBJECT_LEC; /* 422 "lec": all of L, E and C, or none */
extern const Err SUBJECT_ORDER; /* 422 "date-order": ends before it begins */
extern const Err SUBJECT_PHONE; /* 422 "phone" */

#define SUBJECT_MATTERS_MOST 8
#define SUBJECT_SEE                                                                            \
    ((Visibility){.open = TIE_AREA | TIE_DEPARTMENT | TIE_SUBJECT | TIE_PARTIES,               \
                  .masked = TIE_AREA | TIE_DEPARTMENT | TIE_SUBJECT})

/* The subjects of one store. What it is given must outlive it; the ledger is closed before. */
typedef struct Subjects Subjects;
typedef struct {
    Ledger *ledger;
    Defs *defs; /* code lists subject-kind and matter; a list that is not there accepts any code
                 */
    Grounds *grounds;
} SubjectsSpec;
MUST const Err *subjects_open(const SubjectsSpec *spec, Subjects **out);
void subjects_close(Subjects *subjects); /* NULL is fine */
/* The descriptor: its hooks need the Subjects. */
extern const Noun subject_noun;

/* ---- reading ---- */

/* ERR_NOT_FOUND when it is not there or who may not see it. */
MUST const Err *subject_load(Subjects *subjects, Db *db, Arena *mem, const Who *who, int64_t id,
                             Subject *out, Access *out_sight);
/* For the engines above, never for an answer: without scope. ERR_NOT_FOUND. */
MUST const Err *subject_raw(Db *db, Arena *mem, int64_t id, Subject *out);
/* The id of the one with that code, for imports that name subjects; NIL: there is none. */
MUST const Err *subject_find_code(Db *db, int64_t region, Str code, int64_t *out);
/* The department that leads it now; NIL: none. */
MUST int64_t subject_lead(const Ground *ground, const Subject *s, Instant at);

typedef struct {
    int64_t area;                     /* and all below it; NIL: any */
    int64_t department;               /* that leads one of its matters; NIL: any */
    Str kind, colour, status, matter; /* null: any */
    Str q;                            /* stands in name, address, code or credit code */
    bool blind;                       /* live, without cell or lead department only */
    Date site_on; /* construction sites that are built on that day; NIL: any subject */
    bool boxed;   /* only what lies in box */
    Box box;
    size_t limit; /* 1 … 200; 0: 50 */
    Str cursor;
    Budget *budget; /* of the request; NULL: none */
} SubjectFilter;
#define SUBJECT_FILTER ((SubjectFilter){.area = NIL, .department = NIL, .site_on = NIL})
/* The filter that a query of subject_noun means. */
MUST SubjectFilter subject_filter(const NounView *view, const NounAsk *ask);
typedef struct {
    Subject *subjects;
    Access *sights;
    size_t count;
    bool partial; /* the budget ended before the page was full; next goes on from there */
    Str next;     /* null: that was the last */
} SubjectPage;
/* In the order in which they were opened. NOUN_CURSOR. */
MUST const Err *subject_page(Subjects *subjects, Db *db, Arena *mem, const Who *who,
                             const SubjectFilter *filter, SubjectPage *out);
/* At least so many when the budget was cut. */
MUST const Err *subject_count(Subjects *subjects, Db *db, Arena *mem, const Who *who,
                              const SubjectFilter *filter, int64_t *out);
/*
 * The `more` of a BlindHook, context a SubjectBlind: live subjects that who sees and that lie
 * in no cell, or that no department leads. Subjects have no spans: they are told as they are,
 * by the ground of who->at.
 */
typedef struct {
    Subjects *subjects;
    const Who *who;
} SubjectBlind;
MUST const Err *subject_blind(void *context, const Ground *ground, int64_t area, Instant at,
                              Arena *mem, Blind **out, size_t *out_count);
/* Where subjects lie, for a map: from memory, those without a place left out. */
#define SUBJECT_POINTS_MOST 5000u
typedef struct {
    int64_t id;
    Point place;
    Str colour; /* null: not judged yet */
} SubjectPoint;
typedef struct {
    SubjectPoint *points;
    size_t count;
    bool partial; /* as of a SubjectPage */
    Str next;     /* null: that was the last */
} SubjectPoints;
/* In the order of subject_page; filter->limit up to SUBJECT_POINTS_MOST, 0: as many.
 * NOUN_CURSOR. */
MUST const Err *subject_points(Subjects *subjects, Db *db, Arena *mem, const Who *who,
                               const SubjectFilter *filter, SubjectPoints *out);
/* Brings subjects to the cell that lies where they are now, by acts of the house: after areas
 * were merged, split or redrawn, or came to what was planned. Asks nothing when the ground is
 * as it was. For the sweep's thread alone. */
MUST const Err *subjects_follow(Subjects *subjects);

/* A Checker: codes used once, cells that exist, colours that L·E·C bears out. */
MUST const Err *subject_check(const Ledger *ledger, Db *db, Report *report);

#endif
