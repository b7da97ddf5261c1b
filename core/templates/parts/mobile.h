// SPDX-License-Identifier: Apache-2.0
// Inverted residual blocks and what stands around them in networks for small machines. Source:
// Sandler et al. 2018, MobileNetV2; Howard et al. 2019, Searching for MobileNetV3.
#pragma once

#include "core/templates/parts/fields.h"

namespace vitrine::templates {

struct InvertedResidual {
    int64_t middle = 96, channels = 16, kernel = 3, stride = 1;
    int64_t squeeze = 0;  ///< channels between the layers that weigh; 0: nothing weighs
    std::string_view activation = "relu6";
    std::string_view squeezeActivation = "relu", gate = "hard_sigmoid";
    Norm norm = {};
    double dropPath = 0;
};
/// One node. Where the middle is as wide as the input, no layer makes it.
inline Feature invertedResidual(Network& net, const std::string& name, const Feature& x,
                                const InvertedResidual& block) {
    Feature y = net.add(name, "inverted_residual", {x},
                        {{"out_channels", block.channels},
                         {"middle_channels", block.middle},
                         {"kernel", block.kernel},
                         {"stride", block.stride},
                         {"expand", block.middle != x.channels},
                         {"activation", std::string(block.activation)},
                         {"squeeze", block.squeeze > 0},
                         {"squeeze_channels", std::max<int64_t>(1, block.squeeze)},
                         {"squeeze_activation", std::string(block.squeezeActivation)},
                         {"gate", std::string(block.gate)},
                         {"momentum", block.norm.momentum},
                         {"eps", block.norm.eps},
                         {"drop_path", block.dropPath}});
    y.channels = block.channels;
    return y;
}

/// `name`_conv without bias, `name`_bn, and the activation's name.
inline Feature convNormAct(Network& net, const std::string& name, const Feature& x,
                           int64_t channels, Conv conv, std::string_view activation,
                           const Norm& norm = {}) {
    conv.bias = false;
    const Feature y =
        net.batchNorm(name + "_bn", net.conv2d(name + "_conv", x, channels, conv), norm);
    return net.add(fmt::format("{}_{}", name, activation), activation, {y});
}

}  // namespace vitrine::templates
