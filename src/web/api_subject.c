/* SPDX-License-Identifier: Apache-2.0 */
/* api_subject.c: subjects: list, count, one, open, change. */
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

const Err *subject_filter_of(Call *call, SubjectFilter *f)
{
    int64_t blind = NIL, site = NIL;
    *f = SUBJECT_FILTER;
    f->budget = call_budget(call);
    const Err *e = call_query_int(call, "area", &f->area);
    if (!e) e = call_query_int(call, "department", &f->department);
    if (!e) e = call_query_int(call, "blind", &blind);
    if (!e) e = call_query_int(call, "site", &site);
    f->blind = blind == 1;
    if (site == 1) f->site_on = instant_date(call->now);
    f->kind = call_query(call, "kind");
    f->colour = call_query(call, "colour");
    f->status = call_query(call, "status");
    f->matter = call_query(call, "matter");
    f->q = call_query(call, "q");
    return e;
}

static const Err *read_filter(Call *call, SubjectFilter *f)
{
    const Err *e = subject_filter_of(call, f);
    return e ? e : call_page(call, &f->limit, &f->cursor);
}

const Err *api_subjects(Call *call)
{
    SubjectFilter filter;
    SubjectPage page;
    const Err *e = read_filter(call, &filter);
    if (!e)
        e = subject_page(web_conf(call->web)->subjects, call->db, call->mem, &call->who,
                         &filter, &page);
    if (e) return e;
    list_open(&call->json);
    for (size_t i = 0; i < page.count; i++)
        subject_json(call->ground, &page.subjects[i], page.sights[i], call->now, &call->json);
    list_close_cut(&call->json, page.partial, page.next);
    return NULL;
}

const Err *api_subject_count(Call *call)
{
    SubjectFilter filter;
    int64_t n;
    const Err *e = read_filter(call, &filter);
    if (!e)
        e = subject_count(web_conf(call->web)->subjects, call->db, call->mem, &call->who,
                          &filter, &n);
    if (!e) answer_count(call, n);
    return e;
}

static const Err *answer_subject(Call *call, int64_t id)
{
    Subject s;
    Sight sight;
    const Err *e = subject_load(web_conf(call->web)->subjects, call->db, call->mem, &call->who,
                                id, &s, &sight);
    if (!e) subject_json(call->ground, &s, sight, call->now, &call->json);
    return e;
}

const Err *api_subject(Call *call)
{
    int64_t id;
    const Err *e = call_id(call, 0, &id);
    return e ? e : answer_subject(call, id);
}

const Err *api_subject_ledger(Call *call)
{
    int64_t id;
    const Err *e = call_id(call, 0, &id);
    if (e) return e;
    SubjectHistory h = {
        web_conf(call->web)->subjects, call->db, call->mem, &call->who, id, call->lang};
    return subject_history(&h, 100, &call->json);
}

const Err *api_subject_again(Call *call)
{
    return answer_subject(call, call->job.on_id);
}

/* Whoever may open or change a subject sees all of it but what is sealed. */
const Err *api_subject_open(Call *call)
{
    Subject s;
    const Err *e =
        subject_open(call->act, web_conf(call->web)->subjects, &call->who, call->body, &s);
    if (e) return e;
    call->status = 201;
    subject_json(call->ground, &s, SIGHT_MASKED, call->now, &call->json);
    return NULL;
}

const Err *api_subject_change(Call *call)
{
    int64_t id;
    Subject s;
    const Err *e = call_id(call, 0, &id);
    if (!e)
        e = subject_change(call->act, web_conf(call->web)->subjects, &call->who, id, call->body,
                           &s);
    if (!e) subject_json(call->ground, &s, SIGHT_MASKED, call->now, &call->json);
    return e;
}

/* ---- what was said in the field ---- */

const Err *api_proposals(Call *call)
{
    ProposalFilter filter = {.area = NIL, .budget = call_budget(call)};
    ProposalPage page;
    const Err *e = call_page(call, &filter.limit, &filter.cursor);
    if (!e) e = call_query_int(call, "area", &filter.area);
    filter.state = call_query(call, "state");
    if (!e) e = proposal_page(call->db, call->mem, &call->who, &filter, &page);
    if (e) return e;
    list_open(&call->json);
    for (size_t i = 0; i < page.count; i++)
        proposal_json(&page.proposals[i], &call->json);
    list_close_cut(&call->json, page.partial, page.next);
    return NULL;
}

static const Err *answer_proposal(Call *call, int64_t id)
{
    Proposal p;
    const Err *e = proposal_load(call->db, call->mem, &call->who, id, &p);
    if (!e) proposal_json(&p, &call->json);
    return e;
}

const Err *api_proposal(Call *call)
{
    int64_t id;
    const Err *e = call_id(call, 0, &id);
    return e ? e : answer_proposal(call, id);
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
    Value reason;
    Proposal p;
    const Err *e = call_id(call, 0, &id);
    if (!e) e = proposal_load(call->db, call->mem, &call->who, id, &p);
    if (e) return e;
    const Err *faults = call_decode(call, &reason);
    e = proposal_decide(call->act, web_conf(call->web)->subjects, &call->who, id, accept,
                        reason.s, &p);
    e = call_order(e, faults);
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
