// SPDX-License-Identifier: Apache-2.0
// Losses of classes by their logarithms.
#pragma once

#include "core/onnx/context.h"

namespace vitrine::onnx {

/// Output 0 from logarithms [N, C, …], labels (input 1), weights of classes (input 2) and the
/// attributes.
void readClassLoss(Context& c, const Value& logs);

}  // namespace vitrine::onnx
