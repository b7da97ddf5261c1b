// SPDX-License-Identifier: Apache-2.0
// Finds the library with the kernels of CUDA, where there is one. That there is none is no error:
// then there is a reason, for whoever asks for it.
#pragma once

#include <string>
#include <vector>

#include "kernels/api/device.h"

namespace vitrine {

struct DeviceLibrary {
    const kernels::DeviceTable* table = nullptr;  ///< stays as long as the program
    std::string path;    ///< of the library that was found, whether it could be used or not
    std::string reason;  ///< why there is no table, in a sentence
};

/// The first of these files that is there. It stays loaded.
DeviceLibrary loadDeviceLibrary(const std::vector<std::string>& paths);

/// Where libvitrine_cuda.so is looked for: next to the program, then in the library folder beside
/// its own. Nowhere else: what is loaded runs.
std::vector<std::string> cudaLibraryPaths();

}  // namespace vitrine
