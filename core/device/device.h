// SPDX-License-Identifier: Apache-2.0
// Device: one that is opened, and its queue of work. Trouble comes back as an Error; after such
// trouble as leaves the device unusable, nothing is asked of it any more.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/result.h"
#include "kernels/api/device.h"

namespace vitrine {

class Device;

/// Launches that were recorded, to be run again as one. Not past the end of its device.
class StreamGraph {
  public:
    StreamGraph() = default;
    StreamGraph(Device& device, kernels::DeviceGraph* graph) : m_device(&device), m_graph(graph) {}
    ~StreamGraph();
    StreamGraph(StreamGraph&& other) noexcept;
    StreamGraph& operator=(StreamGraph&& other) noexcept;
    StreamGraph(const StreamGraph&) = delete;
    StreamGraph& operator=(const StreamGraph&) = delete;

    bool isThere() const { return m_graph; }

  private:
    friend class Device;
    Device* m_device = nullptr;
    kernels::DeviceGraph* m_graph = nullptr;
};

/// Errors of every call: "H03" (no room on the device), "H04" (it failed; where that lasts, every
/// later call gives the same), "H05" (there is no such device, or it is too old).
/// Threads: one at a time.
class Device {
  public:
    /// `table` stays as long as the program.
    static Result<std::unique_ptr<Device>> open(
        const kernels::DeviceTable& table, int index = 0,
        kernels::ProductFormat products = kernels::ProductFormat::F32);
    ~Device();
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    const kernels::DeviceInfo& info() const { return m_info; }
    /// The device is unusable until the process ends.
    bool isLost() const { return m_lost.has_value(); }

    /// The kernel for a call whose operands lie as they are, at multiples of `alignment` bytes. It
    /// has no launch where the device has none for it, and says in `refused` why.
    Result<kernels::StreamKernel> bind(const kernels::Call& call, int64_t alignment);
    Result<void> launch(const kernels::StreamKernel& kernel, void* const* operands,
                        void* workspace);

    /// The same for kernels of one kind, each with its own operands: see the table.
    Result<void> launchTogether(std::span<const kernels::StreamKernel* const> kernels,
                                std::span<void* const* const> operands, void* workspace);
    /// Launches from now on do nothing where one of these numbers is not finite by then.
    Result<void> hold(std::span<const void* const> numbers, DType type);
    void letGo();

    /// Launches are recorded from now on, and do not run.
    Result<void> beginCapture();
    /// Gives what was recorded, or forgets it where something went wrong.
    Result<StreamGraph> endCapture();
    Result<void> launch(const StreamGraph& graph);

    /// The time at which the queue comes here, or what is recorded, under a number from 0 on.
    Result<void> mark(int32_t number);
    /// From each mark from `first` on to the one behind it. Waits for them.
    Result<void> secondsBetween(int32_t first, std::span<float> seconds);

    /// Until all is done that was asked for: tells of trouble with any of it.
    Result<void> wait();

  private:
    friend class StreamGraph;
    friend class DeviceMemory;

    Device(const kernels::DeviceTable& table, kernels::DeviceContext* context,
           kernels::DeviceInfo info)
        : m_table(table), m_context(context), m_info(std::move(info)) {}

    /// Calls a function of the table unless the device is lost. `doing` stands in the sentence.
    template <class... Parameters, class... Arguments>
    Result<void> ask(std::string_view doing,
                     kernels::DeviceStatus (*function)(kernels::DeviceContext*, Parameters...),
                     Arguments... arguments) {
        if (m_lost) return *m_lost;
        const kernels::DeviceStatus status = function(m_context, arguments...);
        if (status == kernels::DeviceStatus::Ok) return {};
        return troubleWith(doing, status);
    }
    Error troubleWith(std::string_view doing, kernels::DeviceStatus status);

    const kernels::DeviceTable& m_table;
    kernels::DeviceContext* m_context;
    kernels::DeviceInfo m_info;
    std::optional<Error> m_lost;
};

}  // namespace vitrine
