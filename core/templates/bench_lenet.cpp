// SPDX-License-Identifier: Apache-2.0
// A LeNet with ReLU and max pooling, as the benchmarks measure it.
#include "core/templates/parts/fields.h"
#include "core/templates/template.h"

namespace vitrine::templates::bench_lenet {

namespace {

constexpr FieldSpec fields[] = {channelsField(1), heightField(28, 12), widthField(28, 12),
                                classesField(10), multiplierField};

Result<Graph> build(const Attrs& attrs) {
    const auto width = [&](int64_t count) { return scaled(count, attrs.real("width_multiplier")); };
    Network net;
    Feature x = images(net, attrs);
    x = net.add("relu1", "relu", {net.conv2d("conv1", x, width(6), {.kernel = 5, .padding = 2})});
    x = net.maxPool("pool1", x);
    x = net.add("relu2", "relu", {net.conv2d("conv2", x, width(16), {.kernel = 5})});
    x = net.add("flatten", "flatten", {net.maxPool("pool2", x)});
    x = net.add("relu3", "relu", {net.linear("fc1", x, width(120))});
    x = net.add("relu4", "relu", {net.linear("fc2", x, width(84))});
    return classified(std::move(net), net.linear("fc3", x, attrs.integer("classes")), attrs);
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "bench_lenet",
    .title = "LeNet (benchmark)",
    .summary = "A LeNet with ReLU and max pooling, as the benchmarks measure it.",
    .source = "Vitrine's own benchmarks",
    .searchWords = "benchmark small",
    .fields = fields,
    .training = {.learningRate = 0.01},
    .build = build,
};

}  // namespace vitrine::templates::bench_lenet
