// SPDX-License-Identifier: Apache-2.0
// HannWindow: a raised cosine, as long as a constant says.
#include "core/onnx/rule.h"
#include "core/onnx/signal_windows.h"

namespace vitrine::onnx::rules::hann_window {

namespace {

void read(Context& c) { readWindow(c, {0.5, -0.5, 0}); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "HannWindow", .since = 17, .read = read};

}  // namespace vitrine::onnx::rules::hann_window
