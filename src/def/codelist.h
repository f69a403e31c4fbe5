/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codelist.h: code lists as definitions: entries with a code, words in both languages and typed
 * attributes such as the days a hazard of that category may take. Lists never change once read;
 * threads may share them. Where a list comes from stands in its source.
 */
#ifndef DEF_CODELIST_H
#define DEF_CODELIST_H

#include "base/column.h"
#include "def/yaml.h"

#define CODES_KIND "codes" /* of a definition: code lists */

typedef struct {
    Str code;
    const char *zh, *en;
    const Value *attrs; /* parallel to the list's attrs */
    bool retired;       /* kept for old records, not offered any more */
    Spot spot;
} Code;

typedef struct {
    Str name; /* "hazard-category" */
    const char *zh, *en;
    Str source;
    const Column *attrs;
    size_t attr_count;
    const Code *codes; /* in the order of the file, as people should see them */
    size_t count;
    const size_t *sorted; /* positions by code */
} CodeList;

typedef struct {
    const CodeList *const *lists;
    size_t count;
} CodeLists;

extern const Err CODE_BAD;      /* "bad-code": not 1 to 40 letters, digits or . _ - */
extern const Err CODE_ATTR;     /* "attribute": unknown, or not of its kind */
extern const Err CODE_RESERVED; /* "reserved" */

/* Reads a list into r->mem, telling all that is wrong. NULL when nothing can be made of it. */
MUST const CodeList *code_list_read(Reading *r, Str text);
/* The list of that name, or NULL. */
MUST const CodeList *code_list(const CodeLists *lists, Str name);
/* The entry of that code, retired or not, or NULL. */
MUST const Code *code_find(const CodeList *list, Str code);
/* The attribute of an entry as a value of its column; NULL when the list has no such attribute.
 */
MUST const Value *code_attr(const CodeList *list, const Code *code, Str attr,
                            const Column **out_column);
/* The same by the names of list and code: NULL, too, when there is no such entry, or its
 * attribute is null. */
MUST const Value *codes_attr(const CodeLists *lists, const char *list, Str code, Str attr,
                             const Column **out_column);
/* The list for GET /codes/{list}: {"list","title","source","items":[{"code","title",attrs…}]}.
 */
void code_list_json(const CodeList *list, Lang lang, JsonOut *out);
/* The keys of a code list, in Markdown. */
void code_manual(Buf *out);
/* The JSON Schema of a code list's definition, for editors. */
void code_schema(JsonOut *out);

#endif
