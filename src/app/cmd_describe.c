/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_describe.c: commands that print the interface, the errors, the settings and the roles
 * from their tables. */
#include "app/commands.h"
#include "grid/scope.h"
#include "web/openapi.h"

static void describe_routes(const Args *args, Buf *out)
{
    (void)args;
    routes_describe(out, args_lang());
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

static void describe_openapi(const Args *args, Buf *out)
{
    Buf b = BUF(args->mem);
    openapi_json(&JSON_OUT(&b));
    in_lines(buf_str(&b), out);
}

static void describe_errors(const Args *args, Buf *out)
{
    (void)args;
    errors_describe(out);
}

static void describe_config(const Args *args, Buf *out)
{
    (void)args;
    conf_describe(out, args_lang(), serve_commands[0].options, serve_commands[0].option_count);
}

static void describe_roles(const Args *args, Buf *out)
{
    (void)args;
    scope_describe(out, args_lang());
}

const Command describe_commands[] = {
    {"describe routes", "", 0, 0, .help = "print the routes of the HTTP interface",
     .print = describe_routes},
    {"describe openapi", "", 0, 0, .help = "print the HTTP interface as OpenAPI 3.1",
     .print = describe_openapi},
    {"describe errors", "", 0, 0, .help = "print every error: status, code, sentence",
     .print = describe_errors},
    {"describe config", "", 0, 0, .help = "print the settings of serve as a file",
     .print = describe_config},
    {"describe roles", "", 0, 0, .help = "print what each role sees and does",
     .print = describe_roles},
};
const size_t describe_command_count = countof(describe_commands);
