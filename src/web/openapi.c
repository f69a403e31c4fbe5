/* SPDX-License-Identifier: Apache-2.0 */
/* openapi.c: prints the description of the interface from its tables. */
#include "web/openapi.h"

#include "noun/noun_engine.h"

/* ---- shapes ---- */

static void put_ref(const char *where, Str name, JsonOut *out)
{
    json_open(out, '{');
    json_put_text(out, "$ref",
                  str_fmt(out->out->mem, "#/components/%s/%.*s", where, STR(name)));
    json_close(out, '}');
}

static void put_enum(Str words, JsonOut *out)
{
    json_open(out, '{');
    json_put_text(out, "type", S("string"));
    json_put_open(out, "enum", '[');
    for (Str word, rest = words; rest.p;) {
        str_cut(rest, '|', &word, &rest);
        if (word.n) json_text(out, word);
    }
    json_close(out, ']');
    json_close(out, '}');
}

static bool put_simple(Str type, JsonOut *out)
{
    static const char *const simple[][2] = {
        {"int", "{\"type\":\"integer\"}"},
        {"number", "{\"type\":\"number\"}"},
        {"text", "{\"type\":\"string\"}"},
        {"bool", "{\"type\":\"boolean\"}"},
        {"instant", "{\"type\":\"string\",\"format\":\"date-time\"}"},
        {"date", "{\"type\":\"string\",\"format\":\"date\"}"},
        {"object", "{\"type\":\"object\",\"additionalProperties\":true}"},
        {"any", "{}"},
        {"value",
         "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"number\"},{\"type\":\"boolean\"},"
         "{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
         "{\"$ref\":\"#/components/schemas/Place\"},{\"type\":\"null\"}]}"},
    };
    for (size_t i = 0; i < countof(simple); i++)
        if (str_is(type, simple[i][0])) {
            json_raw(out, str(simple[i][1]));
            return true;
        }
    return false;
}

static void put_type(Str type, JsonOut *out)
{
    if (str_ends(type, S("?"))) {
        json_open(out, '{');
        json_put_open(out, "anyOf", '[');
        put_type((Str){type.p, type.n - 1}, out);
        json_raw(out, S("{\"type\":\"null\"}"));
        json_close(out, ']');
        json_close(out, '}');
    } else if (str_starts(type, S("["))) {
        json_open(out, '{');
        json_put_text(out, "type", S("array"));
        json_key(out, "items");
        put_type((Str){type.p + 1, type.n - 2}, out);
        json_close(out, '}');
    } else if (str_find(type, S("|")) != SIZE_MAX)
        put_enum(type, out);
    else if (!put_simple(type, out))
        put_ref("schemas", type, out);
}

static bool is_shape(const char *name)
{
    for (size_t i = 0; name && i < openapi_shape_count; i++)
        if (strcmp(openapi_shapes[i].name, name) == 0) return true;
    return false;
}

/* A column may always be null, unless it is required. */
static void put_column(const Column *c, bool answer, JsonOut *out)
{
    bool null = !(c->flags & COLUMN_REQUIRED);
    if (null) {
        json_open(out, '{');
        json_put_open(out, "anyOf", '[');
    }
    if (c->kind == KIND_PLACE && !answer)
        put_ref("schemas", S("PlaceIn"), out);
    else if (c->kind == KIND_OBJECT && is_shape(c->list))
        put_ref("schemas", str(c->list), out);
    else if (c->kind == KIND_LIST) {
        json_open(out, '{');
        json_put_text(out, "type", S("array"));
        json_key(out, "items");
        put_type(is_shape(c->list) ? str(c->list) : S("text"), out);
        json_close(out, '}');
    } else
        column_schema(c, out);
    if (null) {
        json_raw(out, S("{\"type\":\"null\"}"));
        json_close(out, ']');
        json_close(out, '}');
    }
}

/* The next member of a shape: false at its end. */
static bool next_member(Str *rest, Str *name, Str *type)
{
    Str member;
    if (!rest->p) return false;
    str_cut(*rest, ';', &member, rest);
    member = str_trim(member);
    str_cut(member, ' ', name, type);
    return name->n > 0;
}

static void put_shape(const Shaped *s, JsonOut *out)
{
    Str more = STR_NULL; /* of what type further members are */
    Str name, type, rest = str(s->members);
    json_open(out, '{');
    json_put_text(out, "type", S("object"));
    json_key(out, "properties");
    json_open(out, '{');
    while (next_member(&rest, &name, &type)) {
        if (str_is(name, "*")) {
            more = type.n ? type : S("any");
            continue;
        }
        bool optional = str_ends(name, S("?"));
        json_key_str(out, (Str){name.p, name.n - optional});
        put_type(type, out);
    }
    json_close(out, '}');
    json_key(out, "required");
    json_open(out, '[');
    rest = str(s->members);
    while (next_member(&rest, &name, &type))
        if (!str_ends(name, S("?")) && !str_is(name, "*")) json_text(out, name);
    json_close(out, ']');
    json_key(out, "additionalProperties");
    if (more.p)
        put_type(more, out);
    else
        json_raw(out, S("false"));
    json_close(out, '}');
}

/* ---- shapes of nouns ---- */

static void put_member(const Noun *noun, const NounMember *m, JsonOut *out)
{
    Str name = str(m->name);
    json_key_str(out, (Str){name.p, name.n - str_ends(name, S("?"))});
    const Column *c =
        m->column ? &noun->table->columns[table_column(noun->table, m->column)] : NULL;
    if (m->type)
        put_type(str(m->type), out);
    else if (m->ref)
        put_type(strcmp(c->list, "areas") == 0 ? S("AreaRef?") : S("Ref?"), out);
    else
        put_column(c, true, out);
}

static void put_noun(const Noun *noun, JsonOut *out)
{
    json_open(out, '{');
    json_put_text(out, "type", S("object"));
    json_key(out, "properties");
    json_open(out, '{');
    for (size_t i = 0; i < noun->table->count; i++)
        if (noun_has_column(noun, &noun->table->columns[i])) {
            json_key(out, noun->table->columns[i].name);
            put_column(&noun->table->columns[i], true, out);
        }
    if (noun_is_versioned(noun)) json_put_raw(out, "version", S("{\"type\":\"integer\"}"));
    if (noun_is_placed(noun)) {
        json_key(out, "place");
        put_ref("schemas", S("Place"), out);
    }
    for (size_t i = 0; i < noun->member_count; i++)
        put_member(noun, &noun->members[i], out);
    json_close(out, '}');
    json_key(out, "required");
    json_open(out, '[');
    for (size_t i = 0; i < noun->table->count; i++)
        if (noun_has_column(noun, &noun->table->columns[i]))
            json_text(out, str(noun->table->columns[i].name));
    if (noun_is_versioned(noun)) json_text(out, S("version"));
    for (size_t i = 0; i < noun->member_count; i++)
        if (!noun->members[i].one && !str_ends(str(noun->members[i].name), S("?")))
            json_text(out, str(noun->members[i].name));
    json_close(out, ']');
    json_put_bool(out, "additionalProperties", false);
    json_close(out, '}');
}

static void put_nouns(JsonOut *out)
{
    size_t n;
    const WebNoun *nouns = web_nouns(&n);
    for (size_t i = 0; i < n; i++) {
        const Noun *noun = nouns[i].noun;
        Str page = str_fmt(out->out->mem, "items [%s]; partial? bool; next text?", noun->shape);
        json_key(out, noun->shape);
        put_noun(noun, out);
        json_key(out, noun->page);
        put_shape(&(Shaped){noun->page, str_z(out->out->mem, page)}, out);
    }
}

/* ---- one operation ---- */

/* "getCasesIdMoves" */
static Str operation_id(const Route *r, Arena *mem)
{
    Buf b = BUF(mem);
    for (const char *p = r->method; *p; p++)
        buf_char(&b, (char)(*p | 32));
    Str path = str(r->path), v1 = S("/api/v1");
    if (str_starts(path, v1)) path = (Str){path.p + v1.n, path.n - v1.n};
    bool up = true;
    for (size_t i = 0; i < path.n; i++) {
        char c = path.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (letter) buf_char(&b, up && c >= 'a' ? (char)(c & ~32) : c);
        up = !letter;
    }
    if (str_is(str(r->path), "/")) buf_add(&b, S("Page"));
    return buf_str(&b);
}

static void put_parameter(const char *in, Str name, bool required, const char *schema,
                          const Column *c, JsonOut *out)
{
    json_open(out, '{');
    json_put_text(out, "name", name);
    json_put_text(out, "in", str(in));
    json_put_bool(out, "required", required);
    if (c && c->kind == KIND_OBJECT) json_put_text(out, "style", S("deepObject"));
    json_key(out, "schema");
    if (c && c->kind == KIND_FLAG)
        json_raw(out, S("{\"type\":\"string\",\"enum\":[\"0\",\"1\"]}"));
    else if (c && c->kind == KIND_OBJECT)
        json_raw(out,
                 S("{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}"));
    else if (c)
        column_schema(c, out);
    else
        json_raw(out, str(schema));
    if (c) json_put_text(out, "description", str(c->en));
    json_close(out, '}');
}

static void put_parameters(const Route *r, JsonOut *out)
{
    json_put_open(out, "parameters", '[');
    for (Str part, rest = str(r->path); rest.p;) {
        str_cut(rest, '/', &part, &rest);
        if (!str_starts(part, S("{"))) continue;
        Str name = {part.p + 1, part.n - 2};
        put_parameter("path", name, true,
                      str_is(name, "id") ? "{\"type\":\"integer\"}" : "{\"type\":\"string\"}",
                      NULL, out);
    }
    for (size_t i = 0; i < r->query_count; i++)
        put_parameter("query", str(r->query[i].name), r->query[i].flags & COLUMN_REQUIRED, NULL,
                      &r->query[i], out);
    if (r->tx == TX_WRITE) {
        put_parameter("header", S("Idempotency-Key"), true,
                      "{\"type\":\"string\",\"minLength\":1,\"maxLength\":128}", NULL, out);
        put_parameter("header", S("X-Client-Time"), false,
                      "{\"type\":\"string\",\"format\":\"date-time\"}", NULL, out);
    }
    json_close(out, ']');
}

static bool is_taken(const Route *r, const Column *c)
{
    return column_is_shown(c) && column_is_given(c) &&
           !column_find(r->body, r->body_count, str(c->name));
}

static void put_json_body(const Route *r, JsonOut *out)
{
    json_open(out, '{');
    json_put_text(out, "type", S("object"));
    json_put_open(out, "properties", '{');
    for (size_t i = 0; i < r->body_count; i++) {
        json_key(out, r->body[i].name);
        put_column(&r->body[i], false, out);
    }
    for (size_t i = 0; r->row && i < r->row->count; i++)
        if (is_taken(r, &r->row->columns[i])) {
            json_key(out, r->row->columns[i].name);
            put_column(&r->row->columns[i], false, out);
        }
    json_close(out, '}');
    json_put_open(out, "required", '[');
    for (size_t i = 0; i < r->body_count; i++)
        if (r->body[i].flags & COLUMN_REQUIRED) json_text(out, str(r->body[i].name));
    json_close(out, ']');
    json_put_bool(out, "additionalProperties", false);
    json_close(out, '}');
}

static const char *const file_types[] = {"image/jpeg", "image/png", "image/webp",
                                         "application/pdf"};

/* Bytes of one of these types. */
static void put_files(JsonOut *out)
{
    for (size_t i = 0; i < countof(file_types); i++)
        json_put_raw(out, file_types[i],
                     S("{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}"));
}

static void put_body(const Route *r, JsonOut *out)
{
    if (!r->body && !r->raw) return;
    json_put_open(out, "requestBody", '{');
    json_put_bool(out, "required", true);
    json_put_open(out, "content", '{');
    if (r->raw)
        put_files(out);
    else {
        json_put_open(out, "application/json", '{');
        json_key(out, "schema");
        put_json_body(r, out);
        json_close(out, '}');
    }
    json_close(out, '}');
    json_close(out, '}');
}

/* "Case|Id": one of these. */
static void put_answer_schema(Str answer, JsonOut *out)
{
    Str one, rest = answer;
    if (str_find(answer, S("|")) == SIZE_MAX) {
        put_ref("schemas", answer, out);
        return;
    }
    json_open(out, '{');
    json_put_open(out, "anyOf", '[');
    while (rest.p) {
        str_cut(rest, '|', &one, &rest);
        put_ref("schemas", one, out);
    }
    json_close(out, ']');
    json_close(out, '}');
}

/* What is no JSON object of ours. */
static const char *plain_type(Str answer)
{
    static const char *const plain[][2] = {{"Text", "text/plain"},
                                           {"Table", "text/csv"},
                                           {"Events", "text/event-stream"},
                                           {"Page", "*/*"}};
    for (size_t i = 0; i < countof(plain); i++)
        if (str_is(answer, plain[i][0])) return plain[i][1];
    return NULL;
}

/* answer: STR_NULL for text. */
static void put_content(const char *type, Str answer, JsonOut *out)
{
    json_put_open(out, type, '{');
    json_key(out, "schema");
    if (answer.p)
        put_answer_schema(answer, out);
    else
        json_raw(out, S("{\"type\":\"string\"}"));
    json_close(out, '}');
}

static void put_answer(const Route *r, const char *status, const char *words, JsonOut *out)
{
    Str answer = str(r->answers);
    const char *plain = plain_type(answer);
    json_put_open(out, status, '{');
    json_put_text(out, "description", str(words));
    json_put_open(out, "content", '{');
    if (str_is(answer, "Bytes"))
        put_files(out);
    else
        put_content(plain                              ? plain
                    : str_starts(answer, S("Feature")) ? "application/geo+json"
                                                       : "application/json",
                    plain ? STR_NULL : answer, out);
    json_close(out, '}');
    json_close(out, '}');
}

static const struct {
    int status;
    const char *words;
} problems[] = {
    {400, "Not understood: no JSON, a key twice, a bad header, no key"},
    {401, "Not signed in"},
    {403, "Visible, but not yours to do"},
    {404, "Not there, or not visible to you"},
    {409, "The world has moved on: stale, not-now, key-reused, would-orphan"},
    {413, "Too large"},
    {415, "Not a type that is taken here"},
    {422, "Understood, but fields or parameters are wrong: all of them in errors"},
    {429, "Too many failed sign-ins, or more files than one account may send; Retry-After"},
    {503, "Busy; Retry-After"},
    {507, "The disk is full"},
};

/* Whether an area or department that the query names may be missing. */
static bool asks_place(const Route *r)
{
    for (size_t i = 0; i < r->query_count; i++)
        if (r->query[i].list && !strcmp(r->query[i].list, "areas")) return true;
    return str_is(str(r->answers), "Located");
}

static bool may_answer(const Route *r, int status)
{
    bool public = r->can & CAN_ANYONE, write = r->tx == TX_WRITE, body = r->body || r->raw;
    switch (status) {
    case 400:
    case 503: return true;
    case 413: return body;
    case 401: return !public || str_is(str(r->answers), "Session");
    case 403: return !public || strcmp(r->method, "GET") != 0;
    case 404: return strchr(r->path, '{') || write || asks_place(r);
    case 409: return write;
    case 415: return body;
    case 422:
        return !(r->can & CAN_ANYONE) || r->body ||
               r->query; /* no member, no parameter is passed over */
    case 429: return r->raw || str_is(str(r->answers), "Session");
    case 507: return write || r->raw;
    default: return false;
    }
}

static void put_answers(const Route *r, JsonOut *out)
{
    json_put_open(out, "responses", '{');
    put_answer(r, "200", r->creates ? "It was there already" : "Fine", out);
    if (r->creates) put_answer(r, "201", "Made", out);
    if (r->known)
        json_put_raw(out, "304", S("{\"description\":\"The client has it: If-None-Match\"}"));
    for (size_t i = 0; i < countof(problems); i++) {
        if (!may_answer(r, problems[i].status)) continue;
        Str status = str_fmt(out->out->mem, "%d", problems[i].status);
        json_key_str(out, status);
        put_ref("responses", str_fmt(out->out->mem, "Problem%.*s", STR(status)), out);
    }
    json_close(out, '}');
}

static void put_security(const Route *r, JsonOut *out)
{
    json_put_open(out, "security", '[');
    if (!(r->can & CAN_ANYONE))
        json_raw(out, str_is(str(r->method), "GET") ? S("{\"session\":[]}")
                                                    : S("{\"session\":[],\"csrf\":[]}"));
    json_close(out, ']');
}

static void put_operation(const Route *r, JsonOut *out)
{
    Arena *mem = out->out->mem;
    Buf method = BUF(mem);
    for (const char *p = r->method; *p; p++)
        buf_char(&method, (char)(*p | 32));
    json_key_str(out, buf_str(&method));
    json_open(out, '{');
    json_put_text(out, "operationId", operation_id(r, mem));
    json_put_text(out, "summary", str(r->en));
    json_put_text(out, "x-summary-zh", str(r->zh));
    if (!(r->can & (CAN_ANYONE | CAN_SIGN_IN)))
        json_put_text(out, "x-capability", str(can_name((Can)r->can)));
    put_security(r, out);
    put_parameters(r, out);
    put_body(r, out);
    put_answers(r, out);
    json_close(out, '}');
}

/* ---- the document ---- */

static void put_paths(JsonOut *out)
{
    size_t n;
    const Route *routes = web_routes(&n);
    json_key(out, "paths");
    json_open(out, '{');
    for (size_t i = 0; i < n; i++) {
        bool first = true;
        for (size_t k = 0; k < i && first; k++)
            first = strcmp(routes[k].path, routes[i].path) != 0;
        if (!first) continue;
        json_key(out, routes[i].path);
        json_open(out, '{');
        for (size_t k = i; k < n; k++)
            if (strcmp(routes[k].path, routes[i].path) == 0) put_operation(&routes[k], out);
        json_close(out, '}');
    }
    json_close(out, '}');
}

static void put_problems(JsonOut *out)
{
    json_put_open(out, "responses", '{');
    for (size_t i = 0; i < countof(problems); i++) {
        json_key_str(out, str_fmt(out->out->mem, "Problem%d", problems[i].status));
        json_open(out, '{');
        json_put_text(out, "description", str(problems[i].words));
        json_put_raw(out, "content",
                     S("{\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/"
                       "schemas/Problem\"}}}"));
        json_close(out, '}');
    }
    json_close(out, '}');
}

static void put_components(JsonOut *out)
{
    json_put_open(out, "components", '{');
    json_put_raw(
        out, "securitySchemes",
        S("{\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"gridward\","
          "\"description\":\"__Host-gridward behind TLS\"},"
          "\"csrf\":{\"type\":\"apiKey\",\"in\":\"header\",\"name\":\"X-CSRF-Token\"}}"));
    put_problems(out);
    json_put_open(out, "schemas", '{');
    for (size_t i = 0; i < openapi_shape_count; i++) {
        json_key(out, openapi_shapes[i].name);
        put_shape(&openapi_shapes[i], out);
    }
    put_nouns(out);
    json_close(out, '}');
    json_close(out, '}');
}

void openapi_json(JsonOut *out)
{
    json_open(out, '{');
    json_put_text(out, "openapi", S("3.1.0"));
    json_put_raw(
        out, "info",
        S("{\"title\":\"gridward\",\"version\":\"1\",\"license\":{\"name\":\"Apache-2.0\","
          "\"identifier\":\"Apache-2.0\"},\"description\":\"Work safety supervised by "
          "grid. Errors are application/problem+json; acts carry an Idempotency-Key; "
          "texts by Accept-Language (zh-CN, en).\"}"));
    json_put_raw(out, "servers", S("[{\"url\":\"/\"}]"));
    put_paths(out);
    put_components(out);
    json_close(out, '}');
}
