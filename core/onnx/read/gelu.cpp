// SPDX-License-Identifier: Apache-2.0
// Gelu: through as far as the normal distribution lies below.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::gelu {

namespace {

void read(Context& c) {
    const std::string approximate = c.text("approximate", "none");
    if (approximate != "none" && approximate != "tanh")
        c.refuseAttribute("approximate", "none or tanh");
    const std::string ours = approximate == "none" ? "erf" : "tanh";
    c.give(0, c.emit("gelu", c.attrs("gelu").with("approximation", ours), {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Gelu", .since = 20, .read = read};

}  // namespace vitrine::onnx::rules::gelu
