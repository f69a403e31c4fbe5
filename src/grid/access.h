/* SPDX-License-Identifier: Apache-2.0 */
/*
 * access.h: what can be seen of an object. Objects (a case, a subject) are never named on this
 * floor: a noun says what its object is tied to (Ties) and which ties may see it (See); who
 * sees it then is scope.h. Places are preorder numbers of the areas in one Ground at one
 * instant: a subtree is a range.
 */
#ifndef GRID_ACCESS_H
#define GRID_ACCESS_H

#include "base/str.h"

/* A half-open range of preorder numbers: the area `first` and all below it. */
typedef struct {
    uint32_t first, end;
} Range;
#define ORDER_NONE UINT32_MAX /* the preorder number of no area */

/* What an object is tied to; NIL, ORDER_NONE and empty lists where there is nothing. */
typedef struct {
    uint32_t order;     /* of its area in who->ground */
    int64_t department; /* that leads, or holds it now */
    int64_t subject;
    int64_t duty;           /* seat */
    int64_t filed_by;       /* person */
    const int64_t *helpers; /* further departments */
    const int64_t *parties; /* further subjects: the chain of a construction site */
    const int64_t *risen;   /* seats above that got it */
    const int64_t *watch;   /* seats that look on, without duty */
    size_t helper_count, party_count, risen_count, watch_count;
} Relations;
#define TIES_NONE                                                                              \
    ((Relations){                                                                              \
        .order = ORDER_NONE, .department = NIL, .subject = NIL, .duty = NIL, .filed_by = NIL})

/* The words of a flow's `see`, as bits. */
typedef enum {
    TIE_AREA = 1 << 0,       /* the area's chain, the office, the leaders */
    TIE_DEPARTMENT = 1 << 1, /* the department and its helpers */
    TIE_SUBJECT = 1 << 2,    /* the subject's own people */
    TIE_PARTIES = 1 << 3,    /* people of the further subjects */
    TIE_DUTY = 1 << 4,       /* duty, risen, watch: always sees */
    TIE_AUDIT = 1 << 5,      /* audit administrators */
    TIE_FILED = 1 << 6       /* who filed it: always sees what is open */
} Tie;

/* Which ties see fields of each class of sensitivity, and the object at all (open). */
typedef struct {
    unsigned open, masked, sealed; /* Tie bits */
} Visibility;
/* What a definition without `see` means. */
#define SEE_DEFAULT                                                                            \
    ((Visibility){.open = TIE_AREA | TIE_DEPARTMENT | TIE_SUBJECT | TIE_PARTIES,               \
                  .masked = TIE_AREA | TIE_DEPARTMENT})

/* How much one sees; each includes those before it. */
typedef enum {
    SIGHT_NONE,   /* it is not there: 404 */
    SIGHT_OPEN,   /* masked values in part, sealed ones not */
    SIGHT_MASKED, /* masked values whole */
    SIGHT_SEALED  /* may ask for sealed ones: opening is an act with a reason */
} Access;

/* "area department subject parties duty audit": false for any other word. */
MUST bool tie_by_name(Str name, Tie *out);
/* The word; "filed" for TIE_FILED, which no definition needs to say. */
MUST const char *tie_name(Tie tie);
/* How much is seen by one tie alone. */
MUST Access tie_sight(Tie tie, Visibility see);

#endif
