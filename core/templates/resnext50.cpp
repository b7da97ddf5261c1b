// SPDX-License-Identifier: Apache-2.0
// ResNeXt-50 32×4d.
#include "core/templates/parts/residual.h"
#include "core/templates/template.h"

namespace vitrine::templates::resnext50 {

namespace {

constexpr std::string_view depths[] = {"50", "101"};
constexpr FieldSpec fields[] = {
    channelsField(3), heightField(224),
    widthField(224),  classesField(1000),
    multiplierField,  variantField("depth", "Depth", depths, "Layers with weights.")};

Result<Graph> build(const Attrs& attrs) {
    return resNet({.blocks = bottleneckBlocks(attrs.text("depth")), .groups = 32, .middle = 2},
                  attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "resnext50",
    .title = "ResNeXt-50 32×4d",
    .summary = "ResNet-50 whose blocks look around in 32 groups of channels.",
    .source = "Xie et al. 2016, Aggregated residual transformations for deep neural networks",
    .searchWords = "groups residual imagenet",
    .fields = fields,
    .build = build,
};

}  // namespace vitrine::templates::resnext50
