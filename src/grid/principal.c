/* SPDX-License-Identifier: Apache-2.0 */
/*
 * principal.c: the chairs of one person on a Ground at an instant. A stand-in sits only while
 * it is the one who answers for the seat: rights come with the absence and go with it.
 */
#include "grid/duty.h"
#include "grid/scope.h"

/* The area whose subtree the seat reaches: its own, or the root for seats of the whole region.
 */
static Range range_of(const Ground *ground, const Seat *seat, Instant at)
{
    Range range = {ORDER_NONE, ORDER_NONE};
    if (seat->area != NIL && !area_range(ground, seat->area, at, &range.first, &range.end))
        range = (Range){ORDER_NONE, ORDER_NONE};
    return range;
}

static bool sits(const Ground *ground, int64_t person, const Sitting *s, Instant at)
{
    if (!seat_is_open(s->seat, at)) return false;
    return s->kind != HOLD_STAND_IN || seat_person(ground, s->seat->id, at) == person;
}

Chairing seat_chairing(const Ground *ground, int64_t id, Instant at)
{
    const Seat *seat = seat_of(ground, id);
    assert(seat);
    return (Chairing){.seat = id,
                      .role = seat_role(seat),
                      .area = seat->area,
                      .department = seat->department,
                      .subject = seat->subject,
                      .range = range_of(ground, seat, at),
                      .sit = SIT_HOLDER,
                      .for_person = NIL};
}

const Err *who_at(Arena *mem, const Ground *ground, int64_t person, Instant at, int64_t hat,
                  Who *out)
{
    static const Sit how[] = {[HOLD_HOLDER] = SIT_HOLDER,
                              [HOLD_STAND_IN] = SIT_STANDIN,
                              [HOLD_LIAISON] = SIT_LIAISON,
                              [HOLD_SHIFT] = SIT_HOLDER};
    Sitting *sittings;
    size_t count, n = 0;
    person_seats(ground, person, at, mem, &sittings, &count);
    Chairing *chairs = arena_array(mem, Chairing, count);
    for (size_t i = 0; i < count; i++) {
        if (!sits(ground, person, &sittings[i], at)) continue;
        Chairing *chair = &chairs[n++];
        *chair = seat_chairing(ground, sittings[i].seat->id, at);
        chair->sit = how[sittings[i].kind];
        chair->for_person = sittings[i].for_person;
    }
    return who_of(mem, ground, ground_region(ground), person, at, hat, chairs, n, out);
}
