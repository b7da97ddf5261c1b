// SPDX-License-Identifier: Apache-2.0
// Blocks of pixels become channels.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/pixel_rules.h"

namespace vitrine::ops::pixel_unshuffle {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape& x = in[0].shape;
    const int64_t r = attrs.integer("factor");
    VITRINE_TRY(needSize("x", x));
    if (x[2] % r != 0 || x[3] % r != 0)
        return shapeError(
            fmt::format("height and width of x {} do not divide by the factor {}", x.text(), r));
    return oneResult({x[0], x[1] * r * r, x[2] / r, x[3] / r}, in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const int64_t r = attrs.integer("factor"), height = x[2] / r, width = x[3] / r;
    const bool isChannelFirst = attrs.text("order") == "crd";
    const std::vector<int64_t> permutation = isChannelFirst
                                                 ? std::vector<int64_t>{0, 1, 3, 5, 2, 4}
                                                 : std::vector<int64_t>{0, 3, 5, 1, 2, 4};
    const ValueId apart = b.reshape(in[0], {x[0], x[1], height, r, width, r});
    const ValueId moved =
        b.emit("transpose", b.attrs("transpose").with("permutation", permutation), {apart});
    return {b.reshape(moved, {x[0], x[1] * r * r, height, width})};
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
                                 .help = "Images with more channels and fewer pixels."}};
constexpr FieldSpec fields[] = {pixels::factorField, pixels::orderField};

constexpr OpSample samples[] = {{"", "1x3x4x6"},
                                {"order=dcr", "2x2x2x4"},
                                {"factor=3", "1x2x3x6"},
                                {"factor=1", "2x3x2x2:u8<9"}};
constexpr OpErrorSample errorSamples[] = {
    {"factor=2", "1x3x4x5", "height and width of x [1, 3, 4, 5] do not divide by the factor 2"},
    {"", "2x3", "x needs shape [N, C, H, W], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "pixel_unshuffle",
    .title = "Pixel unshuffle",
    .category = "shape",
    .summary = "Blocks of pixels become channels: the inverse of pixel shuffle.",
    .formula =
        "y[n, c·r² + i·r + j, h, w] = x[n, c, h·r + i, w·r + j]; dcr: channel (i·r + j)·C + c",
    .searchWords = "space_to_depth subpixel downscale",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::pixel_unshuffle
