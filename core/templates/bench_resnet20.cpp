// SPDX-License-Identifier: Apache-2.0
// ResNet-20 with 1 × 1 shortcuts, as the benchmarks measure it.
#include "core/templates/parts/residual.h"
#include "core/templates/template.h"

namespace vitrine::templates::bench_resnet20 {

namespace {

constexpr FieldSpec fields[] = {channelsField(3), heightField(32, 1), widthField(32, 1),
                                classesField(10), multiplierField};

Result<Graph> build(const Attrs& attrs) {
    const auto width = [&](int64_t count) { return scaled(count, attrs.real("width_multiplier")); };
    Network net;
    Feature x = convNormRelu(net, "stem", images(net, attrs), width(16), {.padding = 1});
    for (int stage = 1; stage <= 3; ++stage)
        for (int i = 1; i <= 3; ++i)
            x = basicBlock(net, fmt::format("layer{}_{}", stage, i), x, width(int64_t{8} << stage),
                           i == 1 && stage > 1 ? 2 : 1);
    x = net.meanOfChannels("avgpool", x);
    return classified(std::move(net), net.linear("fc", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "bench_resnet20",
    .title = "ResNet-20 (benchmark)",
    .summary = "ResNet-20 with 1 × 1 shortcuts, as the benchmarks measure it.",
    .source = "Vitrine's own benchmarks",
    .searchWords = "benchmark small",
    .fields = fields,
    .training = {.learningRate = 0.01},
    .build = build,
};

}  // namespace vitrine::templates::bench_resnet20
