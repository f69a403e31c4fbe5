/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_import.h: what the commands that bring files in and out share. */
#ifndef APP_CMD_IMPORT_H
#define APP_CMD_IMPORT_H

#include "app/app.h"
#include "app/command.h"
#include "noun/noun_import.h"

#define REGION_KEY                                                                             \
    {                                                                                          \
        "region", CONF_TEXT, NULL, "区域代码(只有一个区域时可省)",                             \
            "code of the region; may be left out when there is one", 0, 0                      \
    }

MUST const Err *regions_all(House *house, Arena *mem, Region **out, size_t *out_count);
/* What every import and export of that house needs; opens a reader, spec->db. out is not to be
 * moved: subjects are found by it. */
MUST const Err *load_spec(House *house, Arena *mem, ImportSpec *out);
/* The same for a command: which region is meant (--region, or the only one), since when
 * (--from) and in which datum (--datum, --convert), as far as the command has these options. */
MUST const Err *load_start(const Args *args, House *house, bool regional, ImportSpec *out);
/* The file that the command's first word names. */
MUST const Err *load_file(const Args *args, Str *out);
/* Tells how it went and closes the reader; returns the exit code. */
MUST int load_done(const Args *args, ImportSpec *spec, const Err *e, const ImportDone *result);
/* The columns of the noun that the command names, and an empty table of it. */
void load_columns(const Args *args);
void load_template(const Args *args);

#endif
