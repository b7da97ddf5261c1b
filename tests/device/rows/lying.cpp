// SPDX-License-Identifier: Apache-2.0
// By strides, element by element.
#include "tests/device/rows/lying.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vitrine::device_check {

using kernels::Call;
using kernels::Operand;

namespace {

/// Where element `i`, in row-major order, of an operand lies.
size_t placeOf(const Operand& operand, int64_t i) {
    int64_t place = 0;
    for (int axis = operand.array.rank - 1; axis >= 0; --axis) {
        const auto a = static_cast<size_t>(axis);
        place += i % operand.array.shape[a] * operand.array.strides[a];
        i /= operand.array.shape[a];
    }
    return static_cast<size_t>(place);
}

}  // namespace

Numbers wholeNumbers(int64_t count) {
    Numbers numbers;
    for (int64_t i = 0; i < count; ++i)
        numbers.push_back(static_cast<float>(static_cast<int>(drawnBits() % 7) - 3));
    return numbers;
}

Operand perChannel(int64_t channels) { return array({channels}, {1}, DType::F32); }

Operand image(const kernels::Image& of, bool isLast) {
    Operand operand = image(of);
    if (isLast) operand.array.strides = {of.h * of.w * of.c, 1, of.w * of.c, of.c};
    return operand;
}

Result<Left> runOn(const Bench& bench, const Call& call, const std::vector<Numbers>& in) {
    constexpr int64_t step = kernels::deviceAlignment;
    std::vector<int64_t> places;
    int64_t end = 0;
    for (const Operand& operand : call.operands) {
        places.push_back(end);
        end += (operand.array.elements() * 4 + step - 1) / step * step;
    }
    Bytes before(static_cast<size_t>(end + step), Bench::untouched);
    for (size_t k = 0; k < in.size(); ++k) {
        Numbers lying(in[k].size());
        for (size_t i = 0; i < lying.size(); ++i)
            lying[placeOf(call.operands[k], static_cast<int64_t>(i))] = in[k][i];
        place(before, places[k], lying);
    }
    const auto ran = run(bench, call, places, before);
    if (!ran.ok()) return ran.error();
    Left left{{}, ran->microseconds, false};
    for (size_t k = call.inputs(); k < call.operands.size(); ++k) {
        Numbers lying(static_cast<size_t>(call.operands[k].array.elements())), numbers;
        std::memcpy(lying.data(), ran->contents.data() + places[k], lying.size() * 4);
        for (int64_t i = 0; i < std::ssize(lying); ++i)
            numbers.push_back(lying[placeOf(call.operands[k], i)]);
        left.results.push_back(std::move(numbers));
    }
    left.isOutside = std::any_of(ran->contents.begin() + end, ran->contents.end(),
                                 [](std::byte byte) { return byte != Bench::untouched; });
    return left;
}

double furthest(const Numbers& found, const Numbers& wanted) {
    constexpr double never = std::numeric_limits<double>::infinity();
    if (found.size() != wanted.size()) return never;
    double most = 0;
    for (size_t i = 0; i < wanted.size(); ++i) {
        const auto a = static_cast<double>(found[i]), b = static_cast<double>(wanted[i]);
        const double off = std::abs(a - b) / std::max(1.0, std::abs(b));
        most = std::isnan(off) ? never : std::max(most, off);
    }
    return most;
}

}  // namespace vitrine::device_check
