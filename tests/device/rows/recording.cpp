// SPDX-License-Identifier: Apache-2.0
// Recordings: a fill, a product and a sum as one graph, and what cannot be recorded.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "kernels/api/matmul.h"
#include "tests/device/rows/matrices.h"
#include "tests/device/rows/rows.h"

namespace vitrine::device_check {

using kernels::Call;
using kernels::Operand;
using kernels::StreamKernel;

namespace {

/// y = a · b + 2, as three launches: numbers that are whole, so that all sums are exact.
class Affine {
  public:
    Affine(const Bench& bench, const Matrices& matrices)
        : m_bench(bench), m(matrices), m_at(matrices) {
        m_sum = m_at.end;
        m_two = (m_sum + m.rows * m.columns * 4 + 255) / 256 * 256;
    }

    /// Error "left out" where there is no product.
    Result<void> bind() {
        const Operand result = array({m.rows, m.columns}, {m.columns, 1}, DType::F32);
        VITRINE_TRY(add(callOf(kernels::Fill{2}, {result}), {m_two}));
        VITRINE_TRY(add(m_at.call, {m_at.a, m_at.b, m_at.y}));
        return add(
            callOf(kernels::Map{.function = kernels::Pointwise::Add}, {result, result, result}),
            {m_at.y, m_two, m_sum});
    }

    Result<void> launch() {
        for (const auto& [kernel, operands] : m_launches)
            VITRINE_TRY(m_bench.device.launch(kernel, operands.data(),
                                              m_bench.memory.address(workspaceAt)));
        return {};
    }

    /// With marks from 0 on: in front of each launch, and behind the last.
    Result<void> launchMarked() {
        int32_t mark = 0;
        for (const auto& [kernel, operands] : m_launches) {
            VITRINE_TRY(m_bench.device.mark(mark++));
            VITRINE_TRY(m_bench.device.launch(kernel, operands.data(),
                                              m_bench.memory.address(workspaceAt)));
        }
        return m_bench.device.mark(mark);
    }

    Result<StreamGraph> record(bool isMarked = false) {
        VITRINE_TRY(m_bench.device.beginCapture());
        const Result<void> launched = isMarked ? launchMarked() : launch();
        Result<StreamGraph> graph = m_bench.device.endCapture();
        VITRINE_TRY(launched);
        return graph;
    }

    Result<void> feed() {
        m_a = numbersOf(m, m.rows * m.depth);
        m_b = numbersOf(m, m.depth * m.columns);
        VITRINE_TRY(m_bench.memory.write(m_at.a, bytesOf(m_a)));
        VITRINE_TRY(m_bench.memory.write(m_at.b, bytesOf(m_b)));
        return m_bench.memory.fill(m_sum, m.rows * m.columns * 4);
    }

    Result<double> error() {
        Reference expected = multiply(m, m_a, m_b);
        for (double& value : expected.product) value += 2;
        Bytes found(static_cast<size_t>(m.rows * m.columns * 4));
        VITRINE_TRY(m_bench.memory.read(m_sum, found));
        return largestError(expected, found, 0);
    }

  private:
    Result<void> add(const Call& call, const std::vector<int64_t>& places) {
        Result<StreamKernel> kernel = m_bench.device.bind(call, kernels::deviceAlignment);
        if (!kernel.ok()) return kernel.error();
        if (!kernel->launch) return leftOutError(kernel->refused.front());
        std::vector<void*> operands;
        for (int64_t at : places) operands.push_back(m_bench.memory.address(at));
        m_launches.push_back({std::move(kernel).value(), operands});
        return {};
    }

    const Bench& m_bench;
    Matrices m;
    ProductPlaces m_at;
    int64_t m_sum = 0, m_two = 0;
    std::vector<float> m_a, m_b;
    std::vector<std::pair<StreamKernel, std::vector<void*>>> m_launches;
};

/// Launched, then recorded, then run again with other inputs each time.
Result<void> checkRecording(const Bench& bench, const Matrices& m) {
    Affine affine(bench, m);
    VITRINE_TRY(affine.bind());
    VITRINE_TRY(affine.feed());
    const Result<double> direct = bench.time([&] { return affine.launch(); });
    if (!direct.ok()) return direct.error();
    Result<double> error = affine.error();
    if (!error.ok()) return error.error();
    report("fill, product, add", m.text() + ", launched", *error, 0, *direct);
    Result<StreamGraph> graph = affine.record();
    if (!graph.ok()) return graph.error();
    double largest = 0;
    for (int i = 0; i < 5; ++i) {
        VITRINE_TRY(affine.feed());
        VITRINE_TRY(bench.device.launch(*graph));
        error = affine.error();
        if (!error.ok()) return error.error();
        largest = std::max(largest, *error);
    }
    const Result<double> again = bench.time([&] { return bench.device.launch(*graph); });
    if (!again.ok()) return again.error();
    report("fill, product, add", m.text() + ", recorded", largest, 0, *again);
    return {};
}

/// Each launch of a recording has its time, however often it runs.
Result<void> checkTimes(const Bench& bench, const Matrices& m) {
    Affine affine(bench, m);
    VITRINE_TRY(affine.bind());
    VITRINE_TRY(affine.feed());
    VITRINE_TRY(affine.launch());
    const Result<StreamGraph> graph = affine.record(true);
    if (!graph.ok()) return graph.error();
    int wrong = 0;
    double sum = 0;
    for (int again = 0; again < 3; ++again) {
        VITRINE_TRY(bench.device.launch(*graph));
        std::array<float, 3> seconds{};
        VITRINE_TRY(bench.device.secondsBetween(0, seconds));
        sum = std::accumulate(seconds.begin(), seconds.end(), 0.0);
        wrong += std::ranges::all_of(seconds, [](float lap) { return lap >= 0; }) ? 0 : 1;
        wrong += sum > 0 && std::isfinite(sum) ? 0 : 1;
    }
    report("times in a recording", m.text(), wrong, 0, sum * 1e6);
    return {};
}

/// What cannot be recorded is an error, and everything goes on after it.
Result<void> checkTroubleWhileRecording(const Bench& bench) {
    VITRINE_TRY(bench.device.beginCapture());
    const bool isTold = !bench.device.wait().ok() && !bench.memory.fill(0, 8).ok();
    const Result<StreamGraph> graph = bench.device.endCapture();
    if (!graph.ok()) return graph.error();
    VITRINE_TRY(bench.device.launch(*graph));
    VITRINE_TRY(bench.memory.fill(0, 8));
    VITRINE_TRY(bench.device.wait());
    report("recording, what cannot be", "wait, fill", isTold ? 0 : 1, 0);
    return {};
}

}  // namespace

void recordingRows(const Bench& bench) {
    for (const Matrices& m :
         {Matrices{8, 8, 8, false, false, true}, Matrices{64, 400, 120, false, false, true}})
        kernelRow("fill, product, add", m.text(), [&] { return checkRecording(bench, m); });
    const Matrices small{64, 400, 120, false, false, true};
    kernelRow("times in a recording", small.text(), [&] { return checkTimes(bench, small); });
    row("recording, what cannot be", "", [&] { return checkTroubleWhileRecording(bench); });
}

}  // namespace vitrine::device_check
