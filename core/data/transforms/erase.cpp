// SPDX-License-Identifier: Apache-2.0
// Transform "erase": a rectangle is blotted out (Zhong et al., arXiv:1708.04896).
#include <algorithm>
#include <cmath>

#include "core/data/transforms/fields.h"

namespace vitrine::transforms::erase {

namespace {

constexpr std::string_view kinds[] = {"fill", "noise"};
constexpr FieldSpec fields[] = {
    chanceField(0.5, "Share of the examples that are treated so."),
    realField("share_from", "Share from", {0.02, 0.0001, 1}, "Smallest share of the image's area."),
    realField("share_to", "Share to", {0.33, 0.0001, 1}, "Largest share of the image's area."),
    realField("ratio_from", "Ratio from", {0.3, 0.01, 100}, "Flattest: height / width."),
    realField("ratio_to", "Ratio to", {3.3, 0.01, 100}, "Tallest: height / width."),
    choiceField("content", "Content", kinds, "One brightness, or uniform noise in each number."),
    fillField("Brightness of the rectangle, from black to white.")};

void noise(WorkedImage& image, Corner corner, int64_t height, int64_t width, Rng& rng) {
    for (int64_t c = 0; c < image.shape[0]; ++c)
        for (int64_t y = corner.top; y < corner.top + height; ++y)
            for (int64_t x = corner.left; x < corner.left + width; ++x)
                image.pixels[static_cast<size_t>((c * image.shape[1] + y) * image.shape[2] + x)] =
                    static_cast<uint8_t>(rng.below(256));
}

/// Ten tries to find a rectangle that lies inside. Masks stay: what is hidden is to be guessed.
void apply(TransformContext& context) {
    if (!happens(context) || context.example.images.empty()) return;
    const Attrs& attrs = context.attrs;
    const Shape first = context.example.images[0].shape;
    for (int tries = 0; tries < 10; ++tries) {
        const double area = static_cast<double>(first[1] * first[2]) *
                            drawnBetween(context, "share_from", "share_to");
        const double ratio = std::exp(context.rng.uniform(std::log(attrs.real("ratio_from")),
                                                          std::log(attrs.real("ratio_to"))));
        const int64_t height = std::llround(std::sqrt(area * ratio)),
                      width = std::llround(std::sqrt(area / ratio));
        if (height < 1 || width < 1 || height >= first[1] || width >= first[2]) continue;
        const int64_t top = drawnWhole(context.rng, 0, first[1] - height);
        const int64_t left = drawnWhole(context.rng, 0, first[2] - width);
        for (WorkedImage& image : context.example.images)
            if (attrs.text("content") == kinds[0])
                fillPiece(image, {top, left}, height, width, fillOf(attrs));
            else if (!image.isMask)
                noise(image, {top, left}, height, width, context.rng);
        return;
    }
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "erase",
    .title = "Erase",
    .summary = "Blots out a rectangle of drawn size and form.",
    .group = TransformGroup::Noise,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::erase
