// SPDX-License-Identifier: Apache-2.0
// Calls of the table, and what their trouble is in words.
#include "core/device/device.h"

#include <utility>

#include "core/base/check.h"

namespace vitrine {

namespace {

using kernels::DeviceStatus;

std::string_view codeOf(DeviceStatus status) {
    switch (status) {
        case DeviceStatus::OutOfMemory:
            return "H03";
        case DeviceStatus::NoDevice:
        case DeviceStatus::Refused:
            return "H05";
        default:
            return "H04";
    }
}

std::string_view adviceFor(DeviceStatus status) {
    switch (status) {
        case DeviceStatus::OutOfMemory:
            return "Choose a smaller batch, or the CPU.";
        case DeviceStatus::Lost:
            return "Try again, or choose the CPU.";
        default:
            return "Choose the CPU.";
    }
}

/// `CUDA, allocating memory: out of memory (cudaMalloc)`
Error errorOf(const kernels::DeviceTable& table, std::string_view device, std::string_view doing,
              DeviceStatus status) {
    Error error;
    error.code = codeOf(status);
    error.message = std::string(device) + ", " + std::string(doing) + ": " + table.errorText();
    error.next = adviceFor(status);
    return error;
}

}  // namespace

StreamGraph::~StreamGraph() {
    if (m_graph && !m_device->isLost())
        m_device->m_table.destroyGraph(m_device->m_context, m_graph);
}

StreamGraph::StreamGraph(StreamGraph&& other) noexcept
    : m_device(other.m_device), m_graph(std::exchange(other.m_graph, nullptr)) {}

StreamGraph& StreamGraph::operator=(StreamGraph&& other) noexcept {
    std::swap(m_device, other.m_device);
    std::swap(m_graph, other.m_graph);
    return *this;
}

Result<std::unique_ptr<Device>> Device::open(const kernels::DeviceTable& table, int index,
                                             kernels::ProductFormat products) {
    const int count = table.deviceCount();
    if (count <= 0)
        return errorOf(table, table.kind, "looking for devices", DeviceStatus::NoDevice);
    if (index < 0 || index >= count)
        return Error{"H05",
                     std::string(table.kind) + " device " + std::to_string(index) +
                         " is not there: there are " + std::to_string(count),
                     {},
                     {},
                     "Choose another, or the CPU."};
    kernels::DeviceInfo info;
    DeviceStatus status = table.describe(index, &info);
    if (status != DeviceStatus::Ok)
        return errorOf(table, table.kind, "looking at a device", status);
    kernels::DeviceContext* context = nullptr;
    status = table.open(index, products, &context);
    if (status != DeviceStatus::Ok) return errorOf(table, info.name, "opening a device", status);
    return std::unique_ptr<Device>(new Device(table, context, std::move(info)));
}

/// What is left of a lost device goes with the process.
Device::~Device() {
    if (!isLost()) m_table.close(m_context);
}

Error Device::troubleWith(std::string_view doing, DeviceStatus status) {
    const std::string name = m_info.name.empty() ? m_table.kind : m_info.name;
    Error error = errorOf(m_table, name, doing, status);
    if (status == DeviceStatus::Lost) m_lost = error;
    return error;
}

Result<kernels::StreamKernel> Device::bind(const kernels::Call& call, int64_t alignment) {
    if (m_lost) return *m_lost;
    kernels::StreamKernel kernel;
    const DeviceStatus status = m_table.bind(m_context, &call, alignment, &kernel);
    if (status == DeviceStatus::Ok || status == DeviceStatus::Refused) return kernel;
    return troubleWith("choosing a kernel", status);
}

Result<void> Device::launch(const kernels::StreamKernel& kernel, void* const* operands,
                            void* workspace) {
    return ask(kernel.name, kernel.launch, kernel.problem.get(), operands, workspace);
}

Result<void> Device::launchTogether(std::span<const kernels::StreamKernel* const> kernels,
                                    std::span<void* const* const> operands, void* workspace) {
    return ask(kernels[0]->name, m_table.launchTogether, kernels.data(),
               static_cast<int32_t>(kernels.size()), operands.data(), workspace);
}

Result<void> Device::hold(std::span<const void* const> numbers, DType type) {
    return ask("looking for numbers that are not finite", m_table.hold, numbers.data(),
               static_cast<int32_t>(numbers.size()), type);
}

void Device::letGo() {
    if (!m_lost) static_cast<void>(m_table.hold(m_context, nullptr, 0, {}));
}

Result<void> Device::beginCapture() { return ask("recording", m_table.beginCapture); }

Result<StreamGraph> Device::endCapture() {
    kernels::DeviceGraph* graph = nullptr;
    VITRINE_TRY(ask("recording", m_table.endCapture, &graph));
    return StreamGraph(*this, graph);
}

Result<void> Device::launch(const StreamGraph& graph) {
    VITRINE_CHECK(graph.m_device == this && graph.m_graph, "a graph runs where it was recorded");
    return ask("running what was recorded", m_table.launchGraph, graph.m_graph);
}

Result<void> Device::mark(int32_t number) { return ask("noting the time", m_table.mark, number); }

Result<void> Device::secondsBetween(int32_t first, std::span<float> seconds) {
    return ask("reading times", m_table.secondsBetween, first, static_cast<int32_t>(seconds.size()),
               seconds.data());
}

Result<void> Device::wait() { return ask("waiting", m_table.wait); }

}  // namespace vitrine
