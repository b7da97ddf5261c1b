// SPDX-License-Identifier: Apache-2.0
// Counts every heap allocation of the process (operator new and malloc alike) while it is armed.
#pragma once

#include <cstdint>

namespace vitrine::test {

/// False under sanitizers, which bring their own allocator.
bool allocationCounterWorks();
void armAllocationCounter();
void disarmAllocationCounter();
int64_t countedAllocations();

}  // namespace vitrine::test
