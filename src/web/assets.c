/* SPDX-License-Identifier: Apache-2.0 */
/*
 * assets.c: the pages: files of ui/dist/ (tools/ui.sh makes them), compiled into the binary, at
 * the paths that they have there; a binary built without them shows ui/unbuilt.html, which
 * says how to build them. A page may load nothing from elsewhere and run nothing that stands in
 * it: the policy is strict.
 */
#include "base/crypt.h"
#include "def/embedded.h"
#include "web/api.h"

#define BUILT   "ui/dist"
#define UNBUILT "ui/unbuilt.html"

static const struct {
    const char *suffix, *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".webmanifest", "application/manifest+json"},
};

static Str type_of(Str name)
{
    for (size_t i = 0; i < countof(types); i++)
        if (str_ends(name, str(types[i].suffix))) return str(types[i].type);
    return STR_NULL;
}

/* What is named by its own hash never changes; all else is asked for again each time, and sent
 * again only when it has changed. */
static Str cache_of(Str path)
{
    return str_starts(path, S("/assets/")) ? S("public, max-age=31536000, immutable")
                                           : S("no-cache");
}

static void put_tag(Call *call, Str text)
{
    unsigned char hash[SHA256_SIZE];
    Buf tag = BUF(call->mem);
    sha256(text, hash);
    buf_char(&tag, '"');
    buf_hex(&tag, hash, 16);
    buf_char(&tag, '"');
    call_header(call, S("ETag"), buf_str(&tag));
    Str seen = request_header(call->request, S("If-None-Match"), NULL);
    if (seen.p && str_find(seen, buf_str(&tag)) != SIZE_MAX)
        call->status = 304;
    else
        buf_add(&call->out, text);
}

const Err *api_asset(Call *call)
{
    Str path = call->request->path;
    if (str_is(path, "/m")) { /* the phone's worker owns what lies below the slash */
        call->status = 308;
        call->type = S("text/plain; charset=utf-8");
        call_header(call, S("Location"), S("/m/"));
        return NULL;
    }
    bool page = str_ends(path, S("/")), built = seed_text(S(BUILT "/index.html")).p;
    Str file = page && !built
                   ? S(UNBUILT)
                   : str_fmt(call->mem, BUILT "%.*s%s", STR(path), page ? "index.html" : "");
    Str type = type_of(file), text = seed_text(file);
    if (!text.p || !type.p) return err_make(call->mem, &WEB_NO_ROUTE, path, STR_NULL);
    Str packed = seed_text(str_fmt(call->mem, "%.*s.gz", STR(file)));
    Str takes = request_header(call->request, S("Accept-Encoding"), NULL);
    if (packed.p) call_header(call, S("Vary"), S("Accept-Encoding"));
    if (packed.p && takes.p && str_find(takes, S("gzip")) != SIZE_MAX) {
        call_header(call, S("Content-Encoding"), S("gzip"));
        text = packed;
    }
    call->type = type;
    call->cache = cache_of(path);
    call_header(
        call, S("Content-Security-Policy"),
        S("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: "
          "data:; "
          "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'none'; "
          "base-uri 'none'; frame-ancestors 'none'"));
    call_header(call, S("Referrer-Policy"), S("no-referrer"));
    put_tag(call, text);
    return NULL;
}
