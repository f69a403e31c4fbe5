/* SPDX-License-Identifier: Apache-2.0 */
/* flow_fault.c: the catalogue, spelled out. */
#include "work/flow_fault.h"

#define FAULT_DEFINE(name, code, zh, en) const Err name = FAULT(code, zh, en);
FLOW_FAULTS(FAULT_DEFINE)

#define FAULT_LIST_ROW(name, code, zh, en) &name,
const Err *const flow_faults[] = {FLOW_FAULTS(FAULT_LIST_ROW)};

size_t flow_fault_count(void)
{
    return countof(flow_faults);
}
