/*
 * smtpgun: puts SMTP load on a server of this machine; one thread on epoll.
 *
 * It knows no SMTP beyond its script: a step is octets to send and how many replies must come, the
 * last with that code, those before it with 250. Each session plays the hello, then transactions,
 * then QUIT. One line of JSON on stdout says what came of it; exit status 0 when all was well.
 *
 *     cc -O2 -std=gnu11 -o smtpgun smtpgun.c
 *
 * --port N            of the server, at 127.0.0.1
 * --message FILE      what DATA carries: lines end in CRLF, dots are stuffed
 * --sessions N        connections at once (20)
 * --messages N        of all sessions together (2000)
 * --seconds S         begin no message later than that; 0: no limit (0)
 * --rate R            begin R messages a second, no more; 0: as fast as they are taken (0)
 * --per-connection N  messages before QUIT and a new connection (100)
 * --recipients N      RCPT commands in each transaction (1)
 * --pipeline          MAIL, RCPT and DATA in one write
 * --login USER KEY    AUTH LOGIN, both already in base64
 * --idle N            instead of all that: open N connections, say the hello on each, tell how long
 *                     it took, and hold them until stdin ends
 * --cpu N             run on that processor alone
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_S 30     /* without any reply at all */
#define MAX_ERRORS 20     /* a server that fails that often is not being measured */
#define OPENING_AT_ONCE 64 /* idle connections on their way; asyncio's backlog is 100 */

struct step {
    const char *octets;
    size_t length;
    int replies, code;
};

struct script {
    struct step *steps;
    int count;
};

struct session {
    int fd;
    const struct script *script;
    int at;        /* the step that is being played */
    int missing;   /* replies that it still wants */
    size_t sent;   /* octets of it that the kernel has */
    bool is_blocked, is_parked;
    int done_here; /* messages on this connection */
    uint64_t told_at_ns;
    size_t heard;
    char in[4096];
};

static struct {
    int port, sessions, per_connection, recipients, idle, cpu;
    long messages;
    double seconds, rate;
    bool is_pipelined;
    const char *message, *user, *key;
} wants = {.sessions = 20, .per_connection = 100, .recipients = 1, .cpu = -1, .messages = 2000};

static struct script hello, transaction, bye;
static int poller, open_sessions, greeted;
static long begun, taken, errors, connections;
static char first_error[200];
static uint64_t began_ns, ended_ns, heard_ns;
static uint32_t *waits_us; /* from the last octet of a message to its reply */
static size_t waits_room;
static struct session **parked; /* those that wait for their turn under --rate */
static int parked_count;

static void fail(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    fputs("smtpgun: ", stderr);
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
    exit(2);
}

static void *room(void *old, size_t size)
{
    void *got = realloc(old, size);
    if (!got) fail("no memory");
    return got;
}

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- the script ---- */

static void add(struct script *to, const char *octets, size_t length, int replies, int code)
{
    to->steps = room(to->steps, sizeof(struct step) * (size_t)(to->count + 1));
    to->steps[to->count++] = (struct step){octets, length, replies, code};
}

static void add_line(struct script *to, int code, const char *format, ...)
{
    char *line;
    va_list values;
    va_start(values, format);
    int length = vasprintf(&line, format, values);
    va_end(values);
    if (length < 0) fail("no memory");
    add(to, line, (size_t)length, 1, code);
}

/* Make one step of all: one write, and the replies of each. */
static void join(struct script *all)
{
    size_t length = 0;
    for (int i = 0; i < all->count; i++) length += all->steps[i].length;
    char *octets = room(NULL, length), *end = octets;
    for (int i = 0; i < all->count; i++)
        end = mempcpy(end, all->steps[i].octets, all->steps[i].length);
    all->steps[0] = (struct step){octets, length, all->count, all->steps[all->count - 1].code};
    all->count = 1;
}

static void add_message(struct script *to, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) fail("%s: %s", path, strerror(errno));
    fseek(file, 0, SEEK_END);
    size_t length = (size_t)ftell(file);
    rewind(file);
    char *octets = room(NULL, length + 3);
    if (fread(octets, 1, length, file) != length) fail("%s: cannot be read", path);
    fclose(file);
    if (length < 2 || memcmp(octets + length - 2, "\r\n", 2)) fail("%s: ends without CRLF", path);
    memcpy(octets + length, ".\r\n", 3);
    add(to, octets, length + 3, 1, 250);
}

static void write_script(void)
{
    add(&hello, "", 0, 1, 220);
    add_line(&hello, 250, "EHLO gun.example.com\r\n");
    if (wants.user) {
        add_line(&hello, 334, "AUTH LOGIN %s\r\n", wants.user);
        add_line(&hello, 235, "%s\r\n", wants.key);
    }
    add_line(&bye, 221, "QUIT\r\n");
    if (wants.idle) return;
    add_line(&transaction, 250, "MAIL FROM:<gun@example.com>\r\n");
    for (int i = 0; i < wants.recipients; i++)
        add_line(&transaction, 250, "RCPT TO:<reader%04d@example.net>\r\n", i);
    add_line(&transaction, 354, "DATA\r\n");
    if (wants.is_pipelined) join(&transaction);
    add_message(&transaction, wants.message);
}

/* ---- a session ---- */

static void play(struct session *s);

static void watch(struct session *s, int how, bool for_room)
{
    struct epoll_event event = {.events = EPOLLIN | (for_room ? EPOLLOUT : 0), .data.ptr = s};
    if (epoll_ctl(poller, how, s->fd, &event)) fail("epoll_ctl: %s", strerror(errno));
}

static void begin_script(struct session *s, const struct script *script)
{
    s->script = script;
    s->at = 0;
    play(s);
}

static void hang_up(struct session *s)
{
    close(s->fd);
    s->fd = -1;
    open_sessions--;
}

static void open_session(struct session *s)
{
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((uint16_t)wants.port)};
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *s = (struct session){.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)};
    if (s->fd < 0) fail("socket: %s", strerror(errno));
    int yes = 1;
    setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(s->fd, (struct sockaddr *)&server, sizeof server) && errno != EINPROGRESS)
        fail("127.0.0.1 port %d: %s", wants.port, strerror(errno));
    open_sessions++;
    connections++;
    watch(s, EPOLL_CTL_ADD, false);
    begin_script(s, &hello);
}

static bool may_begin(void)
{
    if (begun >= wants.messages || errors >= MAX_ERRORS) return false;
    return !wants.seconds || (double)(now_ns() - began_ns) < wants.seconds * 1e9;
}

static bool is_due(void)
{
    return !wants.rate || (double)(now_ns() - began_ns) * 1e-9 * wants.rate >= (double)begun;
}

/* The next message of this session, or its end. */
static void go_on(struct session *s)
{
    if (!may_begin() || s->done_here >= wants.per_connection) {
        begin_script(s, &bye);
    } else if (!is_due()) {
        s->is_parked = true;
        parked[parked_count++] = s;
    } else {
        s->is_parked = false;
        begun++;
        begin_script(s, &transaction);
    }
}

static void note_error(struct session *s, const char *what)
{
    if (!errors++) snprintf(first_error, sizeof first_error, "%s", what);
    hang_up(s);
    if (may_begin() && !wants.idle) open_session(s);
}

static void note_taken(struct session *s)
{
    if ((size_t)taken >= waits_room)
        waits_us = room(waits_us, sizeof *waits_us * (waits_room = waits_room * 2 + 4096));
    ended_ns = now_ns();
    waits_us[taken++] = (uint32_t)((ended_ns - s->told_at_ns) / 1000);
    s->done_here++;
}

static void end_script(struct session *s)
{
    if (s->script == &bye) {
        hang_up(s);
        if (may_begin() && !wants.idle) open_session(s);
        return;
    }
    if (wants.idle) {
        greeted++;
        return;
    }
    if (s->script == &transaction) note_taken(s);
    go_on(s);
}

/* Send what the kernel takes of this step. */
static void push(struct session *s)
{
    const struct step *step = &s->script->steps[s->at];
    while (s->sent < step->length) {
        ssize_t n = send(s->fd, step->octets + s->sent, step->length - s->sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) {
            if (!s->is_blocked) watch(s, EPOLL_CTL_MOD, s->is_blocked = true);
            return;
        }
        if (n < 0) {
            note_error(s, strerror(errno));
            return;
        }
        s->sent += (size_t)n;
    }
    if (s->is_blocked) watch(s, EPOLL_CTL_MOD, s->is_blocked = false);
    /* Only the wait after a message is told; a transaction's last step is the message. */
    if (s->script == &transaction && s->at == transaction.count - 1) s->told_at_ns = now_ns();
}

static void play(struct session *s)
{
    s->sent = 0;
    s->missing = s->script->steps[s->at].replies;
    push(s);
}

/* Take one line; false when the session is not as it was: over, or begun anew. */
static bool take_line(struct session *s, const char *line, size_t length)
{
    const struct step *step = &s->script->steps[s->at];
    if (length > 3 && line[3] == '-') return true;
    int code = s->missing == 1 ? step->code : 250;
    char expected[4];
    snprintf(expected, sizeof expected, "%03d", code);
    if (length < 3 || memcmp(line, expected, 3)) {
        char what[sizeof first_error];
        snprintf(what, sizeof what, "expected %s, got %.*s", expected, (int)length, line);
        note_error(s, what);
        return false;
    }
    if (--s->missing) return true;
    long before = connections;
    if (++s->at < s->script->count) play(s);
    else end_script(s);
    return s->fd >= 0 && connections == before;
}

static void hear(struct session *s)
{
    ssize_t n = recv(s->fd, s->in + s->heard, sizeof s->in - s->heard, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
        note_error(s, n ? strerror(errno) : "the server hung up");
        return;
    }
    s->heard += (size_t)n;
    char *line = s->in, *end = s->in + s->heard, *feed;
    while ((feed = memchr(line, '\n', (size_t)(end - line)))) {
        if (!take_line(s, line, (size_t)(feed - line) - (feed > line && feed[-1] == '\r'))) return;
        line = feed + 1;
    }
    s->heard = (size_t)(end - line);
    if (s->heard == sizeof s->in) note_error(s, "a reply without an end");
    else memmove(s->in, line, s->heard);
}

static void turn(int patience_ms)
{
    struct epoll_event events[256];
    int count = epoll_wait(poller, events, 256, patience_ms);
    if (count > 0) heard_ns = now_ns();
    for (int i = 0; i < count; i++) {
        struct session *s = events[i].data.ptr;
        if (events[i].events & EPOLLOUT) push(s);
        if (s->fd >= 0 && events[i].events & ~(uint32_t)EPOLLOUT) hear(s);
    }
    if ((double)(now_ns() - heard_ns) > PATIENCE_S * 1e9 && !parked_count)
        fail("no reply for %d s", PATIENCE_S);
}

/* ---- the two kinds of run ---- */

static void shoot(struct session *sessions)
{
    for (int i = 0; i < wants.sessions && i < wants.messages; i++) open_session(&sessions[i]);
    while (open_sessions) {
        turn(parked_count ? 1 : 1000);
        int waiting = parked_count;
        parked_count = 0;
        for (int i = 0; i < waiting; i++)
            if (parked[i]->is_parked) go_on(parked[i]); /* who is too early parks again */
    }
}

static void hold(struct session *sessions)
{
    for (int opened = 0; greeted + errors < wants.idle;) {
        while (opened < wants.idle && opened - greeted - errors < OPENING_AT_ONCE)
            open_session(&sessions[opened++]);
        turn(1000);
    }
    ended_ns = now_ns();
}

/* ---- what came of it ---- */

static int by_size(const void *one, const void *other)
{
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return (a > b) - (a < b);
}

static double wait_ms(double part)
{
    return taken ? waits_us[(size_t)((double)(taken - 1) * part)] / 1000.0 : 0;
}

static void tell(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double cpu_s = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                   (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    double seconds = ended_ns ? (double)(ended_ns - began_ns) / 1e9 : 0;
    if (taken) qsort(waits_us, (size_t)taken, sizeof *waits_us, by_size);
    printf("{\"messages\": %ld, \"connections\": %ld, \"idle\": %d, \"seconds\": %.6f, ", taken,
           connections, greeted, seconds);
    printf("\"wait_ms\": {\"p50\": %.3f, \"p90\": %.3f, \"p99\": %.3f, \"max\": %.3f}, ",
           wait_ms(.5), wait_ms(.9), wait_ms(.99), wait_ms(1));
    printf("\"cpu_s\": %.4f, \"errors\": %ld, \"first_error\": \"", cpu_s, errors);
    for (const char *c = first_error; *c; c++)
        if (*c == '"' || *c == '\\') printf("\\%c", *c);
        else if ((unsigned char)*c >= ' ' && (unsigned char)*c < 127) putchar(*c);
    puts("\"}");
    fflush(stdout);
}

static void read_options(char **given)
{
    for (; *given; given++) {
        const char *name = *given, *value = given[1];
        if (!strcmp(name, "--pipeline")) {
            wants.is_pipelined = true;
            continue;
        }
        if (!value) fail("%s: unknown, or without its value", name);
        given++;
        if (!strcmp(name, "--port")) wants.port = atoi(value);
        else if (!strcmp(name, "--message")) wants.message = value;
        else if (!strcmp(name, "--sessions")) wants.sessions = atoi(value);
        else if (!strcmp(name, "--messages")) wants.messages = atol(value);
        else if (!strcmp(name, "--seconds")) wants.seconds = atof(value);
        else if (!strcmp(name, "--rate")) wants.rate = atof(value);
        else if (!strcmp(name, "--per-connection")) wants.per_connection = atoi(value);
        else if (!strcmp(name, "--recipients")) wants.recipients = atoi(value);
        else if (!strcmp(name, "--idle")) wants.idle = atoi(value);
        else if (!strcmp(name, "--cpu")) wants.cpu = atoi(value);
        else if (!strcmp(name, "--login") && given[1]) wants.user = value, wants.key = *++given;
        else fail("%s: there is no such option", name);
    }
    if (wants.port < 1 || wants.port > 65535) fail("--port: a number from 1 to 65535 is needed");
    if (wants.sessions < 1 || wants.per_connection < 1 || wants.recipients < 1 ||
        wants.messages < 1 || wants.idle < 0 || wants.seconds < 0 || wants.rate < 0)
        fail("numbers must be positive");
    if (!wants.message && !wants.idle) fail("--message: a file is needed");
}

static void prepare(void)
{
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (wants.cpu >= 0) {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(wants.cpu, &one);
        if (sched_setaffinity(0, sizeof one, &one)) fail("--cpu %d: %s", wants.cpu, strerror(errno));
    }
    poller = epoll_create1(0);
    write_script();
}

int main(int count, char **given)
{
    (void)count;
    read_options(given + 1);
    prepare();
    int most = wants.idle ? wants.idle : wants.sessions;
    struct session *sessions = calloc((size_t)most, sizeof *sessions);
    parked = calloc((size_t)most, sizeof *parked);
    if (!sessions || !parked) fail("no memory");
    began_ns = heard_ns = now_ns();
    if (wants.idle) {
        hold(sessions);
        tell();
        while (getchar() != EOF) {} /* whoever started this looks at the server meanwhile */
    } else {
        shoot(sessions);
        tell();
    }
    return errors || (!wants.idle && !taken) ? 1 : 0;
}
