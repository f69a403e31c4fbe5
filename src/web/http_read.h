/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_read.h: bytes into one request of HTTP/1.1 (RFC 9112), strictly. Where two programs
 * could read the same bytes as two different requests (a bare LF, a folded line, two lengths, a
 * space before a colon, a chunk size that is none), the request is refused. The reader knows no
 * socket, no clock and no limit but sizes; it takes the bytes in pieces of any size, and what
 * it says never depends on how they were cut.
 */
#ifndef WEB_HTTP_READ_H
#define WEB_HTTP_READ_H

#include "web/http.h"

typedef enum {
    READ_MORE, /* all bytes are used, the request goes on */
    READ_HEAD, /* the request line and headers are there: request, length, keep are set */
    READ_DATA, /* some of the body */
    READ_END,  /* the request is whole */
    READ_BAD   /* it is refused with status and why; nothing more may be read */
} ReadStep;

typedef enum HttpStage {
    STAGE_BEGIN, /* nothing came; one empty line is passed over */
    STAGE_LINES, /* of the head */
    STAGE_LENGTH,
    STAGE_CHUNK, /* a line with a size */
    STAGE_DATA,
    STAGE_DATA_END, /* the line end behind a chunk */
    STAGE_TRAILER,
    STAGE_END,
    STAGE_BAD
} HttpStage;

typedef struct {
    Request *request;   /* its mem is where all of it goes; filled when READ_HEAD is said */
    size_t head_most;   /* bytes of the request line and headers, likewise of trailers */
    uint64_t body_most; /* set it when READ_HEAD is said; more is 413 */
    int64_t length;     /* of the body as the head says it; -1: in chunks */
    bool keep;          /* the client may send another request on this connection */
    bool expects;       /* the client waits for "100 Continue" before it sends the body */
    int status;         /* when READ_BAD is said */
    const Err *why;

    HttpStage stage;
    Buf head, line;
    size_t line_at, lines; /* of head: where the line begins, how many are whole */
    uint64_t left, total;  /* of the body's length or the chunk; bytes promised so far */
} HttpReader;

/* A new request into request, whose mem must be set. */
void reader_begin(HttpReader *r, Request *request, size_t head_most);
/* One step over in: *used bytes of it were taken, *data is what of them belongs to the body.
 * Call it again with the rest until it says READ_MORE, READ_END or READ_BAD. */
MUST ReadStep reader_step(HttpReader *r, Str in, size_t *used, Str *data);

#endif
