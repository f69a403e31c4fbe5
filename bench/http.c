/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.c: hello and echo like echo.c, but over gridward's own web/http: what that floor costs.
 *
 *   http [PORT [THREADS [later]]]
 *
 * later: every answer is given by one other thread, as the lane does, so that suspending and
 * resuming is in the figure. Prints "port=N" when it listens; ends on SIGTERM or SIGINT.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

#include "web/http.h"

static struct {
    pthread_mutex_t lock;
    pthread_cond_t some;
    Request *first, *last; /* chained by user */
    bool later, over;
} line = {.lock = PTHREAD_MUTEX_INITIALIZER, .some = PTHREAD_COND_INITIALIZER};

static void answer(Request *r)
{
    static const HttpPair headers[] = {{{"Content-Type", 12}, {"text/plain", 10}}};
    http_answer(r, 200, headers, 1, r->body.n ? r->body : S("hello"));
}

static void handle(void *context, Request *r)
{
    (void)context;
    if (!line.later) {
        answer(r);
        return;
    }
    pthread_mutex_lock(&line.lock);
    bool empty = !line.first;
    r->user = NULL;
    if (empty)
        line.first = r;
    else
        line.last->user = r;
    line.last = r;
    if (empty) pthread_cond_signal(&line.some);
    pthread_mutex_unlock(&line.lock);
}

static void *answer_all(void *arg)
{
    (void)arg;
    for (;;) {
        pthread_mutex_lock(&line.lock);
        while (!line.first && !line.over)
            pthread_cond_wait(&line.some, &line.lock);
        Request *batch = line.first;
        line.first = NULL;
        pthread_mutex_unlock(&line.lock);
        if (!batch) return NULL;
        for (Request *next; batch; batch = next) {
            next = batch->user;
            answer(batch);
        }
    }
}

int main(int argc, char **argv)
{
    HttpConf conf = http_conf();
    char at[32];
    snprintf(at, sizeof at, "127.0.0.1:%s", argc > 1 ? argv[1] : "0");
    conf.listen = str(at);
    int64_t threads;
    if (argc > 2 && str_int(str(argv[2]), &threads)) conf.threads = (int)threads;
    line.later = argc > 3;
    sigset_t end;
    sigemptyset(&end);
    sigaddset(&end, SIGTERM);
    sigaddset(&end, SIGINT);
    pthread_sigmask(SIG_BLOCK, &end, NULL);
    pthread_t thread;
    if (pthread_create(&thread, NULL, answer_all, NULL) != 0) return 1;
    static const HttpHandler handler = {.handle = handle};
    Http *http;
    const Err *e = http_start(&conf, &handler, NULL, &http);
    if (e) {
        fprintf(stderr, "http: %s\n", e->code);
        return 2;
    }
    printf("port=%d\n", http_port(http));
    fflush(stdout);
    int signal;
    sigwait(&end, &signal);
    http_stop(http);
    pthread_mutex_lock(&line.lock);
    line.over = true;
    pthread_cond_signal(&line.some);
    pthread_mutex_unlock(&line.lock);
    pthread_join(thread, NULL);
    return 0;
}
