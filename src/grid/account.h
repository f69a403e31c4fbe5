/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account.h: what a person signs in with (HOUSE: never in the ledger). A person may have
 * several accounts; an account gives no right by itself. Names are compared without the case of
 * ASCII letters. Passwords are kept as argon2id alone, made and verified on the caller's
 * thread.
 *
 * Writers wait for the lane (lane_write); none may be called from the lane's own thread.
 */
#ifndef GRID_ACCOUNT_H
#define GRID_ACCOUNT_H

#include "grid/security.h"
#include "store/lane.h"

#define LOGIN_MOST    64  /* bytes */
#define PASSWORD_MOST 256 /* bytes: longer ones are refused before they are hashed */

typedef struct {
    int64_t region; /* 0: the common ground */
    Str login;
    int64_t person;
    Str password;             /* argon2id; empty: none yet, nobody can sign in with it */
    Str state;                /* open, closed */
    int64_t failures;         /* in a row */
    Instant failed_at;        /* the last of them; NIL: none */
    int64_t must_change;      /* the password was given by somebody else */
    Instant created, changed; /* changed: the password */
} Account;

extern const Table account_table;

extern const Err ACCOUNT_TAKEN; /* 409 "account-taken": the name is in use */
extern const Err
    ACCOUNT_NAME; /* 422 "account-name": 1 to 64 bytes, no blanks or control characters */
extern const Err PASSWORD_WEAK; /* 422 "password-weak": at least 10 characters of three kinds,
                                   without the name */
extern const Err PASSWORD_LONG; /* 422 "password-long" */

/* The name as it is kept: trimmed, ASCII letters small. ACCOUNT_NAME. */
MUST const Err *login_clean(Arena *mem, Str name, Str *out);
/* At least 10 characters of at least three of: capitals, small letters, digits, others; not
 * holding the login (defaults of 等保2.0 level 3, GB/T 22239-2019 8.1.4.1). */
MUST const Err *password_fit(Str login, Str password);
/* A password that fits, easy to read aloud: no 0 O 1 l I. */
MUST Str password_make(Arena *mem);

/* ERR_NOT_FOUND when there is none of that (clean) name. */
MUST const Err *account_load(Db *db, Str login, Arena *mem, Account *out);
/* The accounts of a person, by name. */
MUST const Err *account_list(Db *db, int64_t person, Arena *mem, Account **out,
                             size_t *out_count);

/* Who changes accounts, for the security log. */
typedef struct {
    int64_t by;  /* person, NIL: the command line */
    Str address; /* null: the command line */
    Instant now; /* the wall clock */
} Keeper;

/* Opens an account. The password is only asked to be no longer than PASSWORD_MOST, so that a
 * demo may have its own; null: none until account_reset gives one. must_change: the first
 * sign-in has to set another. ACCOUNT_NAME, ACCOUNT_TAKEN, PASSWORD_LONG. */
MUST const Err *account_open(Lane *lane, Arena *mem, Str name, int64_t person, Str password,
                             bool must_change, const Keeper *keeper);
/* A new password given by an administrator: unlocks, and ends every session (sessions_end).
 * ERR_NOT_FOUND. */
MUST const Err *account_reset(Lane *lane, Arena *mem, Str login, Str password,
                              const Keeper *keeper);
/* ERR_NOT_FOUND. */
MUST const Err *account_unlock(Lane *lane, Str login, const Keeper *keeper);
/* Nobody signs in with it any more; end its sessions with sessions_end. ERR_NOT_FOUND. */
MUST const Err *account_close(Lane *lane, Str login, const Keeper *keeper);

#endif
