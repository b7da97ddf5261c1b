// SPDX-License-Identifier: Apache-2.0
// Transform "cutmix": a piece of another example is pasted in (Yun et al., arXiv:1905.04899).
#include <algorithm>
#include <cmath>

#include "core/data/pixels/mixing.h"
#include "core/data/transforms/fields.h"

namespace vitrine::transforms::cutmix {

namespace {

constexpr FieldSpec fields[] = {
    realField("alpha", "Alpha", {1, 0.001, 100},
              "Of the Beta distribution of shares: small, nearly one example alone; 1, every share "
              "as likely; large, near a half."),
    chanceField(1, "Share of the examples that are mixed.")};

struct Box {
    Corner corner;
    int64_t bottom = 0, right = 0;
};

/// About any point; what lies outside is cut off.
Box draw(Rng& rng, const Shape& image, double share) {
    const double half = std::sqrt(1 - share) / 2;
    const auto side = [&](int64_t count, int64_t& from, int64_t& to) {
        const int64_t middle = drawnWhole(rng, 0, count - 1);
        const auto reach = static_cast<int64_t>(half * static_cast<double>(count));
        from = std::max<int64_t>(0, middle - reach);
        to = std::min(count, middle + reach);
    };
    Box box;
    side(image[2], box.corner.left, box.right);
    side(image[1], box.corner.top, box.bottom);
    return box;
}

void paste(WorkedImage& image, const WorkedImage& other, const Box& box) {
    const int64_t height = image.shape[1], width = image.shape[2];
    for (int64_t c = 0; c < image.shape[0]; ++c)
        for (int64_t y = box.corner.top; y < box.bottom; ++y) {
            const int64_t row = (c * height + y) * width;
            std::copy(other.pixels.begin() + row + box.corner.left,
                      other.pixels.begin() + row + box.right,
                      image.pixels.begin() + row + box.corner.left);
        }
}

void apply(TransformContext& context) {
    if (!happens(context) || context.example.images.empty()) return;
    const Shape first = context.example.images[0].shape;
    const Box box = draw(context.rng, first, drawnBeta(context.rng, context.attrs.real("alpha")));
    const WorkedExample other = context.partner();
    for (size_t i = 0; i < context.example.images.size(); ++i)
        paste(context.example.images[i], other.images[i], box);
    const int64_t pasted = (box.bottom - box.corner.top) * (box.right - box.corner.left);
    mixClasses(context, other,
               1 - static_cast<double>(pasted) / static_cast<double>(first[1] * first[2]));
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "cutmix",
    .title = "Cutmix",
    .summary = "Pastes a piece of another example in; classes by its area.",
    .group = TransformGroup::Mixing,
    .fields = fields,
    .mixesClasses = true,
    .apply = apply,
};

}  // namespace vitrine::transforms::cutmix
