/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice.h: what a clock leaves behind beside the case: a notice to a seat that it was warned,
 * that a case has risen to it or came to it; and the draft of a paper that a person then sends
 * or throws away. A machine drafts and never circulates (field.md §6).
 */
#ifndef CASE_NOTICE_H
#define CASE_NOTICE_H

#include "case/case.h"

typedef struct {
    STATE_MEMBERS
    int64_t case_id;
    Str kind;     /* warn, rise, draft, reseat */
    Str role;     /* whom it is for … */
    int64_t seat; /* … and the seat; NIL: a party without account */
    Instant at;
} Notice;

typedef struct {
    STATE_MEMBERS
    int64_t case_id;
    Str document; /* the definition it is to be printed by */
    int64_t seat; /* whose it is to send or throw away */
    Str state;    /* open, used, discarded */
    Instant at, closed;
} Paper;

extern const Table notice_table, paper_table;

extern const Err PAPER_CLOSED; /* 409 "not-now": it was sent or thrown away already */

/* {"items":[{"id","case","kind","at"}],"next"}: of the seats of who, the newest first; before
 * is the id that the page before ended with, 0 for the first. */
MUST const Err *notice_page(const CaseView *view, int64_t before, size_t limit, JsonOut *out);
/* {"items":[{"id","document","seat","state","at"}]} of a case that who was let see. */
MUST const Err *paper_list(const CaseView *view, const Case *c, JsonOut *out);
/* A draft is sent (used) or thrown away, by its seat or one that the case has risen to.
 * ERR_NOT_FOUND, SCOPE_DENIED, PAPER_CLOSED. */
MUST const Err *paper_close(Act *act, Work *work, const Who *who, int64_t id, bool used);

#endif
