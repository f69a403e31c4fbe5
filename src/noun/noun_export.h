/* SPDX-License-Identifier: Apache-2.0 */
/* noun_export.h: the rows of a noun as a table that its import takes back unchanged. */
#ifndef NOUN_NOUN_EXPORT_H
#define NOUN_NOUN_EXPORT_H

#include "noun/noun_cell.h"

/* The noun's rows of spec->region with a byte order mark, the columns called by their words
 * when lang is LANG_ZH, by their names otherwise; codes as codes. spec->starts: as of when what
 * has no dates of its own is told. */
MUST const Err *noun_export(const ImportSpec *spec, const ImportNoun *noun, Lang lang,
                            Buf *out);
/* The columns and what may stand in them, a line each behind lead; the words of lists of up to
 * 100 codes are told. */
void noun_columns(Arena *mem, const ImportNoun *noun, const CellLists *lists, Lang lang,
                  const char *lead, Buf *out);
/* An empty table that may be imported: the columns as notes, then their names. */
void noun_template(Arena *mem, const ImportNoun *noun, const CellLists *lists, Lang lang,
                   Buf *out);

#endif
