/* SPDX-License-Identifier: Apache-2.0 */
/*
 * noun.h: THE noun descriptor. A Noun says once what a kind of record is: its table, the
 * members that its JSON has beyond the table's columns, by what a list is filtered, who sees a
 * row, and the verbs that open, change and end it. The engine in noun/ lists, counts, reads,
 * tells and writes rows by it; web/ makes its routes, its OpenAPI shapes and its page at the
 * desk from it.
 *
 * This header holds types and nothing else. Each floor declares its own nouns; the engine knows
 * none of them by name. A hook that is NULL leaves the engine's own way.
 */
#ifndef DEF_NOUN_H
#define DEF_NOUN_H

#include "base/budget.h"
#include "base/json.h"
#include "ledger/ledger.h"

typedef struct Ground Ground;           /* grid/snapshot.h */
typedef struct GroundHooks GroundHooks; /* grid/snapshot.h */
typedef struct Who Who;                 /* grid/scope.h */

/* One reading: by whom, of which ground, as of when. */
typedef struct {
    void *house; /* what main hands down for the noun's hooks; NULL: they need nothing */
    Db *db;
    Arena *mem;
    const Who *who;
    const Ground *ground;
    Instant now, at; /* at: `asof`, else now */
    Lang lang;
    const Lookup *lookup; /* codes and files */
    Budget *budget;       /* of the request; NULL: none */
} NounView;

/* A member of the JSON object: a column under its own or another name, or what put writes. */
typedef struct {
    const char *name;   /* "place"; "place?" may be left out, by who writes no key */
    const char *type;   /* in the words of web/openapi.h: "Ref?"; of a column: NULL */
    const char *column; /* NULL: put writes */
    bool ref;           /* the column names an area, department or person: with its name */
    /* Writes key and value; whole: masked values in full. NULL: another member's writes it. */
    void (*put)(const NounView *view, const void *row, bool whole, JsonOut *out);
    bool one; /* when one row is asked for, not in lists */
} NounMember;

/* A query parameter of lists and counts. */
typedef enum {
    FILTER_IS,     /* the column is the value */
    FILTER_HAS,    /* the column, a list of texts, holds the value */
    FILTER_WITHIN, /* the column names an area: the value's, or one below it */
    FILTER_TEXT,   /* the value stands in a text column that everybody sees whole */
    FILTER_OWN     /* rows or page asks for it */
} FilterKind;
typedef struct {
    Column param; /* name, kind and titles of the parameter */
    FilterKind kind;
    const char *column; /* FILTER_IS, FILTER_HAS, FILTER_WITHIN */
} NounFilter;

/* A page of rows, whole parallel to it. */
typedef struct {
    const void **rows;
    bool *whole;
    size_t count;
    bool partial; /* the budget ended before the page was full; next goes on from there */
    Str next;     /* null: that was the last */
} NounPage;
typedef struct {
    const Value *query; /* parallel to the noun's filters */
    size_t limit;
    Str cursor;
} NounAsk;

/* One act on a row. */
typedef struct {
    const NounView *view;
    Act *act;
    const GroundHooks *hooks;
    const void *before; /* the row as it is; NULL: a new one */
    void *draft;        /* the row as it shall be, or what was given, by the verb's form */
    Faults *faults;     /* what is wrong with the body so far; more may be added */
    int64_t id;         /* the row; NIL: a new one; afterwards the one that was made */
    NounView after;     /* once it is done: of the ground as the act leaves it */
} NounAct;

/* What people do to a row: POST /NOUNS for the one named "open", PATCH /NOUNS/{id} for
 * "change", POST /NOUNS/{id}/NAME for the others. */
typedef struct {
    const char *name; /* "open", "change", "end", "take" */
    const char *verb; /* of the entry: "open_seat" */
    const char *zh, *en;
    unsigned can;      /* a capability that the route asks for; CAN_SIGN_IN: permit decides */
    bool alone;        /* changes ground that others decide on */
    bool makes;        /* answers 201, as "open" does */
    const Table *form; /* of the draft; only the columns that people set are taken */
    /* Before the body is read: may they do it to the row? 404, 403. NULL: the capability
     * alone, for an anchored noun within its reach. */
    const Err *(*permit)(NounAct *a);
    /* Decides and records; what is wrong goes into a->faults, or comes back. NULL, for a form
     * that is the noun's own table: the row is put or set as it was given. */
    const Err *(*run)(NounAct *a);
} NounVerb;

/* What the ledger calls what changed a row, for histories. */
typedef struct {
    const char *verb, *zh, *en;
} NounTold;

typedef struct {
    const char *name;         /* plural, in addresses: "seats" */
    const char *shape, *page; /* of the JSON in OpenAPI: "Seat", "Seats" */
    const char *zh, *en;      /* title of the register */
    const Table *table;       /* of the row that lists hold */
    const char *identity;     /* the column that is its id; NULL: id */
    bool columns;             /* the JSON has all shown columns of the table */
    const NounMember *members;
    size_t member_count;
    const NounFilter *filters;
    size_t filter_count;
    const NounVerb *verbs;
    size_t verb_count;
    const NounTold *told; /* before the verbs' own words */
    size_t told_count;
    bool dated;   /* lists take asof */
    unsigned can; /* that lists and rows ask for; 0: any account of the region */
    /* Codes and files, when those of view do not do; NULL: they do. */
    Lookup (*lookup)(const NounView *view);
    /* A row before anything was given, all its columns null; NULL: that is it. */
    void (*blank)(const NounView *view, void *row);
    /* Who sees and who may change a row follows from where its columns area, department and
     * subject anchor it; a row with a place lies in the cell that it is located in. */
    bool anchored;
    /* Whether view sees the row, and how much of it; NULL: as anchored says, else all of it. */
    bool (*sees)(const NounView *view, const void *row, bool *out_whole);
    /* Whether histories that view reads keep back who did it; NULL: they tell. */
    bool (*hides_actor)(const NounView *view, const void *row);
    /* All rows that the query may mean, in order, from memory: the engine filters, sees, cuts.
     */
    const Err *(*rows)(const NounView *view, const Value *query, const void ***out, size_t *n);
    /* A page and a count from an index of the noun's own. */
    const Err *(*page_of)(const NounView *view, const NounAsk *ask, NounPage *out);
    const Err *(*count_of)(const NounView *view, const NounAsk *ask, int64_t *out);
    /* All rows that tell of one identity, for histories; NULL: the row that load gives. */
    const Err *(*spans)(const NounView *view, int64_t id, const void ***out, size_t *n);
    /* One row by its identity; NULL: from the table, by id. ERR_NOT_FOUND. */
    const Err *(*load)(const NounView *view, int64_t id, const void **out);
} Noun;

/* How a descriptor is written down. */
#define NOUN_COLUMN(the_name, the_column)                                                      \
    {                                                                                          \
        .name = the_name, .column = the_column                                                 \
    }
#define NOUN_REF(the_column)                                                                   \
    {                                                                                          \
        .name = the_column, .column = the_column, .ref = true                                  \
    }
#define NOUN_SPAN(only_one)                                                                    \
    {.name = "from", .column = "starts", .one = only_one},                                     \
    {                                                                                          \
        .name = "to", .column = "ends", .one = only_one                                        \
    }
#define NOUN_FILTER(the_kind_of_filter, the_column, the_name, the_kind, chinese, ...)          \
    {                                                                                          \
        .kind = the_kind_of_filter, .column = the_column, .param = {                           \
            .name = the_name,                                                                  \
            .kind = the_kind,                                                                  \
            .zh = chinese,                                                                     \
            .en = __VA_ARGS__                                                                  \
        }                                                                                      \
    }
#define FORM_COLUMN(Type, member, the_name, the_kind, chinese, ...)                            \
    {                                                                                          \
        .name = the_name, .kind = the_kind, .offset = offsetof(Type, member), .zh = chinese,   \
        .en = __VA_ARGS__                                                                      \
    }
#define FORM_FROM(Type)                                                                        \
    FORM_COLUMN(Type, from, "from", KIND_INSTANT, "生效时间（不填为现在）",                    \
                "From then on; now when absent")
#define FORM_TO(Type)                                                                          \
    FORM_COLUMN(Type, to, "to", KIND_INSTANT, "终止时间（不填为现在）",                        \
                "Until then; now when absent")
#define NOUN_FORM(name, Type, the_columns)                                                     \
    static const Table name = {                                                                \
        .columns = the_columns, .count = countof(the_columns), .size = sizeof(Type)}
#define CHOICES(array)         .choices = array, .choice_count = countof(array)
#define COUNTED(member, array) .member##s = array, .member##_count = countof(array)

#endif
