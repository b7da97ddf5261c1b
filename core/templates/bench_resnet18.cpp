// SPDX-License-Identifier: Apache-2.0
// ResNet-18 for small images: ImageNet's four stages behind a stem that keeps the size.
#include "core/templates/parts/residual.h"
#include "core/templates/template.h"

namespace vitrine::templates::bench_resnet18 {

namespace {

constexpr FieldSpec fields[] = {channelsField(3), heightField(32, 1), widthField(32, 1),
                                classesField(10), multiplierField};

Result<Graph> build(const Attrs& attrs) {
    const auto width = [&](int64_t count) { return scaled(count, attrs.real("width_multiplier")); };
    Network net;
    Feature x = convNormRelu(net, "stem", images(net, attrs), width(64), {.padding = 1});
    for (int stage = 1; stage <= 4; ++stage)
        for (int i = 1; i <= 2; ++i)
            x = basicBlock(net, fmt::format("layer{}_{}", stage, i), x, width(int64_t{32} << stage),
                           i == 1 && stage > 1 ? 2 : 1);
    x = net.meanOfChannels("avgpool", x);
    return classified(std::move(net), net.linear("fc", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "bench_resnet18",
    .title = "ResNet-18 for small images (benchmark)",
    .summary = "ResNet-18 with a 3 × 3 stem and no pool, as the benchmarks of GPUs measure it.",
    .source = "Vitrine's own benchmarks",
    .searchWords = "benchmark cifar",
    .fields = fields,
    .training = {.learningRate = 0.01},
    .build = build,
};

}  // namespace vitrine::templates::bench_resnet18
