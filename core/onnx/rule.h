// SPDX-License-Identifier: Apache-2.0
// Rule: how nodes of one ONNX operator are read. One file an operator in core/onnx/read, `Relu` in
// relu.cpp, for all operator sets; the list of them is generated.
#pragma once

#include <span>
#include <string_view>

namespace vitrine::onnx {

class Context;

struct Rule {
    std::string_view opType;       ///< `Relu`
    std::string_view domain = {};  ///< empty: ONNX's own
    int since = 1;                 ///< operator sets before have no such operator
    void (*read)(Context&) = nullptr;
};

std::span<const Rule* const> allRules();

}  // namespace vitrine::onnx
