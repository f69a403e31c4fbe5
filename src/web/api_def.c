/* SPDX-License-Identifier: Apache-2.0 */
/* api_def.c: the definitions in force: forms, lists and buttons are made from them. */
#include "case/flow_ask.h"
#include "web/api.h"

const Err *api_flows(Call *call)
{
    const Published **all;
    size_t n = defs_list(web_conf(call->web)->defs, FLOW_KIND, call->now, call->mem, &all);
    JsonOut *w = &call->json;
    list_open(w);
    for (size_t i = 0; i < n; i++) {
        json_open(w, '{');
        json_put_text(w, "name", all[i]->row.name);
        json_put_int(w, "version", all[i]->row.version);
        json_key(w, "flow");
        flow_json(all[i]->compiled, call->lang, w);
        json_close(w, '}');
    }
    list_close(w, STR_NULL);
    return NULL;
}

const Err *api_codes(Call *call)
{
    const CodeList *list =
        defs_get(web_conf(call->web)->defs, CodeList, CODES_KIND, call->params[0], call->now);
    if (!list) return &WEB_ID;
    code_list_json(list, call->lang, &call->json);
    return NULL;
}
