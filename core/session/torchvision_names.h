// SPDX-License-Identifier: Apache-2.0
// What torchvision calls the tensors of networks that core/templates has too.
#pragma once

#include <string_view>
#include <vector>

#include "core/exec/state_layout.h"
#include "core/session/weight_rules.h"

namespace vitrine {

struct KnownNames {
    std::string_view title;  ///< `torchvision's names of ResNet`
    std::vector<WeightRule> rules;
};

/// One for each family; that of VGG counts the layers of `layout`.
std::vector<KnownNames> torchvisionNames(const StateLayout& layout);

}  // namespace vitrine
