/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import.h: whole files into the ground: the job that an import is, how a table of a noun
 * becomes acts (ImportNoun, run by noun/noun_import.h), and the list of divisions.
 *
 * A file is checked whole first, and all its faults are told at once; then it goes in by acts
 * of at most 5,000 rows that name one job. What is in already stays as it is, so that a file
 * whose import broke off, or that grew, is simply imported again.
 */
#ifndef GRID_IMPORT_H
#define GRID_IMPORT_H

#include "base/datum.h"
#include "def/registry.h"
#include "grid/snapshot.h"

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
extern const Err IMPORT_HELD;    /* "seat-held": the same key at the same time as in row {0} */

/* Who imports what into which region. */
typedef struct {
    Ledger *ledger;
    Grounds *grounds;
    Arena *mem; /* faults and what is told live there */
    int64_t region, actor, seat;
    Str name;       /* the file's */
    Str job;        /* the job's name; null: a new one */
    Instant starts; /* when what has no date of its own begins; NIL: now */
    size_t part;    /* changed rows of an act at most; 0: IMPORT_ROWS_MOST */
    /* A subject's id by its code, NIL: unknown, and its code by its id: seats hang on subjects.
     * May be NULL. */
    int64_t (*subject)(void *context, Str code);
    Str (*subject_code)(void *context, int64_t id);
    void *subject_context;
    const Defs *defs; /* the code lists; NULL: any code */
    Db *db;           /* reads; for nouns that are not in the ground */
    /* Of places: the datum they come in; GCJ02 is turned back to WGS84 for this reason alone.
     */
    bool has_datum;
    Datum datum;
    Str conversion; /* null: none was given */
} ImportSpec;

typedef struct {
    Str job;
    int64_t rows; /* of the file */
    int64_t put;  /* rows of the house that were made or changed */
    int64_t acts;
    Str ignored; /* columns of the file that were left out: "post, unit"; null: none */
} ImportDone;

/* ---- the job ---- */

#define IMPORT_ROWS_MOST 5000 /* changed rows of an entry, and those of one line more */

typedef struct {
    const ImportSpec *spec;
    const char *kind, *verb; /* verb: of the acts; "import" */
    bool shared;             /* acts may be committed with others: the ground does not change */
    Import import;
    ImportDone done;
} ImportJob;

/* hash: of the file; null when there is none. */
void import_begin(ImportJob *job, const ImportSpec *spec, const char *kind, Str hash,
                  int64_t rows, Str note);
/* The SHA-256 of a text in hex. */
MUST Str import_hash(Arena *mem, Str text);
/* One act of the job in a region; decide records what goes in. */
MUST const Err *import_act(ImportJob *job, int64_t region,
                           const Err *(*decide)(Act *act, void *context), void *context);
/* The job's last act, into the region of the spec: the row that tells of the file. */
MUST const Err *import_end(ImportJob *job, ImportDone *out);

/* From text to id; zero it but for mem. Text must outlive it. */
typedef struct {
    Str key;
    int64_t id;
} MapItem;
typedef struct {
    Arena *mem;
    MapItem *items;
    size_t n, room; /* room: a power of two */
} Map;
void map_put(Map *map, Str key, int64_t id);   /* one that is there is replaced */
MUST int64_t map_get(const Map *map, Str key); /* NIL: not there */

/* ---- how a noun is imported and exported ---- */

/* Every line of a noun begins so. */
typedef struct {
    int64_t no;           /* the file's row */
    Instant starts, ends; /* starts is never NIL once read */
    bool dated;           /* the line says its own start */
    uint64_t given;       /* a bit for each column whose cell was not empty */
    Str keys[2];          /* lines with one key alike must not overlap in time; null: none */
    Str owner; /* lines of one owner go in one after the other, by their start; null: at will */
    bool apart;       /* put says so: others of its owner need not wait for it */
    bool bad;         /* its faults are told */
    bool done;        /* nothing is left to record */
    const Err *fault; /* why it is not done; of the last act */
} ImportLine;

/* What a column's words mean beyond its kind, for --help and the template. */
typedef struct {
    const char *column, *zh, *en;
} ColumnNote;

typedef struct ImportNoun ImportNoun;
/* What the functions of a noun work with. */
typedef struct {
    const ImportSpec *spec;
    const ImportNoun *noun;
    Act *act;             /* NULL outside of one */
    const Ground *ground; /* as it is, with what the act's earlier rounds changed */
} ImportStep;
/* Takes the lines of an export, one after the other. */
typedef struct {
    const ImportSpec *spec; /* its mem: of the export */
    const ImportNoun *noun;
    const Ground *ground;
    void (*row)(void *context, const void *line);
    void *context;
} ExportSink;

struct ImportNoun {
    const char *name; /* "areas"; also of the command and of the job */
    const char *verb; /* of its acts; NULL: "import" */
    /* Of a line; at most 64. One without titles is as the column of its name in like, but for
     * its flags. A KIND_REF column (list areas, departments or persons) holds an id and is a
     * code in the file; a choice without choices has those of choose, else those of like. */
    const Column *columns;
    size_t count, size;
    size_t offset; /* of the struct that the columns describe, within the line */
    const Table *like;
    /* Rows of like are spans of rows of this table, which know their successor: a line says an
     * end only when the last span has one. NULL: each row ends by itself. */
    const Table *ends;
    const Choice *(*choose)(Arena *mem, const char *column, size_t *out_count);
    const ColumnNote *notes;
    size_t note_count;
    const char *keys[2]; /* the column that is told when two lines have one key; NULL: none */
    size_t part;         /* changed rows of an act at most; 0: IMPORT_ROWS_MOST */
    bool once;     /* put does all at its first call: what it recorded is not in the ground */
    void *context; /* the noun's own */
    /* Reads a cell that only the noun understands: false when it is none of these; else *fine,
     * or what is wrong with it in faults. May be NULL. */
    bool (*cell)(const ImportNoun *noun, const Column *column, Str cell, Faults *faults,
                 Value *out, bool *fine);
    /* Before an import: what it needs, and what is known. May be NULL. */
    const Err *(*begin)(const ImportSpec *spec, const ImportNoun *noun);
    /* Fills what cells leave open, the keys and the owner, which are else the cells of the
     * COLUMN_KEY columns; returns a fault of the line alone. May be NULL. */
    const Err *(*prepare)(const ImportStep *step, void *line);
    /* Records what brings the ground nearer to the line, by the acts that the API's routes use,
     * and nothing when it is as the line says. Called again after each act that it recorded in,
     * and, after a fault, for as long as other lines go on. The fault's field is a column.
     * NULL: who reads the lines brings them in. */
    const Err *(*put)(const ImportStep *step, void *line);
    /* Hands each row of the region to the sink, as a line that put would leave as it is. NULL:
     * the rows of like in the ground, by the names of their columns. */
    const Err *(*rows)(const ExportSink *sink);
};

/* The cells of a line's COLUMN_KEY columns: "grid_member|610179400001002|1". */
MUST Str line_key(Arena *mem, const ImportNoun *noun, const void *line);
/* e said of a column, if it does not say one itself; NULL stays NULL. */
MUST const Err *line_blame(const Act *act, const Err *e, const char *column);
/* The next of the items that ; ； or 、 part, trimmed and not empty; false: there is none. */
bool import_item(Str *rest, Str *item);
/* Whether what stands from starts to ends is what the line says, which may have no start. */
MUST bool line_is(const ImportLine *line, Instant starts, Instant ends);
/* The ground's rows of a table. */
MUST const void *ground_rows(const Ground *ground, const Table *table, size_t *out_count);
/* The id of a code in a list (areas, departments, persons) at an instant, NIL: none; an area's
 * empty code is the root's. */
MUST int64_t code_id(const Ground *ground, const char *list, Str code, Instant at);
/* Why there is none: IMPORT_UNKNOWN, or IMPORT_THEN when it stands at another time. */
MUST const Err *code_missing(Arena *mem, const Ground *ground, Str code);
/* The code of an id as it was at an instant; STR_NULL: none. */
MUST Str code_of(const Ground *ground, const char *list, int64_t id, Instant at);

#define LINE_COLUMN(Type, column, member, the_kind, chinese, ...)                              \
    {                                                                                          \
        .name = column, .kind = the_kind, .offset = offsetof(Type, member), .zh = chinese,     \
        .en = __VA_ARGS__                                                                      \
    }
/* Of a text that like has a column for. */
#define LINE_LIKE(Type, member, the_flags)                                                     \
    {                                                                                          \
        .name = #member, .offset = offsetof(Type, member), .flags = the_flags                  \
    }
#define LINE_SPAN(Type)                                                                        \
    LINE_COLUMN(Type, "from", line.starts, KIND_INSTANT, "起", "From"),                        \
        LINE_COLUMN(Type, "to", line.ends, KIND_INSTANT, "止", "To")

#define IMPORT_NOUN(word, Type, all)                                                           \
    .name = word, .columns = all, .count = countof(all), .size = sizeof(Type)

/* An account's line: who reads it opens the account. */
typedef struct {
    ImportLine line;
    Str account;
    int64_t person;
} AccountLine;

extern const ImportNoun import_areas, import_departments, import_rules, import_authorities,
    import_persons, import_seats, import_absences, import_roster, import_accounts;

/* ---- divisions: division.c ---- */
/* code,parent_code,level,name: the national list, REFERENCE, replaced whole in region 0. */
MUST const Err *import_divisions(const ImportSpec *spec, Str csv, ImportDone *out);

#endif
