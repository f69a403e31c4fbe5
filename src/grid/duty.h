/* SPDX-License-Identifier: Apache-2.0 */
/*
 * duty.h: who answers, and why this person. From candidates (role@anchor) and where a case
 * stands follows one seat that is held at the instant; the person is looked up, never stored.
 *
 * A seat is held by its holder unless absent or gone, else by its stand-in unless absent; a
 * roster seat by whoever has the shift. The seats of a candidate hang at its anchor, of
 * role@area at the area or above it; the nearest that is held answers, of several at one place
 * the lowest ordinal. The first candidate that is held answers; when none is, the ladder is
 * climbed (role_next) from the last candidate, then from those before it. (design §6.3)
 */
#ifndef GRID_DUTY_H
#define GRID_DUTY_H

#include "grid/snapshot.h"

/* Where a case stands. */
typedef struct {
    int64_t cell;       /* any area: the leaf, or one above; NIL: the root */
    Str matter;         /* null or "unclear": the comprehensive department leads */
    int64_t department; /* that the case names; NIL: the leading one */
    int64_t subject;    /* NIL: none */
} Locus;

/* A line of reason. */
typedef struct {
    Str zh, en;
} Why;
typedef struct {
    Arena *mem;
    Why *lines;
    size_t count, cap;
} Whys; /* begin with {.mem = arena}; where one is taken, NULL: nobody asks why */
void why_add(Whys *whys, Str zh, Str en);

typedef struct {
    Role role;
    int64_t seat, person;
    HoldKind how;       /* HOLD_HOLDER, HOLD_STAND_IN or HOLD_SHIFT */
    int64_t department; /* that the seat hangs on, NIL for a seat of the territory */
} Duty;

extern const Err DUTY_NOBODY; /* 409 "no-duty": no seat on the whole ladder is held */

/* whys: the place with its outline's version, the rules used, each skip, the answer. */
MUST const Err *duty_find(const Ground *ground, const RoleAt *candidates, size_t count,
                          const Locus *stand, Instant when, Arena *mem, Whys *whys, Duty *out);
/* The first held seat on the ladder above that seat, for a case that stands so: whom it rises
 * to. Held by barred (NIL: nobody) does not count. DUTY_NOBODY: that seat is the top. */
MUST const Err *duty_above(const Ground *ground, int64_t seat, int64_t barred,
                           const Locus *stand, Instant when, Arena *mem, Whys *whys, Duty *out);
/* Who acts when the seat's person must not: another seat of its role for a case that stands so,
 * else duty_above. */
MUST const Err *duty_instead(const Ground *ground, int64_t seat, int64_t barred,
                             const Locus *stand, Instant when, Arena *mem, Whys *whys,
                             Duty *out);

/* Who sits there at an instant and answers; NIL: nobody. */
MUST int64_t seat_person(const Ground *ground, int64_t seat, Instant when);
MUST int64_t seat_person_how(const Ground *ground, int64_t seat, Instant when,
                             HoldKind *out_how);
/* Whether the seat is one that the chair means for a case that stands so: @area at the area or
 * any above it, without anchor likewise, @department the named or leading one. */
MUST bool chair_means(const Ground *ground, RoleAt chair, int64_t seat, const Locus *stand,
                      Instant when);

/* The department that leads the matter at that place; NIL when not even a comprehensive one is
 * there. A rule for a department that has ended holds for its successor. */
MUST int64_t lead_department(const Ground *ground, Str matter, int64_t area, Instant when,
                             Whys *whys);
/* The department itself while it stands, or who took over from it; NIL: nobody did. */
MUST int64_t department_now(const Ground *ground, int64_t department, Instant when);
/* The departments that help with it there, without duty. */
void help_departments(const Ground *ground, Str matter, int64_t area, Instant when, Arena *mem,
                      int64_t **out, size_t *out_count);

#endif
