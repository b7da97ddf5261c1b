// SPDX-License-Identifier: Apache-2.0
// Problems that are pointwise functions, as the steps that they would be in a chain: in a header,
// so that a library for a device, which links nothing, has the same.
#pragma once

#include <vector>

#include "kernels/api/problem.h"

namespace vitrine::kernels {

/// By visiting a problem; none where it is no pointwise function. See asSteps in offer.h.
struct AsSteps {
    std::vector<ChainStep> operator()(const Map& map) const {
        const int operands = operandsOf(map.function);
        return {{.function = map.function,
                 .p = map.p,
                 .a = 0,
                 .b = operands > 1 ? 1 : 0,
                 .c = operands > 2 ? 2 : 0,
                 .q = map.q}};
    }
    std::vector<ChainStep> operator()(const ScaleBy&) const {
        return {{.function = Pointwise::Mul, .a = 0, .b = 1, .c = 0}};
    }
    std::vector<ChainStep> operator()(const Channel& channel) const {
        if (channel.pass != ChannelPass::Normalize) return {};
        const int soFar = ChainStep::soFar;
        return {{.function = Pointwise::Sub, .a = 0, .b = 1, .c = 0, .byChannel = true},
                {.function = Pointwise::MulAdd, .a = soFar, .b = 2, .c = 3, .byChannel = true}};
    }
    template <class Other>
    std::vector<ChainStep> operator()(const Other&) const {
        return {};
    }
};

}  // namespace vitrine::kernels
