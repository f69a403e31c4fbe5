/* SPDX-License-Identifier: Apache-2.0 */
/* outline_import.h: areas with their outlines from GeoJSON: another way to write a table of
 * areas, and regions that are opened for it. */
#ifndef NOUN_OUTLINE_IMPORT_H
#define NOUN_OUTLINE_IMPORT_H

#include "noun/noun_import.h"

typedef struct {
    Level level; /* of features without a level of their own; LEVEL_COUNT: each says its own */
    bool tree;   /* at LEVEL_REGION: opens the streets and villages of the division list, too */
} OutlineSpec;
/*
 * A GeoJSON FeatureCollection whose features have a code ("code" or "adcode") and a name. At
 * LEVEL_REGION each feature is a region of its own, opened with its root when it is not there;
 * below it is an area of spec->region, opened below the area whose code its own begins with (or
 * property "parent"). Properties kind (of a cell) and dock (codes) are taken, too; a feature of
 * an area that is there does not rename it. IMPORT_DATUM, IMPORT_REGION, IMPORT_GEOJSON, and
 * faults with the feature.
 */
MUST const Err *import_outlines(const ImportSpec *spec, const OutlineSpec *how, Str geojson,
                                ImportDone *out);

#endif
