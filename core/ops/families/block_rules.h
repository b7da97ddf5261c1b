// SPDX-License-Identifier: Apache-2.0
// What composites of several layers are put together from: convolutions and fully connected layers
// whose extents follow from their weights, and activations by name.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine::block {

struct ConvSettings {
    int64_t stride = 1, padding = 0, groups = 1;
};
/// conv2d of images [N, C, H, W] with a weight [K, C / groups, R, S] and a bias [K] or noValue.
ValueId conv2d(Builder& b, ValueId x, ValueId weight, ValueId bias, ConvSettings settings = {});
/// x · wᵀ + bias along the last axis of x [S…, F], with a weight [O, F] and a bias [O] or noValue.
ValueId linear(Builder& b, ValueId x, ValueId weight, ValueId bias);
/// A stretch of one axis.
ValueId slice(Builder& b, ValueId x, int64_t axis, int64_t start, int64_t length);
/// Axes in the order of `permutation`.
ValueId transpose(Builder& b, ValueId x, std::vector<int64_t> permutation);
/// Side by side along one axis.
ValueId concat(Builder& b, const std::vector<ValueId>& parts, int64_t axis);
/// (x − mean) / √(variance + epsilon) · scale + shift along the last axis of x [S…, F].
ValueId layerNorm(Builder& b, ValueId x, ValueId scale, ValueId shift, double epsilon);
/// Means of the pixels of images [N, C, H, W], as [N, C, 1, 1].
ValueId meanOfPixels(Builder& b, ValueId x);
/// x · gate(w2 ∗ inner(w1 ∗ mean(x) + b1) + b2): squeeze and excitation.
struct Excitation {
    ValueId squeezeWeight, squeezeBias, exciteWeight, exciteBias;
    std::string_view activation, gate;
};
ValueId excite(Builder& b, ValueId x, const Excitation& by);

inline constexpr FieldSpec epsilonField(double standard) {
    return {.id = "epsilon",
            .title = "Epsilon",
            .type = FieldType::Real,
            .defaultNumber = standard,
            .minimum = 1e-12,
            .maximum = 1,
            .help = "Added to the variances of the normalisation."};
}
constexpr PortSpec parameter(std::string_view id, std::string_view title, std::string_view pattern,
                             std::string_view help, std::string_view onlyIf = {}) {
    return {.id = id,
            .title = title,
            .role = PortRole::Parameter,
            .pattern = pattern,
            .help = help,
            .onlyIf = onlyIf};
}
constexpr PortSpec statistic(std::string_view id, std::string_view title, std::string_view pattern,
                             std::string_view help, std::string_view onlyIf = {}) {
    PortSpec port = parameter(id, title, pattern, help, onlyIf);
    port.role = PortRole::Statistic;
    return port;
}

}  // namespace vitrine::block
