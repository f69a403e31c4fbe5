/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case.h: cases (事项): how one is filed, moved, seen, listed and told. Each moves through the
 * version of its flow that it began with; C knows no flow by name. An open case has exactly one
 * duty seat and one clock; who sits there is looked up at each reading.
 *
 * The doors: nothing outside of src/case/ reads cases but by case_load, case_page,
 * case_count and the sums of map_counts.h. What one may not see is not there (ERR_NOT_FOUND),
 * in lists and counts too.
 *
 * Errors come in the order of the contract: 404, 403, 409, 422; field faults all at once, with
 * names such as "fields.category".
 */
#ifndef CASE_CASE_H
#define CASE_CASE_H

#include "base/budget.h"
#include "case/flow.h"
#include "def/registry.h"
#include "grid/duty.h"
#include "grid/scope.h"
#include "noun/noun_engine.h"

/* The kinds of definition that the engine asks for, and the name of the one calendar. */
#define FLOW_KIND     "flow"
#define CALENDAR_KIND "calendar"
#define CALENDAR_NAME "cn_holidays"

typedef struct {
    STATE_MEMBERS
    Str flow;
    int64_t flow_version;
    Str state;
    int64_t version; /* moves so far, filing counted: what a move must name */
    int64_t area, subject;
    Str matter;                 /* never null: "unclear" when nobody said */
    int64_t department;         /* that leads, or was named by a move */
    int64_t lon, lat, accuracy; /* 1e-7 degrees WGS84, metres */
    Str duty_role;
    int64_t duty_seat; /* an ended case keeps its last */
    Str party;         /* role at the subject of whom must act; null */
    int64_t filed_by, filed_seat, filed_for;
    Instant opened;
    Instant entered; /* the state that it is in */
    Instant due;     /* NIL when ended */
    /* How due was counted, from which the lines are told: which of the state's clocks runs, by
     * which version of the calendar (NIL: none was published), from when, and ms spent outside
     * of the state since then, by which the due instant moved. */
    int64_t clock, clock_calendar;
    Instant clock_from;
    int64_t clock_shift;
    int64_t marks;   /* bits: the marks of lateness that are done */
    Instant next_at; /* the next one; NIL: none */
    Str risen;       /* [{"at","role","seat"},…], the lowest first */
    Str watch;       /* [seat,…] */
    Str track;       /* {"last","left","uses"}: who did what last, clocks left, uses counted */
    Str fields;      /* the flow's own, in the ledger's form, keys sorted */
    int64_t parent;
    Str origin;  /* where it came from when it was filed elsewhere */
    Str outcome; /* of its end */
    Instant ended;
    int64_t merged_into;
} Case;

/* A case in the hand of who files or moves it: its row, and what was read of it. Lives in the
 * act's arena. */
typedef struct Instance Instance;
MUST const Case *run_case(const Instance *run);

/* A further finder: of a case that was merged into this one. */
typedef struct {
    STATE_MEMBERS
    int64_t case_id, person, merged;
    Instant at;
} CaseFinder;

extern const Table case_table, case_finder_table, case_text_table;

extern const Err CASE_OUTSIDE; /* 422 "outside": no cell lies there; the nearest and how far */
extern const Err
    CASE_NOT_NOW; /* 409 "not-now": the move is not offered in this state, or no more */
extern const Err CASE_BARRED; /* 403 "barred": who did {0} may not do {1} (fixer ≠ checker) */
extern const Err CASE_NO_FLOW; /* 422 "no-flow" */
extern const Err
    CASE_NO_MOVE;           /* 422 "no-move": not a filing move of the flow; those there are */
extern const Err CASE_INTO; /* 422 "into": cannot be merged into that */
extern const Err CASE_SEAT; /* 422 "seat": not a held seat of equal role */

/* What a case asks of its subject, whose noun is handed down by main. */
typedef struct {
    Str name, matter; /* matter: its first one; null */
    int64_t area;     /* its cell; NIL */
    Point place;
    bool placed;
    Str person; /* the main responsible person's name; null */
} CaseSubject;

/* The engine of one store. What it is given must outlive it. */
typedef struct Work Work;
typedef struct {
    Ledger *ledger;
    Defs *defs;
    Grounds *grounds;
    /* One subject of a region: ERR_NOT_FOUND when it is not there. NULL: there are none. */
    const Err *(*subject)(Db *db, Arena *mem, int64_t id, CaseSubject *out);
    bool (*file)(void *context, Str hash); /* is it in the vault? NULL: any may be named */
    void *file_context;
    /* The ground is another: what else stands on it follows. NULL: nothing does. */
    const Err *(*follow)(void *context);
    void *follow_context;
} WorkSpec;
/* Reads the open cases and follows the ledger; open after defs and grounds, before any act. */
MUST const Err *work_open(const WorkSpec *spec, Work **out);
void work_close(Work *work);

/* ---- acts: call from ActJob.decide ---- */

/* POST /cases, {"flow","move","place","subject","matter","department","fields","for"}: "move"
 * is "file" when absent; "place" may be absent when "subject" stands somewhere. who was made on
 * the ground that holds in the act. What the row of the route refuses is not asked again here.
 */
MUST const Err *case_file(Act *act, Work *work, const Who *who, const Json *body,
                          const Instance **out);
/* POST /cases/{id}/moves/{move}, {"version","fields","for"}. Built in beside the flow's moves:
 * merge, fields {"into"}, and hand, fields {"seat","reason"}. STALE when version has passed. */
MUST const Err *case_move(Act *act, Work *work, const Who *who, int64_t id, Str move,
                          const Json *body, const Instance **out);
/* For what changes seats and areas: their open cases go, in the same act, to the next candidate
 * and to the cell that lies there then. WOULD_ORPHAN when one of them would be nobody's. */
MUST GroundHooks work_hooks(Work *work);
/* How many open cases are the duty of the seat, or have risen to it. */
MUST int64_t case_load_of(Work *work, int64_t seat);
/* How many cases lie in memory, and what their columns take. */
MUST size_t cases_held(Work *work, size_t *out_bytes);
/* Puts texts of cases that have ended into the store, a few hundred; more: not all. Between the
 * acts of the lane; not from its thread. */
MUST const Err *case_texts_turn(Work *work, bool *out_more);

/* ---- reading ---- */

typedef struct {
    Work *work;
    Db *db;
    Arena *mem;
    const Who *who;
    Instant now;
    Lang lang;
    Budget *budget; /* of the request; NULL: none */
} CaseView;

/* ERR_NOT_FOUND when it is not there or who may not see it. */
MUST const Err *case_load(const CaseView *view, int64_t id, Case *out, Access *out_sight);
/* How much who sees of a case just filed or moved. */
MUST Access case_sight(const CaseView *view, const Case *c);

/* Which date a period is about. */
typedef enum { PERIOD_OPENED, PERIOD_ENDED, PERIOD_DUE } CasePeriod;
typedef enum {
    CASE_BY_NUMBER,
    CASE_BY_DUE,
    CASE_BY_OPENED,
    CASE_BY_ENDED,
    CASE_BY_AREA
} CaseSort;
#define CASE_FIELDS_MOST 8
typedef struct {
    Str name, value; /* of a field that a flow marks `index` */
} CaseField;

typedef struct {
    Str flow, state;                     /* null: any but the office's own flows; any */
    int64_t area;                        /* and all below it; NIL: any */
    int64_t department, subject, parent; /* NIL: any */
    int64_t seat;                        /* that has the duty; NIL: any */
    bool mine;                           /* duty=me: my duty, risen to me, watched by me */
    bool filed;                          /* filed=me */
    bool late;
    int open; /* 1, 0, or -1: both, the open ones first */
    Str q;    /* stands in a text that one sees, in the id or the matter */
    CasePeriod period;
    Instant from, to; /* period in [from, to); NIL: any */
    CaseField fields[CASE_FIELDS_MOST];
    size_t field_count;
    /* "number", "due", "opened", "ended" or "area", "-" before it: downwards; what has no such
     * date comes last. null: open ones by due, then ended ones by number. */
    Str sort;
    size_t limit; /* 1 … 200; 0: 50 */
    Str cursor;   /* of the page before */
} CaseFilter;
#define CASE_FILTER                                                                            \
    ((CaseFilter){.area = NIL,                                                                 \
                  .department = NIL,                                                           \
                  .subject = NIL,                                                              \
                  .parent = NIL,                                                               \
                  .seat = NIL,                                                                 \
                  .open = -1,                                                                  \
                  .from = NIL,                                                                 \
                  .to = NIL})
typedef struct {
    Case *cases;
    Access *sights;
    size_t count;
    Str next; /* null: that was the last */
} CasePage;
/* Errors: NOUN_CURSOR, COLUMN_UNKNOWN in fields, COLUMN_CHOICE in sort. */
MUST const Err *case_page(const CaseView *view, const CaseFilter *filter, CasePage *out);
/* The rows of all pages; at least so many, and the budget cut, while the store still takes in
 * the texts of a store that comes from before. */
MUST const Err *case_count(const CaseView *view, const CaseFilter *filter, int64_t *out);

/* All cases of the filter in its order, whatever its limit; view->mem and the case are good
 * until each returns. */
typedef const Err *(*CaseEach)(void *context, const CaseView *view, const Case *c,
                               Access sight);
MUST const Err *case_each(const CaseView *view, const CaseFilter *filter, CaseEach each,
                          void *context);
/* The same as a table for spreadsheets, in the language of view: a line that says as of which
 * entry and by which filter (its own words), the titles, a line for each case. write hears
 * pieces. */
MUST const Err *case_export(const CaseView *view, const CaseFilter *filter, Str asked,
                            void (*write)(void *context, Str piece), void *context);

/* The object of the contract. whole: with what is similar; lists do without. */
MUST const Err *case_json(const CaseView *view, const Case *c, Access sight, bool whole,
                          JsonOut *out);
/* The same of one that was just filed or moved. */
MUST const Err *run_json(const CaseView *view, const Instance *run, Access sight, bool whole,
                         JsonOut *out);
/* {"items":[what who may do now],"blocked":[{"move","title","reason"}]}, in the order of the
 * flow. */
MUST const Err *case_moves(const CaseView *view, const Case *c, JsonOut *out);
/* {"why":[how the duty came to its seat],"items":[{"tie","sight","seats":[…]}]}: by each
 * relation that the flow lets see, the seats of today that it means, each once. */
MUST const Err *case_sights(const CaseView *view, const Case *c, JsonOut *out);
/* {"items":[{"no","at","verb","actor","seat","for","rows"}]}, in order of time, the newest
 * limit.
 */
MUST const Err *case_history(const CaseView *view, const Case *c, Access sight, size_t limit,
                             JsonOut *out);
/* POST /preview: what case_file would answer, nothing stored, no required fields needed. */
MUST const Err *case_preview(const CaseView *view, const Json *body, JsonOut *out);

/* One duty and one clock per open case, seats that exist, states that its flow has: law 5. */
MUST const Err *case_check(Work *work, Db *db, Report *report);

#endif
