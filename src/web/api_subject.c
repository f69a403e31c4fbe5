/* SPDX-License-Identifier: Apache-2.0 */
/* api_subject.c: what was said of subjects in the field, and what an office makes of it. */
#include "subject/proposal.h"
#include "web/api.h"

static const Err *answer_proposal(Call *call, int64_t id)
{
    Proposal p;
    const Err *e = proposal_load(call->db, call->mem, &call->who, id, &p);
    if (!e) proposal_json(&p, &call->json);
    return e;
}

const Err *api_proposal_again(Call *call)
{
    return answer_proposal(call, call->job.on_id);
}

const Err *api_proposal_open(Call *call)
{
    Proposal p;
    const Err *e = proposal_open(call->act, web_conf(call->web)->subjects, &call->who,
                                 call->body, &call->house, &p);
    if (e) return e;
    call->status = 201;
    proposal_json(&p, &call->json);
    return NULL;
}

static const Err *decide(Call *call, bool accept)
{
    int64_t id;
    Proposal p;
    const Err *e = call_id(call, 0, &id);
    if (!e) e = proposal_load(call->db, call->mem, &call->who, id, &p);
    if (!e)
        e = proposal_decide(call->act, web_conf(call->web)->subjects, &call->who, id, accept,
                            call->given[0].s, &p);
    if (!e) proposal_json(&p, &call->json);
    return e;
}

const Err *api_proposal_accept(Call *call)
{
    return decide(call, true);
}

const Err *api_proposal_refuse(Call *call)
{
    return decide(call, false);
}
