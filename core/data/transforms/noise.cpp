// SPDX-License-Identifier: Apache-2.0
// Transform "noise": every pixel a little off.
#include <algorithm>
#include <cmath>

#include "core/data/transforms/fields.h"

namespace vitrine::transforms::noise {

namespace {

constexpr std::string_view kinds[] = {"gaussian", "uniform", "salt_and_pepper"};
constexpr FieldSpec fields[] = {
    choiceField("kind", "Kind", kinds,
                "gaussian and uniform: something is added to each number; salt_and_pepper: some "
                "pixels are black or white in all channels."),
    realField("strength", "Strength", {0.05, 0, 1},
              "gaussian: standard deviation; uniform: the most, either way; both of full "
              "brightness. salt_and_pepper: share of the pixels."),
    chanceField(1, "Share of the examples that get noise.")};

void add(WorkedImage& image, Rng& rng, double strength, bool isGaussian) {
    for (uint8_t& pixel : image.pixels) {
        const double off = isGaussian ? strength * rng.normal() : rng.uniform(-strength, strength);
        pixel = static_cast<uint8_t>(std::clamp(pixel + 255 * off, 0.0, 255.0) + 0.5);
    }
}

void strew(WorkedImage& image, Rng& rng, double share) {
    const auto plane = static_cast<size_t>(image.shape[1] * image.shape[2]);
    for (size_t i = 0; i < plane; ++i) {
        const double drawn = static_cast<double>(rng.uniform());
        if (drawn >= share) continue;
        for (size_t at = i; at < image.pixels.size(); at += plane)
            image.pixels[at] = drawn < share / 2 ? 0 : 255;
    }
}

void apply(TransformContext& context) {
    if (!happens(context)) return;
    const double strength = context.attrs.real("strength");
    const std::string& kind = context.attrs.text("kind");
    for (WorkedImage& image : context.example.images) {
        if (image.isMask) continue;
        if (kind == kinds[2])
            strew(image, context.rng, strength);
        else
            add(image, context.rng, strength, kind == kinds[0]);
    }
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "noise",
    .title = "Noise",
    .summary = "Numbers a little off, or pixels that are black or white.",
    .group = TransformGroup::Noise,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::noise
