// SPDX-License-Identifier: Apache-2.0
// Scaler: numbers less an offset, times a factor, for all features or for each one.
#include "core/onnx/numbers_of.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::scaler {

namespace {

Value numbersOf(Context& c, std::string_view name, double usual) {
    const std::vector<double> list = c.reals(name).value_or(std::vector{usual});
    return constantOf(c, DType::F32, Shape{static_cast<int64_t>(list.size())}, list);
}

void read(Context& c) {
    const Value x = c.cast(c.in(0), DType::F32);
    c.give(0, c.mul(c.sub(x, numbersOf(c, "offset", 0)), numbersOf(c, "scale", 1)));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Scaler", .domain = "ai.onnx.ml", .read = read};

}  // namespace vitrine::onnx::rules::scaler
