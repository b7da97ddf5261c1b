// SPDX-License-Identifier: Apache-2.0
// WideResNet-50-2.
#include "core/templates/parts/residual.h"
#include "core/templates/template.h"

namespace vitrine::templates::wide_resnet50 {

namespace {

constexpr std::string_view depths[] = {"50", "101"};
constexpr FieldSpec fields[] = {
    channelsField(3), heightField(224),
    widthField(224),  classesField(1000),
    multiplierField,  variantField("depth", "Depth", depths, "Layers with weights.")};

Result<Graph> build(const Attrs& attrs) {
    return resNet({.blocks = bottleneckBlocks(attrs.text("depth")), .middle = 2}, attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "wide_resnet50",
    .title = "WideResNet-50-2",
    .summary = "ResNet-50 whose blocks are twice as wide in the middle.",
    .source = "Zagoruyko, Komodakis 2016, Wide residual networks",
    .searchWords = "wide residual imagenet",
    .fields = fields,
    .build = build,
};

}  // namespace vitrine::templates::wide_resnet50
