/* SPDX-License-Identifier: Apache-2.0 */
/* api_subject.c: whether a subject is seen, and what was said of subjects in the field. */
#include "base/time.h"
#include "subject/proposal.h"
#include "web/api.h"

const Err *see_subject(Call *call, int64_t id)
{
    Subject s;
    Sight sight;
    return subject_load(web_conf(call->web)->subjects, call->db, call->mem, &call->who, id, &s,
                        &sight);
}

/* ---- what was said in the field ---- */

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
