// SPDX-License-Identifier: Apache-2.0
// BlackmanWindow: a sum of two cosines, as long as a constant says.
#include "core/onnx/rule.h"
#include "core/onnx/signal_windows.h"

namespace vitrine::onnx::rules::blackman_window {

namespace {

void read(Context& c) { readWindow(c, {0.42, -0.5, 0.08}); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "BlackmanWindow", .since = 17, .read = read};

}  // namespace vitrine::onnx::rules::blackman_window
