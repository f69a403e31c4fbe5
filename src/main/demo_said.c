/* SPDX-License-Identifier: Apache-2.0 */
/*
 * demo_said.c: what people in the field said of subjects and nobody has confirmed yet, so that
 * whoever tries the demo finds it waiting.
 */
#include "main/demo.h"

#include "grid/duty.h"
#include "subject/proposal.h"

typedef struct {
    Demo *demo;
    const Who *who;
    const Json *body;
} Saying;

static const Err *say(Act *act, void *context)
{
    Saying *s = context;
    Proposal p;
    return proposal_open(act, s->demo->house->subjects, s->who, s->body, NULL, &p);
}

static size_t place_of(const Demo *demo, Str code)
{
    for (size_t i = 0; i < demo->subject_count; i++)
        if (str_eq(demo->places[i].code, code)) return i;
    return SIZE_MAX;
}

static Str body_of(const Demo *demo, Arena *mem, const Said *said, size_t place)
{
    Buf b = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    json_open(&w, '{');
    json_put_text(&w, "kind", said->kind);
    json_put_int(&w, "subject", demo->ids[place]);
    json_put_text(&w, "note", said->note);
    json_key(&w, "fields");
    json_open(&w, '{');
    for (size_t i = 0; i < said->fields.count; i++) {
        json_key_str(&w, said->fields.words[i].key);
        json_text(&w, said->fields.words[i].value);
    }
    json_close(&w, '}');
    json_close(&w, '}');
    return buf_str(&b);
}

static const Err *say_one(Demo *demo, const Ground *ground, Arena *mem, const Said *said,
                          Instant now)
{
    size_t place = place_of(demo, said->at);
    if (place == SIZE_MAX) return NULL;
    Chair member = {ROLE_GRID_MEMBER, ANCHOR_AREA};
    Stand stand = {.cell = demo->places[place].cell, .department = NIL, .subject = NIL};
    Duty duty;
    Who who;
    Saying saying = {.demo = demo, .who = &who};
    if (duty_find(ground, &member, 1, &stand, now, mem, NULL, &duty)) return NULL;
    const Err *e = who_at(mem, ground, duty.person, now, NIL, &who);
    if (!e) e = json_read(mem, body_of(demo, mem, said, place), &saying.body);
    if (e) return e;
    ActJob job = {.mem = mem,
                  .spec = {.region = demo->region,
                           .actor = duty.person,
                           .seat = duty.seat,
                           .for_person = NIL,
                           .verb = S("propose_subject"),
                           .client = now},
                  .decide = say,
                  .context = &saying};
    return ledger_call(demo->house->ledger, &job);
}

const Err *demo_say(Demo *demo, Instant now)
{
    Date day = instant_date(now), last = instant_date(demo->end);
    Arena *mem = arena_new(0);
    const Ground *ground = ground_pin(demo->house->grounds, demo->region);
    const Err *e = NULL;
    for (size_t i = 0; i < demo->script->said_count && !e; i++) {
        const Said *said = &demo->script->said[i];
        if (last - said->days == day) e = say_one(demo, ground, mem, said, now);
    }
    if (e) e = err_make(demo->mem, e, STR_NULL, STR_NULL);
    ground_unpin(ground);
    arena_free(mem);
    return e;
}
