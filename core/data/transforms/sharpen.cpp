// SPDX-License-Identifier: Apache-2.0
// Transform "sharpen": edges more or less pronounced.
#include "core/data/pixels/colour.h"
#include "core/data/transforms/fields.h"

namespace vitrine::transforms::sharpen {

namespace {

constexpr FieldSpec fields[] = {realField("factor", "Factor", {2, 0, 20},
                                          "0: smooth; 1: as it is; 2: twice as far from smooth."),
                                chanceField(0.5, "Share of the examples that are treated so.")};

void apply(TransformContext& context) {
    if (!happens(context)) return;
    for (WorkedImage& image : context.example.images)
        vitrine::sharpen(image, context.attrs.real("factor"));
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "sharpen",
    .title = "Sharpen",
    .summary = "Makes edges more or less pronounced.",
    .group = TransformGroup::Colour,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::sharpen
