// SPDX-License-Identifier: Apache-2.0
// Transform "stretch_contrast": from black to white in each channel.
#include "core/data/pixels/colour.h"
#include "core/data/transforms/fields.h"

namespace vitrine::transforms::stretch_contrast {

namespace {

constexpr FieldSpec fields[] = {chanceField(0.5, "Share of the examples that are treated so.")};

void apply(TransformContext& context) {
    if (!happens(context)) return;
    for (WorkedImage& image : context.example.images) stretchContrast(image);
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "stretch_contrast",
    .title = "Stretch contrast",
    .summary = "Stretches each channel from 0 to 255 (autocontrast).",
    .group = TransformGroup::Colour,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::stretch_contrast
