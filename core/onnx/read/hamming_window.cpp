// SPDX-License-Identifier: Apache-2.0
// HammingWindow: a raised cosine that does not quite reach 0, as long as a constant says.
#include "core/onnx/rule.h"
#include "core/onnx/signal_windows.h"

namespace vitrine::onnx::rules::hamming_window {

namespace {

void read(Context& c) { readWindow(c, {25.0 / 46, -21.0 / 46, 0}); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "HammingWindow", .since = 17, .read = read};

}  // namespace vitrine::onnx::rules::hamming_window
