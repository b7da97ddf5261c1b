// SPDX-License-Identifier: Apache-2.0
// Transform "elastic": bent like rubber (Simard et al., ICDAR 2003).
#include <cmath>

#include "core/data/pixels/blur.h"
#include "core/data/pixels/warp.h"
#include "core/data/transforms/warp_fields.h"

namespace vitrine::transforms::elastic {

namespace {

constexpr FieldSpec fields[] = {
    realField("alpha", "Strength", {34, 0, 10000},
              "Factor of smoothed displacements from −1 to 1 pixel.", "pixels"),
    realField("sigma", "Smoothness", {4, 0.1, 100},
              "Standard deviation of the blur over the displacements.", "pixels"),
    betweenField(), warpFillField()};

/// Uniform numbers, blurred, times alpha.
void drawDisplacements(TransformContext& context, const Shape& image, std::vector<float>& of) {
    static thread_local std::vector<float> scratch;
    const double sigma = context.attrs.real("sigma"), alpha = context.attrs.real("alpha");
    of.resize(static_cast<size_t>(image[1] * image[2]));
    for (float& each : of) each = 2 * context.rng.uniform() - 1;
    blur(of, image[1], image[2], gaussian(sigma, static_cast<int64_t>(std::ceil(4 * sigma))),
         scratch);
    for (float& each : of) each *= static_cast<float>(alpha);
}

/// All images of an example have one size here, or they are bent each for itself.
void apply(TransformContext& context) {
    static thread_local std::vector<float> dx, dy;
    Shape drawn;
    for (WorkedImage& image : context.example.images) {
        if (drawn.rank() != 3 || drawn[1] != image.shape[1] || drawn[2] != image.shape[2]) {
            drawn = image.shape;
            drawDisplacements(context, drawn, dx);
            drawDisplacements(context, drawn, dy);
        }
        displace(image, dx, dy, betweenOf(context.attrs));
    }
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "elastic",
    .title = "Elastic",
    .summary = "Bends images like rubber.",
    .group = TransformGroup::Geometry,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::elastic
