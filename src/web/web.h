/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web.h: the life of a request (answer.c) and THE table of routes (routes.c). Handlers are
 * thin: they never begin or commit, never check who signed in, never parse; they read what the
 * route says they get, ask a noun, and write JSON into call->json.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "case/case.h"
#include "def/noun.h"
#include "def/registry.h"
#include "grid/reference.h"
#include "grid/scope.h"
#include "grid/session.h"
#include "store/blobs.h"
#include "subject/subject.h"
#include "web/http.h"

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
    Wall *wall; /* what sessions are timed by, with the test clock, too */
    Vault *vault;
    Work *work;
    Subjects *subjects;
    /* serve --test-clock: moves the clock forwards and returns after all sweeps due by then
       have committed. Called from a thread of the pool, never from two at once. NULL: the
       wall's clock, and the route answers 404. */
    const Err *(*set_clock)(void *context, Instant to);
    void *clock_context;
    bool demo;         /* a demo store: pages and lists say 演示数据 */
    bool secure;       /* behind TLS: cookies are __Host- and Secure */
    int64_t rows_most; /* what one request may look at (base/budget.h); 0: BUDGET_MOST */
    int look_ms; /* how often event streams are asked whether their session stands; 0: 30 s */
    void (*stuck)(void *context); /* HttpHandler.stuck; NULL: nothing but the log tells */
    void *stuck_context;
} WebConf;

/* How a route touches the store. */
typedef enum {
    TX_NONE,  /* not at all */
    TX_READ,  /* a snapshot, on http's thread */
    TX_WRITE, /* an act: the handler decides on the lane's thread (call->act) */
    TX_SLOW   /* on a thread of the pool: passwords, files, what takes milliseconds */
} Tx;

typedef const Err *(*Handler)(Call *call);

/*
 * One row of the contract. can is asked before the handler; a route whose object decides who
 * may (a case, a seat) says CAN_SIGN_IN and asks its noun, because what is not there, or not
 * visible, is 404 before it is 403.
 */
typedef struct {
    const char *method;
    const char *path; /* "/api/v1/cases/{id}/moves/{move}" */
    unsigned can;     /* a capability; CAN_SIGN_IN: any account; CAN_ANYONE: public. Never 0 */
    Tx tx;
    Handler handler;
    Handler
        again; /* TX_WRITE: the reply when the key comes again (call->job: what it was about) */
    bool alone;         /* TX_WRITE: changes ground that others decide on */
    bool early;         /* may be asked while the password must be changed */
    bool known;         /* has an ETag: answers 304 to who has it */
    bool whole;         /* TX_SLOW: reads one snapshot from its first row to its last */
    bool creates;       /* answers 201 when it made something, 200 when that was there */
    bool accepts_clock; /* TX_WRITE: ActSpec's */
    const char *verb;   /* TX_WRITE: of the entry, unless the noun names it itself */
    const Column *body; /* members of the JSON body; NULL: none */
    size_t body_count;
    const Table *row;    /* the body may also hold the columns of this table */
    bool raw;            /* the body is bytes, not JSON */
    size_t most;         /* bytes of body; 0: 64 KiB */
    Handler admits;      /* raw: asked when the head is there, before the body is read */
    const Column *query; /* query parameters; others are refused */
    size_t query_count;
    const Noun *noun; /* of a route that a noun has by being one; NULL: none */
    const NounVerb *noun_verb;
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
    const Err *no_route; /* instead of it */
    /* What is wrong with the query: told after what the address itself names was found to be
     * there and theirs. */
    const Err *query_fault;
    Lang lang;
    int64_t number;          /* of the request, for the log */
    Instant began;           /* by the wall, for the log */
    Str params[CALL_PARAMS]; /* of the path, in order */
    Instant now;             /* of the region: act->now in a TX_WRITE handler */
    Str token;               /* of the session; STR_NULL on public routes */
    Session session;         /* signed in; person NIL on public routes */
    const Ground *ground;    /* pinned until the answer; NULL on public routes */
    Who who;
    const Json *body; /* an object; NULL when the route has no body */
    /* Its members by the route's columns, parallel to them: null, too, where one is faulty, or
     * is an object or a list, which its reader takes from body. */
    const Value *given;
    /* What is wrong with the body by its row: told, like query_fault, after what the handler
     * found. A handler that cannot go on without a member returns it. */
    const Err *body_fault;
    Str sorted;    /* TX_WRITE: its canonical text */
    Db *db;        /* TX_READ, TX_SLOW: a reader; TX_WRITE: the lane's */
    Act *act;      /* TX_WRITE */
    Lookup house;  /* codes and files, for column_decode */
    Budget budget; /* by call_budget */
    ActJob job;
    int status; /* 200 unless the handler says otherwise */
    Str type;   /* of the answer: JSON unless the handler says otherwise */
    Str cache;  /* Cache-Control: no-store unless the handler says otherwise */
    Buf out;
    JsonOut json;
    HttpPair headers[CALL_HEADERS]; /* of the answer, further ones */
    size_t header_count;
};

extern const Err WEB_NO_ROUTE, WEB_METHOD, WEB_LOGIN, WEB_CSRF, WEB_KEY_MISSING, WEB_KEY_BAD,
    WEB_HEADER, WEB_CODING, WEB_BODY, WEB_ID, WEB_TWICE, WEB_TYPE, WEB_CHANGE, WEB_BUSY,
    WEB_VALUES, WEB_OUTSIDE, WEB_NO_CLOCK, WEB_CLOCK_BACK;

/* mem (boot) must outlive the ledger, too. Errors: those of http_start and db_open,
 * STORE_THREADS. All connections to the store are opened here, none for a request. */
MUST const Err *web_start(Arena *mem, const WebConf *conf, const HttpConf *http, Web **out);
MUST int web_port(const Web *web);
/* Ends the streams and answers what is running; before the ledger closes. NULL is fine. */
void web_stop(Web *web);
MUST const WebConf *web_conf(const Web *web);
MUST Events *web_events(const Web *web);
MUST Http *web_http(const Web *web);
/* What happens to open work when a seat falls empty. */
MUST const GroundHooks *web_hooks(const Web *web);

/* ---- routes.c ---- */
/* All of them: those of routes.c, then those of the nouns. */
MUST const Route *web_routes(size_t *out_count);
/* The row for a method and path. WEB_NO_ROUTE; WEB_METHOD when only other methods have it: they
 * are {0}. */
MUST const Err *route_find(Arena *mem, Str method, Str path, const Route **out,
                           Str params[CALL_PARAMS]);

/* ---- nouns.c ---- */
typedef struct {
    const Noun *noun;
    size_t
        needs; /* of a WebConf: where lies what its hooks need; SIZE_MAX: they need nothing */
} WebNoun;
MUST const WebNoun *web_nouns(size_t *out_count);
MUST void *noun_house(const Noun *noun, const WebConf *conf);
/* The routes of all nouns; out NULL: how many there are. */
size_t noun_routes(Arena *mem, Route *out);

/* ---- call.c: what handlers ask ---- */
/* A path parameter as an id; WEB_ID when it is none. */
MUST const Err *call_id(const Call *call, size_t param, int64_t *out);
/* A query parameter; STR_NULL when absent or empty. */
MUST Str call_query(const Call *call, const char *name);
/* The Column of the route that a query parameter is of: "fields[grade]" is a member of fields,
 * which is KIND_OBJECT. NULL: it is none of the route's. */
MUST const Column *query_column(const Route *route, Str name);
/* A query parameter decoded by its Column of the route; VALUE_NULL when absent. */
MUST const Err *call_query_value(const Call *call, const char *name, Value *out);
/* Adds a fault for each query parameter that its Column refuses. */
void call_query_faults(const Call *call, Faults *faults);
MUST const Err *call_query_int(const Call *call, const char *name, int64_t *out);
/* limit (1–200, 50) and the opaque cursor. */
MUST const Err *call_page(const Call *call, size_t *limit, Str *cursor);
/* The same for lists that come from memory: the cursor is where the next page begins. */
MUST const Err *call_slice(const Call *call, size_t *limit, size_t *from);
/* What this request may still look at: the one budget of all that it asks. */
MUST Budget *call_budget(Call *call);
/* asof=INSTANT, else call->now. */
MUST const Err *call_asof(const Call *call, Instant *out);
/* Reads the body by its row into given and body_fault: unknown members, kinds, required ones.
 */
void call_read_body(Call *call);
/* Whether body_fault tells of that member. */
MUST bool call_is_faulty(const Call *call, const char *member);
/* What is told: what the handler found, when it is 404, 403 or 409; else its faults and those
 * of the request, each field once. Nothing has been written when it is not NULL. */
MUST const Err *call_order(Arena *mem, const Err *found, const Err *faults);
void call_header(Call *call, Str name, Str value);
/* Sets the ETag; true, and the answer is 304 without a body, when the client has it. */
MUST bool call_known(Call *call, Str tag);
/* Packs what was written into call->json when the client takes gzip: for large answers, off
 * http's thread. */
void call_pack(Call *call);
/* {"items":[ … ],"next":…} around a list. */
void list_open(JsonOut *w);
void list_close(JsonOut *w, Str next);
/* The same of a page that may be partial, which is said only when it is. */
void list_close_cut(JsonOut *w, bool partial, Str next);
/* The same with the place where the next page begins; SIZE_MAX: that was the last. */
void list_close_at(Call *call, size_t next);
/* {"count":n}, with "at_least":true when the budget was cut. */
void answer_count(Call *call, int64_t n);

/* ---- answer.c ---- */
/* Whether an idempotency key is printable ASCII. */
MUST bool key_is_plain(Str key);
/* Whose act it is, and what the same key must come with again: "METHOD path" and the body,
 * whatever order its members stand in. */
void call_spec(const Call *call, Arena *mem, Str request, Str sorted, ActSpec *spec);
/* What a handler returns that has given the request away (a stream, a file): the call is gone.
 */
extern const Err CALL_SENT;
/* The headers of the answer as http wants them; more places are left free for the caller. */
MUST HttpPair *call_headers(Call *call, size_t more, size_t *out_count);
/* Gives back what the call holds; before the request is given away otherwise than by return. */
void call_let_go(Call *call, int status);
/* A reader of its own for the calling thread of http. */
MUST Db *web_reader(Web *web);

/* ---- problem.c ---- */
MUST int problem_status(const Err *e);
/* RFC 9457 application/problem+json. */
void problem_json(const Err *e, Lang lang, JsonOut *out);
/* The same for what the wire is answered with another status than its kind has (431, 501, 408).
 */
void problem_json_at(const Err *e, int status, Lang lang, JsonOut *out);
/* The better liked of zh and en by Accept-Language (RFC 9110 §12.5.4); zh when neither. */
MUST Lang lang_of(Str accept_language);

/* ---- pool.c: threads for what takes milliseconds ---- */
/* At most 8 threads, each with a reader of its own; errors: db_open's, STORE_THREADS. */
MUST const Err *pool_start(Store *store, size_t threads, size_t queue_most, Pool **out);
/* false: full. run gets the thread's own reader. */
MUST bool pool_run(Pool *pool, void (*run)(void *context, Db *db), void *context);
/* Finishes what waits, then ends the threads; NULL is fine. */
void pool_stop(Pool *pool);

#endif
