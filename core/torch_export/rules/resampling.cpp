// SPDX-License-Identifier: Apache-2.0
// Interpolation along one axis, which PyTorch has for some of the ways alone: entries that are
// chosen, or a product with a matrix.
#include "core/torch_export/torch_context.h"
#include "core/torch_export/torch_rule.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "core/ops/families/resample_rules.h"

namespace vitrine::torch_export::rules::resampling {

namespace {

template <class T>
Numbers tensorOf(DType dtype, const Shape& shape, const std::vector<T>& numbers) {
    std::vector<std::byte> bytes(numbers.size() * sizeof(T));
    std::memcpy(bytes.data(), numbers.data(), bytes.size());
    return TensorData::of(dtype, shape, std::move(bytes));
}

/// Each entry so many times, one behind the other; 0: otherwise.
int64_t timesEach(const std::vector<int64_t>& places, int64_t in) {
    const int64_t times = std::ssize(places) / in;
    for (int64_t k = 0; k < std::ssize(places); ++k)
        if (times == 0 || places[static_cast<size_t>(k)] != k / times) return 0;
    return times;
}

void chosen(TorchContext& c, int64_t axis, const std::vector<int64_t>& places) {
    if (const int64_t times = timesEach(places, c.shape(0)[static_cast<int>(axis)]); times > 0)
        return c.give(fmt::format("{}.repeat_interleave({}, dim={})", c.in(0), times, axis));
    const std::string kept =
        c.buffer("places", tensorOf(DType::I64, Shape{std::ssize(places)}, places));
    c.give(fmt::format("{}.index_select({}, {})", c.in(0), axis, kept));
}

void weighed(TorchContext& c, int64_t axis, const kernels::AxisMap& map) {
    const int64_t in = c.shape(0)[static_cast<int>(axis)], out = std::ssize(map.begin) - 1;
    std::vector<float> matrix(static_cast<size_t>(in * out));
    for (int64_t p = 0; p < out; ++p)
        for (auto k = static_cast<size_t>(map.begin[static_cast<size_t>(p)]);
             k < static_cast<size_t>(map.begin[static_cast<size_t>(p) + 1]); ++k)
            matrix[static_cast<size_t>(p * in + map.index[k])] += static_cast<float>(map.weight[k]);
    const std::string kept = c.buffer("weights", tensorOf(DType::F32, Shape{out, in}, matrix));
    c.give(fmt::format("torch.tensordot({}, {}, dims=([{}], [1])).movedim(-1, {})", c.in(0), kept,
                       axis, axis));
}

void resample(TorchContext& c) {
    const int64_t axis = c.axisOf(0);
    const kernels::AxisMap map = vitrine::resample::mapOf(
        c.attrs(), c.shape(0)[static_cast<int>(axis)], c.resultShape()[static_cast<int>(axis)]);
    const bool isChosen = std::ranges::all_of(map.weight, [](double w) { return w == 1; }) &&
                          map.index.size() + 1 == map.begin.size();
    if (isChosen) return chosen(c, axis, {map.index.begin(), map.index.end()});
    weighed(c, axis, map);
}

constexpr TorchRule rules[] = {{"resample", resample}};

}  // namespace

extern const TorchRules descriptor;
constinit const TorchRules descriptor = {rules};

}  // namespace vitrine::torch_export::rules::resampling
