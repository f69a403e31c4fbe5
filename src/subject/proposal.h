/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proposal.h: what people in the field say of subjects: new, moved, renamed, closed, paused,
 * resumed, facts that differ. One tap by the member; the officer confirms, in a batch of acts;
 * only then is the subject what they said. The house itself asks about subjects that nobody has
 * seen for as long as their kind allows (attribute unseen_days of the code list subject-kind):
 * a building site ends without saying so.
 */
#ifndef SUBJECT_PROPOSAL_H
#define SUBJECT_PROPOSAL_H

#include "subject/subject.h"

typedef struct {
    STATE_MEMBERS
    int64_t subject;  /* NIL: a new one, until it is accepted */
    Str kind;         /* new moved renamed closed paused resumed facts unseen */
    Str fields;       /* what it should be: columns of subjects, as JSON */
    int64_t lon, lat; /* WGS84; NIL: as before */
    Str note;
    Str photos;                /* vault files */
    int64_t area;              /* where it lies: who confirms */
    int64_t proposed_by, seat; /* person 0: the house asks */
    Instant at;
    Str state; /* open accepted refused */
    int64_t decided_by;
    Instant decided_at;
    Str reason;
} Proposal;
extern const Table proposal_table;
extern const Noun proposal_noun;

extern const Err PROPOSAL_KNOWN; /* 409 "proposed": somebody said so already, it waits */
extern const Err PROPOSAL_DONE;  /* 409 "not-now": it is decided */
extern const Err PROPOSAL_EMPTY; /* 422 "empty": it says nothing new */

/* POST /proposals {"kind","subject"?,"place"?,"fields"?,"note"?,"photos"?}. file: is a hash in
 * the vault? NULL: any. who: made on the ground that holds in the act. ERR_NOT_FOUND,
 * SCOPE_DENIED, PROPOSAL_KNOWN, and the subject's faults.
 */
MUST const Err *proposal_open(Act *act, Subjects *subjects, const Who *who, const Json *body,
                              const Lookup *files, Proposal *out);
/* POST /proposals/{id}/accept and /refuse {"reason"?}; a refusal has a reason. Accepting makes
 * or changes the subject in the same act; refusing what the house asked notes that it was seen.
 */
MUST const Err *proposal_decide(Act *act, Subjects *subjects, const Who *who, int64_t id,
                                bool accept, Str reason, Proposal *out);

MUST const Err *proposal_load(Db *db, Arena *mem, const Who *who, int64_t id, Proposal *out);
/* As a list has it. */
void proposal_json(const Proposal *p, JsonOut *out);

/*
 * Asks about each live subject that was not seen for its kind's unseen_days: one act a region,
 * at most 1,000 subjects each time. seen: when else it was seen (visits); NULL: nothing known.
 * Once a day; not from the ledger's thread.
 */
MUST const Err *subjects_ask_unseen(Subjects *subjects, Db *db, Instant now,
                                    Instant (*seen)(void *context, Db *db, int64_t subject),
                                    void *context, int64_t *out_asked);

#endif
