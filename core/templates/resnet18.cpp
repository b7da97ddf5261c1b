// SPDX-License-Identifier: Apache-2.0
// ResNet-18.
#include "core/templates/parts/residual.h"
#include "core/templates/template.h"

namespace vitrine::templates::resnet18 {

namespace {

constexpr std::string_view depths[] = {"18", "34"};
constexpr FieldSpec fields[] = {
    channelsField(3), heightField(224),
    widthField(224),  classesField(1000),
    multiplierField,  variantField("depth", "Depth", depths, "Layers with weights.")};

Result<Graph> build(const Attrs& attrs) {
    return resNet(
        {.blocks = attrs.text("depth") == "18" ? std::vector{2, 2, 2, 2} : std::vector{3, 4, 6, 3},
         .isBasic = true},
        attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "resnet18",
    .title = "ResNet-18",
    .summary = "Eight blocks of two convolutions, each added to what came in.",
    .source = "He et al. 2015, Deep residual learning for image recognition",
    .searchWords = "resnet34 residual imagenet",
    .fields = fields,
    .build = build,
};

}  // namespace vitrine::templates::resnet18
