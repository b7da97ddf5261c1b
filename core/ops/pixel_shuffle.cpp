// SPDX-License-Identifier: Apache-2.0
// Channels become blocks of pixels.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/pixel_rules.h"

namespace vitrine::ops::pixel_shuffle {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape& x = in[0].shape;
    const int64_t r = attrs.integer("factor");
    VITRINE_TRY(needSize("x", x));
    if (x[1] % (r * r) != 0)
        return shapeError(fmt::format("{} channels of x {} do not divide by {}, the factor squared",
                                      x[1], x.text(), r * r));
    return oneResult({x[0], x[1] / (r * r), x[2] * r, x[3] * r}, in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const int64_t r = attrs.integer("factor"), channels = x[1] / (r * r);
    const bool isChannelFirst = attrs.text("order") == "crd";
    const Shape apart = isChannelFirst ? Shape{x[0], channels, r, r, x[2], x[3]}
                                       : Shape{x[0], r, r, channels, x[2], x[3]};
    const std::vector<int64_t> permutation = isChannelFirst
                                                 ? std::vector<int64_t>{0, 1, 4, 2, 5, 3}
                                                 : std::vector<int64_t>{0, 3, 4, 1, 5, 2};
    const ValueId moved = b.emit("transpose", b.attrs("transpose").with("permutation", permutation),
                                 {b.reshape(in[0], apart)});
    return {b.reshape(moved, {x[0], channels, x[2] * r, x[3] * r})};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = everyType,
                                .pattern = "[N, C, H, W]",
                                .help = "Images."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .pattern = "[N, C', H', W']",
                                 .help = "Images with fewer channels and more pixels."}};
constexpr FieldSpec fields[] = {pixels::factorField, pixels::orderField};

constexpr OpSample samples[] = {{"", "1x12x2x3"},
                                {"order=dcr", "2x8x2x1"},
                                {"factor=3", "1x18x1x2"},
                                {"factor=1", "2x3x2x2:u8<9"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "1x6x2x2", "6 channels of x [1, 6, 2, 2] do not divide by 4, the factor squared"},
    {"", "2x3", "x needs shape [N, C, H, W], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "pixel_shuffle",
    .title = "Pixel shuffle",
    .category = "shape",
    .summary = "Channels become blocks of pixels: images of factor times the size.",
    .formula =
        "y[n, c, h·r + i, w·r + j] = x[n, c·r² + i·r + j, h, w]; dcr: channel (i·r + j)·C + c",
    .searchWords = "depth_to_space subpixel upscale superresolution",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::pixel_shuffle
