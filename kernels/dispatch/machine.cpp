// SPDX-License-Identifier: Apache-2.0
// Instruction sets by way of Highway's target mask, in which a better target is a lower bit.
#include "kernels/dispatch/machine.h"

#include <hwy/highway.h>

#include <atomic>

namespace vitrine::kernels {

namespace {

InstructionSet describe(int64_t target) {
    const int lanes = target == HWY_AVX3 || target == HWY_AVX3_DL ? 16 : target == HWY_AVX2 ? 8 : 4;
    return {hwy::TargetName(target), lanes};
}

int64_t lowestBit(int64_t mask) { return mask & -mask; }

/// Targets that are compiled and run here, whatever the cap.
int64_t runnableTargets() {
    static const int64_t mask = [] {
        hwy::SetSupportedTargetsForTest(0);
        return (hwy::SupportedTargets() | HWY_STATIC_TARGET) & HWY_TARGETS;
    }();
    return mask;
}

/// Targets within the cap. Kept here: Highway asks the processor anew at every question, which is
/// slow in a virtual machine, and one tape asks thousands of times.
std::atomic<int64_t>& allowedTargets() {
    static std::atomic<int64_t> mask{runnableTargets()};
    return mask;
}

/// Kernels take the pointers of the chosen target: it must be set before the first of them asks.
int64_t chosenTarget() {
    const int64_t allowed = allowedTargets();
    if (!hwy::GetChosenTarget().IsInitialized()) hwy::GetChosenTarget().Update(allowed);
    return lowestBit(allowed);
}

}  // namespace

std::vector<InstructionSet> availableInstructionSets() {
    std::vector<InstructionSet> sets;
    for (int64_t rest = runnableTargets(); rest != 0; rest &= rest - 1)
        sets.push_back(describe(lowestBit(rest)));
    return sets;
}

InstructionSet instructionSet() { return describe(chosenTarget()); }

bool capInstructionSet(std::string_view name) {
    int64_t allowed = runnableTargets();
    while (!name.empty() && allowed != 0 && describe(lowestBit(allowed)).name != name)
        allowed &= allowed - 1;
    if (allowed == 0) return false;
    hwy::SetSupportedTargetsForTest(allowed);
    hwy::GetChosenTarget().Update(allowed);
    allowedTargets() = allowed;
    return true;
}

}  // namespace vitrine::kernels
