// SPDX-License-Identifier: Apache-2.0
// ResNet-20 and its deeper relatives for small images. Shortcuts that change shape are 1 × 1
// convolutions (the paper's option B).
#include "core/templates/parts/residual.h"
#include "core/templates/template.h"

namespace vitrine::templates::resnet20 {

namespace {

constexpr FieldSpec fields[] = {
    channelsField(3),
    heightField(32),
    widthField(32),
    classesField(10),
    multiplierField,
    countField("blocks", "Blocks of a stage", 3, 1, 36,
               "In each of three stages. n of them make 6 n + 2 layers: 3 for ResNet-20, 9 for "
               "ResNet-56.")};

Result<Graph> build(const Attrs& attrs) {
    const double factor = attrs.real("width_multiplier");
    Network net;
    Feature x = convNormRelu(net, "stem", images(net, attrs), scaled(16, factor), {.padding = 1});
    for (int stage = 1; stage <= 3; ++stage)
        for (int64_t i = 1; i <= attrs.integer("blocks"); ++i)
            x = basicBlock(net, fmt::format("layer{}_{}", stage, i), x,
                           scaled(int64_t{8} << stage, factor), i == 1 && stage > 1 ? 2 : 1);
    x = net.meanOfChannels("avgpool", x);
    return classified(std::move(net), net.linear("fc", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "resnet20",
    .title = "ResNet-20",
    .summary = "Nine residual blocks for small images such as those of CIFAR-10.",
    .source = "He et al. 2015, Deep residual learning for image recognition, section 4.2",
    .searchWords = "cifar residual resnet32 resnet44 resnet56 resnet110",
    .fields = fields,
    .training = {.learningRate = 0.1, .batch = 128},
    .build = build,
};

}  // namespace vitrine::templates::resnet20
