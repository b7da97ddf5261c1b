// SPDX-License-Identifier: Apache-2.0
// Transform "grey": colours become greys.
#include "core/data/pixels/colour.h"
#include "core/data/transforms/fields.h"

namespace vitrine::transforms::grey {

namespace {

constexpr std::string_view results[] = {"one", "three"};
constexpr FieldSpec fields[] = {
    choiceField("weights", "Weights", greyWeights,
                "Of red, green, blue. bt601: 0.299, 0.587, 0.114 (as Pillow and OpenCV); bt709: "
                "0.2126, 0.7152, 0.0722; mean: a third each."),
    choiceField("channels", "Channels", results,
                "One channel, or three that are equal, for networks that want three.")};

int64_t channelsOf(const Attrs& attrs) { return attrs.text("channels") == results[1] ? 3 : 1; }

Result<Shape> shape(const Attrs& attrs, const Shape& image) {
    return Shape{channelsOf(attrs), image[1], image[2]};
}

void apply(TransformContext& context) {
    const auto weights = greyWeightsNamed(context.attrs.text("weights"));
    for (WorkedImage& image : context.example.images)
        makeGrey(image, weights, channelsOf(context.attrs));
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "grey",
    .title = "Grey",
    .summary = "Colours become greys.",
    .group = TransformGroup::Colour,
    .fields = fields,
    .draws = false,
    .shape = shape,
    .apply = apply,
};

}  // namespace vitrine::transforms::grey
