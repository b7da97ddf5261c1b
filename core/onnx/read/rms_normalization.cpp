// SPDX-License-Identifier: Apache-2.0
// RMSNormalization: the last axes, from one on, by their root mean square.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::rms_normalization {

namespace {

void read(Context& c) {
    const Shape x = c.shape(0);
    const int64_t axis = c.axis("axis", -1, x.rank());
    const Shape inner(x.dims().subspan(static_cast<size_t>(axis)));
    const bool isAffine = c.shape(1) == inner;
    const Attrs attrs = c.attrs("rms_norm")
                            .with("axes", x.rank() - axis)
                            .with("epsilon", c.real("epsilon", 1e-5))
                            .with("affine", isAffine);
    if (isAffine) return c.give(0, c.emit("rms_norm", attrs, {c.in(0), c.in(1)}));
    c.give(0, c.mul(c.emit("rms_norm", attrs, {c.in(0), Value{}}), c.in(1)));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "RMSNormalization", .since = 23, .read = read};

}  // namespace vitrine::onnx::rules::rms_normalization
