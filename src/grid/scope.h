/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope.h: who sees and does what (design §2.6). A person is nobody by itself: what one may do
 * comes from the seats one sits on today, as holder, as stand-in, or as liaison for somebody.
 * One table in scope.c gives each role its grants: capabilities over a reach. A Who is the sum
 * of one person's grants at one instant; it is made once per request, before the lane, and is
 * read only.
 *
 * What an object says of itself so that it can be asked who sees it is access.h.
 */
#ifndef GRID_SCOPE_H
#define GRID_SCOPE_H

#include "base/err.h"
#include "grid/access.h"
#include "grid/role.h"
#include "ledger/ledger.h"

typedef struct Ground Ground; /* snapshot.h */

/* Capabilities. A route names one; 0 is none and no route may say it. */
typedef enum {
    CAN_SEE = 1 << 0,      /* scoped objects: cases, subjects, records */
    CAN_FILE = 1 << 1,     /* cases, anywhere in the region; the flow's `by` says which */
    CAN_MOVE = 1 << 2,     /* cases; the flow's `by` says which moves */
    CAN_HAND = 1 << 3,     /* give open work of a seat below to a seat of equal role */
    CAN_PROPOSE = 1 << 4,  /* say that a subject is new, moved, renamed or closed */
    CAN_SUBJECTS = 1 << 5, /* open and change subjects, confirm what was proposed */
    CAN_AREAS = 1 << 6,    /* areas, outlines, docking */
    CAN_SEATS =
        1 << 7, /* open and end seats, seat holders, stand-ins, rosters: see who_seats */
    CAN_DEPARTMENTS = 1 << 8, /* departments, their duties, authority rows */
    CAN_PERSONS = 1 << 9,     /* persons and their accounts */
    CAN_UNLOCK = 1 << 10,     /* locks of accounts, new passwords */
    CAN_IMPORT = 1 << 11,     /* whole files of areas, subjects, persons */
    CAN_DEFINE = 1 << 12,     /* publish definitions */
    CAN_AUDIT = 1 << 13,      /* the security log, and the entries of the house's own upkeep */
    CAN_CLOCK = 1 << 14,      /* accept the server's clock after it was moved */
    CAN_COUNT = 15,           /* how many there are above */
    CAN_SIGN_IN = 1 << 29,    /* of a route: any signed-in account */
    CAN_ANYONE = 1 << 30      /* of a route: public */
} Can;

/* How one came to a seat. */
typedef enum { SIT_HOLDER, SIT_STANDIN, SIT_LIAISON } Sit;

/* What a grant reaches. */
typedef enum {
    REACH_REGION,     /* the whole region, also what lies in no area */
    REACH_AREA,       /* the subtree of the seat's area */
    REACH_DEPARTMENT, /* what the seat's department leads, helps with, or holds */
    REACH_SUBJECT,    /* the seat's subject */
    REACH_SEAT,       /* what was sent to the seat: duty, risen to it, watched by it */
    REACH_OWN         /* what one filed */
} Reach;

/* One seat that a person sits on at an instant: what snapshot.h knows. Ids are NIL when none.
 */
typedef struct {
    int64_t seat;
    Role role;
    int64_t area, department, subject; /* its anchor */
    Range range; /* of the area's subtree; of the root for ANCHOR_REGION */
    Sit sit;
    int64_t for_person; /* whom a stand-in or liaison acts for; NIL for a holder */
} Chairing;

typedef struct {
    Reach reach;
    unsigned can;   /* Can bits */
    uint64_t seats; /* with CAN_SEATS: bits 1 << Role that it may fill within its reach */
    const Chairing *chair; /* NULL for REACH_OWN */
} Grant;

/* One person at one instant. Lives in the arena it was made in; `ground` must outlive it. */
typedef struct Who {
    int64_t region, person; /* person 0: the house itself */
    Instant at;
    const Ground *ground;
    int64_t hat;  /* the seat chosen for this act; NIL: whichever fits */
    unsigned can; /* all grants together */
    const Chairing *chairs;
    size_t chair_count;
    const Grant *grants;
    size_t grant_count;
    /* CAN_SEE of all grants, ready for a page: a row is in when any of these holds. */
    bool all;           /* REACH_REGION */
    const Range *areas; /* sorted, disjoint */
    size_t area_count;
    const int64_t *departments, *subjects, *seats; /* sorted, without repeats */
    size_t department_count, subject_count, seat_count;
} Who;

extern const Err SCOPE_DENIED; /* 403 "denied": visible, but not yours to do */
extern const Err SCOPE_HAT; /* 403 "not-your-seat": the seat chosen is not one of yours now */

/* "see", "areas" …; bits of CAN_COUNT only. */
MUST const char *can_name(Can can);
/* The sum of what these seats give; chairs are copied into mem. hat must be one of them or NIL:
 * SCOPE_HAT. */
MUST const Err *who_of(Arena *mem, const Ground *ground, int64_t region, int64_t person,
                       Instant at, int64_t hat, const Chairing *chairs, size_t count, Who *out);
/* A person's Who at an instant: seats held, stood in for, liaised for. SCOPE_HAT. */
MUST const Err *who_at(Arena *mem, const Ground *ground, int64_t person, Instant at,
                       int64_t hat, Who *out);
/* The chair that an existing seat is to its holder. */
MUST Chairing seat_chairing(const Ground *ground, int64_t seat, Instant at);
/* The house itself (person 0): sweeps, imports from the command line. Sees and does everything.
 */
void who_house(Arena *mem, const Ground *ground, int64_t region, Instant at, Who *out);

/* The Tie bits by which who is tied to the object with CAN_SEE. */
MUST unsigned who_ties(const Who *who, const Relations *ties);
MUST Access who_sees(const Who *who, const Relations *ties, Visibility see);
/*
 * The grant that lets who do it to what is tied so; its chair is the entry's seat and
 * for_person. With a hat only the hat's grants and the own count; else the nearest wins: own,
 * duty, subject, the smallest area, department, region. ties NULL: whatever the reach. CAN_FILE
 * prefers what reaches the place and is content with any. NULL: it is not theirs.
 */
MUST const Grant *who_can(const Who *who, Can can, const Relations *ties);
/* May who fill or end seats of that role with that anchor (a place, a department or a subject)?
 */
MUST const Grant *who_seats(const Who *who, Role role, const Relations *anchor);
/* Whether who sees everything in the area of that preorder number by CAN_SEE. */
MUST bool who_sees_area(const Who *who, uint32_t order);
/* The chair of that seat, or NULL when it is not one of theirs. */
MUST const Chairing *who_chair(const Who *who, int64_t seat);
/* The chair of that role that has to do with what is tied so: an area's seat at its area or
 * above (the nearest first), a department's or a subject's own, a region's always. ties NULL:
 * anywhere in the region. Only the hat when one was chosen. NULL: none. What a flow's
 * `by: role` asks. */
MUST const Chairing *who_sits(const Who *who, Role role, const Relations *ties);

/* The act is done from that chair: its seat, and for whom when it is another's. NULL: from
 * none. */
void act_sit(Act *act, const Chairing *chair);

/* The table role → grants as a Markdown table, for docs and `describe roles`. */
void scope_describe(Buf *out, Lang lang);

#endif
