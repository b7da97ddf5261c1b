// SPDX-License-Identifier: Apache-2.0
// Trouble for a device's process that is still to be started, with CUDA's run time emulated.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "core/device/worker/worker_table.h"
#include "tests/device/emulated/faults.h"

namespace vitrine::test {

/// A file of the build, where all its programs are.
inline std::string besideProgram(const char* name) {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
}

/// What the next process that is started finds: its call of that number ends so.
inline void planTrouble(int64_t call, EmulatedTrouble trouble) {
    const std::string text = std::to_string(call) + " " + std::to_string(int(trouble));
    setenv("EMULATED_CUDA_TROUBLE", text.c_str(), 1);
    worker::endIdleWorker();
}

}  // namespace vitrine::test
