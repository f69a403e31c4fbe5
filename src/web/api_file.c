/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api_file.c: photos and papers, named by the hash of their bytes. A file is acknowledged when
 * the vault has it on disk; who knows its hash and is signed in may read it.
 */
#include <unistd.h>

#include "web/api.h"

static bool is_hash(Str s)
{
    size_t i = 0;
    while (i < s.n && memchr("0123456789abcdef", s.p[i], 16))
        i++;
    return s.n == 64 && i == 64;
}

const Err *api_file_admit(Call *call)
{
    int64_t bytes;
    Str length = request_header(call->request, S("Content-Length"), NULL);
    if (!str_int(length, &bytes)) bytes = 0; /* in pieces: nobody knows how many */
    return vault_room(web_conf(call->web)->vault, bytes);
}

const Err *api_file_put(Call *call)
{
    VaultFile file;
    bool fresh;
    const Err *e =
        vault_put(web_conf(call->web)->vault, call->db, call->mem, call->request->body,
                  call->session.person, call->now, &file, &fresh);
    if (e) return e;
    call->status = fresh ? 201 : 200;
    json_open(&call->json, '{');
    json_put_text(&call->json, "hash", file.hash);
    json_put_int(&call->json, "size", file.size);
    json_put_text(&call->json, "type", file.type);
    json_close(&call->json, '}');
    return NULL;
}

/* Whether the browser has it already: a hash never means anything else. */
static bool is_known(const Call *call, Str tag)
{
    Str seen = request_header(call->request, S("If-None-Match"), NULL);
    return seen.p && (str_is(seen, "*") || str_find(seen, tag) != SIZE_MAX);
}

const Err *api_file_get(Call *call)
{
    VaultFile file;
    int fd;
    int64_t size;
    if (!is_hash(call->params[0])) return &WEB_ID;
    const Err *e = vault_find(call->db, call->params[0], call->mem, &file);
    if (!e) e = vault_descriptor(web_conf(call->web)->vault, file.hash, &fd, &size);
    if (!e && call->query_fault) {
        close(fd);
        e = call->query_fault;
    }
    if (e) return e;
    Str tag = str_fmt(call->mem, "\"%.*s\"", STR(file.hash));
    call->type = file.type;
    call->cache = S("private, max-age=31536000, immutable");
    call_header(call, S("ETag"), tag);
    call_header(call, S("Content-Security-Policy"), S("default-src 'none'"));
    call_header(call, S("Content-Disposition"), S("inline"));
    if (is_known(call, tag)) {
        close(fd);
        call->status = 304;
        return NULL;
    }
    size_t n;
    HttpPair *headers = call_headers(call, 0, &n);
    call_let_go(call, 200);
    http_answer_file(call->request, 200, headers, n, fd, 0, size);
    return &CALL_SENT;
}
