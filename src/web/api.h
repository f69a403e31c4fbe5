/* SPDX-License-Identifier: Apache-2.0 */
/* api.h: the handlers that the table of routes names, and what they share. */
#ifndef WEB_API_H
#define WEB_API_H

#include "web/web.h"

/* A column of a body or a query, that no struct holds. */
#define FIELD(the_name, the_kind, chinese, ...)                                                \
    {                                                                                          \
        .name = the_name, .kind = the_kind, .zh = chinese, .en = __VA_ARGS__                   \
    }

/* api_session.c */
const Err *api_sign_in(Call *call), *api_sign_out(Call *call), *api_password(Call *call),
    *api_me(Call *call), *api_hat(Call *call), *api_views(Call *call),
    *api_view_put(Call *call), *api_view_drop(Call *call);
/* api_case.c */
const Err *api_case_file(Call *call), *api_case_again(Call *call), *api_case_move(Call *call),
    *api_cases(Call *call), *api_case_count(Call *call), *api_case_export(Call *call),
    *api_case(Call *call), *api_case_moves(Call *call), *api_case_ledger(Call *call),
    *api_case_sights(Call *call), *api_preview(Call *call);
MUST CaseView view_of(Call *call);
/* api_batch.c */
const Err *api_batch(Call *call);
/* api_work.c */
const Err *api_notices(Call *call), *api_papers(Call *call), *api_paper_close(Call *call),
    *api_blindspots(Call *call);
/* api_grid.c */
const Err *api_locate(Call *call), *api_area_children(Call *call),
    *api_area_outline(Call *call), *api_area_outlines(Call *call), *api_area_duty(Call *call);
/* api_map.c */
const Err *api_map(Call *call), *api_points(Call *call);
/* api_seat.c */
extern const Noun seat_noun;
const Err *api_seat_again(Call *call), *api_hold_end(Call *call), *api_shifts(Call *call),
    *api_shift_end(Call *call), *api_absence_open(Call *call), *api_absence_end(Call *call),
    *api_id_again(Call *call);
/* {"id":…} */
void answer_id(Call *call, int64_t id);
/* api_noun.c */
const Err *api_nouns(Call *call), *api_noun_list(Call *call), *api_noun_count(Call *call),
    *api_noun_one(Call *call), *api_noun_ledger(Call *call), *api_noun_act(Call *call),
    *api_noun_again(Call *call);
/* The query as the route's noun has it. */
MUST const Err *noun_ask_of(Call *call, NounView *view, NounAsk *ask);
/* api_subject.c */
const Err *api_proposal_open(Call *call), *api_proposal_accept(Call *call),
    *api_proposal_refuse(Call *call), *api_proposal_again(Call *call);
/* api_file.c */
const Err *api_file_admit(Call *call), *api_file_put(Call *call), *api_file_get(Call *call);
/* api_def.c */
const Err *api_flows(Call *call), *api_codes(Call *call);
/* api_house.c */
const Err *api_health(Call *call), *api_house(Call *call), *api_metrics(Call *call),
    *api_clock(Call *call), *api_clock_accept(Call *call), *api_clock_again(Call *call),
    *api_openapi(Call *call), *api_events(Call *call);
/* assets.c: the pages, compiled in */
const Err *api_asset(Call *call);

#endif
