/* SPDX-License-Identifier: Apache-2.0 */
/*
 * department.h: the rows of the lines (条): bodies, what they lead and what law lets them do.
 * All are dated spans [starts, ends), ends NIL = open.
 *
 * How they are read at an instant is snapshot.h and duty.h. The functions with an Act change
 * them as those of area.h do.
 */
#ifndef GRID_DEPARTMENT_H
#define GRID_DEPARTMENT_H

#include "ledger/ledger.h"

typedef struct {
    STATE_MEMBERS
    int64_t successor; /* department: who took over when this one ended; NIL */
} Department;

typedef struct {
    STATE_MEMBERS
    int64_t department;
    Str code; /* unique in the region at an instant */
    Str name, name_en;
    Str supervision; /* comprehensive, industry, industry-management, none */
    Str penalty;     /* own, entrusted, partly, none: may punish in the field of safety */
    Str whose;       /* own, city, foreign (a neighbouring tree's), outside (receives only) */
    Instant starts, ends;
} DepartmentSpan;

/* Who leads or helps with a matter in an area and all below it. The deepest area wins, then the
 * latest start. */
typedef struct {
    STATE_MEMBERS
    Str matter;
    int64_t area;
    int64_t department;
    Str part;  /* lead, help */
    Str basis; /* who decided: minutes, list of powers, ruling; printed in the why */
    Instant starts, ends;
} DepartmentRule;

/* What law lets a body do (field.md §2.1). The body is a department or the office of an area,
 * never both. No row: the act is not offered. */
typedef struct {
    STATE_MEMBERS
    int64_t department, area; /* one of them NIL */
    Str matter;               /* null: all */
    Str act;                  /* AUTHORITY_*, authority_acts */
    Str basis;                /* law, provincial rule, number of the entrustment */
    Str conditions;           /* in words, shown where the act is offered; null */
    Instant starts, ends;
} Authority;

/* look inform correct order_at_once order withdraw suspend seal cut_power simple_penalty
 * ordinary_penalty */
extern const Choice authority_acts[11];
extern const Choice department_supervisions[4], department_penalties[4], department_owners[4],
    rule_parts[2];

extern const Table department_table, department_span_table, department_rule_table,
    authority_table;

typedef struct Ground Ground;           /* snapshot.h */
typedef struct GroundHooks GroundHooks; /* snapshot.h */

extern const Err DEPARTMENT_MISSING; /* "no-department": none of that id at that instant */
extern const Err DEPARTMENT_TAKEN;   /* "code-taken" */
extern const Err AUTHORITY_BODY;     /* "body": a department or an area, not both */
extern const Err RULE_KNOWN;         /* "rule-known": that rule stands already */

typedef struct {
    Str code, name, name_en;
    Str supervision, penalty, whose; /* null: none, none, own */
} DepartmentDraft;
MUST const Err *department_open(Act *act, const Ground *ground, const DepartmentDraft *draft,
                                Instant starts, int64_t *out_department);
/* Renames it or changes its powers; null members stay as they are. */
MUST const Err *department_change(Act *act, const Ground *ground, int64_t department,
                                  const DepartmentDraft *draft, Instant starts);
/* Ends it, merged into its successor or not (NIL): its seats, holds and authority end with it;
 * rules that name it hold for the successor. */
MUST const Err *department_close(Act *act, const Ground *ground, const GroundHooks *hooks,
                                 int64_t department, int64_t successor, Instant ends);

typedef struct {
    Str matter;
    int64_t area; /* NIL: the root */
    int64_t department;
    Str part, basis; /* part null: lead */
} RuleDraft;
/* A lead takes the place of the one there was for that very matter and area. */
MUST const Err *rule_set(Act *act, const Ground *ground, const RuleDraft *draft, Instant starts,
                         int64_t *out_rule);
MUST const Err *rule_end(Act *act, const Ground *ground, int64_t rule, Instant ends);

typedef struct {
    int64_t department, area; /* one of them NIL */
    Str matter, act, basis, conditions;
} AuthorityDraft;
MUST const Err *authority_set(Act *act, const Ground *ground, const AuthorityDraft *draft,
                              Instant starts, Instant ends, int64_t *out_authority);
MUST const Err *authority_end(Act *act, const Ground *ground, int64_t authority, Instant ends);

#endif
