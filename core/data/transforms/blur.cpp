// SPDX-License-Identifier: Apache-2.0
// Transform "blur": out of focus.
#include <algorithm>
#include <cmath>

#include "core/data/pixels/blur.h"
#include "core/data/transforms/fields.h"

namespace vitrine::transforms::blur {

namespace {

constexpr FieldSpec fields[] = {realField("sigma_from", "From", {0.1, 0.05, 100},
                                          "Least standard deviation of the Gaussian.", "pixels"),
                                realField("sigma_to", "To", {2, 0.05, 100},
                                          "Largest standard deviation of the Gaussian.", "pixels"),
                                chanceField(0.5, "Share of the examples that are blurred.")};

/// The kernel reaches over three standard deviations.
void apply(TransformContext& context) {
    if (!happens(context)) return;
    const double sigma = drawnBetween(context, "sigma_from", "sigma_to");
    const std::vector<float> kernel =
        gaussian(sigma, std::max<int64_t>(1, static_cast<int64_t>(std::ceil(3 * sigma))));
    for (WorkedImage& image : context.example.images) vitrine::blur(image, kernel);
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "blur",
    .title = "Blur",
    .summary = "Gaussian blur of drawn width.",
    .group = TransformGroup::Noise,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::blur
