// SPDX-License-Identifier: Apache-2.0
// Transform "equalize": all levels about as frequent.
#include "core/data/pixels/colour.h"
#include "core/data/transforms/fields.h"

namespace vitrine::transforms::equalize {

namespace {

constexpr FieldSpec fields[] = {chanceField(0.5, "Share of the examples that are treated so.")};

void apply(TransformContext& context) {
    if (!happens(context)) return;
    for (WorkedImage& image : context.example.images) vitrine::equalize(image);
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "equalize",
    .title = "Equalise",
    .summary = "Makes all levels of a channel about as frequent.",
    .group = TransformGroup::Colour,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::equalize
