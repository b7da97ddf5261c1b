// SPDX-License-Identifier: Apache-2.0
// Transform "color_jitter": other brightness, contrast, saturation and hue.
#include <algorithm>
#include <array>

#include "core/data/pixels/colour.h"
#include "core/data/transforms/fields.h"

namespace vitrine::transforms::color_jitter {

namespace {

constexpr FieldSpec fields[] = {
    realField("brightness", "Brightness", {0.2, 0, 10},
              "0.2: times 0.8 to 1.2. Never less than times 0."),
    realField("contrast", "Contrast", {0.2, 0, 10},
              "0.2: distances from the mean grey times 0.8 to 1.2."),
    realField("saturation", "Saturation", {0.2, 0, 10},
              "0.2: distances of colours from their grey times 0.8 to 1.2."),
    realField("hue", "Hue", {0, 0, 0.5},
              "0.1: hues turn by up to a tenth of the circle either way.")};

/// The four are done in a drawn order; one of strength 0 draws nothing more.
void apply(TransformContext& context) {
    std::array<int, 4> order{0, 1, 2, 3};
    for (uint32_t i = 3; i > 0; --i) std::swap(order[i], order[context.rng.below(i + 1)]);
    for (const int what : order) {
        const double strength = context.attrs.real(fields[what].id);
        if (strength == 0) continue;
        const bool isHue = what == 3;
        const double drawn = isHue ? context.rng.uniform(-strength, strength)
                                   : context.rng.uniform(std::max(0.0, 1 - strength), 1 + strength);
        constexpr std::array change{brighten, changeContrast, saturate, turnHue};
        for (WorkedImage& image : context.example.images)
            change[static_cast<size_t>(what)](image, drawn);
    }
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "color_jitter",
    .title = "Colour jitter",
    .summary = "Other brightness, contrast, saturation and hue, in a drawn order.",
    .group = TransformGroup::Colour,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::color_jitter
