// SPDX-License-Identifier: Apache-2.0
// Transform "mixup": two examples are blended (Zhang et al., arXiv:1710.09412).
#include "core/data/pixels/mixing.h"
#include "core/data/transforms/fields.h"

namespace vitrine::transforms::mixup {

namespace {

constexpr FieldSpec fields[] = {
    realField("alpha", "Alpha", {0.2, 0.001, 100},
              "Of the Beta distribution of shares: small, nearly one example alone; 1, every share "
              "as likely; large, near a half."),
    chanceField(1, "Share of the examples that are mixed.")};

void apply(TransformContext& context) {
    if (!happens(context)) return;
    const double share = drawnBeta(context.rng, context.attrs.real("alpha"));
    const WorkedExample other = context.partner();
    for (size_t i = 0; i < context.example.images.size(); ++i) {
        auto& pixels = context.example.images[i].pixels;
        const auto& others = other.images[i].pixels;
        for (size_t k = 0; k < pixels.size(); ++k)
            pixels[k] = static_cast<uint8_t>(share * pixels[k] + (1 - share) * others[k] + 0.5);
    }
    mixClasses(context, other, share);
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "mixup",
    .title = "Mixup",
    .summary = "Blends two examples, images and classes alike.",
    .group = TransformGroup::Mixing,
    .fields = fields,
    .mixesClasses = true,
    .blends = true,
    .apply = apply,
};

}  // namespace vitrine::transforms::mixup
