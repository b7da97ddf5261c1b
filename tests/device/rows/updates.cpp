// SPDX-License-Identifier: Apache-2.0
// Launches that wait for a number, and many updates as one launch.
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <span>

#include "tests/device/rows/rows.h"

namespace vitrine::device_check {

using kernels::Call;
using kernels::Operand;
using kernels::StreamKernel;

namespace {

constexpr int64_t numberAt = 0, resultAt = 256, count = 5;

Operand vectorOf(int64_t elements) { return array({elements}, {1}, DType::F32); }

/// y = 2 in every element, where a number allows it.
class HeldFill {
  public:
    explicit HeldFill(const Bench& bench) : m_bench(bench), m_y(bench.memory.address(resultAt)) {}

    Result<void> bind() {
        auto kernel = m_bench.device.bind(callOf(kernels::Fill{2}, {vectorOf(count)}),
                                          kernels::deviceAlignment);
        if (!kernel.ok()) return kernel.error();
        m_kernel = std::move(kernel).value();
        return m_kernel.launch ? Result<void>() : leftOutError(m_kernel.refused.front());
    }
    Result<void> launch() {
        const void* const number = m_bench.memory.address(numberAt);
        VITRINE_TRY(m_bench.device.hold({&number, 1}, DType::F32));
        const Result<void> launched =
            m_bench.device.launch(m_kernel, &m_y, m_bench.memory.address(workspaceAt));
        m_bench.device.letGo();
        return launched;
    }
    /// 0 where `run` does what the number wants.
    Result<double> error(float number, const std::function<Result<void>()>& run) {
        VITRINE_TRY(m_bench.memory.fill(resultAt, count * 4));
        Bytes bytes(sizeof number);
        std::memcpy(bytes.data(), &number, sizeof number);
        VITRINE_TRY(m_bench.memory.write(numberAt, bytes));
        VITRINE_TRY(run());
        std::vector<float> found(count);
        VITRINE_TRY(m_bench.memory.read(resultAt, std::as_writable_bytes(std::span(found))));
        double wrong = 0;
        for (const float y : found) wrong += y != (std::isfinite(number) ? 2.F : 0.F);
        return wrong;
    }

  private:
    const Bench& m_bench;
    StreamKernel m_kernel;
    void* m_y;
};

/// Launched, and from a recording that finds another number each time.
Result<void> checkHolding(const Bench& bench) {
    constexpr float infinite = std::numeric_limits<float>::infinity();
    HeldFill fill(bench);
    VITRINE_TRY(fill.bind());
    VITRINE_TRY(bench.device.beginCapture());
    const Result<void> launched = fill.launch();
    const Result<StreamGraph> graph = bench.device.endCapture();
    VITRINE_TRY(launched);
    if (!graph.ok()) return graph.error();
    double wrong = 0;
    for (const float number : {infinite, 1.F, -infinite, infinite - infinite, 0.F}) {
        for (const bool isRecorded : {false, true}) {
            const Result<double> error = fill.error(
                number, [&] { return isRecorded ? bench.device.launch(*graph) : fill.launch(); });
            if (!error.ok()) return error.error();
            wrong += *error;
        }
    }
    report("launches that wait", "for a number, fill of " + std::to_string(count), wrong, 0);
    return {};
}

/// p, g, v, lr, scale, p', v' of some parameters, one behind the other; results have their own
/// places.
class Updates {
  public:
    explicit Updates(const Bench& bench) : m_bench(bench) {}

    Result<void> bind(const std::vector<int64_t>& sizes) {
        for (const int64_t size : sizes) {
            const Operand whole = vectorOf(size), one = vectorOf(1);
            auto kernel =
                m_bench.device.bind(callOf(kernels::SgdUpdate{.momentum = 0.9, .weightDecay = 1e-3},
                                           {whole, whole, whole, one, one, whole, whole}),
                                    kernels::deviceAlignment);
            if (!kernel.ok()) return kernel.error();
            if (!kernel->launch) return leftOutError(kernel->refused.front());
            m_kernels.push_back(std::move(kernel).value());
            std::vector<void*> places;
            for (const int64_t elements : {size, size, size, int64_t{1}, int64_t{1}, size, size}) {
                places.push_back(m_bench.memory.address(m_end));
                m_end += (elements * 4 + 255) / 256 * 256;
            }
            m_operands.push_back(places);
        }
        return {};
    }
    int64_t bytes() const { return m_end; }

    Result<void> launchEach() {
        for (size_t k = 0; k < m_kernels.size(); ++k)
            VITRINE_TRY(m_bench.device.launch(m_kernels[k], m_operands[k].data(), workspace()));
        return {};
    }
    Result<void> launchTogether() {
        std::vector<const StreamKernel*> all;
        std::vector<void* const*> operands;
        for (size_t k = 0; k < m_kernels.size(); ++k) {
            if (m_kernels[k].kind == 0) return leftOutError("updates are launched one by one");
            all.push_back(&m_kernels[k]);
            operands.push_back(m_operands[k].data());
        }
        return m_bench.device.launchTogether(all, operands, workspace());
    }

  private:
    void* workspace() const { return m_bench.memory.address(workspaceAt); }

    const Bench& m_bench;
    std::vector<StreamKernel> m_kernels;
    std::vector<std::vector<void*>> m_operands;
    int64_t m_end = 0;
};

/// The same bits as one by one; times of both.
Result<void> checkTogether(const Bench& bench) {
    std::vector<int64_t> sizes;
    for (int k = 0; k < 120; ++k) sizes.push_back(1 + (k % 7 == 0 ? 5000 : k * k));
    Updates updates(bench);
    VITRINE_TRY(updates.bind(sizes));
    std::vector<float> numbers(static_cast<size_t>(updates.bytes() / 4));
    for (float& number : numbers) number = static_cast<float>(drawn());
    const auto states = [&](const std::function<Result<void>()>& run) -> Result<Bytes> {
        VITRINE_TRY(bench.memory.write(0, std::as_bytes(std::span(numbers))));
        VITRINE_TRY(run());
        Bytes bytes(static_cast<size_t>(updates.bytes()));
        VITRINE_TRY(bench.memory.read(0, bytes));
        return bytes;
    };
    const auto each = [&] { return updates.launchEach(); };
    const auto together = [&] { return updates.launchTogether(); };
    const Result<Bytes> wanted = states(each);
    if (!wanted.ok()) return wanted.error();
    const Result<Bytes> found = states(together);
    if (!found.ok()) return found.error();
    const Result<double> slow = bench.time(each), fast = bench.time(together);
    if (!slow.ok() || !fast.ok()) return slow.ok() ? fast.error() : slow.error();
    report("updates", "120, one by one", 0, 0, *slow);
    report("updates", "120, together", differing(*found, *wanted), 0, *fast);
    return {};
}

}  // namespace

void updateRows(const Bench& bench) {
    kernelRow("launches that wait", "", [&] { return checkHolding(bench); });
    kernelRow("updates", "120", [&] { return checkTogether(bench); });
}

}  // namespace vitrine::device_check
