/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot.h: all that is slow about one region, in memory, at every instant: areas, outlines,
 * departments, rules, authority, persons, seats and who sits on them, with all their spans.
 *
 * A Ground is a snapshot that never changes; any thread may read it while it is pinned. Grounds
 * keeps one for each region, made at the first need and made anew after each act that raises
 * the epoch, before its answer goes out. Everything takes the instant it is asked about: the
 * past is answered as well as the present, more slowly where areas are searched.
 *
 * Pointers that come out of a Ground live as long as it is pinned.
 */
#ifndef GRID_SNAPSHOT_H
#define GRID_SNAPSHOT_H

#include "grid/area.h"
#include "grid/department.h"
#include "grid/person.h"
#include "grid/seat.h"
#include "ledger/ledger.h"

typedef struct Grounds Grounds;
typedef struct Ground Ground;

/* Listens to the ledger, which must be closed before. Loads nothing yet. */
MUST const Err *grounds_open(Ledger *ledger, Grounds **out);
void grounds_close(Grounds *grounds);

/* The region's newest snapshot, never NULL: empty for a region that is not there. A store that
 * cannot be read ends the process. Give it back with ground_unpin; quick when it is in memory.
 */
MUST const Ground *ground_pin(Grounds *grounds, int64_t region);
void ground_unpin(const Ground *ground); /* NULL is fine */
MUST int64_t ground_region(const Ground *ground);
/* Whether snapshots hold the rows of this table: a change of one is a change of the ground. */
MUST bool ground_holds(const Table *table);

/* The newest snapshot of the act's region, for its decide, until the act's arena goes. */
MUST const Ground *act_ground(Act *act, Grounds *grounds);

/* The snapshot as it will be after what act has recorded so far; dies with the act's arena. For
 * decisions about what an act would leave behind. */
MUST const Ground *ground_after(const Ground *ground, const Act *act);

/*
 * What the floors above do within an act that changes the ground, so that no work is left
 * behind. NULL functions: there is nothing. Not called for what is planned: when it comes
 * (ground_next), a sweep does the same.
 */
struct GroundHooks {
    void *context;
    /* Seats that somebody held and nobody holds any more at `at` by `after`: moves their open
     * work to whom duty_find names in after, recording in the act. WOULD_ORPHAN: some of it
     * would be nobody's. */
    const Err *(*unheld)(void *context, Act *act, const Ground *after, const int64_t *seats,
                         size_t count, Instant at);
    /* An area ends at `at`: moves what lies there to where after says it lies. */
    const Err *(*area_ends)(void *context, Act *act, const Ground *after, int64_t area,
                            Instant at);
};

/* The next instant after t at which any span begins or ends, shifts and absences too; NIL:
 * nothing is planned. What a sweep waits for. */
MUST Instant ground_next(const Ground *ground, Instant t);

/* ---- areas ---- */
/* The span of an area at an instant; NULL when there is none. */
MUST const AreaSpan *area_at(const Ground *ground, int64_t area, Instant at);
MUST const AreaSpan *area_by_code(const Ground *ground, Str code, Instant at);
/* The root; NULL when the region has none then. */
MUST const AreaSpan *area_root(const Ground *ground, Instant at);
MUST Level area_level(const AreaSpan *span);
/* Whether area is top or lies below it; NIL is nowhere. O(1) at present. */
MUST bool area_within(const Ground *ground, int64_t area, int64_t top, Instant at);
/* The subtree as a range [first, end) of preorder numbers, 0 the root: those within are the
 * areas below. For an area that is closed, the numbers of what it has become: of the nearest
 * successor or parent that is open, with end = first. False: it never was of this region. */
MUST bool area_range(const Ground *ground, int64_t area, Instant at, uint32_t *out_first,
                     uint32_t *out_end);
/* The area of a preorder number of the same instant. */
MUST const AreaSpan *area_by_order(const Ground *ground, uint32_t order, Instant at);
/* From the area up to the root, at most LEVEL_COUNT; how many. */
MUST size_t area_path(const Ground *ground, int64_t area, Instant at,
                      const AreaSpan *out[LEVEL_COUNT]);
/* The children, by code; NIL: the root alone. */
void area_children(const Ground *ground, int64_t parent, Instant at, Arena *mem,
                   const AreaSpan ***out, size_t *out_count);
/* The whole subtree in preorder, the area first; empty when there is no such area then. */
void area_tree(const Ground *ground, int64_t top, Instant at, Arena *mem, const AreaSpan ***out,
               size_t *out_count);
/* The outline's row and shape at an instant; NULL when it has none. */
MUST const AreaOutline *area_outline(const Ground *ground, int64_t area, Instant at,
                                     const Outline **out_shape);
/* What the tree and its outlines at an instant depend on, for caches: the last entry that
 * changed any area or outline, and since when the tree has been as it is then. */
void area_stamp(const Ground *ground, Instant at, int64_t *out_entry, Instant *out_since);
void area_dockings(const Ground *ground, int64_t area, Instant at, Arena *mem,
                   const Docking ***out, size_t *out_count);
void area_codes(const Ground *ground, int64_t area, Instant at, Arena *mem,
                const AreaCode ***out, size_t *out_count);
/* The leaf that the point lies in: an outlined area below which nothing is outlined; NIL
 * outside of all. */
MUST int64_t area_find(const Ground *ground, Point p, Instant at);
/* Who has the ground of an area that has ended: the first of its successors that stands; NIL:
 * none. An area that stands is its own heir. */
MUST int64_t area_heir(const Ground *ground, int64_t area, Instant at);
/* Changes whenever areas, their parents, their outlines or departments at that instant do. */
MUST uint64_t ground_mark(const Ground *ground, Instant at);
/* Likewise for a point of another datum: exact when the outline is of the same. */
MUST int64_t area_find_by(const Ground *ground, Point p, Datum datum, Instant at);
/* The nearest leaf and the whole metres to it; NIL when nothing is outlined. */
MUST int64_t area_nearest(const Ground *ground, Point p, Instant at, int64_t *out_metres);

/* ---- departments ---- */
MUST const DepartmentSpan *department_at(const Ground *ground, int64_t department, Instant at);
MUST const DepartmentSpan *department_by_code(const Ground *ground, Str code, Instant at);
/* All there are then, by code. */
void department_all(const Ground *ground, Instant at, Arena *mem, const DepartmentSpan ***out,
                    size_t *out_count);
/* The rule that lets a body do an act about a matter: the department's, or that of an area's
 * office or one above it; NULL: none. One of department and area is NIL. */
MUST const Authority *authority_find(const Ground *ground, int64_t department, int64_t area,
                                     Str matter, Str act, Instant at);

/* ---- persons ---- */
MUST const Person *person_of(const Ground *ground,
                             int64_t person); /* NULL when there is none */
MUST const Person *person_by_code(const Ground *ground, Str code);
/* All there are, by code. */
void person_all(const Ground *ground, Arena *mem, const Person ***out, size_t *out_count);
/* The fact of that kind at an instant; NULL: not known to be so. */
MUST const PersonFact *person_fact(const Ground *ground, int64_t person, const char *kind,
                                   Instant at);
/* The absence that a person is in; NULL: at work. */
MUST const Absence *person_absence(const Ground *ground, int64_t person, Instant at);
/* One seat that a person sits on at an instant. */
typedef struct {
    const Seat *seat;
    HoldKind kind;
    int64_t for_person; /* of a stand-in or liaison: the holder, NIL when vacant; else NIL */
} Sitting;
/* All of a person's, absent or not. */
void person_seats(const Ground *ground, int64_t person, Instant at, Arena *mem, Sitting **out,
                  size_t *out_count);

/* ---- seats ---- */
MUST const Seat *seat_of(const Ground *ground,
                         int64_t seat); /* open or closed; NULL when there is none */
MUST bool seat_is_open(const Seat *seat, Instant at);
MUST Role seat_role(const Seat *seat);
/* Of a role at one anchor (the other two NIL), by ordinal. */
void seat_list(const Ground *ground, Role role, int64_t area, int64_t department,
               int64_t subject, Instant at, Arena *mem, const Seat ***out, size_t *out_count);
/* The hold of a kind at an instant; NULL: none. Of liaisons the first. */
MUST const SeatHold *seat_hold(const Ground *ground, int64_t seat, HoldKind kind, Instant at);
/* The shift that runs at an instant; NULL: none. */
MUST const Shift *seat_shift(const Ground *ground, int64_t seat, Instant at);
/* The first shift that begins after an instant; NULL: none is planned. */
MUST const Shift *seat_shift_next(const Ground *ground, int64_t seat, Instant at);
/* The shifts that lie in [from, to) in part or whole, by their beginning. */
void seat_shifts(const Ground *ground, int64_t seat, Instant from, Instant to, Arena *mem,
                 const Shift ***out, size_t *out_count);

#endif
