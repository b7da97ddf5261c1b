// SPDX-License-Identifier: Apache-2.0
// Transform "invert": bright becomes dark.
#include "core/data/pixels/colour.h"
#include "core/data/transforms/fields.h"

namespace vitrine::transforms::invert {

namespace {

constexpr FieldSpec fields[] = {chanceField(0.5, "Share of the examples that are treated so.")};

void apply(TransformContext& context) {
    if (!happens(context)) return;
    for (WorkedImage& image : context.example.images) vitrine::invert(image);
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "invert",
    .title = "Invert",
    .summary = "Bright becomes dark, and dark bright.",
    .group = TransformGroup::Colour,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::invert
