/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form.h: what is recorded of a thing, as a definition says it: fields, named conditions
 * (terms), defaults, who sees; and the questions that are asked over them. A flow holds one
 * form; whatever else is recorded by a definition holds one, too. A form never changes once it
 * was read; threads may share it. It knows no role and no case.
 *
 * Everything inside refers by position: a field is an index into names, a term one into terms;
 * FORM_NONE is none. Values lie in one array parallel to names: first the fields that the
 * holder brings itself, then the definition's own, then what expressions read and nobody is
 * asked for.
 */
#ifndef DEF_FORM_H
#define DEF_FORM_H

#include "def/codelist.h"
#include "def/yaml_schema.h"
#include "store/expr.h"

#define FORM_NONE SIZE_MAX

/* Relations that let somebody see a thing, one bit each, in the order of their names. */
enum {
    SEE_AREA = 1,
    SEE_DEPARTMENT = 2,
    SEE_SUBJECT = 4,
    SEE_PARTIES = 8,
    SEE_DUTY = 16,
    SEE_AUDIT = 32
};

/* What stands in for a field that is asked and not given. */
typedef struct {
    enum { DEFAULT_NONE, DEFAULT_FIXED, DEFAULT_ATTR } kind;
    Value fixed;
    size_t of; /* DEFAULT_ATTR: a field of kind code … */
    Str attr;  /* … and an attribute of its entry; a date is that many days from today */
    Spot spot;
} Default;

typedef struct {
    Str name, text; /* the expression */
    Spot spot;
} Term;

typedef struct {
    const Column *names;
    const Default *defaults; /* parallel to names */
    const Spot *spots;       /* parallel to names */
    size_t own;              /* the definition's own fields begin here */
    size_t field_count;      /* and end here; before it stands all that can be asked */
    size_t name_count;
    const Term *terms;
    size_t term_count;
    unsigned see[3]; /* by Sensitivity: SEE_… relations */
} Form;

typedef struct {
    size_t field;
    bool required;
    size_t term; /* required only when it holds, over the values with what was given */
    Spot spot;
} Ask;

/* What is given is refused with the sentence unless the expression is true after it. */
typedef struct {
    Str that;
    const char *zh, *en;
    Spot spot;
} FormCheck;

/* What is asked at once. */
typedef struct {
    const Ask *asks;
    size_t count;
    const FormCheck *checks;
    size_t check_count;
} Question;

/* ---- form.c ---- */

/* The position of a field that can be asked, or FORM_NONE. */
MUST size_t form_field(const Form *form, Str name);
/* The ask of a question for a field, or NULL. */
MUST const Ask *question_ask(const Question *question, size_t field);
/* Room for values: name_count of them, all null. */
MUST Value *form_values(Arena *mem, const Form *form);
/* Whether a term is true; FORM_NONE (else) always is. */
MUST bool form_holds(const Form *form, size_t term, Expr *expr, const Value *values);
/* The values of the own fields as they are stored: the ledger's JSON, keys sorted, without
 * nulls; STR_NULL when all are null. */
MUST Str form_pack(Arena *mem, const Form *form, const Value *values);
/* The other way round, into values; texts are views of what lives in mem. STORE_BROKEN when the
 * text is no such object. */
MUST const Err *form_unpack(Arena *mem, const Form *form, Str text, Value *values);

/* One value in the API's form for somebody who sees values up to that sensitivity whole: of
 * what is masked a part, else null. */
void form_put_value(const Column *c, const Value *v, Sensitivity most, JsonOut *out);
/* "fields":{…}: the own fields that are not null. */
void form_put_values(const Form *form, const Value *values, Sensitivity most, JsonOut *out);
/* A field for a screen, as members of the object that is open: name, title, kind, and max,
 * scale, list, choices [{"code","title"}] where there are some. */
void form_put_field(const Column *c, Lang lang, JsonOut *out);
/* "fields":[…]: the own fields, each with its sense. */
void form_json(const Form *form, Lang lang, JsonOut *out);

/* ---- form_fill.c ---- */

/* One filling: what the house knows, and the values. */
typedef struct {
    const Form *form;
    Expr *expr;
    const CodeLists *lists;
    const Lookup *house;
    Date today;
    size_t
        from; /* fields before it are the caller's: it has read them, and names their faults */
    bool partial;  /* nothing is required: a preview */
    Value *values; /* in and out */
    bool *set;     /* parallel to names: set, before by the caller, by hand, or by default */
    Faults *faults;
} Filling;

/* Puts the given object (NULL: nothing is given) into the values: what the question asks alone,
 * each by its kind, defaults for what was not given; then what is required must be there and
 * the checks true. All faults at once, under "fields.". */
void form_fill(const Filling *f, const Question *question, const Json *given);
/* out_required[i]: whether ask i must be given, over the values with what was given. */
void form_required(const Form *form, const Question *question, Expr *expr, const Value *values,
                   bool *out_required);
/* NULL, or the sentence of the first check that is not true: FORM_CHECK. */
MUST const Err *form_refusal(Arena *mem, const Form *form, const Question *question, Expr *expr,
                             const Value *values);
/* What stands in for an asked field that was not given: false when nothing does. A default
 * fills a required field, and one that has no value yet; it never replaces a value of its own
 * accord. */
MUST bool form_default(const Form *form, size_t field, const Value *values,
                       const CodeLists *lists, Date today, Value *out);
extern const Err FORM_CHECK; /* 422 "check": the sentence of the definition */

/* ---- form_read.c ---- */

extern const Shape shape_fields, shape_terms, shape_see, shape_asks, shape_checks,
    shape_check_item;

extern const Err FORM_FIELD;    /* "unknown-field" */
extern const Err FORM_TERM;     /* "unknown-term" */
extern const Err FORM_LIST;     /* "unknown-list" */
extern const Err FORM_TABLE;    /* "unknown-table": the tables that a ref may name */
extern const Err FORM_RESERVED; /* "reserved": the name has another meaning */
extern const Err FORM_SQL_WORD; /* "sql-word": no name for a field */
extern const Err FORM_REPEATED; /* "repeated" */
extern const Err FORM_MANY;     /* "too-many" */
extern const Err FORM_DEFAULT, FORM_DEFAULT_OF;                 /* "default", "default-of" */
extern const Err FORM_NO_ATTR, FORM_ATTR_EMPTY, FORM_ATTR_KIND; /* "no-attribute", … */

/* The names that the holder of a form brings: before the own fields, to be asked, and behind
 * them, to be read. */
typedef struct {
    const Column *before, *behind;
    size_t before_count, behind_count;
} FormFrame;

/* Reads fields, terms and see of a definition into r->mem and tells what is wrong with them;
 * expr is asked which words may be names. */
void form_read(Reading *r, Expr *expr, const Node *root, const FormFrame *frame, Form *out);
/* Reads a list of asks ("field", "field!", "field!term") and one of checks; either may be NULL.
 */
void form_read_question(Reading *r, const Form *form, const Node *asks, const Node *checks,
                        Question *out);
/* The field that a node names; FORM_NONE, and told, when there is none. */
MUST size_t form_refer(Reading *r, const Form *form, const Node *name);
/* The term that a node names, FORM_NONE for else and, told, when there is none. */
MUST size_t form_refer_term(Reading *r, const Form *form, const Node *name);
/* Tells when a key of a definition is no name, or one of those reserved; zh and en: of what. */
void form_check_key(Reading *r, const Node *key, const char *const *reserved, size_t count,
                    const char *zh, const char *en);
/* Whether a list or a map has no more than so many; told when not. */
bool form_at_most(Reading *r, const Node *node, const char *key, size_t most);
/* Tells what only the code lists and the engine of expressions know to be wrong. false: an
 * expression is. */
MUST bool form_check(Reading *r, const Form *form, Expr *expr, const CodeLists *lists);
MUST bool form_check_question(Reading *r, const Form *form, Expr *expr,
                              const Question *question);

#endif
