// SPDX-License-Identifier: Apache-2.0
// Three stages of two convolutions for small images, as the benchmarks measure it.
#include "core/templates/parts/residual.h"
#include "core/templates/template.h"

namespace vitrine::templates::bench_vgg {

namespace {

constexpr FieldSpec fields[] = {channelsField(3), heightField(32, 8), widthField(32, 8),
                                classesField(10), multiplierField};

Result<Graph> build(const Attrs& attrs) {
    const auto width = [&](int64_t count) { return scaled(count, attrs.real("width_multiplier")); };
    Network net;
    Feature x = images(net, attrs);
    for (int stage = 1; stage <= 3; ++stage) {
        for (int i = 1; i <= 2; ++i)
            x = convNormRelu(net, fmt::format("stage{}_{}", stage, i), x,
                             width(int64_t{32} << stage), {.padding = 1});
        x = net.maxPool(fmt::format("pool{}", stage), x);
    }
    x = net.add("flatten", "flatten", {x});
    x = net.add("fc_relu", "relu", {net.linear("fc1", x, width(256))});
    return classified(std::move(net), net.linear("fc2", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "bench_vgg",
    .title = "VGG (benchmark)",
    .summary = "Three stages of two convolutions for small images, as the benchmarks measure it.",
    .source = "Vitrine's own benchmarks",
    .searchWords = "benchmark small",
    .fields = fields,
    .training = {.learningRate = 0.01},
    .build = build,
};

}  // namespace vitrine::templates::bench_vgg
