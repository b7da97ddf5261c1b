// SPDX-License-Identifier: Apache-2.0
// Transform "posterize": few levels of brightness.
#include "core/data/pixels/colour.h"
#include "core/data/transforms/fields.h"

namespace vitrine::transforms::posterize {

namespace {

constexpr FieldSpec fields[] = {
    wholeField("bits", "Bits", {4, 1, 8}, "Of each number, so many of the highest stay."),
    chanceField(0.5, "Share of the examples that are treated so.")};

void apply(TransformContext& context) {
    if (!happens(context)) return;
    for (WorkedImage& image : context.example.images)
        vitrine::posterize(image, context.attrs.integer("bits"));
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "posterize",
    .title = "Posterise",
    .summary = "Few levels of brightness.",
    .group = TransformGroup::Colour,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::posterize
