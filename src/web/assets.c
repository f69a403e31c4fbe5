/* SPDX-License-Identifier: Apache-2.0 */
/*
 * assets.c: the plain page at /: files of ui/plain/, compiled into the binary. A page may load
 * nothing from elsewhere and run nothing that stands in it: the policy is strict.
 */
#include "base/crypt.h"
#include "def/seed.h"
#include "web/api.h"

#define FOLDER "ui/plain/"

static const struct {
    const char *suffix, *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},         {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},     {".svg", "image/svg+xml"},
    {".webmanifest", "application/manifest+json"},
};

static Str type_of(Str name)
{
    for (size_t i = 0; i < countof(types); i++)
        if (str_ends(name, str(types[i].suffix))) return str(types[i].type);
    return STR_NULL;
}

const Err *api_asset(Call *call)
{
    Str name = call->params[0].p ? call->params[0] : S("index.html");
    Str text = seed_text(str_fmt(call->mem, FOLDER "%.*s", STR(name)));
    Str type = type_of(name);
    if (!text.p || !type.p)
        return err_make(call->mem, &WEB_NO_ROUTE, call->request->path, STR_NULL);
    unsigned char hash[SHA256_SIZE];
    Buf tag = BUF(call->mem);
    sha256(text, hash);
    buf_char(&tag, '"');
    buf_hex(&tag, hash, 16);
    buf_char(&tag, '"');
    call->type = type;
    call->cache =
        S("no-cache"); /* asked again each time, sent again only when it has changed */
    call_header(call, S("ETag"), buf_str(&tag));
    call_header(
        call, S("Content-Security-Policy"),
        S("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: "
          "data:; "
          "connect-src 'self'; manifest-src 'self'; form-action 'none'; base-uri 'none'; "
          "frame-ancestors 'none'"));
    call_header(call, S("Referrer-Policy"), S("no-referrer"));
    Str seen = request_header(call->request, S("If-None-Match"), NULL);
    if (seen.p && str_find(seen, buf_str(&tag)) != SIZE_MAX)
        call->status = 304;
    else
        buf_add(&call->out, text);
    return NULL;
}
