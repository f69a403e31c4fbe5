/* SPDX-License-Identifier: Apache-2.0 */
/* describe.c: commands that print the interface, the errors, the settings and the roles from
 * their tables. */
#include "grid/scope.h"
#include "main/commands.h"
#include "web/openapi.h"

static int print(const Buf *b)
{
    fwrite(b->p, 1, b->n, stdout);
    return fflush(stdout) ? EXIT_REFUSED : EXIT_FINE;
}

static int describe_routes(const Args *args)
{
    Buf b = BUF(args->mem);
    routes_describe(&b, args_lang());
    return print(&b);
}

/* Compact JSON in lines, for docs/openapi.json, so that a change can be read. */
static void in_lines(Str json, Buf *out)
{
    size_t depth = 0;
    bool text = false;
    for (size_t i = 0; i < json.n; i++) {
        char c = json.p[i];
        bool empty = i + 1 < json.n && (json.p[i + 1] == '}' || json.p[i + 1] == ']');
        if (text || !memchr("{}[],:", c, 6)) {
            buf_char(out, c);
            if (text && c == '\\' && i + 1 < json.n)
                buf_char(out, json.p[++i]);
            else if (c == '"')
                text = !text;
            continue;
        }
        bool opens = c == '{' || c == '[', closes = c == '}' || c == ']';
        bool was_empty = closes && (json.p[i - 1] == '{' || json.p[i - 1] == '[');
        if (opens) depth++;
        if (closes) depth--;
        if (closes && !was_empty) buf_fmt(out, "\n%*s", (int)depth, "");
        buf_char(out, c);
        if ((opens && !empty) || c == ',') buf_fmt(out, "\n%*s", (int)depth, "");
        if (c == ':') buf_char(out, ' ');
    }
    buf_char(out, '\n');
}

static int describe_openapi(const Args *args)
{
    Buf b = BUF(args->mem), lines = BUF(args->mem);
    JsonOut w = JSON_OUT(&b);
    openapi_json(&w);
    in_lines(buf_str(&b), &lines);
    return print(&lines);
}

static int describe_errors(const Args *args)
{
    Buf b = BUF(args->mem);
    errors_describe(&b);
    return print(&b);
}

static int describe_config(const Args *args)
{
    Buf b = BUF(args->mem);
    conf_describe(&b, args_lang(), serve_commands[0].options, serve_commands[0].option_count);
    return print(&b);
}

static int describe_roles(const Args *args)
{
    Buf b = BUF(args->mem);
    scope_describe(&b, args_lang());
    return print(&b);
}

const Command describe_commands[] = {
    {"describe routes", "", 0, 0, .help = "print the routes of the HTTP interface",
     .run = describe_routes},
    {"describe openapi", "", 0, 0, .help = "print the HTTP interface as OpenAPI 3.1",
     .run = describe_openapi},
    {"describe errors", "", 0, 0, .help = "print every error: status, code, sentence",
     .run = describe_errors},
    {"describe config", "", 0, 0, .help = "print the settings of serve as a file",
     .run = describe_config},
    {"describe roles", "", 0, 0, .help = "print what each role sees and does",
     .run = describe_roles},
};
const size_t describe_command_count = countof(describe_commands);
