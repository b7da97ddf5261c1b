// SPDX-License-Identifier: Apache-2.0
// LpNormalization: divides by the length along an axis; zeros stay zeros.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::lp_normalization {

namespace {

void read(Context& c) {
    const int64_t p = c.integer("p", 2);
    if (p != 1 && p != 2) c.refuseAttribute("p", "1 or 2");
    const Attrs attrs = c.attrs("lp_normalize")
                            .with("axis", c.axis("axis", -1, c.rank(0)))
                            .with("p", std::string(p == 1 ? "1" : "2"));
    c.give(0, c.emit("lp_normalize", attrs, {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "LpNormalization", .read = read};

}  // namespace vitrine::onnx::rules::lp_normalization
