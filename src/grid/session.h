/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session.h: signing in, and who it is that sends a request (HOUSE). A session is a random
 * token that the browser keeps and of which we keep the hash; it survives a restart and a
 * crash. What is asked with each request is answered from memory, without a write: when a
 * session was last seen is written back rarely (sessions_flush).
 *
 * Wrong passwords: five in a row lock the name for half an hour, whether an account of that
 * name exists or not, and too many from one address turn the address away. The answer and the
 * time it takes are the same for a wrong name and a wrong password. All times here are the
 * wall's as far as it is believed (wall.h), never the test clock's; one that lies in the future
 * counts as over.
 */
#ifndef GRID_SESSION_H
#define GRID_SESSION_H

#include "grid/account.h"

/* GB/T 22239-2019 8.1.4.1 asks that failures, and sessions left alone, come to an end, and
 * leaves the numbers to the operator: `serve` takes both of a session's. A working day is the
 * default, for who is in a basement with one hand free must not have to sign in again. */
typedef struct {
    int64_t failures_most; /* in a row, per name */
    int64_t lock_ms;
    int64_t address_most; /* failures from one address (address_share) within lock_ms, of any
                             names */
    int64_t idle_ms;      /* a session ends when it was not seen for so long */
    int64_t session_ms;   /* and in any case after so long */
} Policy;
#define POLICY_DEFAULT                                                                         \
    ((Policy){.failures_most = 5,                                                              \
              .lock_ms = 30 * 60000,                                                           \
              .address_most = 100, /* a whole office may sit behind one address */             \
              .idle_ms = INT64_C(8) * 3600000,                                                 \
              .session_ms = INT64_C(24) * 3600000})

typedef struct Sessions Sessions;

/* What a request needs to know of its session. */
typedef struct {
    Str login, csrf;
    int64_t person;
    int64_t hat; /* the seat chosen, NIL: none */
    Instant created;
    bool must_change; /* nothing else may be done before the password is changed */
} Session;

extern const Table session_table;

extern const Err SIGN_IN_REFUSED; /* 401 "bad-credentials" */
extern const Err SIGN_IN_LOCKED;  /* 429 "locked": {0} minutes left */
extern const Err SIGN_IN_RATE;    /* 429 "too-many": from this address */
extern const Err SESSION_NONE;    /* 401 "no-session": none, ended, or not used for too long */

/* The house's one Sessions: lives in mem (boot), writes on lane. */
MUST const Err *sessions_open(Arena *mem, Lane *lane, Policy policy, Sessions **out);
void sessions_close(Sessions *sessions);
/* How long sessions last from now on; before the first request. */
void sessions_last(Sessions *sessions, int64_t idle_ms, int64_t session_ms);

/*
 * Signs in: verifies on the caller's thread (some 40 ms of CPU) and writes on the lane, so
 * never from the event loop. out_token goes into the cookie and is not kept anywhere. db: read
 * mode. SIGN_IN_REFUSED, SIGN_IN_LOCKED, SIGN_IN_RATE.
 */
MUST const Err *session_sign_in(Sessions *sessions, Db *db, Arena *mem, Str name, Str password,
                                Str address, Instant now, Session *out, Str *out_token);
/* The session of a token, and notes that it was seen. SESSION_NONE. Any thread; quick. */
MUST const Err *session_find(Sessions *sessions, Db *db, Arena *mem, Str token, Instant now,
                             Session *out);
/* Whether it has not ended and was seen lately enough; that it was asked is not being seen:
 * what stays open by itself, such as a stream of events, keeps no session alive. */
MUST bool session_alive(Sessions *sessions, Db *db, Str token, Instant now);
/* Chooses the seat for acts to come (NIL: none); whether it is theirs is asked by who_at.
 * SESSION_NONE. */
MUST const Err *session_wear(Sessions *sessions, Str token, int64_t hat);
/* Ends it; fine when there is none. */
MUST const Err *session_sign_out(Sessions *sessions, Str token, Str address, Instant now);
/* The owner's new password; every other session of the account ends. A wrong old one counts as
 * a failed sign-in. SIGN_IN_REFUSED, SIGN_IN_LOCKED, PASSWORD_WEAK, PASSWORD_LONG,
 * SESSION_NONE. */
MUST const Err *session_password(Sessions *sessions, Db *db, Arena *mem, Str token, Str old,
                                 Str fresh, Str address, Instant now);
/* Ends all sessions of an account: after account_reset and account_close. */
MUST const Err *sessions_end(Sessions *sessions, Str login);
/* Writes back when sessions were seen and forgets those that are over; once a minute. */
MUST const Err *sessions_flush(Sessions *sessions, Instant now);

#endif
