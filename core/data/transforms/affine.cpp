// SPDX-License-Identifier: Apache-2.0
// Transform "affine": turned, moved, made larger or smaller, sheared.
#include "core/data/pixels/warp.h"
#include "core/data/transforms/warp_fields.h"

namespace vitrine::transforms::affine {

namespace {

constexpr FieldSpec fields[] = {
    realField("degrees", "Angle", {0, 0, 180}, "Turns by up to so much either way.", "°"),
    realField("shift_x", "Shift sideways", {0.1, 0, 1},
              "Moves by up to such a share of the width."),
    realField("shift_y", "Shift up or down", {0.1, 0, 1},
              "Moves by up to such a share of the height."),
    realField("scale_from", "Scale from", {1, 0.05, 20}, "Smallest size, of the old one."),
    realField("scale_to", "Scale to", {1, 0.05, 20}, "Largest size, of the old one."),
    realField("shear_x", "Shear sideways", {0, 0, 80}, "Slants upright lines by up to so much.",
              "°"),
    realField("shear_y", "Shear up or down", {0, 0, 80}, "Slants level lines by up to so much.",
              "°"),
    betweenField(),
    warpFillField()};

void apply(TransformContext& context) {
    if (context.example.images.empty()) return;
    const auto eitherWay = [&](std::string_view field) {
        const double most = context.attrs.real(field);
        return context.rng.uniform(-most, most);
    };
    Affinity affinity{.degrees = eitherWay("degrees")};
    const double across = eitherWay("shift_x"), down = eitherWay("shift_y");
    affinity.scale = drawnBetween(context, "scale_from", "scale_to");
    affinity.shearX = eitherWay("shear_x");
    affinity.shearY = eitherWay("shear_y");
    for (WorkedImage& image : context.example.images) {
        affinity.moved = {across * static_cast<double>(image.shape[2]),
                          down * static_cast<double>(image.shape[1])};
        warp(image, inverse(affinity, middleOf(image.shape)), betweenOf(context.attrs));
    }
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "affine",
    .title = "Affine",
    .summary = "Turns, moves, scales and shears images by drawn amounts.",
    .group = TransformGroup::Geometry,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::affine
