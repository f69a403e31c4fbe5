/* SPDX-License-Identifier: Apache-2.0 */
/* api_house.c: readiness, figures, what house this is, the test clock, the printed interface.
 */
#include "base/time.h"
#include "web/api.h"
#include "web/events.h"
#include "web/openapi.h"

/* clang-format off */
const Err WEB_NO_CLOCK = ERROR(ERR_MISSING, "no-test-clock", "本服务未启用测试时钟", "This server has no test clock (serve --test-clock)");
const Err WEB_CLOCK_BACK = ERROR(ERR_INVALID, "backwards", "时钟只能向前", "The clock goes forwards only");
/* clang-format on */

const Err *api_health(Call *call)
{
    json_open(&call->json, '{');
    json_put_text(&call->json, "status", S("ok"));
    json_close(&call->json, '}');
    return NULL;
}

const Err *api_house(Call *call)
{
    const WebConf *conf = web_conf(call->web);
    json_open(&call->json, '{');
    json_put_bool(&call->json, "demo", conf->demo);
    json_put_bool(&call->json, "test_clock", conf->set_clock != NULL);
    json_close(&call->json, '}');
    return NULL;
}

static void metric(Buf *b, const char *name, const char *type, const char *help, int64_t value)
{
    buf_fmt(b, "# HELP gridward_%s %s\n# TYPE gridward_%s %s\ngridward_%s %lld\n", name, help,
            name, type, name, (long long)value);
}

const Err *api_metrics(Call *call)
{
    LaneStats lane;
    lane_stats(ledger_lane(web_conf(call->web)->ledger), &lane);
    HttpStats http = http_stats(web_http(call->web));
    size_t bytes, cases = cases_held(web_conf(call->web)->work, &bytes);
    Buf *b = &call->out;
    metric(b, "http_requests_total", "counter", "Requests taken whole.", http.requests);
    metric(b, "http_refused_total", "counter", "Refused before a handler.", http.refused);
    metric(b, "http_cut_total", "counter", "Connections cut: too slow or idle.", http.cut);
    metric(b, "http_connections", "gauge", "Connections open now.", http.connections);
    metric(b, "http_streams", "gauge", "Event streams open now.", http.streams);
    metric(b, "lane_acts_total", "counter", "Acts through the lane.", (int64_t)lane.jobs);
    metric(b, "lane_commits_total", "counter", "Batches committed.", (int64_t)lane.batches);
    metric(b, "lane_refused_total", "counter", "Acts refused by a full queue.",
           (int64_t)lane.refused);
    metric(b, "lane_waiting", "gauge", "Acts that wait now.", (int64_t)lane.waiting);
    metric(b, "lane_batch_largest", "gauge", "The largest batch.", (int64_t)lane.largest);
    metric(b, "cases", "gauge", "Cases in memory, open and ended.", (int64_t)cases);
    metric(b, "case_bytes", "gauge", "What their columns take.", (int64_t)bytes);
    metric(b, "clock_astray_seconds", "gauge",
           "How far the wall's clock is from the time believed; acts are refused unless 0.",
           ledger_astray(web_conf(call->web)->ledger) / 1000);
    call->type = S("text/plain; version=0.0.4; charset=utf-8");
    return NULL;
}

static void answer_clock(Call *call, Instant now)
{
    json_open(&call->json, '{');
    json_put_instant(&call->json, "now", now);
    json_close(&call->json, '}');
}

const Err *api_clock(Call *call)
{
    const WebConf *conf = web_conf(call->web);
    if (!conf->set_clock) return &WEB_NO_CLOCK;
    if (call->body_fault) return call->body_fault;
    Instant now = call->given[0].i;
    if (now < ledger_clock(conf->ledger))
        return faults_one(call->mem, S("now"), &WEB_CLOCK_BACK);
    const Err *e = conf->set_clock(conf->clock_context, now);
    if (!e) answer_clock(call, now);
    return e;
}

/* The time is believed once the entry is on disk (ledger.c). */
const Err *api_clock_accept(Call *call)
{
    if (!ledger_astray(web_conf(call->web)->ledger)) return &CLOCK_RIGHT;
    const Grant *grant = who_can(&call->who, CAN_CLOCK, NULL);
    act_sit(call->act, grant ? grant->chair : NULL);
    answer_clock(call, call->now);
    return NULL;
}

const Err *api_clock_again(Call *call)
{
    answer_clock(call, call->job.at);
    return NULL;
}

const Err *api_openapi(Call *call)
{
    call->cache = S("no-cache");
    openapi_json(&call->json);
    return NULL;
}

const Err *api_events(Call *call)
{
    return events_open(web_events(call->web), call);
}
