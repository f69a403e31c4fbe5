/* SPDX-License-Identifier: Apache-2.0 */
/* Requests as the handler sees them and answers as the client does; limits and the end are in
 * test_http_limits.c. */
#include "peer.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#include "web/http.h"

enum { BIG = 300000 };

typedef struct {
    Http *http;
    int files; /* open before */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    Request *held[16]; /* by /hold, in the order they came */
    int count, ended;
    Stream *stream;
} Site;

static char big[BIG + 1];

static const HttpPair plain[] = {{{"Content-Type", 12}, {"text/plain", 10}}};

static void show(Request *r)
{
    Buf b = BUF(r->mem);
    size_t headers, params, cookies;
    Str header = request_header(r, S("x-NAME"), &headers),
        param = request_param(r, S("a"), &params);
    Str cookie = request_cookie(r, S("sid"), &cookies);
    buf_fmt(&b, "%.*s %.*s [%.*s]", STR(r->method), STR(r->path), STR(r->body));
    buf_fmt(&b, " a=%.*s/%zu", STR(param), params);
    buf_fmt(&b, " x=%.*s/%zu sid=%.*s/%zu", STR(header), headers, STR(cookie), cookies);
    buf_fmt(&b, " from %.*s", STR(r->address));
    for (size_t i = 0; i < r->query_count; i++)
        buf_fmt(&b, " %.*s:%.*s", STR(r->query[i].name), STR(r->query[i].value));
    http_answer(r, 200, plain, 1, buf_str(&b));
}

static void *answer_thread(void *arg)
{
    Request *r = arg;
    http_answer(r, 200, plain, 1, str_fmt(r->mem, "later: %.*s", STR(r->body)));
    return NULL;
}

static void ended(void *context)
{
    Site *site = context;
    pthread_mutex_lock(&site->lock);
    site->stream = NULL;
    site->ended++;
    pthread_cond_broadcast(&site->changed);
    pthread_mutex_unlock(&site->lock);
}

static void listen_to(Site *site, Request *r)
{
    static const HttpPair headers[] = {{{"Content-Type", 12}, {"text/event-stream", 17}}};
    pthread_mutex_lock(&site->lock);
    assert_ok(http_stream_open(r, headers, 1, ended, site, &site->stream));
    pthread_cond_broadcast(&site->changed);
    pthread_mutex_unlock(&site->lock);
}

static void send_file(Request *r)
{
    char path[] = "/tmp/test_http_XXXXXX";
    int fd = mkstemp(path);
    unlink(path);
    assert_true(write(fd, "0123456789", 10) == 10);
    http_answer_file(r, 200, plain, 1, fd, 2, 5);
}

static void handle(void *context, Request *r)
{
    Site *site = context;
    pthread_t thread;
    assert_null(r->user);
    if (str_is(r->path, "/hello"))
        http_answer(r, 200, plain, 1, S("hello"));
    else if (str_is(r->path, "/count"))
        http_answer(r, 200, plain, 1,
                    str_fmt(r->mem, "%zu %d", r->body.n, r->body.p[r->body.n - 1]));
    else if (str_is(r->path, "/later")) {
        assert_int_equal(pthread_create(&thread, NULL, answer_thread, r), 0);
        pthread_detach(thread);
    } else if (str_is(r->path, "/hold")) {
        pthread_mutex_lock(&site->lock);
        site->held[site->count++] = r;
        pthread_cond_broadcast(&site->changed);
        pthread_mutex_unlock(&site->lock);
    } else if (str_is(r->path, "/events"))
        listen_to(site, r);
    else if (str_is(r->path, "/file"))
        send_file(r);
    else if (str_is(r->path, "/big"))
        http_answer(r, 200, plain, 1, (Str){big, 100000});
    else if (str_is(r->path, "/none"))
        http_answer(r, 204, NULL, 0, S(""));
    else if (str_starts(r->path, S("/show")))
        show(r);
    else
        http_answer(r, 405, plain, 1, S("no"));
}

static size_t limit(void *context, Request *r)
{
    (void)context;
    if (str_is(r->path, "/private")) http_answer(r, 401, plain, 1, S("who are you"));
    return str_is(r->path, "/count") ? BIG : 1000;
}

static void wait_until(Site *site, const int *what, int least)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PEER_PATIENCE / 1000;
    pthread_mutex_lock(&site->lock);
    while (*what < least)
        if (pthread_cond_timedwait(&site->changed, &site->lock, &until) != 0)
            fail_msg("waited in vain");
    pthread_mutex_unlock(&site->lock);
}

static int start_beating(void **state, int beat_time)
{
    static Site site;
    memset(&site, 0, sizeof site);
    site.files = files_open();
    pthread_mutex_init(&site.lock, NULL);
    pthread_cond_init(&site.changed, NULL);
    memset(big, 'b', BIG);
    HttpConf conf = http_conf();
    conf.listen = S("127.0.0.1:0");
    conf.memory_size = 64 << 10;
    conf.stream_size = 32 << 10;
    conf.beat_time = beat_time;
    static const HttpHandler handler = {.limit = limit, .handle = handle};
    assert_ok(http_start(&conf, &handler, &site, &site.http));
    *state = &site;
    return 0;
}

static int start(void **state)
{
    return start_beating(state, 10 * PEER_PATIENCE);
}

static int start_lively(void **state)
{
    return start_beating(state, 100);
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
    return peer_open(http_port(((Site *)*state)->http));
}

static void body_is(const Reply *r, int status, const char *text)
{
    if (r->status != status || strcmp(r->body, text) != 0)
        fail_msg("%d \"%s\" is not %d \"%s\"", r->status, r->body, status, text);
}

/* One request on a connection of its own. */
static void ask(void **state, const char *request, int status, const char *text)
{
    Peer *p = visit(state);
    peer_say(p, request);
    body_is(peer_reply(p), status, text);
    peer_close(p);
}

static void a_connection_serves_many_requests(void **state)
{
    Peer *p = visit(state);
    for (int i = 0; i < 5; i++) { /* an answer in the library's first call would close it */
        peer_say(p, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
        Reply *r = peer_reply(p);
        body_is(r, 200, "hello");
        assert_true(r->more);
        assert_non_null(reply_header(r, "date"));
        assert_string_equal(reply_header(r, "content-type"), "text/plain");
        peer_say(p, "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
        body_is(peer_reply(p), 200, "later: abc");
    }
    HttpStats s = http_stats(((Site *)*state)->http);
    assert_int_equal(s.requests, 10);
    assert_int_equal(s.connections, 1);
    assert_int_equal(s.running, 0);
    peer_close(p);
}

static void a_request_comes_whole(void **state)
{
    ask(state,
        "GET /show/%E7%BD%91%20x?a=1&b=%26+%3d&a=2&c HTTP/1.1\r\nHost: x\r\nx-name:  v "
        "\r\n\r\n",
        200, "GET /show/网 x [] a=1/2 x=v/1 sid=/0 from 127.0.0.1 a:1 b:& = a:2 c:");
    ask(state,
        "PUT /show HTTP/1.1\r\nHost: x\r\nX-Name: 1\r\nX-NAME: 2\r\nCookie: a=b; "
        "sid=\"q1\";sid=q2; c\r\n"
        "Content-Length: 2\r\n\r\nhi",
        200, "PUT /show [hi] a=/0 x=1/2 sid=q1/2 from 127.0.0.1");
    ask(state, "GET http://example.org/show?a=z HTTP/1.1\r\nHost: x\r\n\r\n", 200,
        "GET /show [] a=z/1 x=/0 sid=/0 from 127.0.0.1 a:z");
}

static void a_chunked_body_is_put_together(void **state)
{
    Peer *p = visit(state);
    peer_say(
        p,
        "POST /show HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n");
    peer_say(p, "6;x=y\r\nfghijk\r\n0\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    body_is(peer_reply(p), 200, "POST /show [abcdefghijk] a=/0 x=/0 sid=/0 from 127.0.0.1");
    body_is(peer_reply(p), 200, "hello");
    peer_close(p);
}

static void a_request_may_come_byte_by_byte(void **state)
{
    static const char text[] =
        "POST /show?a=%41 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";
    Peer *p = visit(state);
    for (const char *c = text; *c; c++)
        assert_true(peer_try(p, c, 1));
    body_is(peer_reply(p), 200, "POST /show [body] a=A/1 x=/0 sid=/0 from 127.0.0.1 a:A");
    peer_close(p);
}

static void a_large_body_is_spooled(void **state)
{
    Peer *p = visit(state);
    for (int i = 0; i < 2; i++) {
        peer_say(p, "PUT /count HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n");
        assert_true(peer_try(p, big, BIG));
        body_is(peer_reply(p), 200, "300000 98");
        peer_say(p, "PUT /count HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nc");
        body_is(peer_reply(p), 200, "1 99");
    }
    peer_close(p);
}

static void head_is_get_without_a_body(void **state)
{
    Peer *p = visit(state);
    peer_say(p, "HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    Reply *r = peer_reply_to(p, 1);
    assert_int_equal(r->status, 200);
    assert_string_equal(reply_header(r, "content-length"), "5");
    peer_say(p, "GET /none HTTP/1.1\r\nHost: x\r\n\r\n");
    body_is(peer_reply(p), 204, "");
    peer_say(p, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    body_is(peer_reply(p), 200, "hello");
    peer_close(p);
}

static void an_unknown_method_reaches_the_handler(void **state)
{
    Peer *p = visit(state);
    peer_say(p, "BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n");
    Reply *r = peer_reply(p);
    body_is(r, 405, "no");
    assert_true(r->more);
    peer_say(p, "OPTIONS /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    body_is(peer_reply(p), 200, "hello");
    peer_close(p);
}

static void old_clients_are_served(void **state)
{
    Peer *p = visit(state);
    peer_say(p, "GET /hello HTTP/1.0\r\n\r\n");
    body_is(peer_reply(p), 200, "hello");
    peer_ends(p);
    peer_close(p);
    p = visit(state);
    peer_say(p, "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    body_is(peer_reply(p), 200, "hello");
    peer_say(p, "GET /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    body_is(peer_reply(p), 200, "later: ");
    peer_ends(p);
    peer_close(p);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    Peer *p = visit(state);
    peer_say(p, "GET /show?a=1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /later HTTP/1.1\r\nHost: x\r\n"
                "Content-Length: 2\r\n\r\nhiGET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
                "POST /show HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n!");
    body_is(peer_reply(p), 200, "GET /show [] a=1/1 x=/0 sid=/0 from 127.0.0.1 a:1");
    body_is(peer_reply(p), 200, "later: hi");
    body_is(peer_reply(p), 200, "hello");
    body_is(peer_reply(p), 200, "POST /show [!] a=/0 x=/0 sid=/0 from 127.0.0.1");
    peer_close(p);
}

static void expect_continue_is_told_to_go_on(void **state)
{
    Peer *p = visit(state);
    peer_say(
        p,
        "POST /show HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    assert_int_equal(peer_reply(p)->status, 100);
    peer_say(p, "ok");
    body_is(peer_reply(p), 200, "POST /show [ok] a=/0 x=/0 sid=/0 from 127.0.0.1");
    peer_close(p);
}

static void the_limit_may_answer_before_the_body(void **state)
{
    Peer *p = visit(state);
    peer_say(p, "PUT /private HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: "
                "900000\r\n\r\n");
    Reply *r = peer_reply(p);
    body_is(r, 401, "who are you");
    assert_false(r->more);
    peer_ends(p);
    peer_close(p);
    p = visit(state); /* with no body on its way the connection stays */
    peer_say(p,
             "GET /private HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    body_is(peer_reply(p), 401, "who are you");
    body_is(peer_reply(p), 200, "hello");
    peer_close(p);
}

static void answers_may_come_in_another_order(void **state)
{
    Site *site = *state;
    Peer *peers[8];
    for (int i = 0; i < 8; i++) {
        char request[99];
        snprintf(request, sizeof request, "GET /hold?a=%d HTTP/1.1\r\nHost: x\r\n\r\n", i);
        peers[i] = visit(state);
        peer_say(peers[i], request);
        wait_until(site, &site->count, i + 1);
    }
    assert_int_equal(http_stats(site->http).running, 8);
    for (int i = 7; i >= 0; i--) {
        char number[] = {(char)('0' + i), 0};
        Request *r = site->held[i];
        http_answer(r, 200, plain, 1, request_param(r, S("a"), NULL));
        body_is(peer_reply(peers[i]), 200, number);
        peer_close(peers[i]);
    }
}

static void a_client_may_leave_while_its_request_is_held(void **state)
{
    Site *site = *state;
    for (int i = 0; i < 4; i++) {
        Peer *p = visit(state);
        peer_say(p, "POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nz");
        wait_until(site, &site->count, i + 1);
        struct linger hard = {1, 0};
        if (i % 2)
            setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard); /* by a reset */
        peer_close(p);
        assert_str(site->held[i]->body, "z");
        http_answer(site->held[i], 200, plain, 1, S("too late"));
    }
    ask(state, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", 200, "hello");
}

static void bodies_come_from_files_and_static_memory(void **state)
{
    ask(state, "GET /file HTTP/1.1\r\nHost: x\r\n\r\n", 200, "23456");
    Peer *p = visit(state);
    peer_say(p, "GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    Reply *r = peer_reply(p);
    assert_int_equal(r->body_n, 100000);
    assert_memory_equal(r->body, big, 100000);
    peer_say(p, "HEAD /file HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_string_equal(reply_header(peer_reply_to(p, 1), "content-length"), "5");
    peer_close(p);
}

/* Reads until text has come, and takes all up to its end. */
static void hear(Peer *p, const char *text)
{
    char *at;
    while (p->in[p->n] = 0, (at = strstr(p->in, text)) == NULL)
        if (peer_hear(p) != 1) fail_msg("closed before \"%s\"", text);
    peer_take(p, (size_t)(at - p->in) + strlen(text));
}

static Peer *follow(void **state)
{
    Peer *p = visit(state);
    static Reply r;
    peer_say(p, "GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
    reply_head(p, &r);
    assert_int_equal(r.status, 200);
    assert_string_equal(reply_header(&r, "content-type"), "text/event-stream");
    return p;
}

static bool tell(Site *site, Str bytes)
{
    pthread_mutex_lock(&site->lock);
    bool good = site->stream && http_stream_send(site->stream, bytes);
    pthread_mutex_unlock(&site->lock);
    return good;
}

static void a_stream_carries_events_and_beats(void **state)
{
    Site *site = *state;
    Peer *p = follow(state);
    assert_true(tell(site, S("data: 1\n\n")));
    hear(p, "data: 1\n\n");
    hear(p, ":\n\n"); /* in silence */
    assert_true(tell(site, S("data: 2\n\n")));
    hear(p, "data: 2\n\n");
    assert_int_equal(http_stats(site->http).streams, 1);
    pthread_mutex_lock(&site->lock);
    http_stream_close(site->stream);
    pthread_mutex_unlock(&site->lock);
    while (peer_hear(p) == 1) {
    }
    wait_until(site, &site->ended, 1);
    peer_close(p);
    assert_false(tell(site, S("x")));
}

static void a_stream_ends_when_its_client_leaves(void **state)
{
    Site *site = *state;
    Peer *p = follow(state);
    peer_close(p);
    wait_until(site, &site->ended, 1);
    assert_int_equal(http_stats(site->http).streams, 0);
    p = follow(state);
    peer_say(p, "whatever a client may still say");
    assert_true(tell(site, S("data: 1\n\n")));
    hear(p, "data: 1\n\n");
    peer_close(p);
    wait_until(site, &site->ended, 2);
}

static void a_slow_reader_is_dropped(void **state)
{
    Site *site = *state;
    Peer *p = follow(state);
    static char event[4096];
    memset(event, 'e', sizeof event);
    int64_t sent = 0; /* the kernel's buffers first, then ours, then no more */
    while (tell(site, (Str){event, sizeof event}))
        assert_true((sent += (int64_t)sizeof event) < (int64_t)64 << 20);
    wait_until(site, &site->ended, 1);
    assert_int_equal(http_stats(site->http).dropped, 1);
    peer_close(p);
}

static void only_one_can_listen(void **state)
{
    Site *site = *state;
    HttpConf conf = http_conf();
    char at[40];
    snprintf(at, sizeof at, "127.0.0.1:%d", http_port(site->http));
    conf.listen = str(at);
    static const HttpHandler handler = {.handle = handle};
    Http *other = NULL;
    assert_err(http_start(&conf, &handler, NULL, &other), HTTP_TAKEN);
    assert_null(other);
    static const char *const bad[] = {"",
                                      "127.0.0.1",
                                      "127.0.0.1:",
                                      "127.0.0.1:x",
                                      "127.0.0.1:65536",
                                      "::1:80",
                                      "no.such.host.invalid:80",
                                      "203.0.113.1:0"};
    for (size_t i = 0; i < countof(bad); i++) {
        conf.listen = str(bad[i]);
        assert_err(http_start(&conf, &handler, NULL, &other), HTTP_LISTEN);
    }
    http_stop(NULL);
}

static void a_port_is_free_again_after_the_end(void **state)
{
    Site *site = *state;
    Peer *p = visit(state);
    peer_say(p, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    body_is(peer_reply(p), 200, "hello");
    HttpConf conf = http_conf();
    char at[40];
    snprintf(at, sizeof at, "127.0.0.1:%d", http_port(site->http));
    http_stop(site->http);
    conf.listen = str(at);
    static const HttpHandler handler = {.handle = handle};
    assert_ok(http_start(&conf, &handler, site, &site->http));
    peer_close(p);
    ask(state, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", 200, "hello");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_connection_serves_many_requests),
        TEST(a_request_comes_whole),
        TEST(a_chunked_body_is_put_together),
        TEST(a_request_may_come_byte_by_byte),
        TEST(a_large_body_is_spooled),
        TEST(head_is_get_without_a_body),
        TEST(an_unknown_method_reaches_the_handler),
        TEST(old_clients_are_served),
        TEST(pipelined_requests_are_answered_in_order),
        TEST(expect_continue_is_told_to_go_on),
        TEST(the_limit_may_answer_before_the_body),
        TEST(answers_may_come_in_another_order),
        TEST(a_client_may_leave_while_its_request_is_held),
        TEST(bodies_come_from_files_and_static_memory),
        cmocka_unit_test_setup_teardown(a_stream_carries_events_and_beats, start_lively, stop),
        TEST(a_stream_ends_when_its_client_leaves),
        TEST(a_slow_reader_is_dropped),
        TEST(only_one_can_listen),
        TEST(a_port_is_free_again_after_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
