// SPDX-License-Identifier: Apache-2.0
// MeanVarianceNormalization: mean zero and variance one over some axes.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::mean_variance_normalization {

namespace {

void read(Context& c) {
    const auto said = c.integers("axes");
    const std::vector<int64_t> axes =
        c.axesOf(said ? *said : std::vector<int64_t>{0, 2, 3}, c.rank(0));
    // The function of the standard adds 1e-9 to the deviation.
    const Attrs attrs =
        c.attrs("mean_variance_normalization").with("axes", axes).with("epsilon", 1e-18);
    c.give(0, c.emit("mean_variance_normalization", attrs, {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "MeanVarianceNormalization", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::mean_variance_normalization
