// SPDX-License-Identifier: Apache-2.0
// Transform "center_crop": the middle of the image.
#include "core/data/transforms/fields.h"

namespace vitrine::transforms::center_crop {

namespace {

constexpr FieldSpec fields[] = {
    heightField("Of the middle; larger than the image gives bars."),
    widthField("Of the middle; larger than the image gives bars."),
    borderField("What bars hold: the fill, the outermost pixels, or the image mirrored without its "
                "edge (reflect) or with it (symmetric)."),
    fillField("Brightness of bars of that kind, from black to white.")};

void apply(TransformContext& context) {
    const Attrs& attrs = context.attrs;
    const int64_t height = attrs.integer("height"), width = attrs.integer("width");
    for (WorkedImage& image : context.example.images)
        crop(image, centred(image.shape, height, width), height, width, borderOf(attrs),
             fillOf(attrs));
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "center_crop",
    .title = "Centre crop",
    .summary = "The middle of images.",
    .group = TransformGroup::Size,
    .fields = fields,
    .draws = false,
    .shape = shapeOfFields,
    .apply = apply,
};

}  // namespace vitrine::transforms::center_crop
