/* SPDX-License-Identifier: Apache-2.0 */
/* script_shape.h: the form of a script. Private to script.c. */
#ifndef MAIN_SCRIPT_SHAPE_H
#define MAIN_SCRIPT_SHAPE_H

#include "def/shape.h"

extern const Shape script_shape;

#endif
