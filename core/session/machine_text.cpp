// SPDX-License-Identifier: Apache-2.0
// Asked of kernels, of the device library and of the loader.
#include "core/session/machine_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
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

std::string deviceText(const kernels::DeviceTable& table, int32_t number) {
    kernels::DeviceInfo info;
    if (table.describe(number, &info) != kernels::DeviceStatus::Ok)
        return fmt::format("cuda:{} {}", number, table.errorText());
    constexpr double gigabyte = 1e9;
    return fmt::format("cuda:{} {}, {}, {:.1f} GB of {:.1f} GB free", number,
                       printable(info.name, 80), info.architecture,
                       static_cast<double>(info.freeBytes) / gigabyte,
                       static_cast<double>(info.memoryBytes) / gigabyte);
}

std::string cudaText(const DeviceLibrary& cuda) {
    if (!cuda.table) return cuda.reason;
    const int32_t devices = cuda.table->deviceCount();
    if (devices == 0) return cuda.table->errorText();
    std::string text;
    for (int32_t i = 0; i < devices; ++i) text += (i == 0 ? "" : "; ") + deviceText(*cuda.table, i);
    return text;
}

std::string cudaText() {
    std::string text = cudaText(worker::workerLibrary());
    worker::endIdleWorker();
    return text;
}

std::string notRunText(const DeviceLibrary& cuda) {
    if (!cuda.table) return {};
    return "every kernel for CUDA, on a GPU: they were seen on a run time that is emulated on the "
           "host";
}

std::string cublasLtText() {
    const std::string path = findCublasLt(cublasLtFiles());
    if (path.empty())
        return "not found; only matrix products on a GPU need it, and it comes with NVIDIA's CUDA";
    return path;
}

std::vector<MachinePart> machineParts() {
    const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
    std::vector<MachinePart> parts = {
        {"Processor", fmt::format("{} core{}, instruction set {}", cores, cores == 1 ? "" : "s",
                                  instructionSetText())},
        {"CUDA", cudaText()}};
    if (std::string text = notRunText(worker::workerLibrary()); !text.empty())
        parts.push_back({"Not run", std::move(text)});
    parts.push_back({"cuBLASLt", cublasLtText()});
    return parts;
}

double systemLoad() {
    double load = 0;
    return getloadavg(&load, 1) == 1 ? load : 0;
}

std::string busyText(int threads) {
    constexpr double quiet = 0.5;
    const double load = systemLoad();
    if (load - threads < quiet) return {};
    return fmt::format(
        "others used this machine meanwhile (load {:.1f}): its figures are not to be relied on",
        load);
}

}  // namespace vitrine
