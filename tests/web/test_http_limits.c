/* SPDX-License-Identifier: Apache-2.0 */
/* What http refuses, cuts and sees out. Its times are small here; a test waits for what must
 * happen, and never for time to pass. */
#include "peer.h"

#include <pthread.h>

#include "web/http.h"

enum { LARGE = 64 << 20 };

typedef struct {
    Http *http;
    int files; /* open before */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    Request *held;
    int holding, ended;
    bool released;
    _Atomic bool spins, stuck;
    int port;
} Site;

static char *large;
static const HttpPair plain[] = {{{"Content-Type", 12}, {"text/plain", 10}}};

static void *answer_thread(void *arg)
{
    http_answer(arg, 200, plain, 1, S("later"));
    return NULL;
}

static void ended(void *context)
{
    Site *site = context;
    pthread_mutex_lock(&site->lock);
    site->ended++;
    pthread_mutex_unlock(&site->lock);
}

static void handle(void *context, Request *r)
{
    Site *site = context;
    pthread_t thread;
    Stream *stream;
    if (str_is(r->path, "/later")) {
        assert_int_equal(pthread_create(&thread, NULL, answer_thread, r), 0);
        pthread_detach(thread);
    } else if (str_is(r->path, "/hold")) {
        pthread_mutex_lock(&site->lock);
        site->held = r;
        site->holding++;
        pthread_cond_broadcast(&site->changed);
        pthread_mutex_unlock(&site->lock);
    } else if (str_is(r->path, "/block")) { /* the whole thread */
        pthread_mutex_lock(&site->lock);
        site->holding++;
        pthread_cond_broadcast(&site->changed);
        while (!site->released)
            pthread_cond_wait(&site->changed, &site->lock);
        pthread_mutex_unlock(&site->lock);
        http_answer(r, 200, plain, 1, S("released"));
    } else if (str_is(r->path, "/events")) {
        pthread_mutex_lock(&site->lock);
        if (http_stream_open(r, plain, 1, ended, site, &stream))
            http_answer(r, 503, plain, 1, S("no more"));
        pthread_mutex_unlock(&site->lock);
    } else if (str_is(r->path, "/who")) {
        http_answer(r, 200, plain, 1, r->address);
    } else if (str_is(r->path, "/account")) {
        int64_t n;
        bool good = str_int(request_param(r, S("n"), NULL), &n) && http_account(r, n);
        http_answer(r, good ? 200 : 429, plain, 1, S("account"));
    } else if (str_is(r->path, "/compute")) {
        for (clock_t until = clock() + CLOCKS_PER_SEC / 4; clock() < until;)
            ;
        http_answer(r, 200, plain, 1, S("computed"));
    } else
        http_answer(r, 200, plain, 1,
                    str_is(r->path, "/large") ? (Str){large, LARGE} : S("hello"));
}

static void stuck(void *context)
{
    Site *site = context;
    site->stuck = true;
}

static Str refuse(void *context, Arena *mem, int status, const Err *why, Str language,
                  Str *out_type)
{
    const Site *site = context;
    while (site->spins && !site->stuck) /* as if the reader did not come to an end */
        ;
    *out_type = S("application/problem+json");
    return str_fmt(mem, "%d %s %.*s", status, why->code, language.p ? (int)language.n : 1,
                   language.p ? language.p : "-");
}

static HttpConf conf_small(void)
{
    HttpConf conf = http_conf();
    conf.listen = S("127.0.0.1:0");
    conf.body_size = 1000;
    conf.memory_size = 500;
    conf.header_time = conf.window_time = 300;
    conf.window_size = 500;
    conf.idle_time = 400;
    conf.stop_time = 300;
    return conf;
}

static HttpConf conf_patient(void)
{
    HttpConf conf = conf_small();
    conf.header_time = conf.window_time = conf.idle_time = 10 * PEER_PATIENCE;
    return conf;
}

static void begin(void **state, HttpConf conf)
{
    Site *site = *state;
    static const HttpHandler handler = {.handle = handle, .refuse = refuse, .stuck = stuck};
    assert_ok(http_start(&conf, &handler, site, &site->http));
    site->port = http_port(site->http);
}

static int start(void **state)
{
    static Site site;
    memset(&site, 0, sizeof site);
    site.files = files_open();
    pthread_mutex_init(&site.lock, NULL);
    pthread_cond_init(&site.changed, NULL);
    *state = &site;
    return 0;
}

static int stop(void **state)
{
    Site *site = *state;
    http_stop(site->http);
    assert_int_equal(files_open(), site->files);
    return 0;
}

static Peer *visit(void **state)
{
    return peer_open(((Site *)*state)->port);
}

static void wait_for_holding(Site *site, int least)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PEER_PATIENCE / 1000;
    pthread_mutex_lock(&site->lock);
    while (site->holding < least)
        if (pthread_cond_timedwait(&site->changed, &site->lock, &until) != 0)
            fail_msg("waited in vain");
    pthread_mutex_unlock(&site->lock);
}

static void greet(Peer *p)
{
    peer_say(p, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    Reply *r = peer_reply(p);
    assert_int_equal(r->status, 200);
    assert_string_equal(r->body, "hello");
}

static void refused(Peer *p, int status, const char *body)
{
    Reply *r = peer_reply(p);
    assert_int_equal(r->status, status);
    assert_string_equal(r->body, body);
    assert_string_equal(reply_header(r, "content-type"), "application/problem+json");
    assert_false(r->more);
    peer_ends(p);
    peer_close(p);
}

#define HOST "Host: x\r\n"

static void what_two_could_read_differently_is_refused(void **state)
{
    static const char *const bad[] = {
        "POST / HTTP/1.1\r\n" HOST
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n" HOST
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde",
        "POST / HTTP/1.1\r\n" HOST "content-length: 5\r\nContent-Length: 6\r\n\r\nabcde",
        "POST / HTTP/1.1\r\n" HOST
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST HOST "\r\n",
        "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n",
        "GET / HTTP/1.1\r\nX: a\r\n b\r\n" HOST "\r\n",
        "GET / HTTP/1.1\r\n" HOST "X: a\x01\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST "X: \xff\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST ": a\r\n\r\n",
        "GET / HTTP/1.1\nHost: x\n\n",
        "G@T / HTTP/1.1\r\n" HOST "\r\n",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG / HTTP/1.1\r\n" HOST "\r\n",
        "GET hello HTTP/1.1\r\n" HOST "\r\n",
        "OPTIONS * HTTP/1.1\r\n" HOST "\r\n",
        "CONNECT x:1 HTTP/1.1\r\n" HOST "\r\n",
        "GET /a b HTTP/1.1\r\n" HOST "\r\n",
        "GET /a#b HTTP/1.1\r\n" HOST "\r\n",
        "GET /a/../b HTTP/1.1\r\n" HOST "\r\n",
        "GET /a/%2e%2E HTTP/1.1\r\n" HOST "\r\n",
        "GET /./b HTTP/1.1\r\n" HOST "\r\n",
        "GET /a%2fb HTTP/1.1\r\n" HOST "\r\n",
        "GET /a%2Fb HTTP/1.1\r\n" HOST "\r\n",
        "GET /a%00b HTTP/1.1\r\n" HOST "\r\n",
        "GET /a%0ab HTTP/1.1\r\n" HOST "\r\n",
        "GET /a%4 HTTP/1.1\r\n" HOST "\r\n",
        "GET /a%g0 HTTP/1.1\r\n" HOST "\r\n",
        "GET /a%ff HTTP/1.1\r\n" HOST "\r\n",
        "GET /?a=%ff HTTP/1.1\r\n" HOST "\r\n",
        "GET /?%=1 HTTP/1.1\r\n" HOST "\r\n",
        "not a request\r\n\r\n",
        "hello\r\n\r\n",
    };
    begin(state, conf_patient());
    for (size_t i = 0; i < countof(bad); i++) {
        Peer *p = visit(state);
        peer_say(p, bad[i]);
        Reply *r = peer_reply(p);
        if (r->status != 400 || r->more) fail_msg("%d for %s", r->status, bad[i]);
        peer_ends(p);
        peer_close(p);
    }
    assert_int_equal(http_stats(((Site *)*state)->http).running, 0);
}

static void a_nul_is_refused(void **state)
{
    static const char in_target[] = "GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n";
    static const char in_value[] = "GET /a HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n";
    static const char in_middle[] = "GET /a HTTP/1.1\r\nX: a\0b\r\nHost: x\r\n\r\n";
    static const char in_last[] =
        "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\0, x\r\n\r\n";
    begin(state, conf_patient());
    Peer *p = visit(state);
    assert_true(peer_try(p, in_target, sizeof in_target - 1));
    refused(p, 400, "400 malformed -");
    p = visit(state);
    assert_true(peer_try(p, in_value, sizeof in_value - 1));
    refused(p, 400, "400 malformed -");
    p = visit(state);
    assert_true(peer_try(p, in_middle, sizeof in_middle - 1));
    refused(p, 400, "400 malformed -");
    p = visit(state);
    assert_true(peer_try(p, in_last, sizeof in_last - 1));
    refused(p, 400, "400 malformed -");
}

static void refusals_speak_the_language_asked_for(void **state)
{
    begin(state, conf_patient());
    Peer *p = visit(state);
    peer_say(p, "POST / HTTP/1.1\r\n" HOST
                "Accept-Language: en\r\nTransfer-Encoding: gzip\r\n\r\n");
    refused(p, 501, "501 coding-unknown en");
    p = visit(state);
    peer_say(p, "hello\r\n\r\n");
    refused(p, 400, "400 malformed -");
    p = visit(state);
    peer_say(p, "HEAD /.. HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(peer_reply_to(p, 1)->status, 400);
    peer_ends(p);
    peer_close(p);
    assert_int_equal(http_stats(((Site *)*state)->http).refused, 3);
}

/* What the bytes of requests.txt are refused with is a problem page, whatever was wrong. */
static void each_refusal_is_a_problem(void **state)
{
    static const struct {
        const char *request, *body;
    } bad[] = {
        {"GET /\r\n\r\n", "400 malformed -"},
        {"\x16\x03\x01", "400 malformed -"},
        {"GET / HTTP/2.0\r\n\r\n", "505 version-unknown -"},
        {"GET / HTTP/1.1\r\nno colon\r\n\r\n", "400 malformed -"},
        {"POST / HTTP/1.1\r\n" HOST "Expect: tea\r\nContent-Length: 1\r\n\r\n",
         "417 expectation-unknown -"},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 5, 5\r\n\r\nabcde", "400 malformed -"},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
         "400 malformed -"},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\nabc",
         "400 malformed -"},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
         "413 too-large -"},
    };
    begin(state, conf_patient());
    for (size_t i = 0; i < countof(bad); i++) {
        Peer *p = visit(state);
        peer_say(p, bad[i].request);
        refused(p, (int)strtol(bad[i].body, NULL, 10), bad[i].body);
    }
}

/* A line that is longer than anything we keep must not keep us. */
static void a_chunk_line_without_end_is_refused(void **state)
{
    begin(state, conf_patient());
    for (int i = 0; i < 2; i++) {
        Peer *p = visit(state);
        peer_say(p, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
        char *line = malloc(20000);
        memset(line, i ? '0' : 'a', 20000);
        if (!i) memcpy(line, "5;", 2);
        peer_try(p, line, 20000);
        free(line);
        refused(p, 400, "400 malformed -");
    }
    Peer *p = visit(state);
    greet(p);
    peer_close(p);
}

static void headers_have_a_limit(void **state)
{
    static const size_t sizes[] = {8100, 8200, 40000};
    static const int statuses[] = {200, 431, 431};
    begin(state, conf_patient());
    for (size_t i = 0; i < countof(sizes); i++) {
        char *value = malloc(sizes[i]);
        memset(value, 'v', sizes[i]);
        Peer *p = visit(state);
        peer_say(p, "GET / HTTP/1.1\r\n" HOST "X: ");
        assert_true(peer_try(p, value, sizes[i]));
        peer_say(p, "\r\n\r\n");
        assert_int_equal(peer_reply(p)->status, statuses[i]);
        peer_close(p);
        free(value);
    }
}

static void a_large_body_is_refused_and_the_client_sees_it(void **state)
{
    begin(state, conf_patient());
    Peer *p = visit(state); /* it sends everything before it listens */
    peer_say(p, "POST / HTTP/1.1\r\n" HOST "Content-Length: 4000000\r\n\r\n");
    assert_true(peer_try(p, large, 4000000));
    refused(p, 413, "413 too-large -");
    p = visit(state);
    peer_say(p,
             "POST / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
    refused(p, 413, "413 too-large -");
    p = visit(state); /* in chunks nobody knows before */
    peer_say(p, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3D0900\r\n");
    assert_true(peer_try(p, large, 4000000));
    refused(p, 413, "413 too-large -");
    p = visit(state);
    peer_say(p, "POST / HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n\r\n");
    assert_true(peer_try(p, large, 1000));
    assert_int_equal(peer_reply(p)->status, 200);
    peer_close(p);
}

static void a_body_that_cannot_be_kept_is_507(void **state)
{
    HttpConf conf = conf_patient();
    conf.spool = S("/nowhere/at/all");
    begin(state, conf);
    Peer *p = visit(state);
    peer_say(p, "POST / HTTP/1.1\r\n" HOST "Content-Length: 900\r\n\r\n");
    assert_true(peer_try(p, large, 900));
    refused(p, 507, "507 disk-full -");
    p = visit(state);
    greet(p);
    peer_close(p);
}

/* Sends one byte after another, each a little later, until the other side says something. */
static void trickle(Peer *p)
{
    int64_t until = peer_now() + PEER_PATIENCE;
    struct pollfd wait = {.fd = p->fd, .events = POLLIN};
    while (poll(&wait, 1, 20) == 0) {
        if (!peer_try(p, "a", 1)) break;
        assert_true(peer_now() < until);
    }
}

static void slow_headers_are_cut(void **state)
{
    begin(state, conf_small());
    Peer *p = visit(state);
    peer_say(p, "GET /");
    trickle(p);
    refused(p, 408, "408 too-slow -");
    p = visit(state);
    peer_say(p, "GET / HTTP/1.1\r\n" HOST "X: ");
    trickle(p);
    refused(p, 408, "408 too-slow -");
    p = visit(state); /* also those of a second request */
    greet(p);
    peer_say(p, "GET /");
    trickle(p);
    refused(p, 408, "408 too-slow -");
    assert_int_equal(http_stats(((Site *)*state)->http).cut, 3);
}

static void slow_bodies_are_cut(void **state)
{
    begin(state, conf_small());
    Peer *p = visit(state);
    peer_say(p, "POST / HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n\r\n");
    trickle(p);
    refused(p, 408, "408 too-slow -");
    p = visit(state); /* fast at first, then not at all */
    peer_say(p, "POST / HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n\r\n");
    assert_true(peer_try(p, large, 900));
    refused(p, 408, "408 too-slow -");
}

static void silence_is_cut_without_a_word(void **state)
{
    begin(state, conf_small());
    Peer *p = visit(state);
    peer_ends(p);
    peer_close(p);
    p = visit(state);
    greet(p);
    peer_ends(p);
    peer_close(p);
    assert_int_equal(http_stats(((Site *)*state)->http).cut, 2);
}

static void wait_for_cut(Http *http, int64_t least)
{
    for (int64_t until = peer_now() + PEER_PATIENCE; http_stats(http).cut < least;) {
        assert_true(peer_now() < until);
        poll(NULL, 0, 5);
    }
}

static void who_does_not_read_is_cut(void **state)
{
    begin(state, conf_small());
    Peer *p = visit(state);
    peer_say(p, "GET /large HTTP/1.1\r\n" HOST "\r\n");
    wait_for_cut(((Site *)*state)->http, 1);
    peer_close(p);
}

/* A handler may take as long as it likes; only clients are hurried. */
static void who_waits_for_us_is_not_cut(void **state)
{
    Site *site = *state;
    begin(state, conf_small());
    Peer *p = visit(state), *silent = visit(state), *again;
    peer_say(p, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    wait_for_holding(site, 1);
    peer_ends(silent); /* so long at least */
    again = visit(state);
    peer_ends(again);
    http_answer(site->held, 200, plain, 1, S("at last"));
    assert_string_equal(peer_reply(p)->body, "at last");
    peer_close(again);
    peer_close(silent);
    peer_close(p);
}

static void connections_have_a_limit(void **state)
{
    HttpConf conf = conf_patient();
    conf.connections = 3;
    conf.address_percent = 100;
    begin(state, conf);
    Peer *peers[3];
    for (int i = 0; i < 3; i++)
        greet(peers[i] = visit(state));
    Peer *p = visit(state);
    refused(p, 503, "503 busy -");
    peer_close(peers[0]);
    int64_t until = peer_now() + PEER_PATIENCE;
    static const char hello[] = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
    for (int status = 503; status == 503;) { /* soon there is room again */
        assert_true(peer_now() < until);
        p = visit(state);
        if (peer_try(p, hello, sizeof hello - 1)) status = peer_reply(p)->status;
        peer_close(p);
    }
    peer_close(peers[1]);
    peer_close(peers[2]);
}

static void one_address_has_a_share(void **state)
{
    HttpConf conf = conf_patient();
    conf.connections = 8; /* of which a quarter */
    begin(state, conf);
    Peer *a = visit(state), *b = visit(state);
    greet(a);
    greet(b);
    refused(visit(state), 429, "429 too-many-connections -");
    greet(a);
    peer_close(a);
    peer_close(b);
}

static HttpConf conf_proxied(const Network **proxy)
{
    static Network loopback;
    HttpConf conf = conf_patient();
    Address a;
    assert_true(address_read(S("127.0.0.1"), &a));
    loopback = (Network){a, 128};
    *proxy = &loopback;
    conf.proxies = *proxy;
    conf.proxy_count = 1;
    conf.connections = 8;
    return conf;
}

static void address_is(Peer *p, const char *forwarded, const char *address)
{
    char request[512];
    snprintf(request, sizeof request, "GET /who HTTP/1.1\r\n" HOST "%s\r\n", forwarded);
    peer_say(p, request);
    Reply *r = peer_reply(p);
    assert_int_equal(r->status, 200);
    assert_string_equal(r->body, address);
}

/* What stands before the last address that is no proxy of ours, the client wrote itself. */
static void a_trusted_proxy_says_who_asks(void **state)
{
    const Network *proxy;
    begin(state, conf_proxied(&proxy));
    Peer *p = visit(state);
    address_is(p, "", "127.0.0.1");
    address_is(p, "X-Forwarded-For: 203.0.113.9\r\n", "203.0.113.9");
    address_is(p, "X-Forwarded-For: 198.51.100.1, 203.0.113.9\r\n", "203.0.113.9");
    address_is(p, "X-Forwarded-For: 203.0.113.9, 127.0.0.1\r\n", "203.0.113.9");
    address_is(p, "X-Forwarded-For: 203.0.113.8\r\nX-FORWARDED-FOR: 2001:db8::7\r\n",
               "2001:db8::7");
    address_is(p, "X-Forwarded-For: 203.0.113.8, nobody, 127.0.0.1\r\n", "127.0.0.1");
    address_is(p, "X-Forwarded-For: 203.0.113.8,\r\n", "127.0.0.1");
    peer_close(p);
}

static void a_stranger_says_nothing_of_who_asks(void **state)
{
    begin(state, conf_patient());
    Peer *p = visit(state);
    address_is(p, "X-Forwarded-For: 203.0.113.9\r\n", "127.0.0.1");
    peer_close(p);
}

static void clients_of_a_proxy_have_shares_of_their_own(void **state)
{
    const Network *proxy;
    begin(state, conf_proxied(&proxy));
    Peer *a = visit(state), *b = visit(state), *c = visit(state), *d = visit(state);
    address_is(a, "X-Forwarded-For: 2001:db8::1\r\n", "2001:db8::1");
    address_is(b, "X-Forwarded-For: 2001:db8::2\r\n", "2001:db8::2"); /* the same household */
    address_is(c, "X-Forwarded-For: 2001:db8:0:1::1\r\n", "2001:db8:0:1::1");
    peer_say(d, "GET /who HTTP/1.1\r\n" HOST "X-Forwarded-For: 2001:db8::3\r\n\r\n");
    refused(d, 429, "429 too-many-connections -");
    address_is(a, "X-Forwarded-For: 203.0.113.9\r\n", "203.0.113.9"); /* makes room */
    d = visit(state);
    address_is(d, "X-Forwarded-For: 2001:db8::3\r\n", "2001:db8::3");
    peer_close(a);
    peer_close(b);
    peer_close(c);
    peer_close(d);
}

static void one_account_has_a_share(void **state)
{
    HttpConf conf = conf_patient();
    conf.connections = 8;
    conf.address_percent = 100;
    begin(state, conf);
    static const char mine[] = "GET /account?n=7 HTTP/1.1\r\n" HOST "\r\n",
                      other[] = "GET /account?n=8 HTTP/1.1\r\n" HOST "\r\n";
    Peer *a = visit(state), *b = visit(state), *c = visit(state);
    peer_say(a, mine);
    assert_int_equal(peer_reply(a)->status, 200);
    peer_say(b, mine);
    assert_int_equal(peer_reply(b)->status, 200);
    peer_say(c, mine);
    assert_int_equal(peer_reply(c)->status, 429);
    peer_say(c, other);
    assert_int_equal(peer_reply(c)->status, 200);
    peer_say(a, other); /* another person at the same machine */
    assert_int_equal(peer_reply(a)->status, 200);
    peer_say(c, mine);
    assert_int_equal(peer_reply(c)->status, 200);
    peer_close(a);
    peer_close(b);
    peer_close(c);
}

static void streams_have_a_share(void **state)
{
    HttpConf conf = conf_patient();
    conf.streams = 8;
    begin(state, conf);
    static Reply r;
    Peer *p[3];
    for (int i = 0; i < 3; i++) {
        p[i] = visit(state);
        peer_say(p[i], "GET /events HTTP/1.1\r\n" HOST "\r\n");
        if (i < 2) reply_head(p[i], &r);
    }
    assert_int_equal(peer_reply(p[2])->status, 503);
    greet(p[2]);
    for (int i = 0; i < 3; i++)
        peer_close(p[i]);
}

static void streams_have_a_limit(void **state)
{
    HttpConf conf = conf_patient();
    conf.streams = 1;
    conf.address_percent = 100;
    begin(state, conf);
    static Reply r;
    Peer *a = visit(state), *b = visit(state);
    peer_say(a, "GET /events HTTP/1.1\r\n" HOST "\r\n");
    reply_head(a, &r);
    assert_int_equal(r.status, 200);
    peer_say(b, "GET /events HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(peer_reply(b)->status, 503);
    greet(b);
    peer_close(a);
    peer_close(b);
}

static void a_burst_of_ready_sockets_stalls_nobody(void **state)
{
    enum { BURST = 256 };
    Site *site = *state;
    begin(state, conf_patient());
    Peer *all[BURST], *first = visit(state);
    for (int i = 0; i < BURST; i++)
        greet(all[i] = visit(state));
    peer_say(first, "GET /block HTTP/1.1\r\n" HOST "\r\n");
    wait_for_holding(site, 1);
    for (int i = 0; i < BURST; i++)
        peer_say(all[i], "GET /hello HTTP/1.1\r\n" HOST "\r\n");
    pthread_mutex_lock(&site->lock);
    site->released = true;
    pthread_cond_broadcast(&site->changed);
    pthread_mutex_unlock(&site->lock);
    assert_string_equal(peer_reply(first)->body, "released");
    for (int i = 0; i < BURST; i++) {
        assert_string_equal(peer_reply(all[i])->body, "hello");
        peer_close(all[i]);
    }
    peer_close(first);
}

/* No input keeps a worker in the reader; were there one, it is seen by the CPU it takes. */
static void a_worker_that_spins_is_seen(void **state)
{
    Site *site = *state;
    HttpConf conf = conf_patient();
    conf.spin_time = 40;
    begin(state, conf);
    site->spins = true;
    Peer *p = visit(state);
    peer_say(p, "spin please\r\n\r\n");
    refused(p, 400, "400 malformed -"); /* after stuck was told, which ends the spinning */
    assert_true(site->stuck);
    p = visit(state);
    greet(p);
    peer_close(p);
}

static void a_handler_may_take_its_time(void **state)
{
    Site *site = *state;
    HttpConf conf = conf_patient();
    conf.spin_time = 20;
    begin(state, conf);
    Peer *p = visit(state);
    peer_say(p, "GET /compute HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(peer_reply(p)->status, 200);
    assert_false(site->stuck);
    peer_close(p);
}

static void *stop_thread(void *arg)
{
    http_stop(arg);
    return NULL;
}

static void a_stop_sees_everybody_out(void **state)
{
    Site *site = *state;
    begin(state, conf_patient());
    static Reply r;
    Peer *running = visit(state), *sending = visit(state), *stream = visit(state),
         *idle = visit(state);
    greet(idle);
    peer_say(stream, "GET /events HTTP/1.1\r\n" HOST "\r\n");
    reply_head(stream, &r);
    peer_say(running, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    wait_for_holding(site, 1);
    peer_say(sending, "POST /hello HTTP/1.1\r\n" HOST "Content-Length: 10\r\n\r\n12345");
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, stop_thread, site->http), 0);
    peer_ends(idle);
    peer_ends(stream);
    refused(sending, 503, "503 stopping -"); /* had stop_time to finish, and did not */
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)site->port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), -1); /* nobody new */
    close(fd);
    http_answer(site->held, 200, plain, 1, S("the last word")); /* however long it took */
    Reply *last = peer_reply(running);
    assert_string_equal(last->body, "the last word");
    assert_false(last->more);
    peer_ends(running);
    pthread_join(thread, NULL);
    site->http = NULL;
    assert_int_equal(site->ended, 1);
    peer_close(idle);
    peer_close(stream);
    peer_close(running);
}

typedef struct {
    int port;
    int served, refused, torn;
} Load;

/* Asks without end until the server is gone; counts answers that are not whole. */
static void *load_thread(void *arg)
{
    Load *load = arg;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)load->port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    static const char request[] =
        "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi";
    for (;;) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(fd, (struct sockaddr *)&at, sizeof at) != 0) {
            close(fd);
            return NULL;
        }
        for (int more = 1; more;) {
            char in[1024] = "";
            size_t n = 0;
            if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL) < 0) break;
            char *end = NULL;
            for (ssize_t got = 1; got > 0 && !end; n += got > 0 ? (size_t)got : 0) {
                got = recv(fd, in + n, sizeof in - 1 - n, 0);
                end = strstr(in, "\r\n\r\nlater");
                if (!end && strstr(in, " 503 ")) end = strstr(in, "stopping ");
            }
            if (!end) more = 0;
            if (!end && n > 0) load->torn++;
            if (end)
                *(strncmp(in, "HTTP/1.1 200", 12) == 0 ? &load->served : &load->refused) += 1;
            if (strstr(in, "Connection: close")) more = 0;
        }
        close(fd);
    }
}

static void a_stop_under_load_tears_no_answer(void **state)
{
    Site *site = *state;
    begin(state, conf_patient());
    Load loads[8] = {{0}};
    pthread_t threads[8];
    for (int i = 0; i < 8; i++) {
        loads[i].port = site->port;
        assert_int_equal(pthread_create(&threads[i], NULL, load_thread, &loads[i]), 0);
    }
    int64_t until = peer_now() + PEER_PATIENCE;
    while (http_stats(site->http).requests < 500) {
        assert_true(peer_now() < until);
        poll(NULL, 0, 1);
    }
    http_stop(site->http);
    site->http = NULL;
    int served = 0, torn = 0;
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        served += loads[i].served;
        torn += loads[i].torn;
    }
    assert_true(served >= 490);
    assert_int_equal(torn, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_two_could_read_differently_is_refused),
        TEST(a_nul_is_refused),
        TEST(refusals_speak_the_language_asked_for),
        TEST(each_refusal_is_a_problem),
        TEST(a_chunk_line_without_end_is_refused),
        TEST(headers_have_a_limit),
        TEST(a_large_body_is_refused_and_the_client_sees_it),
        TEST(a_body_that_cannot_be_kept_is_507),
        TEST(slow_headers_are_cut),
        TEST(slow_bodies_are_cut),
        TEST(silence_is_cut_without_a_word),
        TEST(who_does_not_read_is_cut),
        TEST(who_waits_for_us_is_not_cut),
        TEST(connections_have_a_limit),
        TEST(one_address_has_a_share),
        TEST(a_trusted_proxy_says_who_asks),
        TEST(a_stranger_says_nothing_of_who_asks),
        TEST(clients_of_a_proxy_have_shares_of_their_own),
        TEST(one_account_has_a_share),
        TEST(streams_have_a_share),
        TEST(streams_have_a_limit),
        TEST(a_burst_of_ready_sockets_stalls_nobody),
        TEST(a_worker_that_spins_is_seen),
        TEST(a_handler_may_take_its_time),
        TEST(a_stop_sees_everybody_out),
        TEST(a_stop_under_load_tears_no_answer),
    };
    large = calloc(1, LARGE);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(large);
    return failed;
}
