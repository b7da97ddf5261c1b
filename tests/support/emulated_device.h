// SPDX-License-Identifier: Apache-2.0
// The kernels for CUDA on a run time of CUDA that is emulated on the host: the device of tests.
#pragma once

#include <filesystem>

#include "core/device/cuda_library.h"

namespace vitrine::test {

/// Lies beside the program; without a table where this was built without CUDA.
inline const DeviceLibrary& emulatedCuda() {
    static const DeviceLibrary library = loadDeviceLibrary(
        {std::filesystem::read_symlink("/proc/self/exe").parent_path() / "libemulated_cuda.so"});
    return library;
}

}  // namespace vitrine::test
