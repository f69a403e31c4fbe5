/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.c: a small, bounded HTTP load on 127.0.0.1: some connections kept alive, each with one
 * request on its way, for some seconds; then rate, latencies, errors and what a request cost
 * the server in CPU time, children and threads included (cpu_us). One line of key=value pairs
 * on stdout; what is not 2xx or does not come is an error. Exit 0 when anything was answered.
 *
 *   load --port N [--connections 64] [--seconds 1] [--most 1000000] [--pid SERVER] [--seed N]
 *        [--get PATH | --post PATH [--size 600] | --file TEMPLATE]
 *
 * A TEMPLATE is a request as one would write it: request line, headers, an empty line, the
 * body; Host and Content-Length are added. {key} becomes a new UUIDv7, {n} the number of the
 * request. A seed makes the keys the same in each run; those of a greater seed come later.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    CONNECTIONS_MOST = 1024,
    SECONDS_MOST = 600,
    REQUESTS_MOST = 5000000,
    REQUEST_ROOM = 65536,
    REPLY_ROOM = 262144
};

typedef struct {
    int fd;
    int64_t since; /* ns, when the request was sent */
    size_t n;      /* bytes of the reply so far */
    char reply[REPLY_ROOM];
} Line;

static struct {
    int port, connections, seconds, pid;
    int64_t most, seed; /* seed 0: keys of chance and the clock */
    char template[REQUEST_ROOM];
    size_t template_n;
} plan = {.connections = 64, .seconds = 1, .most = 1000000};

static int epoll;
static int64_t asked, answered, errors;
static char first_error[120];
static uint32_t *times; /* µs of each answer */

static void fail(const char *what)
{
    fprintf(stderr, "load: %s\n", what);
    exit(2);
}

static int64_t now_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---- the request ---- */

/* RFC 9562 §5.7: the time in ms in front, so that keys come in order, then a counter. */
static size_t key_write(char *out)
{
    static uint64_t random;
    static uint32_t count;
    if (!random) random = (uint64_t)plan.seed;
    if (!random && getrandom(&random, sizeof random, 0) != sizeof random) fail("no randomness");
    random = random * 6364136223846793005u + 1442695040888963407u;
    uint64_t ms = plan.seed ? (uint64_t)plan.seed << 32 | count
                            : (uint64_t)(now_ns(CLOCK_REALTIME) / 1000000);
    count++;
    return (size_t)snprintf(out, 37, "%08x-%04x-7%03x-%04x-%012llx", (unsigned)(ms >> 16),
                            (unsigned)(ms & 0xffff), count >> 12 & 0xfff,
                            0x8000u | (count & 0xfff), (unsigned long long)(random >> 16));
}

static size_t fill(const char *from, size_t n, char *out)
{
    size_t used = 0;
    for (size_t i = 0; i < n;) {
        if (used + 64 > REQUEST_ROOM) fail("the request is too long");
        if (n - i >= 5 && memcmp(from + i, "{key}", 5) == 0) {
            used += key_write(out + used);
            i += 5;
        } else if (n - i >= 3 && memcmp(from + i, "{n}", 3) == 0) {
            used += (size_t)snprintf(out + used, 24, "%lld", (long long)asked);
            i += 3;
        } else
            out[used++] = from[i++];
    }
    return used;
}

static size_t request_make(char *out)
{
    static char head[REQUEST_ROOM], body[REQUEST_ROOM];
    const char *end = memmem(plan.template, plan.template_n, "\n\n", 2);
    size_t head_n = end ? (size_t)(end - plan.template) + 1 : plan.template_n;
    size_t body_n = end ? fill(end + 2, plan.template_n - head_n - 1, body) : 0, n = 0;
    head_n = fill(plan.template, head_n, head);
    if (head_n * 2 + body_n + 200 > REQUEST_ROOM) fail("the request is too long");
    for (size_t i = 0; i < head_n; i++) {
        if (head[i] == '\n') out[n++] = '\r';
        out[n++] = head[i];
    }
    n += (size_t)snprintf(out + n, 40, "Host: 127.0.0.1:%d\r\n", plan.port);
    if (body_n) n += (size_t)snprintf(out + n, 40, "Content-Length: %zu\r\n", body_n);
    memcpy(out + n, "\r\n", 2);
    memcpy(out + n + 2, body, body_n);
    return n + 2 + body_n;
}

static void template_read(const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f) fail("cannot open the template");
    size_t n = fread(plan.template, 1, sizeof plan.template, f);
    fclose(f);
    if (n == sizeof plan.template) fail("the template is too long");
    for (size_t i = 0; i < n; i++)
        if (plan.template[i] != '\r') plan.template[plan.template_n++] = plan.template[i];
}

static void template_make(const char *method, const char *path, long size)
{
    if (size < 0 || size > REQUEST_ROOM / 2) fail("a size of 0 to 32768");
    plan.template_n = (size_t)snprintf(plan.template, sizeof plan.template,
                                       "%s %.1000s HTTP/1.1\n", method, path);
    if (size == 0) return;
    static const char headers[] = "Content-Type: application/json\nIdempotency-Key: {key}\n\n";
    memcpy(plan.template + plan.template_n, headers, sizeof headers - 1);
    plan.template_n += sizeof headers - 1;
    memset(plan.template + plan.template_n, 'x', (size_t)size);
    plan.template_n += (size_t)size;
}

/* ---- the connections ---- */

static void line_error(const char *what, const char *detail, size_t n)
{
    if (errors++ == 0)
        snprintf(first_error, sizeof first_error, "%s %.*s", what, n > 60 ? 60 : (int)n,
                 detail);
}

static void line_ask(Line *l)
{
    static char request[REQUEST_ROOM];
    size_t n = request_make(request);
    asked++;
    l->n = 0;
    l->since = now_ns(CLOCK_MONOTONIC);
    if (send(l->fd, request, n, MSG_NOSIGNAL) != (ssize_t)n)
        line_error("send", strerror(errno), 60);
}

static void line_open(Line *l)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)plan.port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int on = 1;
    l->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(l->fd, (struct sockaddr *)&at, sizeof at) != 0) fail("cannot connect");
    setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = l};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, l->fd, &event) != 0) fail("epoll");
}

/* 1 a whole reply is there, 0 not yet; *close: the connection ends with it. */
static int reply_whole(Line *l, int *closes)
{
    char *end = memmem(l->reply, l->n, "\r\n\r\n", 4);
    if (!end) return 0;
    size_t body = 0, head = (size_t)(end - l->reply) + 4;
    *closes = 0;
    for (char *at = memchr(l->reply, '\n', head); at < end; at = memchr(at + 1, '\n', head)) {
        if (strncasecmp(at + 1, "content-length:", 15) == 0) body = strtoul(at + 16, NULL, 10);
        if (strncasecmp(at + 1, "connection: close", 17) == 0) *closes = 1;
    }
    if (head + body > REPLY_ROOM) fail("a reply is too long");
    return l->n >= head + body;
}

static void line_hear(Line *l, int64_t until)
{
    ssize_t n = recv(l->fd, l->reply + l->n, REPLY_ROOM - l->n, 0);
    int closes = 1;
    if (n > 0) {
        l->n += (size_t)n;
        if (!reply_whole(l, &closes)) return;
        times[answered++] = (uint32_t)((now_ns(CLOCK_MONOTONIC) - l->since) / 1000);
        if (l->reply[9] != '2') line_error("status", l->reply + 9, 3);
    } else
        line_error("closed", n < 0 ? strerror(errno) : "", 60);
    int more = asked < plan.most && now_ns(CLOCK_MONOTONIC) < until;
    if (closes || !more) {
        close(l->fd);
        l->fd = -1;
        if (more) line_open(l);
    }
    if (more) line_ask(l);
}

/* ---- what it cost ---- */

/* utime + stime of a process and its living and waited-for children, in clock ticks. */
static int64_t cpu_ticks(int pid)
{
    char path[300], text[4096];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *f = fopen(path, "r");
    if (!f) return 0;
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = 0;
    long long user = 0, system = 0, waited_user = 0, waited_system = 0;
    char *after = strrchr(text, ')');
    if (after)
        sscanf(after + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld %lld %lld",
               &user, &system, &waited_user, &waited_system);
    int64_t sum = user + system + waited_user + waited_system;
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *tasks = opendir(path);
    for (struct dirent *task; tasks && (task = readdir(tasks));) {
        snprintf(path, sizeof path, "/proc/%d/task/%s/children", pid, task->d_name);
        f = task->d_name[0] == '.' ? NULL : fopen(path, "r");
        for (int child; f && fscanf(f, "%d", &child) == 1;)
            sum += cpu_ticks(child);
        if (f) fclose(f);
    }
    if (tasks) closedir(tasks);
    return sum;
}

static int less(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void report(double seconds, int64_t ticks)
{
    qsort(times, (size_t)answered, sizeof *times, less);
    int64_t n = answered ? answered : 1;
    printf(
        "requests=%lld errors=%lld seconds=%.2f rps=%.0f p50_ms=%.3f p99_ms=%.3f max_ms=%.3f",
        (long long)answered, (long long)errors, seconds, (double)answered / seconds,
        times[n / 2] / 1e3, times[n * 99 / 100] / 1e3, times[n - 1] / 1e3);
    if (plan.pid)
        printf(" cpu_us=%.2f", (double)ticks * 1e6 / (double)sysconf(_SC_CLK_TCK) / (double)n);
    if (errors) printf(" first_error=\"%s\"", first_error);
    printf("\n");
}

static void run(void)
{
    Line *lines = calloc((size_t)plan.connections, sizeof *lines);
    times = calloc((size_t)plan.most + CONNECTIONS_MOST, sizeof *times);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!lines || !times || epoll < 0) fail("out of memory");
    for (int i = 0; i < plan.connections; i++)
        line_open(&lines[i]);
    int64_t ticks = plan.pid ? cpu_ticks(plan.pid) : 0, start = now_ns(CLOCK_MONOTONIC);
    int64_t until = start + (int64_t)plan.seconds * 1000000000;
    for (int i = 0; i < plan.connections; i++)
        line_ask(&lines[i]);
    struct epoll_event events[CONNECTIONS_MOST];
    for (int open = plan.connections; open > 0;) {
        int n = epoll_wait(epoll, events, CONNECTIONS_MOST, 5000);
        if (n == 0) {
            line_error("silence", "no answer within 5 s", 60);
            break;
        }
        for (int i = 0; i < n; i++) {
            Line *l = events[i].data.ptr;
            line_hear(l, until);
            open -= l->fd < 0;
        }
    }
    double seconds = (double)(now_ns(CLOCK_MONOTONIC) - start) / 1e9;
    report(seconds, plan.pid ? cpu_ticks(plan.pid) - ticks : 0);
    free(lines);
    free(times);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"port", 1, NULL, 'p'},    {"connections", 1, NULL, 'c'},
        {"seconds", 1, NULL, 's'}, {"most", 1, NULL, 'm'},
        {"pid", 1, NULL, 'i'},     {"get", 1, NULL, 'g'},
        {"post", 1, NULL, 'o'},    {"size", 1, NULL, 'z'},
        {"file", 1, NULL, 'f'},    {"seed", 1, NULL, 'e'},
        {NULL, 0, NULL, 0}};
    const char *get = "/", *post = NULL, *file = NULL;
    long size = 600;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) >= 0;) {
        long n = optarg ? strtol(optarg, NULL, 10) : 0;
        switch (c) {
        case 'p': plan.port = (int)n; break;
        case 'c': plan.connections = (int)n; break;
        case 's': plan.seconds = (int)n; break;
        case 'm': plan.most = n; break;
        case 'i': plan.pid = (int)n; break;
        case 'g': get = optarg; break;
        case 'o': post = optarg; break;
        case 'z': size = n; break;
        case 'f': file = optarg; break;
        case 'e': plan.seed = n; break;
        default: fail("see the head of load.c");
        }
    }
    if (plan.port < 1 || plan.port > 65535) fail("--port of 1 to 65535");
    if (plan.connections < 1 || plan.connections > CONNECTIONS_MOST)
        fail("--connections of 1 to 1024");
    if (plan.seed < 0 || plan.seed > UINT16_MAX) fail("--seed of 1 to 65535");
    if (plan.connections > plan.most) plan.connections = (int)plan.most;
    if (plan.seconds < 1 || plan.seconds > SECONDS_MOST) fail("--seconds of 1 to 600");
    if (plan.most < 1 || plan.most > REQUESTS_MOST) fail("--most of 1 to 5000000");
    if (file)
        template_read(file);
    else if (post)
        template_make("POST", post, size);
    else
        template_make("GET", get, 0);
    run();
    return answered ? 0 : 1;
}
