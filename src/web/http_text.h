/* SPDX-License-Identifier: Apache-2.0 */
/* http_text.h: the small grammars of HTTP, for the files of http alone. */
#ifndef WEB_HTTP_TEXT_H
#define WEB_HTTP_TEXT_H

#include "web/http.h"

/* A request target, origin or absolute form, into out->path and out->query. */
MUST bool target_read(Arena *mem, Str target, Request *out);
/* "example.org", "example.org:8080", "[::1]:8080"; not "". */
MUST bool host_ok(Str s);
MUST bool token_ok(Str s);
MUST bool header_value_ok(Str s);
MUST bool text_same(Str a, Str b); /* ASCII letters in any case */
/* The status line and headers of an answer; length < 0: says none. */
void head_add(Buf *b, int status, int64_t length, bool close, const HttpPair *headers,
              size_t count);

#endif
