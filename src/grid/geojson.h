/* SPDX-License-Identifier: Apache-2.0 */
/* geojson.h: a GeoJSON FeatureCollection feature by feature, so that a whole nation's outlines
 * never stand in memory as one tree. */
#ifndef GRID_GEOJSON_H
#define GRID_GEOJSON_H

#include "base/json.h"

typedef struct {
    Str text; /* of the file */
    size_t at;
    int64_t no; /* of the feature read last, from 1 */
} Features;

/* Finds the array "features" of the outermost object; false when there is none. */
MUST bool features_open(Features *features, Str text);
/* The next feature's text; false at the end. broken: the array does not end well. */
MUST bool features_next(Features *features, Str *out, bool *broken);

#endif
