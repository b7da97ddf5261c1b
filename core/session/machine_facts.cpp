// SPDX-License-Identifier: Apache-2.0
// Asks the dispatch of kernels and the library of devices.
#include "core/session/machine_facts.h"

#include <fmt/format.h>

#include "core/device/cuda_library.h"
#include "kernels/dispatch/machine.h"

namespace vitrine {

namespace {

std::string cudaText() {
    const DeviceLibrary& cuda = cudaLibrary();
    if (!cuda.table) return cuda.reason;
    const int devices = cuda.table->deviceCount();
    if (devices == 0) return cuda.table->errorText();
    return fmt::format("{} device{}", devices, devices == 1 ? "" : "s");
}

}  // namespace

MachineFacts machineFacts() { return {std::string(kernels::instructionSet().name), cudaText()}; }

}  // namespace vitrine
