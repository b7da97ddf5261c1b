// SPDX-License-Identifier: Apache-2.0
// Transform "resize": another height and width.
#include "core/data/pixels/resample.h"
#include "core/data/transforms/fields.h"

namespace vitrine::transforms::resize {

namespace {

constexpr FieldSpec fields[] = {
    heightField("Of images behind it."),
    widthField("Of images behind it."),
    choiceField("method", "Method", resamplings,
                "What a new pixel is made of. bilinear: the two nearest on each axis, weighed by "
                "distance; bicubic: four, sharper (a = −0.5); lanczos: six; area: the mean of what "
                "the new pixel covers; nearest: one, as it is."),
    {.id = "antialias",
     .title = "Antialias",
     .type = FieldType::Bool,
     .defaultNumber = 1,
     .help =
         "Where images become smaller, all old pixels count (as in Pillow, and as image folders "
         "are read). Without it new pixels look at the few about their middles (as OpenCV's "
         "linear and cubic)."}};

void apply(TransformContext& context) {
    const Resampling way = resamplingNamed(context.attrs.text("method"));
    for (WorkedImage& image : context.example.images)
        resample(image, context.attrs.integer("height"), context.attrs.integer("width"), way,
                 context.attrs.flag("antialias"));
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "resize",
    .title = "Resize",
    .summary = "Images of another height and width.",
    .group = TransformGroup::Size,
    .fields = fields,
    .draws = false,
    .shape = shapeOfFields,
    .apply = apply,
};

}  // namespace vitrine::transforms::resize
