/* SPDX-License-Identifier: Apache-2.0 */
/* flow_fault.c: the catalogue, spelled out. */
#include "work/flow_fault.h"

#define FAULT_DEFINE(name, code, zh, en) const Err name = FAULT(code, zh, en);
FLOW_FAULTS(FAULT_DEFINE)

const Err FAULT_CIRCLE =
    FAULT("open-circle", "流程“{0}”与“{1}”互相开立,只能由一方开立另一方",
          "The flows \"{0}\" and \"{1}\" open each other: only one may open the other");

#define FAULT_LIST_ROW(name, code, zh, en) &name,
const Err *const flow_faults[] = {FLOW_FAULTS(FAULT_LIST_ROW)};

size_t flow_fault_count(void)
{
    return countof(flow_faults);
}
