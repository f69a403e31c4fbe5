/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.h: the truth. Every act leaves one entry; STATE tables are the fold of the entries.
 * docs/ledger.md describes the stored form for outsiders.
 *
 * A noun function reads and decides (it may refuse, and has then written nothing), then records
 * row_put, row_set and row_del in its Act. Only act_commit, called by the lane, writes: it
 * encodes the entry, hashes it, and applies it with the function that rebuild uses.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "base/wall.h"
#include "store/lane.h"

/* A region below 0, as in a tampered row, must not end the process. */
#define REGION_MOST          ((INT64_C(1) << 20) - 1)
#define ID_SEQ(id)           ((id) & ((INT64_C(1) << REGION_BITS) - 1))
#define ID_MAKE(region, seq) ((int64_t)(((uint64_t)(region) << REGION_BITS) + (uint64_t)(seq)))

#define PERSON_HOUSE 0 /* the house itself: sweeps, seeds, imports from the command line */

extern const Err KEY_REUSED; /* 409 "key-reused" */
extern const Err STALE;      /* 409 "stale": somebody changed it meanwhile */
/* 503 "clock": the wall says {0} where {1} was expected. */
extern const Err CLOCK_ASTRAY;
extern const Err CLOCK_RIGHT; /* 409 "clock-right": there is nothing to accept */

/* One line of the ledger, as stored. */
typedef struct {
    int64_t id; /* region · 2^33 + no */
    int64_t region, no, at;
    int64_t actor, seat, for_person; /* who, from which chair, on whose behalf; NIL when none */
    Str verb, on_table;
    int64_t on_id, v; /* v: version of the entry's form, 1 */
    Str key, body, hash;
} Entry;
extern const Table entry_table, head_table, key_table;

typedef struct {
    int64_t region, no, seq, at, epoch;
    Str chain; /* 32 bytes: SHA-256(chain before ‖ hash of the last entry) */
} Head;

typedef enum { ROW_PUT, ROW_SET, ROW_DEL } RowOp;

/* One changed row. values is indexed by column position; mask says which it holds. */
typedef struct {
    const Table *table;
    RowOp op;
    int64_t id, prev;
    uint64_t mask;
    Value *values;
    const void
        *made_of; /* what the noun that recorded it leaves for its own listener, or NULL */
} Change;

typedef struct Ledger Ledger;

/* Who acts, from where, under which key. Strings live as long as the job. */
typedef struct {
    int64_t region, actor, seat, for_person; /* NIL when none */
    Str verb;
    Str key;        /* STR_NULL: an act of the house without idempotency (person 0) */
    Str sum;        /* fingerprint of the request: same key with another sum is refused */
    Instant client; /* the client's clock, NIL when unknown */
    /* Accepts the wall's clock as it is: the one act that a guarded ledger takes while the wall
     * is astray, by the wall's own time. It leaves an entry without rows. */
    bool accepts_clock;
} ActSpec;

typedef struct Act Act;
struct Act {
    Arena *mem;
    Db *db;
    Ledger *ledger;
    ActSpec spec;
    Instant now;     /* max(clock, the region's last entry): never runs backwards */
    int64_t no;      /* of the entry this act will be */
    Str use;         /* definition and version used, "hazard 3" */
    Str job;         /* the import this act belongs to */
    Str in;          /* the verb's inputs, a JSON object */
    const Table *on; /* the row the act is about */
    int64_t on_id;
    bool raises_epoch; /* territory, seats, departments, authority or definitions change */
    Change *changes;
    size_t count, cap;
    Head *head; /* private from here on */
    int64_t seq;
};

/* A new id of the act's region. */
MUST int64_t act_id(Act *act);
/* Says what the act is about: shown by the entry, answered when the key comes again. */
void act_on(Act *act, const Table *table, int64_t id);
/* A new row (id 0: one is taken); sets id, region and entry in it. The change stays good until
 * the next one is recorded. */
Change *row_put(Act *act, const Table *table, void *row);
/* What differs between before and after; sets after's entry. Nothing differs: nothing is
 * recorded, and NULL comes back. */
Change *row_set(Act *act, const Table *table, const void *before, void *after);
/* Link rows only; business rows end, they are not deleted. */
void row_del(Act *act, const Table *table, const void *row);

/* An act on its way through the lane. Zero it, fill the first part, submit. */
typedef struct ActJob ActJob;
struct ActJob {
    LaneJob lane; /* .alone may be set */
    Ledger *ledger;
    Arena *mem; /* the request's: everything of the act lives there, unless it is brief */
    /* Nothing of the act is read after done: it lives in the lane's own memory, which one batch
     * after the other uses and which is therefore still in the cache. */
    bool brief;
    ActSpec spec;
    const Err *(*decide)(Act *act, void *context);
    void (*done)(ActJob *job,
                 const Err *e); /* on the lane's thread; may be NULL with ledger_call */
    void *context;
    /* The answer: */
    int64_t no, at;
    bool replayed; /* the key was known: nothing was done again */
    Str on_table;
    int64_t on_id;
    Act act; /* the lane's */
};

/* tables: all tables of the house, of every class. clock: the wall's or the test's. */
MUST const Err *ledger_open(Store *store, const Table *const *tables, size_t count,
                            Instant (*clock)(void *), void *clock_context, Ledger **out);
void ledger_close(Ledger *ledger);
MUST Store *ledger_store(const Ledger *ledger);
MUST Lane *ledger_lane(const Ledger *ledger);
MUST const Table *ledger_table(const Ledger *ledger, Str name); /* NULL when there is none */
MUST const Table *const *ledger_tables(const Ledger *ledger, size_t *out_count);
MUST Instant ledger_clock(const Ledger *ledger);
/* From now on acts are stamped by this wall and refused while it is astray (CLOCK_ASTRAY);
 * before the first act. It must outlive the ledger. */
void ledger_guard(Ledger *ledger, Wall *wall);
/* How far the guard's wall is astray, ms; 0: it is right, or nobody guards. */
MUST int64_t ledger_astray(const Ledger *ledger);

/* false: the queue is full. job->done is called later, on the lane's thread. */
MUST bool ledger_submit(Ledger *ledger, ActJob *job);
/* Submits and waits. */
MUST const Err *ledger_call(Ledger *ledger, ActJob *job);

/* Called after COMMIT on the lane's thread, in order of no, before the answers go out. */
typedef void (*LedgerListener)(void *context, const Act *act);
void ledger_listen(Ledger *ledger, LedgerListener listener, void *context);
/* Called on the lane's thread before the first answer of a batch and after its last; one for
 * all; NULL: nobody any more, when this returns. Not from the lane's thread. */
void ledger_answering(Ledger *ledger, void (*around)(void *context, bool begins),
                      void *context);

/* ---- entry.c: the stored form ---- */
/* The entry's header and body, hashed: 32 bytes in mem. */
MUST Str entry_hash(Arena *mem, const Entry *entry);
/* The act as a JSON body, and as an Entry. */
void entry_encode(const Act *act, Entry *out);
/* The row changes of a stored body, for fold and history; a table or column unknown here is a
 * fault. */
MUST const Err *entry_changes(const Ledger *ledger, Arena *mem, const Entry *entry,
                              Change **out, size_t *out_count);
/* The same in two steps, for who needs more of the body. */
MUST const Err *entry_body(Arena *mem, const Entry *entry, const Json **out);
MUST const Err *entry_rows(const Ledger *ledger, Arena *mem, const Entry *entry,
                           const Json *body, Change **out, size_t *out_count);
/* When it happened by the clock of who sent it; NIL: nobody said. */
MUST Instant entry_client(Arena *mem, const Entry *entry);
extern const Err ENTRY_BROKEN; /* "entry-broken": where in the ledger */

/* ---- apply.c: the one applier ---- */
MUST const Err *apply_changes(Db *db, int64_t region, int64_t no, const Change *changes,
                              size_t count);

/* ---- read.c: history ---- */
/* The entries that changed a row, newest first, at most limit, beginning with entry no (the
 * row's entry). */
MUST const Err *ledger_history(const Ledger *ledger, Db *db, const Table *table, int64_t id,
                               int64_t no, size_t limit, Arena *mem, Entry **out,
                               size_t *out_count);
MUST const Err *ledger_entry(Db *db, int64_t region, int64_t no, Arena *mem, Entry *out);
/* The no of a region's last entry; 0: it has none. */
MUST const Err *ledger_last(Db *db, int64_t region, int64_t *out_no);

/* ---- rebuild.c, check.c ---- */
/* A DERIVED table's refill, handed down by main. */
typedef struct {
    const Table *table;
    const Err *(*refill)(Db *db);
} Refill;
/* Drops STATE and DERIVED tables and folds all entries again, in one transaction. */
MUST const Err *ledger_rebuild(Ledger *ledger, const Refill *refills, size_t count,
                               int64_t *out_entries, int64_t *out_rows);

/* Where check writes its faults. */
typedef struct {
    void (*fault)(void *context, const char *text);
    void *context;
    int64_t faults;
} Report;
void report_fault(Report *report, const char *format, ...) LIKE_PRINTF(2, 3);
/* A check of an upper floor, handed down by main; db reads one snapshot. It returns what kept
 * it from reading all that it judges. */
typedef struct {
    const char *what; /* for the fault line that tells this error */
    const Err *(*check)(void *context, Db *db, Report *report);
    void *context;
} Checker;
/* Pages and indexes, chain, density, prev pointers, fold against live tables, references; then
 * the checkers of other floors. A part that cannot read the store is a fault of the report, and
 * the next part goes on; an error: the store was not opened. */
MUST const Err *ledger_check(Ledger *ledger, const Checker *more, size_t more_count,
                             Report *report, int64_t *out_entries, int64_t *out_rows);

#endif
