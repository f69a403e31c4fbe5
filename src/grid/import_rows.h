/* SPDX-License-Identifier: Apache-2.0 */
/* import_rows.h: how one kind of table goes in: its columns, what makes a line wrong, what it
 * becomes. Private to this folder. */
#ifndef GRID_IMPORT_ROWS_H
#define GRID_IMPORT_ROWS_H

#include "grid/import_job.h"
#include "grid/settle.h"

typedef struct Bring Bring;

/* Every line begins so. */
typedef struct {
    int64_t no;           /* in the file */
    Instant starts, ends; /* starts is never NIL once read */
    bool dated;           /* the line says its own start */
    Str key;        /* lines of one key must not overlap in time; null: none could be read */
    int order;      /* lines go in by it, then as in the file */
    bool bad, bare; /* a cell could not be read; one that must be there is not */
} Line;

typedef struct {
    const char *name;
    const Column *columns;
    size_t count, size;
    /* NULL, or fills what cells leave open, order, the codes that other lines may name, and
     * the key when it is more than line_key. */
    void (*prepare)(Bring *b, void *line);
    /* Looks codes up, tells faults by line_fault. */
    void (*check)(Bring *b, void *line);
    /* Records what the line becomes; at most IMPORT_ROW_MOST rows. */
    const Err *(*put)(Bring *b, Act *act, const Ground *g, void *line);
} Form;

struct Bring {
    const ImportSpec *spec;
    const Form *kind;
    Arena *mem;
    const Ground *g; /* while checking */
    Instant when;    /* what has no date of its own begins */
    char *lines;
    size_t n, next;
    Faults faults;
    ImportJob job;
    Map codes; /* of the file: code → line's place */
    Map ids;   /* of the act: code or key → id */
    Map first; /* seats: key → earliest start */
};

#define LINE(b, i) ((void *)((b)->lines + (i) * (b)->kind->size))

/* Reads the table and holds every line against the ground and the file; faults are in b. */
void import_prove(Bring *b, const ImportSpec *spec, const Form *form, const ImportTable *table);

void line_fault(Bring *b, const void *line, const char *column, const Err *like, Str a, Str c);
/* A code that nothing has: never, or not when the line begins. */
void line_unknown(Bring *b, const void *line, const char *column, Str code);
/* "row 17" */
MUST Str line_place(const Bring *b, const void *line);
/* The cells of its COLUMN_KEY columns: "grid_member|610179400001002|1"; null when its only one
 * could not be read. */
MUST Str line_key(const Bring *b, const void *line);

/* A code of the file or of the ground at an instant. */
MUST int64_t area_id(const Bring *b, const Ground *g, Str code,
                     Instant at); /* NIL: neither; empty: the root */
MUST int64_t department_id(const Bring *b, const Ground *g, Str code, Instant at); /* NIL */

extern const Form import_areas, import_departments, import_rules, import_authorities,
    import_persons, import_seats, import_absences, import_roster;

#define LINE_COLUMN(Type, column, member, the_kind, chinese, ...)                              \
    {                                                                                          \
        .name = column, .kind = the_kind, .offset = offsetof(Type, member), .zh = chinese,     \
        .en = __VA_ARGS__                                                                      \
    }
#define LINE_SPAN(Type)                                                                        \
    LINE_COLUMN(Type, "from", line.starts, KIND_INSTANT, "起", "From"),                        \
        LINE_COLUMN(Type, "to", line.ends, KIND_INSTANT, "止", "To")

#endif
