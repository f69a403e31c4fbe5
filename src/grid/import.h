/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import.h: whole files into the ground. A file is checked whole first, and all its faults are
 * told at once; then it goes in by acts of at most 5,000 rows that name one job. What is in
 * already stays as it is, so that a file whose import broke off is simply imported again.
 */
#ifndef GRID_IMPORT_H
#define GRID_IMPORT_H

#include "base/csv.h"
#include "base/datum.h"
#include "def/publish.h"
#include "grid/ground.h"

/* One file that came in: a row of the ledger, so that what came from where is known. */
typedef struct {
    STATE_MEMBERS
    Str job;  /* named by the entries */
    Str kind; /* "divisions", "outlines", "areas" … */
    Str name; /* of the file */
    Str hash; /* SHA-256 of what it holds, uncompressed, in hex */
    int64_t rows;
    Str note; /* null, or what the operator said */
} Import;
extern const Table import_table;

extern const Err IMPORT_DATUM;   /* "datum-missing": say --datum */
extern const Err IMPORT_GEOJSON; /* "geojson": not a FeatureCollection */
extern const Err IMPORT_TREE;    /* "no-divisions": the list has nothing below {0} */
extern const Err IMPORT_LEVEL;   /* "level": no such level, or none for this feature */
extern const Err IMPORT_REGION;  /* "region": areas below a region need one to go into */
extern const Err IMPORT_TWICE;   /* "twice": the same key as in row {0} */
extern const Err IMPORT_UNKNOWN; /* "unknown": there is no {0} with that code */
extern const Err IMPORT_THEN;    /* "not-then": {0} stands from {1} to {2} only */
extern const Err IMPORT_DATE;    /* "date": neither a date nor an instant */
extern const Err IMPORT_HELD;    /* "seat-held": the seat is held at that time by row {0} */

/* Who imports what into which region. */
typedef struct {
    Ledger *ledger;
    Grounds *grounds;
    Arena *mem; /* faults and what is told live there */
    int64_t region, actor, seat;
    Str name;       /* the file's */
    Str job;        /* the job's name; null: a new one */
    Instant starts; /* when what has no date of its own begins; NIL: now */
    /* For seats of subjects: the subject's id by its code, NIL: unknown. May be NULL. */
    int64_t (*subject)(void *context, Str code);
    void *subject_context;
    const Defs *defs; /* whose code list says what matters there are; NULL: any word */
} ImportSpec;

typedef struct {
    Str job;
    int64_t rows; /* of the file */
    int64_t put;  /* rows of the house that were made or changed */
    int64_t acts;
    Str ignored; /* columns of the file that mean nothing here: "post, unit"; null: none */
} ImportDone;

/* ---- divisions: division.c ---- */
/* code,parent_code,level,name: the national list, REFERENCE, replaced whole in region 0. */
MUST const Err *import_divisions(const ImportSpec *spec, Str csv, ImportDone *out);

/* ---- outlines: import_outline.c ---- */
typedef struct {
    bool has_datum;
    Datum datum;
    Level level; /* of the features without a level of their own; LEVEL_COUNT: each says its own
                  */
    Str conversion; /* null; else GCJ02 is turned back to WGS84 and this is the reason */
    bool tree; /* at LEVEL_REGION: opens the streets and villages of the division list, too */
} OutlineSpec;
/*
 * A GeoJSON FeatureCollection whose features have a code ("code" or "adcode") and a name. At
 * LEVEL_REGION each feature is a region of its own, opened with its root when it is not there;
 * below it is an area of spec->region, opened below the area whose code its own begins with (or
 * property "parent"). Properties kind (of a cell) and dock (codes) are taken, too.
 * IMPORT_DATUM, and faults of outlines with the feature.
 */
MUST const Err *import_outlines(const ImportSpec *spec, const OutlineSpec *how, Str geojson,
                                ImportDone *out);

/* ---- tables: import_*.c ---- */
typedef enum {
    IMPORT_AREAS,       /* code,name,level,parent,kind,from,to,successor */
    IMPORT_DEPARTMENTS, /* code,name,name_en,supervision,penalty,whose,from,to,successor */
    IMPORT_RULES,       /* matter,area,department,part,basis,from,to */
    IMPORT_AUTHORITIES, /* department,area,matter,act,basis,conditions,from,to */
    IMPORT_PERSONS, /* code,name,phone,established,certificate,certificate_from,certificate_to
                     */
    IMPORT_SEATS,   /* role,anchor,ordinal,title,person,kind,from,to,note; kind also "vacant" */
    IMPORT_ABSENCES, /* person,reason,from,to */
    IMPORT_ROSTER,   /* role,anchor,ordinal,person,from,to */
    IMPORT_KINDS
} ImportKind;

/* A table of cells, from a CSV file or made. Lines that begin with # before the names are
 * notes. */
typedef struct {
    const Str *names;
    size_t columns;
    const Str *cells;   /* row by row */
    const int64_t *nos; /* of the rows in the file, for faults */
    size_t rows;
    Str hash; /* of the file; null: none */
} ImportTable;
MUST const Err *import_table_read(Arena *mem, Str csv, ImportTable *out);
/* Names of a kind's columns, those that must be there with a star: "code*, name*, phone". */
MUST Str import_column_names(Arena *mem, ImportKind kind);
MUST bool import_kind_by_name(Str name, ImportKind *out); /* "areas", "departments" … */

/* A date is its first instant at UTC+8; an instant may leave its seconds out. False: neither.
 */
MUST bool import_when(Arena *mem, Str text, Instant *out);

/* Dates are days at UTC+8, `to` is exclusive; instants are taken as well. */
MUST const Err *import_rows(const ImportSpec *spec, ImportKind kind, const ImportTable *table,
                            ImportDone *out);

/* ---- accounts: import_account.c ---- */
/* An account that an import opened. */
typedef struct {
    Str login, code; /* of the person */
    Str password;    /* null: none */
} ImportAccount;
typedef struct {
    Lane *lane;
    Instant now; /* the wall clock */
    /* The password of a new account and whether the first sign-in has to set another; null:
     * none, so that nobody signs in yet. */
    Str (*password)(void *context, Arena *mem, Str login, bool *must_change);
    void *context;
} AccountWay;
/* account,person: accounts for persons of the region by their codes. They stand in no ledger.
 * An account that the person has already stays as it is. */
MUST const Err *import_accounts(const ImportSpec *spec, const AccountWay *way,
                                const ImportTable *table, ImportAccount **out,
                                size_t *out_count, ImportDone *out_done);

#endif
