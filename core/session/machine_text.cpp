// SPDX-License-Identifier: Apache-2.0
// Asked of kernels, of the device library and of the loader.
#include "core/session/machine_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "core/base/file.h"
#include "core/device/cublas_library.h"
#include "core/device/worker/worker_table.h"
#include "kernels/dispatch/machine.h"

namespace vitrine {

std::string instructionSetText() { return std::string(kernels::instructionSet().name); }

std::string processorName() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
        if (const size_t colon = line.find(": ");
            line.starts_with("model name") && colon != line.npos)
            return printable(std::string_view(line).substr(colon + 2), 80);
    return "unknown processor";
}

/// `NVIDIA H200 (sm_90), 138.2 of 139.8 GiB free`
std::string memoryText(const kernels::DeviceInfo& info) {
    constexpr double gib = 1 << 30;
    return fmt::format("{} ({}), {:.1f} of {:.1f} GiB free", printable(info.name, 60),
                       info.architecture, static_cast<double>(info.freeBytes) / gib,
                       static_cast<double>(info.memoryBytes) / gib);
}

std::string cudaText() {
    const DeviceLibrary cuda = worker::workerLibrary();
    if (!cuda.table) return cuda.reason;
    const int32_t devices = cuda.table->deviceCount();
    std::string text = devices == 0 ? cuda.table->errorText() : "";
    for (int32_t i = 0; i < devices; ++i) {
        kernels::DeviceInfo info;
        const bool isKnown = cuda.table->describe(i, &info) == kernels::DeviceStatus::Ok;
        text += fmt::format("{}cuda:{} {}", text.empty() ? "" : "; ", i,
                            isKnown ? memoryText(info) : cuda.table->errorText());
    }
    worker::endIdleWorker();
    return text;
}

std::string cublasLtText() {
    const std::string path = findCublasLt(cublasLtFiles());
    if (path.empty())
        return "not found; only matrix products on a GPU need it, and it comes with NVIDIA's CUDA";
    return path;
}

std::vector<MachinePart> machineParts() {
    const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
    return {{"Processor", fmt::format("{} core{}, instruction set {}", cores, cores == 1 ? "" : "s",
                                      instructionSetText())},
            {"CUDA", cudaText()},
            {"cuBLASLt", cublasLtText()}};
}

}  // namespace vitrine
