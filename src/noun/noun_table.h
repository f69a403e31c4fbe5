/* SPDX-License-Identifier: Apache-2.0 */
/* noun_table.h: how a noun whose form is its own table goes in and out of files. */
#ifndef NOUN_NOUN_TABLE_H
#define NOUN_NOUN_TABLE_H

#include "grid/import.h"
#include "noun/noun_engine.h"

/* The noun as imports and exports know it, in mem; NULL when people do not fill in its own
 * table. A line is known by its COLUMN_KEY columns: it opens a row, or changes the one that has
 * these. Places come in the datum that the import says (IMPORT_DATUM). */
MUST const ImportNoun *noun_table_import(Arena *mem, const Noun *noun);

#endif
