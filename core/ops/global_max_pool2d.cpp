// SPDX-License-Identifier: Apache-2.0
// Largest of each channel's pixels: max pooling with one window over the whole image.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/window_rules.h"

namespace vitrine::ops::global_max_pool2d {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    VITRINE_TRY(needSize("x", in[0].shape));
    return oneResult({in[0].shape[0], in[0].shape[1], 1, 1}, in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs&, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    Attrs attrs = b.attrs("max_pool2d");
    attrs.with("kernel", std::vector<int64_t>{x[2], x[3]}).with("stride", int64_t{1});
    return {b.emitAll("max_pool2d", attrs, in)[0]};
}

constexpr PortSpec inputs[] = {window::imageInput(2)};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, C, 1, 1]",
                                 .help = "One number for each channel of each image."}};

constexpr OpSample samples[] = {{"", "2x3x4x5"}, {"", "1x17x7x1"}, {"", "3x1x1x1"}};
constexpr OpErrorSample errorSamples[] = {{"", "2x3", "x needs shape [N, C, H, W], got [2, 3]"},
                                          {"", "1x3x5x5:i64", "x needs f32 or f64, got i64"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "global_max_pool2d",
    .title = "Global max pooling 2D",
    .category = "pooling",
    .summary = "Largest of each channel's pixels.",
    .formula = "y[n,c,0,0] = max_{h,w} x[n,c,h,w]",
    .searchWords = "gmp pool maximum",
    .shortName = "pool",
    .inputs = inputs,
    .outputs = outputs,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::global_max_pool2d
