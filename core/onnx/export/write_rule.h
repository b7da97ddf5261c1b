// SPDX-License-Identifier: Apache-2.0
// WriteRule: what a node of one of our operators is in ONNX. One file for each family in
// core/onnx/write; the list of them is generated.
#pragma once

#include <span>
#include <string_view>

#include "core/opdef/descriptor.h"

namespace vitrine::onnx {

class WriteContext;

struct WriteRule {
    std::string_view op;  ///< of ours: `conv2d`
    void (*write)(WriteContext&) = nullptr;
    int64_t since = 1;  ///< what it writes does not stand in older operator sets
    /// Whether it can say this instruction; null: it always can. What no rule says is written as
    /// the operators that it is composed of.
    bool (*takes)(const OpQuery&, int64_t opset) = nullptr;
};

struct WriteRules {
    std::span<const WriteRule> rules;
};

std::span<const WriteRules* const> allWriteRules();
/// Null where none says this instruction in this operator set.
const WriteRule* writeRuleFor(const OpQuery& query, int64_t opset);
/// Of the operator, whatever it can say; null: there is none.
const WriteRule* anyWriteRuleFor(std::string_view op);

}  // namespace vitrine::onnx
