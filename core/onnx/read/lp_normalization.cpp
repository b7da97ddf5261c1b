// SPDX-License-Identifier: Apache-2.0
// LpNormalization: divides by the length along an axis; zeros stay zeros.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::lp_normalization {

namespace {

void read(Context& c) {
    const int64_t p = c.integer("p", 2);
    if (p != 1 && p != 2) c.refuseAttribute("p", "1 or 2");
    const int64_t axis = c.axis("axis", -1, c.rank(0));
    const std::string op = p == 1 ? "reduce_l1" : "reduce_l2";
    const Attrs attrs =
        c.attrs(op).with("axes", std::vector<int64_t>{axis}).with("keep_axes", true);
    const Value length = c.emit(op, attrs, {c.in(0)});
    const DType type = c.dtype(0);
    const Value isZero = c.emit("equal", {length, c.scalar(type, 0)});
    c.give(0, c.div(c.in(0), c.emit("where", {isZero, c.scalar(type, 1), length})));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "LpNormalization", .read = read};

}  // namespace vitrine::onnx::rules::lp_normalization
