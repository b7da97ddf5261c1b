// SPDX-License-Identifier: Apache-2.0
// Blocks as torchvision has them: the stride is that of the 3 × 3.
#include "core/templates/parts/residual.h"

namespace vitrine::templates {

namespace {

Feature convNorm(Network& net, const std::string& name, const Feature& x, int64_t channels,
                 Conv conv) {
    conv.bias = false;
    return net.batchNorm(name + "_bn", net.conv2d(name + "_conv", x, channels, conv));
}

/// What passes a block by.
Feature shortcut(Network& net, const std::string& name, const Feature& x, int64_t channels,
                 int64_t stride) {
    if (x.channels == channels && stride == 1) return x;
    return convNorm(net, name + "_shortcut", x, channels, {.kernel = 1, .stride = stride});
}

Feature joined(Network& net, const std::string& name, const Feature& branch, const Feature& past) {
    return net.add(name + "_relu", "relu", {net.add(name + "_add", "add", {branch, past})});
}

Feature stage(Network& net, const ResNet& shape, int number, Feature x, double factor) {
    const int64_t planes = int64_t{64} << (number - 1);
    for (int i = 0; i < shape.blocks[static_cast<size_t>(number - 1)]; ++i) {
        const std::string name = fmt::format("layer{}_{}", number, i + 1);
        const int64_t stride = i == 0 && number > 1 ? 2 : 1;
        // Groups become fewer in a narrow network, and keep their size.
        const int64_t groups = scaled(shape.groups, std::min(factor, 1.0));
        const int64_t each = scaled(planes, shape.middle * factor / static_cast<double>(groups));
        x = shape.isBasic ? basicBlock(net, name, x, scaled(planes, factor), stride)
                          : bottleneck(net, name, x,
                                       {.middle = each * groups,
                                        .channels = scaled(4 * planes, factor),
                                        .stride = stride,
                                        .groups = groups});
    }
    return x;
}

}  // namespace

Feature convNormRelu(Network& net, const std::string& name, const Feature& x, int64_t channels,
                     Conv conv) {
    return net.add(name + "_relu", "relu", {convNorm(net, name, x, channels, conv)});
}

Feature basicBlock(Network& net, const std::string& name, const Feature& x, int64_t channels,
                   int64_t stride) {
    Feature y = convNormRelu(net, name + "_1", x, channels, {.stride = stride, .padding = 1});
    y = convNorm(net, name + "_2", y, channels, {.padding = 1});
    return joined(net, name, y, shortcut(net, name, x, channels, stride));
}

Feature bottleneck(Network& net, const std::string& name, const Feature& x,
                   const Bottleneck& block) {
    Feature y = convNormRelu(net, name + "_1", x, block.middle, {.kernel = 1});
    y = convNormRelu(net, name + "_2", y, block.middle,
                     {.stride = block.stride, .padding = 1, .groups = block.groups});
    y = convNorm(net, name + "_3", y, block.channels, {.kernel = 1});
    return joined(net, name, y, shortcut(net, name, x, block.channels, block.stride));
}

Result<Graph> resNet(const ResNet& shape, const Attrs& attrs) {
    const double factor = attrs.real("width_multiplier");
    Network net;
    Feature x = convNormRelu(net, "stem", images(net, attrs), scaled(64, factor),
                             {.kernel = 7, .stride = 2, .padding = 3});
    x = net.maxPool("maxpool", x, {.kernel = 3, .stride = 2, .padding = 1});
    for (int number = 1; number <= 4; ++number) x = stage(net, shape, number, x, factor);
    x = net.meanOfChannels("avgpool", x);
    return classified(std::move(net), net.linear("fc", x, attrs.integer("classes")), attrs);
}

std::vector<int> bottleneckBlocks(const std::string& depth) {
    if (depth == "50") return {3, 4, 6, 3};
    if (depth == "101") return {3, 4, 23, 3};
    return {3, 8, 36, 3};
}

}  // namespace vitrine::templates
