// SPDX-License-Identifier: Apache-2.0
// What transforms cost for an example of 3×32×32 that lies in memory, with the course around them:
// the stored image copied, the list done, the result written. Each with its usual fields, and flip
// with pad_crop as CIFAR-10 is trained.
#include <benchmark/benchmark.h>

#include <algorithm>

#include "core/data/stored_examples.h"
#include "core/data/transform.h"

using namespace vitrine;

namespace {

constexpr int64_t side = 32, examples = 256;

Dataset noise() {
    std::vector<uint8_t> pixels(static_cast<size_t>(examples * 3 * side * side));
    std::vector<int32_t> labels(examples);
    Rng rng(1, RngStream::Test);
    for (uint8_t& pixel : pixels) pixel = static_cast<uint8_t>(rng.below(256));
    auto stored = std::make_shared<StoredExamples>();
    stored->addNumbers(std::span<const uint8_t>(pixels), 3 * side * side);
    stored->addNumbers(std::span<const int32_t>(labels));
    Dataset data;
    data.columns = {{"image", DType::U8, {3, side, side}}, {"label", DType::I32, {}, {"a", "b"}}};
    data.train = {examples, stored, 0};
    return data;
}

void measure(benchmark::State& state, const std::vector<const TransformDescriptor*>& kinds) {
    std::vector<Transform> list;
    for (const TransformDescriptor* kind : kinds) list.push_back({kind, Attrs(kind->fields)});
    const Dataset data = *prepared(noise(), list, {});
    std::vector<std::byte> image(static_cast<size_t>(data.columns[0].bytes()));
    std::vector<std::byte> label(static_cast<size_t>(data.columns[1].bytes()));
    const std::vector<std::span<std::byte>> places{image, label};
    int64_t index = 0;
    for (auto _ : state) {
        data.train.write(index % examples, {1, index / examples}, places);
        benchmark::DoNotOptimize(image.data());
        ++index;
    }
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::RegisterBenchmark("flip, pad_crop", [](benchmark::State& state) {
        measure(state, {findTransform("flip"), findTransform("pad_crop")});
    });
    for (const TransformDescriptor* kind : allTransforms())
        benchmark::RegisterBenchmark(std::string(kind->id).c_str(),
                                     [kind](benchmark::State& state) { measure(state, {kind}); });
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
