// SPDX-License-Identifier: Apache-2.0
// ResNet-50.
#include "core/templates/parts/residual.h"
#include "core/templates/template.h"

namespace vitrine::templates::resnet50 {

namespace {

constexpr std::string_view depths[] = {"50", "101", "152"};
constexpr FieldSpec fields[] = {
    channelsField(3), heightField(224),
    widthField(224),  classesField(1000),
    multiplierField,  variantField("depth", "Depth", depths, "Layers with weights.")};

Result<Graph> build(const Attrs& attrs) {
    return resNet({.blocks = bottleneckBlocks(attrs.text("depth"))}, attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "resnet50",
    .title = "ResNet-50",
    .summary = "Sixteen blocks that narrow, look around and widen, each added to what came in.",
    .source = "He et al. 2015, Deep residual learning for image recognition",
    .searchWords = "resnet101 resnet152 residual bottleneck imagenet",
    .fields = fields,
    .build = build,
};

}  // namespace vitrine::templates::resnet50
