// SPDX-License-Identifier: Apache-2.0
// DynamicQuantizeLinear: bytes whose scale follows from the smallest and the largest number, with
// zero between them.
#include "core/onnx/quantized.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::dynamic_quantize_linear {

namespace {

Value end(Context& c, std::string_view op, std::string_view pair) {
    std::vector<int64_t> axes;
    for (int k = 0; k < c.rank(0); ++k) axes.push_back(k);
    const Attrs attrs = c.attrs(op).with("axes", axes).with("keep_axes", false);
    const Value end = axes.empty() ? c.in(0) : c.emit(op, attrs, {c.in(0)});
    return c.emit(pair, {end, c.scalar(c.dtype(0), 0)});
}

void read(Context& c) {
    const DType type = c.dtype(0);
    const Value low = end(c, "reduce_min", "min"), high = end(c, "reduce_max", "max");
    const Value scale = c.div(c.sub(high, low), c.scalar(type, 255));
    const Value isFlat = c.emit("equal", {scale, c.scalar(type, 0)});
    const Value divisor = c.emit("where", {isFlat, c.scalar(type, 1), scale});
    const Value zero = quantized(c, c.div(c.emit("neg", {low}), divisor), {}, ElementType::Uint8);
    c.give(0, quantized(c, c.div(c.in(0), divisor), zero, ElementType::Uint8));
    c.give(1, scale);
    c.give(2, zero);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "DynamicQuantizeLinear", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::dynamic_quantize_linear
