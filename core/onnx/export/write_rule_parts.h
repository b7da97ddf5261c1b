// SPDX-License-Identifier: Apache-2.0
// Rules that differ in names alone.
#pragma once

#include "core/onnx/export/write_context.h"
#include "core/onnx/export/write_rule.h"

namespace vitrine::onnx {

/// One operator of the same operands and no attributes.
template <const char* opType>
void renamed(WriteContext& c) {
    std::vector<std::string> operands;
    for (size_t k = 0; k < c.operands(); ++k) operands.push_back(c.in(k));
    c.give(c.emit(opType, std::move(operands)));
}

/// The same of operands that repeat.
template <const char* opType>
void renamedRepeating(WriteContext& c) {
    c.give(c.emit(opType, c.broadcastOperands()));
}

/// What is nothing in use.
inline void passedOn(WriteContext& c) { c.give(c.in(0)); }

}  // namespace vitrine::onnx
