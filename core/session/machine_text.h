// SPDX-License-Identifier: Apache-2.0
// What the engine runs on, in words for a report of a fault.
#pragma once

#include <string>
#include <vector>

namespace vitrine {

/// `AVX3`, `AVX2`: what kernels that are chosen now use.
std::string instructionSetText();

/// What the system calls its processor; `unknown processor` where it does not say.
std::string processorName();

/// How many programs wanted to compute, of the last minute; 0 where the system does not tell.
double systemLoad();
/// `others used this machine meanwhile (load 4.2): its figures are not to be relied on`, of what so
/// many threads measured; empty where nobody else did.
std::string busyText(int threads);

struct DeviceLibrary;

/// `cuda:0 NVIDIA H200, sm_90, 138.9 GB of 150.1 GB free`, all of them with semicolons between, or
/// why there is none.
std::string cudaText(const DeviceLibrary& cuda);
/// Of the devices that a process of its own finds.
std::string cudaText();

/// What of a library's kernels has never run on a device; empty where there is no library.
std::string notRunText(const DeviceLibrary& cuda);

/// The path of NVIDIA's cuBLASLt, or that there is none and what for it would be needed. Looks for
/// it at every call.
std::string cublasLtText();

struct MachinePart {
    std::string name, text;
};

/// `Processor`, `CUDA`, where there are kernels `Not run`, `cuBLASLt`: each in one line.
std::vector<MachinePart> machineParts();

}  // namespace vitrine
