// SPDX-License-Identifier: Apache-2.0
// Transform "perspective": seen from aside: each corner is moved inwards.
#include "core/data/pixels/warp.h"
#include "core/data/transforms/warp_fields.h"

namespace vitrine::transforms::perspective {

namespace {

constexpr FieldSpec fields[] = {
    realField("distortion", "Distortion", {0.5, 0, 0.95},
              "Corners move inwards by up to such a share of half the side."),
    chanceField(0.5, "Share of the examples that are distorted."), betweenField(), warpFillField()};

void apply(TransformContext& context) {
    if (!happens(context) || context.example.images.empty()) return;
    const double most = context.attrs.real("distortion") / 2;
    std::array<Point, 4> inwards;  // shares of the sides: top left, top right, bottom right, …
    for (Point& corner : inwards) {
        corner.x = context.rng.uniform(0, most);
        corner.y = context.rng.uniform(0, most);
    }
    for (WorkedImage& image : context.example.images) {
        const auto right = static_cast<double>(image.shape[2] - 1),
                   bottom = static_cast<double>(image.shape[1] - 1);
        const std::array<Point, 4> from{{{0, 0}, {right, 0}, {right, bottom}, {0, bottom}}};
        std::array<Point, 4> to = from;
        for (size_t i = 0; i < to.size(); ++i) {
            to[i].x += (from[i].x > 0 ? -inwards[i].x : inwards[i].x) * right;
            to[i].y += (from[i].y > 0 ? -inwards[i].y : inwards[i].y) * bottom;
        }
        if (const auto projection = inverse(from, to))
            warp(image, *projection, betweenOf(context.attrs));
    }
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "perspective",
    .title = "Perspective",
    .summary = "Images as if seen from aside.",
    .group = TransformGroup::Geometry,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::perspective
