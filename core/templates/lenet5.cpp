// SPDX-License-Identifier: Apache-2.0
// LeNet-5: two convolutions with sub-sampling, then three layers of rows.
#include "core/templates/parts/fields.h"
#include "core/templates/template.h"

namespace vitrine::templates::lenet5 {

namespace {

constexpr FieldSpec fields[] = {channelsField(1), heightField(28, 12), widthField(28, 12),
                                classesField(10), multiplierField};

Result<Graph> build(const Attrs& attrs) {
    const auto width = [&](int64_t count) { return scaled(count, attrs.real("width_multiplier")); };
    Network net;
    Feature x = images(net, attrs);
    // Images of 28 × 28 are the middle of the paper's 32 × 32.
    x = net.add("tanh1", "tanh", {net.conv2d("conv1", x, width(6), {.kernel = 5, .padding = 2})});
    x = net.avgPool("pool2", x);
    x = net.add("tanh3", "tanh", {net.conv2d("conv3", x, width(16), {.kernel = 5})});
    x = net.avgPool("pool4", x);
    x = net.add("flatten", "flatten", {x});
    x = net.add("tanh5", "tanh", {net.linear("fc5", x, width(120))});
    x = net.add("tanh6", "tanh", {net.linear("fc6", x, width(84))});
    return classified(std::move(net), net.linear("fc7", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "lenet5",
    .title = "LeNet-5",
    .summary = "Two convolutions and three layers of rows: enough to read digits.",
    .source = "LeCun et al. 1998, Gradient-based learning applied to document recognition",
    .searchWords = "digits mnist small",
    .fields = fields,
    .build = build,
};

}  // namespace vitrine::templates::lenet5
