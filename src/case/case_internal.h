/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_internal.h: what the files of the case engine share. Private to this folder.
 *
 * A CaseContext is one decision about cases: by one Who, on one Ground, at one instant, in an
 * act or for a reader. An Instance is one case in its hand: the row, its values by its flow,
 * its track. The file of each step says what it does: stand (place, matter, department), enter
 * (state, duty, clock), permit (who may), file, move. What is given is read by the flow's form
 * (def/form.h).
 */
#ifndef CASE_CASE_INTERNAL_H
#define CASE_CASE_INTERNAL_H

#include "case/case.h"
#include "case/case_clock.h"
#include "case/flow_ask.h"
#include "case/open_cases.h"

struct Work {
    WorkSpec spec;
    Arena *mem;
    Case blank; /* a case that is not filed yet */
    Book *book;
    struct NounIndex *index;     /* case_index.h */
    struct HelperCache *helpers; /* case_helpers.h */
    struct CaseTexts *texts;     /* case_text.h */
    /* After COMMIT, on the lane's thread, when a clock or a seat may ask for the sweep. */
    void (*wake)(void *context, bool ground, bool defs);
    void *wake_context;
};

typedef struct {
    Work *work;
    Act *act; /* NULL: a reader decides nothing */
    Db *db;
    Arena *mem;
    const Ground *ground;
    bool tells; /* set by who wants to hear why a duty sits where it does */
    const Who *who;
    Instant now;
    CodeLists lists; /* taken at the first need */
} CaseContext;

/* ---- case_engine.c ---- */
/* In an act. Whoever began it made the Who on the ground that holds now; NULL: the house, made
 * here. */
void turn_begin(CaseContext *t, Work *work, Act *act, const Who *who);
/* For a reader, on the ground of its Who. */
void turn_view(CaseContext *t, const CaseView *view);
MUST const CodeLists *turn_lists(CaseContext *t);
/* What decoding a field asks of the house. context is the CaseContext. */
MUST Lookup turn_lookup(CaseContext *t);
MUST const Calendar *work_calendar(const Work *work, Instant now);
MUST const Flow *work_flow(const Work *work, Str name, int64_t version);
/* The slip of a case; false for one that has ended. */
MUST bool run_slip(const Instance *run, OpenCase *out);
/* The same of a row; false, too, when its flow is not known. */
MUST bool work_slip(Work *work, const Case *c, Arena *mem, OpenCase *out);

/* Cases gathered while the book is held. */
typedef struct {
    Arena *mem;
    int64_t *ids;
    size_t count, cap;
} Ids;
static inline void ids_add(Ids *ids, int64_t id)
{
    ids->ids = arena_grow(ids->mem, ids->ids, ids->count, &ids->cap, sizeof *ids->ids);
    ids->ids[ids->count++] = id;
}

/* ---- case.c ---- */
typedef struct {
    int64_t actor, for_person; /* NIL: nobody did it yet */
} Actor;

/* A clock that was left when its state was: its numbers in the order in which they are stored.
 */
enum { LEFT_CLOCK, LEFT_FROM, LEFT_SHIFT, LEFT_DUE, LEFT_AT, LEFT_MARKS, LEFT_NUMBERS };
typedef struct {
    bool kept;
    int64_t n[LEFT_NUMBERS];
    Str risen;
} ParkedClock;

/* What a case remembers of its moves; parallel to the flow's moves and states. */
typedef struct {
    int64_t *uses;     /* of moves with a limit */
    Actor *last;       /* of moves that bar others */
    ParkedClock *left; /* by state */
} Progress;

typedef struct {
    int64_t seat;
    Role role;
    Instant at;
} Risen;

struct Instance {
    const Flow *flow;
    size_t state; /* FLOW_NONE: not filed yet, or ended by a built-in move */
    Case c;
    Value *values; /* of its form; those beside the flow's own fields by run_values */
    Progress track;
    Risen *risen;
    size_t risen_count, risen_cap;
    int64_t *watch;
    size_t watch_count;
    Whys whys; /* of the duty that was just found, if the turn tells */
};

#define CASE_MERGED    "merged" /* the end of the built-in merge: state and outcome */
#define MATTER_UNCLEAR "unclear"

/* The seats of a stored list, and as it is stored. */
void risen_read(Instance *run, const Json *in, Arena *mem);
MUST Str risen_text(Arena *mem, const Instance *run);
/* A case that is not filed yet. */
void run_new(CaseContext *t, const Flow *flow, int64_t version, Instance *out);
/* A row in hand. A row whose flow or JSON cannot be read is a broken store. */
MUST const Err *run_of(CaseContext *t, const Case *c, Instance *out);
/* The same for who only looks: without track. */
MUST const Err *run_look(CaseContext *t, const Case *c, Instance *out);
/* The values for expressions: place, subject, matter and department live in the row, and what
 * is read but never asked comes from it, too; here they are put beside the flow's own fields.
 */
MUST Value *run_values(const CaseContext *t, const Instance *run);
/* The other way round, for who has set place, subject, matter or department among the values.
 */
void run_take(Instance *run);
/* What the case was picked as: a hash of its first field that is a code; 0: none. */
MUST uint64_t run_code(const Instance *run);
/* The state that a move leads to as things stand. */
MUST size_t run_target(const CaseContext *t, const Instance *run, const Move *move);
/* The act is done for whom the body names. */
void turn_for(CaseContext *t, const Json *body, Faults *faults);
/* The given fields of a move into run->values; all faults. set has a place for each name: was
 * it set, before by the caller, by hand, or by default? partial: a preview, nothing is
 * required. */
void run_fill(CaseContext *t, Instance *run, const Move *move, const Json *fields, bool partial,
              Faults *faults, bool *set);
/* What the entry says was used: "hazard 3". */
MUST Str run_use(Arena *mem, const Instance *run);
/* Records the case in the act, values, track, risen and watch put back into its row; before:
 * NULL for a new one. What comes back lives in the act's arena. */
const Instance *run_keep(CaseContext *t, Instance *run, const Case *before);
/* The same of the case that the act is about. */
const Instance *run_store(CaseContext *t, Instance *run, const Case *before);
/* Where the case stands, for the ground; and what it is tied to, for scope. */
MUST Locus run_stand(const Instance *run);
MUST Relations case_ties(CaseContext *t, const Case *c);
MUST Visibility flow_see(const Flow *flow);
MUST uint32_t area_order(const Ground *ground, int64_t area, Instant at);

/* The subject of a case; all null and its area NIL when it has none or it is not there. */
MUST const Err *case_subject(const Work *work, Db *db, Arena *mem, const Case *c,
                             CaseSubject *out);
/* The seat of the subject's people that must act, and its role; false: nobody must. The seat is
 * NIL when nobody sits there. */
MUST bool case_party(const Ground *ground, Arena *mem, const Case *c, Instant at, Role *role,
                     int64_t *seat);

/* ---- case_route.c ---- */
/* Locates, and finds matter and department for a case that was filed or whose base fields were
 * set: given has a place for each base field. CASE_OUTSIDE. */
MUST const Err *run_settle(CaseContext *t, Instance *run, const bool given[FIELD_OWN]);

/* ---- case_state.c ---- */
/* Into a state: duty, watch, clock; or, when it is the state it is in, only what set changes.
 */
MUST const Err *run_enter(CaseContext *t, Instance *run, size_t state, const bool *set);
/* Finds the duty anew, without another state. */
MUST const Err *run_duty(CaseContext *t, Instance *run);
/* Counts the clock anew from where it began: the calendar has changed. */
void run_recount(CaseContext *t, Instance *run);
/* No clock runs and nobody must act. */
void run_stop(Case *c);
/* The limit that runs, of a case that is open; false: the date that it runs to is not set. */
MUST bool run_limit(const Instance *run, Limit *out);
/* A mark of lateness that has come: its place in the list, SIZE_MAX: none. */
MUST size_t run_mark_due(CaseContext *t, const Instance *run);
MUST const Late *run_marks(const Instance *run, size_t *out_count);
/* After marks were done or the clock was set: when the next one is. */
void run_next(CaseContext *t, Instance *run);
void run_rise(CaseContext *t, Instance *run, int rungs);

/* ---- case_permit.c ---- */
/* Which chair lets who do the move; NULL in out: the house itself. SCOPE_DENIED, CASE_BARRED.
 */
MUST const Err *run_permit(CaseContext *t, const Instance *run, const Move *move,
                           const Chairing **out);
MUST const Err *run_permit_filing(CaseContext *t, const Move *move, int64_t subject,
                                  const Chairing **out);
/* Of the chairs that let who file it the one that has to do with its place; else any. */
MUST const Chairing *run_filing_chair(CaseContext *t, const Instance *run, const Move *move,
                                      const Chairing *any);
/* The duty's or a risen seat's chair of who, or NULL. */
MUST const Chairing *run_duty_chair(CaseContext *t, const Instance *run);
/* A chair of who above the duty seat: for hand. */
MUST const Chairing *run_chair_above(CaseContext *t, const Instance *run);
/* The seat, or one of the same role and anchor, whose person may do the move, or (NULL)
 * something in the state; NIL: none. */
MUST int64_t run_seat_near(CaseContext *t, const Instance *run, const Move *move, size_t state,
                           int64_t seat);
/* The seat that a move falls to when all whom it names are barred or gone; NIL: somebody is
 * left. */
MUST int64_t run_falls_to(CaseContext *t, const Instance *run, const Move *move);

/* ---- case_file.c ---- */
/* A new case in hand as the body of a filing would have it, by a filing move; partial: for a
 * preview. Nothing is recorded. */
MUST const Err *run_file(CaseContext *t, const Json *body, bool partial, Instance *run,
                         const Move **out_move);
/* The child cases that a move opens, in the same act. */
MUST const Err *run_open_children(CaseContext *t, const Instance *run, const Move *move);
/* The chair in which an act is done, unless one was named before. */
void act_seat(Act *act, const Chairing *chair);

/* ---- case_move.c ---- */
/* Moves that every case has, whatever its flow. */
typedef enum { BUILTIN_MERGE, BUILTIN_HAND, BUILTIN_COUNT } BuiltinMove;
typedef struct {
    const char *name, *zh, *en;
    Form form;
    Question question; /* all required */
} Builtin;
extern const Builtin builtins[BUILTIN_COUNT];

/* Whether the case's state, uses and time allow the move, whoever does it: CASE_NOT_NOW. */
MUST const Err *run_offers(CaseContext *t, const Instance *run, const Move *move);
/* The chair that lets who do it; NULL: none. */
MUST const Chairing *run_builtin_chair(CaseContext *t, const Instance *run, BuiltinMove which);
/* Notes who did a move, for those that bar, and counts its use, for those with a limit. */
void run_note_doer(const CaseContext *t, Instance *run, const Move *move);

/* ---- notice.c ---- */
void notice_put(CaseContext *t, const Instance *run, const char *kind, Str role, int64_t seat);
/* A draft for the duty, unless one of the same paper is open. */
MUST const Err *notice_paper(CaseContext *t, const Instance *run, Str document);

/* ---- case_list.c ---- */
/* How much who sees; asks the store for finders' links when nothing else ties them. */
MUST const Err *turn_sight(CaseContext *t, const Case *c, Access *out);

/* ---- case_text.c ---- */
/* The number on the receipt: region and seq, "1-24865". */
MUST Str case_number(Arena *mem, int64_t id);

/* ---- case_json.c ---- */
/* Members of the object that is open in out: a role, its title, the seat and who sits there. */
void case_put_seat(const CaseView *view, Str role, int64_t seat, JsonOut *out);
/* One value of a field; what cannot be shown in part is not shown at all. */
void field_json(const Column *c, const Value *v, Access sight, JsonOut *out);
/* Whether the subject's own people look: they do not learn who found it. */
MUST bool case_hides_finder(const CaseView *view, const Case *c);

/* ---- case_similar.c ---- */
/* "similar": open cases that may be the same thing, those one sees, the nearest first. */
void similar_json(const CaseView *view, const Instance *run, JsonOut *out);

#endif
