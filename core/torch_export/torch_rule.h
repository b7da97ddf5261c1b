// SPDX-License-Identifier: Apache-2.0
// TorchRule: what a node of one of our operators is in PyTorch. One file for each family in
// core/torch_export/rules; the list of them is generated.
#pragma once

#include <span>
#include <string_view>

#include "core/opdef/descriptor.h"

namespace vitrine::torch_export {

class TorchContext;

struct TorchRule {
    std::string_view op;  ///< of ours: `conv2d`
    void (*write)(TorchContext&) = nullptr;
    /// Whether it can say this instruction; null: it always can. What no rule says is written as
    /// the operators that it is composed of.
    bool (*takes)(const OpQuery&) = nullptr;
};

struct TorchRules {
    std::span<const TorchRule> rules;
};

std::span<const TorchRules* const> allTorchRules();
/// Null where none says this instruction.
const TorchRule* torchRuleFor(const OpQuery& query);

}  // namespace vitrine::torch_export
