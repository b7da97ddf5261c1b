// SPDX-License-Identifier: Apache-2.0
// Transform "random_grey": some images lose their colours.
#include "core/data/pixels/colour.h"
#include "core/data/transforms/fields.h"

namespace vitrine::transforms::random_grey {

namespace {

constexpr FieldSpec fields[] = {
    chanceField(0.1, "Share of the examples that become grey."),
    choiceField("weights", "Weights", greyWeights,
                "Of red, green, blue. bt601: 0.299, 0.587, 0.114 (as Pillow and OpenCV); bt709: "
                "0.2126, 0.7152, 0.0722; mean: a third each.")};

void apply(TransformContext& context) {
    if (!happens(context)) return;
    const auto weights = greyWeightsNamed(context.attrs.text("weights"));
    for (WorkedImage& image : context.example.images) makeGrey(image, weights, image.shape[0]);
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "random_grey",
    .title = "Random grey",
    .summary = "Some images lose their colours; channels stay as many.",
    .group = TransformGroup::Colour,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::random_grey
