// SPDX-License-Identifier: Apache-2.0
// GPUs that a run can be given, for whoever lets a person choose.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vitrine {

struct Gpu {
    std::string id;    ///< for RunRequest::device: `cuda:0`
    std::string name;  ///< `NVIDIA H200`
    int64_t memoryBytes = 0, freeBytes = 0;
};

struct GpuList {
    std::vector<Gpu> gpus;
    std::string reason;  ///< why there is none, in a sentence
};

/// Those that a process of its own finds, which may take a second; any thread.
GpuList findGpus();

}  // namespace vitrine
