// SPDX-License-Identifier: Apache-2.0
// NonZero: where numbers are not 0, of numbers that are known while reading: how many decides
// about shapes.
#include "core/onnx/numbers_of.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::non_zero {

namespace {

void read(Context& c) {
    const std::vector<double> numbers = c.reals(c.in(0), "its input");
    const Shape shape = c.shape(0), strides = contiguousStrides(shape);
    std::vector<int64_t> found;
    for (size_t i = 0; i < numbers.size(); ++i)
        if (numbers[i] != 0) found.push_back(static_cast<int64_t>(i));
    const auto count = static_cast<int64_t>(found.size());
    std::vector<int64_t> places;
    for (int axis = 0; axis < shape.rank(); ++axis)
        for (int64_t at : found) places.push_back(at / strides[axis] % shape[axis]);
    c.give(0, placesOf(c, Shape{shape.rank(), count}, places));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "NonZero", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::non_zero
