// SPDX-License-Identifier: Apache-2.0
// Rules of the Reduce operators: axes from an attribute or an input, and none at all.
#pragma once

#include <functional>
#include <string_view>

#include "core/onnx/context.h"

namespace vitrine::onnx {

/// Gives one value for each place of the axes that stay. `before` and `after` are what some of
/// them do besides, element by element: also where no axis is reduced.
struct ReductionSteps {
    std::function<Value(Context&, const Value&)> before = {}, after = {};
};
void readReduction(Context& c, std::string_view op, const ReductionSteps& steps = {});

}  // namespace vitrine::onnx
