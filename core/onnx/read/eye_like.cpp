// SPDX-License-Identifier: Apache-2.0
// EyeLike: ones along a diagonal, zeros elsewhere.
#include <fmt/format.h>

#include "core/onnx/casting.h"
#include "core/onnx/memory_check.h"
#include "core/onnx/numbers_of.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::eye_like {

namespace {

void read(Context& c) {
    const Shape shape = c.shape(0);
    if (shape.rank() != 2) c.refuse(fmt::format("its input is {}, wanted 2 axes", shape.text()));
    constexpr double madeBytes = 8 + 4 + 8;  // as doubles, as floats, as what is asked for
    checkMemory(c, shape, DType::F64);
    c.needs(madeBytes * static_cast<double>(shape.elements()));
    const int64_t diagonal = c.integer("k", 0);
    std::vector<double> numbers(static_cast<size_t>(shape.elements()));
    for (int64_t row = 0; row < shape[0]; ++row) {
        const int64_t column = row + diagonal;
        if (column >= 0 && column < shape[1])
            numbers[static_cast<size_t>(row * shape[1] + column)] = 1;
    }
    const Value eye = constantOf(c, DType::F32, shape, numbers);
    c.give(0, castAs(c, eye, typeNamed(c, "dtype", c.in(0).element)));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "EyeLike", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::eye_like
