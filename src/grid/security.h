/* SPDX-License-Identifier: Apache-2.0 */
/*
 * security.h: the security log (HOUSE): who signed in or failed to, from where, what was done
 * to accounts, and that the ledger was accepted as it is against its witness. It stands beside
 * the ledger because a stranger's guesses must not grow the ledger; it is only ever added to,
 * and trimmed by age. Kept at least six months (网络安全法 art. 23).
 *
 * A name that no account has is never written: people type their password into the wrong field.
 */
#ifndef GRID_SECURITY_H
#define GRID_SECURITY_H

#include "store/store.h"

typedef enum {
    SECURITY_SIGN_IN, /* signed in */
    SECURITY_SIGN_OUT,
    SECURITY_REFUSED, /* wrong name or password */
    SECURITY_LOCKED,  /* an account was locked by failures */
    SECURITY_UNLOCKED,
    SECURITY_PASSWORD, /* a password was changed by its owner */
    SECURITY_RESET,    /* a password was given by an administrator */
    SECURITY_OPENED,   /* an account was opened */
    SECURITY_CLOSED,   /* an account was closed */
    SECURITY_HEAD,     /* the ledger's heads were accepted against their witness */
    SECURITY_EVENTS
} SecurityEvent;

typedef struct {
    int64_t id;     /* counts up */
    int64_t region; /* 0: the common ground, like accounts */
    Instant at;     /* by the wall clock */
    Str event;      /* security_event_name */
    Str login;      /* the account's; null when there is none of that name */
    int64_t person; /* the account's; NIL likewise */
    int64_t by;     /* the person who did it to an account; NIL: the owner, or a command line */
    Str address;    /* where from; null: the command line */
    Str reason;     /* why, and what was accepted; null: nobody asked */
} SecurityNote;

extern const Table security_table;

#define SECURITY_KEEP_MIN_MS (INT64_C(184) * 86400000) /* six months, whichever they are */

MUST const char *security_event_name(SecurityEvent event);
/* Writes one line; db in write mode on the lane. note's id, region and event are set here. */
MUST const Err *security_note(Db *db, SecurityEvent event, SecurityNote note);
/* At most limit lines older than `before` (NIL: from the newest), newest first: the id of the
 * last one is the next page's `before`. */
MUST const Err *security_page(Db *db, int64_t before, size_t limit, Arena *mem,
                              SecurityNote **out, size_t *out_count);
/* Forgets what is older than keep_ms, never less than SECURITY_KEEP_MIN_MS. */
MUST const Err *security_trim(Db *db, Instant now, int64_t keep_ms, int64_t *out_gone);

#endif
