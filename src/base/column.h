/* SPDX-License-Identifier: Apache-2.0 */
/*
 * column.h: THE row descriptor. One Column table per noun describes its rows once; DDL, insert,
 * update, select, JSON, ledger rows, rebuild, CSV and OpenAPI are all driven by it, and the
 * fields of a definition are read into the same type. There is no hand-written twin of a row.
 *
 * In C a row is a struct whose members are int64_t (int, decimal, money, date, instant, ref,
 * flag) or Str (all other kinds). Names are for ever: a column's name is its name in the
 * ledger, never reused; new columns are appended and carry a default; retired ones stay,
 * marked.
 */
#ifndef BASE_COLUMN_H
#define BASE_COLUMN_H

#include "base/json.h"

typedef enum {
    KIND_TEXT,    /* UTF-8, max = characters (0: 200) */
    KIND_INT,     /* 53 bits, safe in JSON */
    KIND_DECIMAL, /* value · 10^scale; lon and lat are decimal(7) degrees */
    KIND_MONEY,   /* fen; JSON yuan with two decimals */
    KIND_DATE,    /* days; JSON "2026-11-22" */
    KIND_INSTANT, /* ms; JSON RFC 3339 */
    KIND_FLAG,    /* 0 or 1; JSON true/false */
    KIND_CHOICE,  /* one of choices */
    KIND_CODE,    /* an entry of the code list named list */
    KIND_PLACE,   /* fields only: {"lon","lat"} */
    KIND_REF,     /* the id of a row of the table named list */
    KIND_FILES,   /* hashes of vault files as a JSON array; max = how many (0: 9) */
    KIND_OBJECT,  /* a JSON object with sorted keys, no floats (custom fields) */
    KIND_LIST,    /* a JSON array, no floats */
    KIND_BYTES    /* raw bytes; JSON base64 */
} Kind;

#define DEGREES_SCALE 7 /* of a longitude or a latitude */

typedef enum { SENSE_OPEN, SENSE_MASKED, SENSE_SEALED } Sensitivity;

enum {                      /* flags of a column */
       COLUMN_REQUIRED = 1, /* never null */
       COLUMN_INDEX = 2,    /* a definition's field that lists may filter by */
       COLUMN_INTERNAL = 4, /* not shown by the API */
       COLUMN_RETIRED = 8,
       COLUMN_OURS = 16,   /* people never set it, neither by the API nor by a file */
       COLUMN_QUIET = 32,  /* a history does not tell of it */
       COLUMN_KEY = 64,    /* of an imported table: lines alike in all of these mean one row */
       COLUMN_JUDGED = 128 /* an office judges it: a proposal from the field may not set it */
};

typedef struct {
    const char *name, *zh, *en;
} Choice;

typedef struct {
    const char *name;
    Kind kind;
    size_t offset; /* of the member in the row's struct; unused for a definition's field */
    const char *zh, *en; /* title */
    unsigned flags;
    Sensitivity sense;
    int scale;        /* KIND_DECIMAL */
    int64_t max;      /* see Kind; for KIND_INT the greatest value, 0: none */
    const char *list; /* code list, referenced table, or "photo" */
    const Choice *choices;
    size_t choice_count;
    const char *def; /* default as ledger text, for rows written before the column existed */
    int since;       /* schema version that brought it, 0: from the first */
} Column;

/* A row of a static Column table: COLUMN(Area, name, KIND_TEXT, "名称", "Name", .max = 200) */
#define COLUMN(Type, member, the_kind, chinese, ...)                                           \
    {                                                                                          \
        .name = #member, .kind = the_kind, .offset = offsetof(Type, member), .zh = chinese,    \
        .en = __VA_ARGS__                                                                      \
    }

typedef enum {
    CLASS_STATE,     /* folded from the ledger, written only through acts */
    CLASS_DERIVED,   /* refilled from STATE and the ledger */
    CLASS_HOUSE,     /* never in the ledger: credentials, sessions, lockout */
    CLASS_REFERENCE, /* region 0 lists, imported whole */
    CLASS_LEDGER     /* the entries themselves and their heads */
} TableClass;

typedef struct {
    const char *name; /* plural, also in URLs and the ledger */
    TableClass class;
    const Column *columns;
    size_t count;
    size_t size; /* of the row's struct */
    const char
        *primary; /* SQL of the primary key; NULL: id (SQLite), (region, id) (PostgreSQL) */
    const char *
        indexes[4]; /* SQL behind "CREATE … INDEX name ON table": "(region, due, id) WHERE …" */
} Table;

/* Every STATE row begins with these three members and columns. */
#define STATE_MEMBERS                                                                          \
    int64_t id; /* region · 2^33 + seq */                                                     \
    int64_t region;                                                                            \
    int64_t entry; /* no of the ledger entry that changed the row last */
typedef struct {
    STATE_MEMBERS
} StateRow;
#define STATE_COLUMNS(Type)                                                                    \
    COLUMN(Type, id, KIND_INT, "编号", "Id", .flags = COLUMN_REQUIRED | COLUMN_OURS),          \
        COLUMN(Type, region, KIND_INT, "区域", "Region",                                       \
               .flags = COLUMN_REQUIRED | COLUMN_INTERNAL | COLUMN_OURS),                      \
        COLUMN(Type, entry, KIND_INT, "最近记录", "Last entry",                                \
               .flags = COLUMN_REQUIRED | COLUMN_INTERNAL | COLUMN_OURS)
#define STATE_COLUMN_COUNT 3
/* The columns of what holds from starts on until just before ends; ends null: it holds on. */
#define SPAN_COLUMNS(Type)                                                                     \
    COLUMN(Type, starts, KIND_INSTANT, "起", "Starts", .flags = COLUMN_REQUIRED),              \
        COLUMN(Type, ends, KIND_INSTANT, "止", "Ends")

/* The value of one column. Numbers in i (lat of a place in j), everything else in s. */
typedef struct {
    int64_t i, j;
    Str s;
} Value;
#define VALUE_NULL   ((Value){.i = NIL, .j = NIL})
#define VALUE_INT(n) ((Value){.i = (n), .j = NIL})
#define VALUE_STR(t) ((Value){.i = NIL, .j = NIL, .s = (t)})

/* What decoding asks of the house: does this code, row or file exist? NULL functions say yes.
 */
typedef struct {
    void *context;
    bool (*code)(void *context, Str list, Str code);
    bool (*ref)(void *context, Str table, int64_t id);
    bool (*file)(void *context, Str hash);
} Lookup;

extern const Err COLUMN_REQUIRED_ERR; /* "required" */
extern const Err COLUMN_TYPE;         /* "type": what was expected */
extern const Err
    COLUMN_CONTROL; /* "control": a control character other than line feed and tab, and where */
extern const Err COLUMN_TOO_LONG; /* "too-long" */
extern const Err COLUMN_RANGE;    /* "range" */
extern const Err COLUMN_CHOICE;   /* "choice": the choices there are */
extern const Err COLUMN_CODE;     /* "code": not in the list */
extern const Err COLUMN_REF;      /* "ref": no such row */
extern const Err COLUMN_FILE;     /* "file-gone": not in the vault: send it again */
extern const Err COLUMN_UNKNOWN;  /* "unknown": no such field here */
extern const Err COLUMN_ID_CARD;  /* "id-card": text holds an identity-card number */

/* Whether its values are in Value.i. */
MUST static inline bool kind_is_number(Kind kind)
{
    const unsigned numbers = 1u << KIND_INT | 1u << KIND_DECIMAL | 1u << KIND_MONEY |
                             1u << KIND_DATE | 1u << KIND_INSTANT | 1u << KIND_FLAG |
                             1u << KIND_REF;
    return numbers >> kind & 1;
}
/* What the flags say: the API shows the column; a history tells of it; people set it. */
MUST static inline bool column_is_shown(const Column *c)
{
    return !(c->flags & (COLUMN_INTERNAL | COLUMN_RETIRED));
}
MUST static inline bool column_is_told(const Column *c)
{
    return column_is_shown(c) && !(c->flags & COLUMN_QUIET);
}
MUST static inline bool column_is_given(const Column *c)
{
    return !(c->flags & (COLUMN_OURS | COLUMN_RETIRED));
}
/* A longitude or a latitude, which JSON takes only as part of a place. */
MUST static inline bool column_is_degrees(const Column *c)
{
    return c->kind == KIND_DECIMAL && c->scale == DEGREES_SCALE;
}
MUST const char *kind_name(Kind kind);
MUST bool kind_by_name(Str name, Kind *out);

MUST static inline bool value_is_null(const Column *c, const Value *v)
{
    return kind_is_number(c->kind) || c->kind == KIND_PLACE ? v->i == NIL : v->s.p == NULL;
}
MUST bool value_eq(const Column *c, const Value *a, const Value *b);
/* Between a value and its member in a row's struct. */
MUST static inline Value column_get(const Column *c, const void *row)
{
    const char *at = (const char *)row + c->offset;
    if (kind_is_number(c->kind)) return VALUE_INT(*(const int64_t *)(const void *)at);
    return VALUE_STR(*(const Str *)(const void *)at);
}
void column_set(const Column *c, void *row, const Value *v);
/* The column of that name, or NULL. */
MUST const Column *column_find(const Column *columns, size_t count, Str name);
MUST size_t table_column(const Table *t,
                         const char *name); /* position; asserts that it exists */

/* From the API's JSON (null and absent give null). Faults are added under field; true when
 * well. */
bool column_decode(const Column *c, const Json *in, const Lookup *house, Str field,
                   Faults *faults, Value *out);
/* The members of an object by these columns: kinds, and what is required; all faults, each
 * under the member's name. A tree (object, list, place) is left to its reader: null, once it is
 * one. What is faulty is null, and so is a text of blanks, which says nothing. out is parallel
 * to columns. */
void columns_decode(const Column *columns, size_t count, const Json *object,
                    const Lookup *house, Faults *faults, Value *out);
/* Adds COLUMN_UNKNOWN, under prefix, for each member that is none of the columns. */
void columns_unknown(const Column *columns, size_t count, const Json *object,
                     const char *prefix, Faults *faults);
/* What people write into a table as column_parse takes it: words for a flag (是, no, true); any
 * other cell as it is. */
MUST Str column_cell(const Column *c, Str cell);
/* From a cell of a CSV file: the same kinds and faults; empty gives null. */
bool column_parse(const Column *c, Str cell, const Lookup *house, Str field, Faults *faults,
                  Value *out);
/* In the API's JSON; a masked text in part when whole is false ("138****1234"), a masked word
 * of a list and a sealed value null. */
void column_json(const Column *c, const Value *v, bool whole, JsonOut *out);
/* In the ledger's JSON: integer, text, null or base64 text. */
void column_ledger(const Column *c, const Value *v, JsonOut *out);
/* From the ledger's JSON; false when it does not fit the kind. Text is viewed, not copied. */
MUST bool column_from_ledger(const Column *c, const Json *in, Arena *mem, Value *out);
/* The JSON Schema (OpenAPI 3.1) of the value. */
void column_schema(const Column *c, JsonOut *out);
/* A column as a form shows it, as members of the object that is open: name, title, kind, and
 * required, max, scale, list, choices [{"code","title"}] where there are some. */
void column_form_json(const Column *c, Lang lang, JsonOut *out);
/* All columns null. */
void row_null(const Table *t, void *row);

#endif
