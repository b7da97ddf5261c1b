// SPDX-License-Identifier: Apache-2.0
// Rules of operators that are one operator here, element by element.
#pragma once

#include <string_view>

#include "core/onnx/context.h"

namespace vitrine::onnx {

/// In operator sets before 7 the second operand repeats from `axis` on, where `broadcast` says so:
/// with axes of extent 1 behind it, it repeats as it does since.
Value placed(Context& c, const Value& a, const Value& b);

/// `op` of one operand.
void readUnary(Context& c, std::string_view op);
/// `op` of two, the second as old operator sets place it.
void readBinary(Context& c, std::string_view op);
/// `op` of the first two, of that and the third, and so on.
void readChain(Context& c, std::string_view op);

}  // namespace vitrine::onnx
