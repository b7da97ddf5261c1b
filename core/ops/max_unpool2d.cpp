// SPDX-License-Identifier: Apache-2.0
// Numbers go back to where the maxima of a pooling were.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/pool_rules.h"

namespace vitrine::ops::max_unpool2d {

namespace {

/// The images whose pooling has the shape of x.
Shape imagesOf(const Attrs& attrs, const Shape& x) {
    const auto& size = attrs.list("size");
    Shape images{x[0], x[1]};
    for (size_t i = 0; i < 2; ++i) {
        const auto& padding = attrs.list("padding");
        const int64_t before = padding[i], after = padding[padding.size() == 2 ? i : i + 2];
        const int64_t smallest = (x[static_cast<int>(i) + 2] - 1) * attrs.list("stride")[i] -
                                 before - after + attrs.list("kernel")[i];
        images.push(size[i] == 0 ? smallest : size[i]);
    }
    return images;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    VITRINE_TRY(needSize("x", in[0].shape));
    const Shape images = imagesOf(attrs, in[0].shape);
    VITRINE_TRY(needSize("result", images));
    const Result<Shape> pooled = pool::resultShape(attrs, images);
    if (!pooled.ok()) return pooled.error();
    if (*pooled != in[0].shape)
        return shapeError(fmt::format("pooling of {} gives {}, x is {}", images.text(),
                                      pooled->text(), in[0].shape.text()));
    return oneResult(images, in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape images = imagesOf(attrs, b.shape(in[0]));
    return b.emitAll("max_pool_backward", pool::like(b, "max_pool_backward", attrs, images), in);
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .pattern = "[N, C, H, W]",
                                .help = "Images as a pooling gave them."},
                               pool::indexPort("[N, C, H, W]")};
constexpr PortSpec outputs[] = {
    {.id = "y",
     .title = "Output",
     .pattern = "[N, C, H', W']",
     .help = "Images of the size before that pooling: zeros but for those places. Numbers that "
             "meet at one are added."}};
constexpr FieldSpec fields[] = {
    window::kernelField(2, 2), window::strideField(2, 2), window::paddingField(2),
    window::axesField("size", "Size", 2, {.standard = 0, .minimum = 0, .maximum = 1 << 30},
                      "Height and width of the result; 0: the smallest ones that were pooled "
                      "so.")};

constexpr OpSample samples[] = {{"", "2x3x2x3 2x3x2x3<4"},
                                {"kernel=3 stride=2 padding=1 size=6,5", "1x2x3x3 1x2x3x3<1"},
                                {"kernel=2,3 stride=2,3", "1x17x2x2 1x17x2x2<6"},
                                {"size=5", "1x2x2x2 1x2x2x2<4"}};
constexpr OpErrorSample errorSamples[] = {
    {"size=9,9", "2x3x2x3 2x3x2x3<4", "pooling of [2, 3, 9, 9] gives [2, 3, 4, 4], x is"},
    {"", "2x3x2x3 2x3x2x2<4", "index needs shape [2, 3, 2, 3], got [2, 3, 2, 2]"},
    {"", "2x3x2x3 2x3x2x3:i64<4", "index needs i32, got i64"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "max_unpool2d",
    .title = "Max unpooling 2D",
    .category = "pooling",
    .summary = "Puts numbers back to where the maxima of a max pooling were.",
    .formula = "y[n, c, position named by index[n,c,p,q]] = x[n,c,p,q], zero elsewhere",
    .searchWords = "unpool maxunpool upsample segnet",
    .shortName = "unpool",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::max_unpool2d
