/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web.h: the life of a request (answer.c) and THE table of routes (routes.c). Handlers are thin:
 * they never begin or commit, never check who signed in, never parse; they read what the route
 * says they get, ask a noun, and write JSON into call->json.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include <stdatomic.h>

#include "def/publish.h"
#include "grid/ground.h"
#include "grid/scope.h"
#include "grid/session.h"
#include "store/vault.h"
#include "web/http.h"
#include "work/case.h"

typedef struct Web Web;
typedef struct Call Call;
typedef struct Events Events;
typedef struct Pool Pool;

/* What the house hands down; all must outlive the Web. */
typedef struct {
    Ledger *ledger;
    Grounds *grounds;
    Defs *defs;
    Sessions *sessions;
    Vault *vault;
    Work *work;
    /* serve --test-clock: moves the clock forwards and returns after all sweeps due by then have committed.
     * NULL: the wall's clock, and the route is not there. */
    const Err *(*set_clock)(void *context, Instant to);
    void *clock_context;
    bool demo;   /* a demo store: pages and lists say 演示数据 */
    bool secure; /* behind TLS: cookies are __Host- and Secure */
} WebConf;

/* How a route touches the store. */
typedef enum {
    TX_NONE,  /* not at all */
    TX_READ,  /* a snapshot, on http's thread */
    TX_WRITE, /* an act: the handler decides on the lane's thread (call->act) */
    TX_SLOW   /* on a thread of the pool: passwords, files, what takes milliseconds */
} Tx;

typedef const Err *(*Handler)(Call *call);

typedef struct {
    const char *method;
    const char *path; /* "/api/v1/cases/{id}/moves/{move}" */
    unsigned can;     /* a capability; CAN_SIGN_IN: any account; CAN_ANYONE: public. Never 0 */
    Tx tx;
    Handler handler;
    Handler again; /* TX_WRITE: the reply when the key comes again (call->job says what it was about) */
    const Column *body; /* members of the JSON body, for OpenAPI and unknown-key faults; NULL: none */
    size_t body_count;
    const Column *query; /* query parameters; others are refused */
    size_t query_count;
    const char *zh, *en; /* what it does */
    const char *answers; /* the schema of the answer in OpenAPI: "Case" */
} Route;

#define CALL_PARAMS  3
#define CALL_HEADERS 8

struct Call {
    Web *web;
    Request *request;
    Arena *mem;
    const Route *route;
    Lang lang;
    Str params[CALL_PARAMS]; /* of the path, in order */
    Instant now;             /* of the region: act->now in a TX_WRITE handler */
    Session session;         /* signed in; person NIL on public routes */
    const Ground *ground;    /* pinned until the answer; NULL on public routes */
    Who who;
    json_t *body; /* an object; NULL when the route has no body */
    Db *db;       /* TX_READ, TX_SLOW: a reader; TX_WRITE: the lane's */
    Act *act;     /* TX_WRITE */
    Lookup house; /* codes, references and files, for column_decode */
    ActJob job;
    int status; /* 200 unless the handler says otherwise */
    Buf out;
    JsonOut json;
    HttpPair headers[CALL_HEADERS]; /* of the answer, further ones */
    size_t header_count;
};

extern const Err WEB_NO_ROUTE, WEB_METHOD, WEB_LOGIN, WEB_CSRF, WEB_KEY_MISSING, WEB_KEY_BAD, WEB_BODY, WEB_ID, WEB_QUERY;

MUST const Err *web_start(const WebConf *conf, const HttpConf *http, Web **out);
MUST int web_port(const Web *web);
void web_stop(Web *web);
MUST const WebConf *web_conf(const Web *web);
MUST Events *web_events(const Web *web);
MUST Http *web_http(const Web *web);

/* ---- routes.c ---- */
extern const Route web_routes[];
extern const size_t web_route_count;
/* The row for a method and path; WEB_NO_ROUTE, or WEB_METHOD when only another method has it. */
MUST const Err *route_find(Str method, Str path, const Route **out, Str params[CALL_PARAMS]);

/* ---- answer.c, for handlers ---- */
/* A path parameter as an id; ERR_NOT_FOUND when it is none. */
MUST const Err *call_id(const Call *call, size_t param, int64_t *out);
/* A query parameter; STR_NULL when absent or empty. */
MUST Str call_query(const Call *call, const char *name);
/* A query parameter decoded by its Column of the route; VALUE_NULL when absent. */
MUST const Err *call_query_value(const Call *call, const char *name, Value *out);
/* limit (1–200, 50) and the opaque cursor. */
MUST const Err *call_page(const Call *call, size_t *limit, Str *cursor);
void call_header(Call *call, Str name, Str value);
/* asof=INSTANT, else call->now. */
MUST const Err *call_asof(const Call *call, Instant *out);
/* Sends something else than call->json. The call is gone with it: return what it returns at once. */
MUST const Err *call_send(Call *call, int status, Str type, Str body);
/* What a handler returns that has given the request away (a stream, a file). */
extern const Err CALL_SENT;

/* ---- problem.c ---- */
MUST int problem_status(const Err *e);
/* RFC 9457 application/problem+json. */
void problem_json(const Err *e, Lang lang, JsonOut *out);
/* zh-CN unless English is asked for first. */
MUST Lang lang_of(Str accept_language);

/* ---- pool.c: threads for what takes milliseconds ---- */
MUST Pool *pool_start(Store *store, size_t threads, size_t queue_most);
/* false: full. run gets the thread's own reader. */
MUST bool pool_run(Pool *pool, void (*run)(void *context, Db *db), void *context);
void pool_stop(Pool *pool);

#endif
