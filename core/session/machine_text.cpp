// SPDX-License-Identifier: Apache-2.0
// Asked of kernels and of the device library.
#include "core/session/machine_text.h"

#include <fmt/format.h>

#include "core/device/cuda_library.h"
#include "kernels/dispatch/machine.h"

namespace vitrine {

std::string instructionSetText() { return std::string(kernels::instructionSet().name); }

std::string cudaText() {
    const DeviceLibrary& cuda = cudaLibrary();
    if (!cuda.table) return cuda.reason;
    const int32_t devices = cuda.table->deviceCount();
    if (devices == 0) return cuda.table->errorText();
    return fmt::format("{} {}", devices, devices == 1 ? "device" : "devices");
}

}  // namespace vitrine
