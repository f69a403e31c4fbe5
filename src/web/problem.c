/* SPDX-License-Identifier: Apache-2.0 */
/* problem.c: errors as RFC 9457 says, in the reader's language. */
#include "web/web.h"

static const struct {
    int status;
    const char *zh, *en;
} kinds[] = {
    [ERR_LOGIN] = {401, "请先登录", "Sign in first"},
    [ERR_BAD] = {400, "请求有误", "Bad request"},
    [ERR_MISSING] = {404, "没有找到", "Not found"},
    [ERR_DENIED] = {403, "无权办理", "Not yours to do"},
    [ERR_CONFLICT] = {409, "情况已变", "Conflict"},
    [ERR_INVALID] = {422, "填写有误", "Invalid input"},
    [ERR_METHOD] = {405, "不支持的方法", "Method not allowed"},
    [ERR_LARGE] = {413, "内容过大", "Too large"},
    [ERR_MEDIA] = {415, "不支持的类型", "Unsupported media type"},
    [ERR_RATE] = {429, "请求过于频繁", "Too many requests"},
    [ERR_BUSY] = {503, "系统繁忙", "Busy"},
    [ERR_FULL] = {507, "磁盘已满", "Disk full"},
    [ERR_BROKEN] = {500, "系统出错", "Server error"},
};

int problem_status(const Err *e)
{
    return kinds[e->kind].status;
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
    problem_json_at(e, problem_status(e), lang, out);
}

void problem_json_at(const Err *e, int status, Lang lang, JsonOut *out)
{
    json_open(out, '{');
    json_put_text(out, "type", str_fmt(out->out->mem, "/problems/%s", e->code));
    json_put_words(out, "title", lang, kinds[e->kind].zh, kinds[e->kind].en);
    json_put_int(out, "status", status);
    json_put_text(out, "detail", sentence(e, lang, out->out->mem));
    json_put_text(out, "code", str(e->code));
    json_put_open(out, "errors", '[');
    for (const Err *f = e->next ? e->next : e->field.p ? e : NULL; f; f = f->next)
        write_fault(f, lang, out);
    json_close(out, ']');
    json_close(out, '}');
}

/* ---- languages ---- */

/* The weight of one range of Accept-Language in thousandths: "en-GB;q=0.8" → 800. */
static int weight_of(Str parameters)
{
    Str p = str_trim(parameters);
    if (!str_starts(p, S("q="))) return 1000;
    int64_t q;
    return str_decimal((Str){p.p + 2, p.n - 2}, 3, &q) && q >= 0 && q <= 1000 ? (int)q : 0;
}

static bool range_is(Str range, const char *language)
{
    return range.n >= 2 && (range.p[0] | 32) == language[0] &&
           (range.p[1] | 32) == language[1] && (range.n == 2 || range.p[2] == '-');
}

Lang lang_of(Str accept)
{
    int zh = -1, en = -1, zh_any = 0;
    for (Str part, rest = accept; rest.p;) {
        Str range, parameters;
        str_cut(rest, ',', &part, &rest);
        str_cut(part, ';', &range, &parameters);
        range = str_trim(range);
        int weight = weight_of(parameters);
        if (range_is(range, "zh") && weight > zh) zh = weight;
        if (range_is(range, "en") && weight > en) en = weight;
        if (str_is(range, "*") && weight > zh_any) zh_any = weight;
    }
    if (zh < 0) zh = zh_any;
    return en > zh ? LANG_EN : LANG_ZH;
}
