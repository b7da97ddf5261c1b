// SPDX-License-Identifier: Apache-2.0
// GRU and LSTM that are one operator here: usual functions, every step of every example, forwards
// or both ways.
#pragma once

#include <string_view>
#include <vector>

#include "core/onnx/context.h"

namespace vitrine::onnx {

struct PlainRecurrence {
    std::string_view op;
    std::vector<int> order;  ///< which gate of the file is each gate here
    bool hasCell = false;
};
bool isPlainRecurrence(const Context& c);
void readPlain(Context& c, const PlainRecurrence& layer);

}  // namespace vitrine::onnx
