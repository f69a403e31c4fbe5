/* SPDX-License-Identifier: Apache-2.0 */
/* flow_shape.h: the keys of a flow's definition. */
#ifndef WORK_FLOW_SHAPE_H
#define WORK_FLOW_SHAPE_H

#include "def/shape.h"

extern const Shape shape_flow;

/* All keys of a flow and of a code list and all faults, as the tables of docs/definitions.md.
 */
void flow_manual(Buf *out);

#endif
