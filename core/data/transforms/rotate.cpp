// SPDX-License-Identifier: Apache-2.0
// Transform "rotate": turned about its middle.
#include "core/data/pixels/warp.h"
#include "core/data/transforms/warp_fields.h"

namespace vitrine::transforms::rotate {

namespace {

constexpr FieldSpec fields[] = {
    realField("degrees_from", "From", {-15, -360, 360}, "Least angle, counter-clockwise.", "°"),
    realField("degrees_to", "To", {15, -360, 360}, "Largest angle, counter-clockwise.", "°"),
    betweenField(), warpFillField()};

void apply(TransformContext& context) {
    const double degrees = drawnBetween(context, "degrees_from", "degrees_to");
    for (WorkedImage& image : context.example.images)
        warp(image, inverse(Affinity{.degrees = degrees}, middleOf(image.shape)),
             betweenOf(context.attrs));
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "rotate",
    .title = "Rotate",
    .summary = "Turns images about their middles; their size stays.",
    .group = TransformGroup::Geometry,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::rotate
