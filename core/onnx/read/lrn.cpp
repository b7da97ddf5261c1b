// SPDX-License-Identifier: Apache-2.0
// LRN: each number damped by those of neighbouring channels; of an even number of them one more
// lies behind.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::lrn {

namespace {

void read(Context& c) {
    const Attrs attrs = c.attrs("local_response_norm")
                            .with("size", c.integer("size", 0))
                            .with("alpha", c.real("alpha", 1e-4))
                            .with("beta", c.real("beta", 0.75))
                            .with("k", c.real("bias", 1))
                            .with("even_window", std::string("after"));
    c.give(0, c.emit("local_response_norm", attrs, {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "LRN", .read = read};

}  // namespace vitrine::onnx::rules::lrn
