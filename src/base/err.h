/* SPDX-License-Identifier: Apache-2.0 */
/*
 * err.h: what can go wrong, for people.
 *
 * A function that can fail returns const Err *, NULL is fine. Errors are a closed catalogue of
 * named constants in the header of the noun that raises them; their code is the key other
 * programs act on, their text has both languages with {0} … {3} for the particulars.
 * Outputs come last, are called out…, and are untouched on failure.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/str.h"

typedef enum { /* in the order in which a request is refused; the HTTP status in brackets */
               ERR_LOGIN,    /* 401 */
               ERR_BAD,      /* 400 not understood at all */
               ERR_MISSING,  /* 404 not there, or not visible to you */
               ERR_DENIED,   /* 403 visible, but not yours to do */
               ERR_CONFLICT, /* 409 the world has moved on, or must not move so */
               ERR_INVALID,  /* 422 understood, but a field is wrong */
               ERR_METHOD,   /* 405 */
               ERR_LARGE,    /* 413 */
               ERR_MEDIA,    /* 415 */
               ERR_RATE,     /* 429 */
               ERR_BUSY,     /* 503 try again, Retry-After */
               ERR_FULL,     /* 507 the disk is full */
               ERR_BROKEN    /* 500 our fault; logged where it is born */
} ErrKind;

typedef struct Err Err;
struct Err {
    ErrKind kind;
    const char *code;    /* "stale", "required"; never changed once shipped */
    const char *zh, *en; /* a sentence each, {0} … {3} are replaced by args */
    Str args[4];
    Str field;       /* "fields.category", "row 17, column code", "" when the whole is meant */
    const Err *next; /* further faults of the same input */
};

/* const Err X = ERROR(kind, code, zh, en); */
#define ERROR(the_kind, the_code, chinese, english)                                            \
    {                                                                                          \
        .kind = the_kind, .code = the_code, .zh = chinese, .en = english                       \
    }

/* A copy of like with its particulars; missing ones are STR_NULL. */
MUST const Err *err_make(Arena *mem, const Err *like, Str a, Str b);
MUST const Err *err_make4(Arena *mem, const Err *like, Str a, Str b, Str c, Str d);
/* A copy of e alone, without further faults, that lives in mem: for what must outlive the arena
 * in which it was said. */
MUST const Err *err_keep(Arena *mem, const Err *e);
/* The same error, said of a field. */
MUST const Err *err_field(Arena *mem, const Err *like, Str field);
MUST bool err_is(const Err *e, const Err *like); /* by code; e may be NULL */

typedef enum { LANG_ZH, LANG_EN } Lang;
MUST static inline Str words_in(Lang lang, const char *zh, const char *en)
{
    return str(lang == LANG_EN ? en : zh);
}
/* The sentence with its particulars filled in. */
void err_text(const Err *e, Lang lang, Buf *out);

/* Collects all faults of one input: begin with {.mem = arena}. At most 1,000 are kept. */
typedef struct {
    Arena *mem;
    const Err *first;
    Err *last;
    size_t count;
} Faults;
void faults_add(Faults *f, Str field, const Err *e);
void faults_add2(Faults *f, Str field, const Err *like, Str a, Str b);
/* The one fault of an input, as faults_err tells it. */
MUST const Err *faults_one(Arena *mem, Str field, const Err *e);
/* Whether a list of faults (NULL: none) tells of a field. */
MUST bool faults_tell(const Err *list, Str field);
/* The faults of e (its list, or itself) and of another list as one answer, each field once: of
 * a field that both tell of, what the list says. An error that has a code of its own beside its
 * list keeps it. */
MUST const Err *faults_join(Arena *mem, const Err *e, const Err *list);
/* NULL when there were none, else ERR_FAULTS (422 "invalid") whose next is the list. */
MUST const Err *faults_err(const Faults *f);

extern const Err ERR_FAULTS, ERR_NOT_FOUND;

#endif
