// SPDX-License-Identifier: Apache-2.0
// Residual blocks, and the networks that ImageNet's ResNets are.
// Source: He et al. 2015, Deep residual learning for image recognition; torchvision's layers.
#pragma once

#include "core/templates/parts/fields.h"

namespace vitrine::templates {

/// `name`_conv, `name`_bn, `name`_relu.
Feature convNormRelu(Network& net, const std::string& name, const Feature& x, int64_t channels,
                     Conv conv);

/// relu(x + bn(conv(relu(bn(conv(x)))))); 1 × 1 where shapes differ.
Feature basicBlock(Network& net, const std::string& name, const Feature& x, int64_t channels,
                   int64_t stride);

struct Bottleneck {
    int64_t middle = 64, channels = 256, stride = 1, groups = 1;
};
/// Narrows by 1 × 1, looks around by 3 × 3, widens by 1 × 1, and adds what came in.
Feature bottleneck(Network& net, const std::string& name, const Feature& x,
                   const Bottleneck& block);

/// What the four stages are made of.
struct ResNet {
    std::vector<int> blocks = {3, 4, 6, 3};
    bool isBasic = false;
    int64_t groups = 1;
    double middle = 1;  ///< channels of a bottleneck's middle for each of the stage's 64, 128, …
};
/// 7 × 7 with stride 2, pooling, four stages, a mean, a layer of rows.
Result<Graph> resNet(const ResNet& shape, const Attrs& attrs);
/// Blocks of the stages where a bottleneck network has that many layers: 50, 101, 152.
std::vector<int> bottleneckBlocks(const std::string& depth);

}  // namespace vitrine::templates
