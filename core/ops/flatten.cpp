// SPDX-License-Identifier: Apache-2.0
// One row per image: what stands between convolutions and fully connected layers.
#include "core/opdef/shape_rules.h"

namespace vitrine::ops::flatten {

namespace {

Shape rows(const Shape& x) { return {x[0], alongAxis(x, 0).inner}; }

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    VITRINE_TRY(needSize("x", in[0].shape));
    return oneResult(rows(in[0].shape), in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs&, std::span<const ValueId> in) {
    return {b.reshape(in[0], rows(b.shape(in[0])))};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = everyType,
                                .pattern = "[N, …]",
                                .help = "Images, or anything with a batch axis in front."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .pattern = "[N, F]",
                                 .help = "One row of features per image."}};

constexpr OpSample samples[] = {{"", "2x3x4x5"}, {"", "17x2x1x1"}, {"", "3x4"}, {"", "5"}};
constexpr OpErrorSample errorSamples[] = {{"", "scalar", "x needs shape [N, …], got []"},
                                          {"", "2x0x3", "x [2, 0, 3] has an extent below 1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "flatten",
    .title = "Flatten",
    .category = "shape",
    .summary = "Lays all features of an image out in one row.",
    .formula = "y[n, (c·H + h)·W + w] = x[n,c,h,w]",
    .searchWords = "view ravel",
    .inputs = inputs,
    .outputs = outputs,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::flatten
