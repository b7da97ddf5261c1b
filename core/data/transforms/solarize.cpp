// SPDX-License-Identifier: Apache-2.0
// Transform "solarize": what is bright becomes dark.
#include "core/data/pixels/colour.h"
#include "core/data/transforms/fields.h"

namespace vitrine::transforms::solarize {

namespace {

constexpr FieldSpec fields[] = {
    wholeField("threshold", "Threshold", {128, 0, 256}, "From which on brightness is inverted."),
    chanceField(0.5, "Share of the examples that are treated so.")};

void apply(TransformContext& context) {
    if (!happens(context)) return;
    for (WorkedImage& image : context.example.images)
        vitrine::solarize(image, static_cast<double>(context.attrs.integer("threshold")));
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "solarize",
    .title = "Solarise",
    .summary = "What is bright becomes dark.",
    .group = TransformGroup::Colour,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::solarize
