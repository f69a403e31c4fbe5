/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr.h: the conditions and formulas of definitions. They are SQL expressions, evaluated by
 * SQLite's own engine over an empty database in memory; there is no expression language of
 * ours.
 *
 * An expression reads names: the columns it is given, bound by kind. Text, code and choice are
 * text; dates "2026-11-22" and instants "2026-11-22T09:00:00+08:00" are text and compare as
 * time does; int, ref and flag are integers; money is fen, a decimal its value · 10^scale;
 * files are their number, NULL for none. NULL is not true.
 *
 * Functions: abs coalesce ifnull iif instr length like glob lower upper ltrim rtrim trim max
 * min nullif replace sign substr substring, and ours: ratio(a, b) = a / b in ppm, cut, NULL
 * when b = 0; days(a, b) from a to b; add_days(d, n); day(t) of an instant; yuan('12.50') in
 * fen; decimal('2.5', 1). Nothing else: no clock, no chance, no table, no sub-select, no float,
 * no double-quoted text, at most 16 KiB and 10,000 steps of the engine.
 */
#ifndef STORE_EXPR_H
#define STORE_EXPR_H

#include "base/column.h"

/* An evaluator with its prepared statements; used by one thread at a time. */
typedef struct Expr Expr;

extern const Err EXPR_BAD;      /* "expression": what SQLite says */
extern const Err EXPR_NAME;     /* "unknown-name": the name is none of the columns */
extern const Err EXPR_FUNCTION; /* "function": not one of the above */
extern const Err EXPR_SELECT;   /* "sub-select": one, or anything but a single expression */
extern const Err EXPR_FLOAT;    /* "float": a number with a point */
extern const Err EXPR_STEPS;    /* "steps": more than 10,000 */
extern const Err EXPR_KIND;     /* "result": the value does not fit the column */

MUST Expr *expr_new(void);
void expr_free(Expr *expr); /* NULL is fine */
/* The calling thread's own, made at the first need and freed when the thread ends. */
MUST Expr *expr_here(void);

/* Whether a column of that name can be read by an expression: "case" and "order" cannot. */
MUST bool expr_name_ok(Expr *expr, Str name);

/* Whether text is an expression over these columns. reads (may be NULL) has a place for each
 * column and tells which ones it reads. EXPR_BAD … EXPR_FLOAT. */
MUST const Err *expr_check(Expr *expr, Arena *mem, Str text, const Column *names, size_t count,
                           bool *out_reads);

/* Evaluates over values, one for each column. Null, zero and any failure are false: check
 * first. */
MUST bool expr_true(Expr *expr, Str text, const Column *names, size_t count,
                    const Value *values);

/* Evaluates to a value for the column as; text is copied into mem. All errors above. */
MUST const Err *expr_value(Expr *expr, Arena *mem, Str text, const Column *names, size_t count,
                           const Value *values, const Column *as, Value *out);

#endif
