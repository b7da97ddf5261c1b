// SPDX-License-Identifier: Apache-2.0
// What a tensor is for by the end of its name, and the order in which people count.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// Running statistics are no weights, and a bias is no scale, however alike their shapes are.
enum class WeightRole : uint8_t { Weight, Bias, Mean, Variance, Counter, Scale, Shift };
/// By the name alone: scales of normalisations are weights, shifts are biases.
WeightRole weightRoleOf(std::string_view name);

/// What parts of one layer have in common: `bn1.` of `bn1.weight`, `block1.depth` of
/// `block1.depth_scale`.
std::string_view weightLayerOf(std::string_view name);

struct NamedRank {
    std::string_view name;
    size_t rank = 0;
};
/// Of tensors that belong together: layers whose weight is one row, or that have statistics, are
/// normalisations, with scales and shifts.
std::vector<WeightRole> weightRolesOf(const std::vector<NamedRank>& tensors);

/// A name without its numbers: those of one pattern count, `conv2d.kernel` and `conv2d_7.kernel`.
std::string countingPattern(std::string_view name);

/// `conv2d` before `conv2d_1`, and that before `conv2d_10`.
bool countsBefore(std::string_view a, std::string_view b);

/// A name without what wrappers of PyTorch put before it: `module.`, `_orig_mod.`, `model.`.
std::string_view withoutWrappers(std::string_view name);

}  // namespace vitrine
