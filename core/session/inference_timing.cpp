// SPDX-License-Identifier: Apache-2.0
// Runs until the time is over, and sorts what they took.
#include "core/session/inference_timing.h"

#include <algorithm>
#include <chrono>

#include "core/base/rng.h"
#include "core/tensor/element.h"

namespace vitrine {

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The value that so much of all lie below, the nearest above.
double quantile(const std::vector<double>& sorted, double share) {
    const auto place = static_cast<size_t>(share * static_cast<double>(sorted.size()));
    return sorted[std::min(place, sorted.size() - 1)];
}

}  // namespace

Result<InferenceTiming> timeInference(Inference& inference, std::span<const NamedTensor> arrays,
                                      double seconds) {
    constexpr size_t fewest = 10;
    for (const auto start = Clock::now(); since(start) < seconds / 10;) {
        const auto answers = inference.run(arrays);
        if (!answers) return answers.error();
    }
    std::vector<double> times;
    const auto start = Clock::now();
    while (times.size() < fewest || since(start) < seconds) {
        const auto begun = Clock::now();
        const auto answers = inference.run(arrays);
        if (!answers) return answers.error();
        times.push_back(since(begun));
    }
    const double whole = since(start);
    InferenceTiming timing{.batch = inference.batch(), .runs = std::ssize(times)};
    std::ranges::sort(times);
    timing.p50 = quantile(times, 0.5);
    timing.p90 = quantile(times, 0.9);
    timing.p99 = quantile(times, 0.99);
    timing.examplesPerSecond = static_cast<double>(timing.batch * timing.runs) / whole;
    return timing;
}

std::vector<NamedTensor> drawnArrays(const Inference& inference, int64_t batch, uint64_t seed) {
    Rng rng(seed, RngStream::Test);
    std::vector<NamedTensor> arrays;
    for (const NetworkInput& input : inference.inputs()) {
        Shape shape;
        if (input.wish.isBatched) shape.push(batch);
        for (const int64_t extent : input.wish.shape.dims()) shape.push(extent);
        const DType type = input.wish.dtype;
        std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(type, shape.elements())));
        if (isFloat(type))
            for (int64_t i = 0; i < shape.elements(); ++i)
                writeElement(bytes.data(), type, i, rng.uniform(-1, 1));
        arrays.push_back({input.wish.name, TensorData::of(type, shape, std::move(bytes))});
    }
    return arrays;
}

}  // namespace vitrine
