/* SPDX-License-Identifier: Apache-2.0 */
/* load.h: what the commands that bring things in share. */
#ifndef MAIN_LOAD_H
#define MAIN_LOAD_H

#include "grid/import.h"
#include "main/command.h"
#include "main/house.h"

#define REGION_KEY                                                                             \
    {                                                                                          \
        "region", CONF_TEXT, NULL, "区域代码(只有一个区域时可省)",                             \
            "code of the region; may be left out when there is one", 0, 0                      \
    }

MUST const Err *regions_all(House *house, Arena *mem, Region **out, size_t *out_count);
/* Reads the file that the command's first word names, and says into which region it goes
 * (--region, or the only one). */
MUST const Err *load_start(const Args *args, House *house, bool regional, ImportSpec *spec,
                           Str *text);
/* Imports the rows; seats may hang on subjects, which are known by their codes. */
MUST const Err *load_table(House *house, ImportSpec *spec, ImportKind kind,
                           const ImportTable *table, ImportDone *out);

#endif
