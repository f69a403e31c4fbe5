/* SPDX-License-Identifier: Apache-2.0 */
/* api.h: the handlers that the table of routes names, and the columns of their bodies and queries. */
#ifndef WEB_API_H
#define WEB_API_H

#include "web/web.h"

/* A column of a body or a query, that no struct holds. */
#define FIELD(the_name, the_kind, chinese, ...)                                                \
    {                                                                                          \
        .name = the_name, .kind = the_kind, .zh = chinese, .en = __VA_ARGS__                   \
    }

/* api_session.c */
const Err *api_sign_in(Call *call), *api_sign_out(Call *call), *api_me(Call *call), *api_hat(Call *call);
/* api_case.c */
const Err *api_case_file(Call *call), *api_case_again(Call *call), *api_case_move(Call *call);
const Err *api_cases(Call *call), *api_case_count(Call *call), *api_case(Call *call), *api_case_moves(Call *call);
const Err *api_case_ledger(Call *call), *api_preview(Call *call);
/* api_grid.c */
const Err *api_locate(Call *call), *api_area(Call *call), *api_area_children(Call *call), *api_area_outline(Call *call);
const Err *api_blindspots(Call *call), *api_seats(Call *call), *api_departments(Call *call);
/* api_def.c */
const Err *api_flows(Call *call), *api_codes(Call *call);
/* api_house.c */
const Err *api_health(Call *call), *api_metrics(Call *call), *api_clock(Call *call), *api_openapi(Call *call);

#endif
