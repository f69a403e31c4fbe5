/* SPDX-License-Identifier: Apache-2.0 */
/* problem.c: errors as RFC 9457 says, in the reader's language. */
#include "web/web.h"

int problem_status(const Err *e)
{
    switch (e->kind) {
    case ERR_LOGIN: return 401;
    case ERR_BAD: return 400;
    case ERR_MISSING: return 404;
    case ERR_DENIED: return 403;
    case ERR_CONFLICT: return 409;
    case ERR_INVALID: return 422;
    case ERR_METHOD: return 405;
    case ERR_LARGE: return 413;
    case ERR_MEDIA: return 415;
    case ERR_RATE: return 429;
    case ERR_BUSY: return 503;
    case ERR_FULL: return 507;
    case ERR_BROKEN: return 500;
    }
    return 500;
}

static Str sentence(const Err *e, Lang lang, Arena *mem)
{
    Buf b = BUF(mem);
    err_text(e, lang, &b);
    return buf_str(&b);
}

static void write_fault(const Err *e, Lang lang, JsonOut *out)
{
    json_open(out, '{');
    json_put_text(out, "field", e->field.p ? e->field : S(""));
    json_put_text(out, "code", str(e->code));
    json_put_text(out, "message", sentence(e, lang, out->out->mem));
    json_close(out, '}');
}

void problem_json(const Err *e, Lang lang, JsonOut *out)
{
    static const struct {
        const char *zh, *en;
    } titles[] = {
        [ERR_LOGIN] = {"请先登录", "Sign in first"},
        [ERR_BAD] = {"请求有误", "Bad request"},
        [ERR_MISSING] = {"没有找到", "Not found"},
        [ERR_DENIED] = {"无权办理", "Not yours to do"},
        [ERR_CONFLICT] = {"情况已变", "Conflict"},
        [ERR_INVALID] = {"填写有误", "Invalid input"},
        [ERR_METHOD] = {"不支持的方法", "Method not allowed"},
        [ERR_LARGE] = {"内容过大", "Too large"},
        [ERR_MEDIA] = {"不支持的类型", "Unsupported media type"},
        [ERR_RATE] = {"请求过于频繁", "Too many requests"},
        [ERR_BUSY] = {"系统繁忙", "Busy"},
        [ERR_FULL] = {"磁盘已满", "Disk full"},
        [ERR_BROKEN] = {"系统出错", "Server error"},
    };
    json_open(out, '{');
    json_put_text(out, "type", str_fmt(out->out->mem, "/problems/%s", e->code));
    json_put_text(out, "title", str(lang == LANG_EN ? titles[e->kind].en : titles[e->kind].zh));
    json_put_int(out, "status", problem_status(e));
    json_put_text(out, "detail", sentence(e, lang, out->out->mem));
    json_put_text(out, "code", str(e->code));
    json_key(out, "errors");
    json_open(out, '[');
    for (const Err *f = e->next ? e->next : e->field.p ? e : NULL; f; f = f->next)
        write_fault(f, lang, out);
    json_close(out, ']');
    json_close(out, '}');
}

Lang lang_of(Str accept)
{
    Str first = str_trim(accept);
    bool english = first.n >= 2 && (first.p[0] | 32) == 'e' && (first.p[1] | 32) == 'n';
    return english ? LANG_EN : LANG_ZH;
}
