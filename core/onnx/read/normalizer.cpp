// SPDX-License-Identifier: Apache-2.0
// Normalizer: rows divided by their sum of sizes or their length.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::normalizer {

namespace {

void read(Context& c) {
    const Value x = c.cast(c.in(0), DType::F32);
    const int64_t axis = c.rank(0) - 1;
    const std::string norm = c.text("norm", "MAX");
    if (norm == "L1" || norm == "L2") {
        const Attrs attrs = c.attrs("lp_normalize")
                                .with("axis", axis)
                                .with("p", std::string(norm == "L1" ? "1" : "2"));
        return c.give(0, c.emit("lp_normalize", attrs, {x}));
    }
    // MAX: with signs or without, nobody says.
    c.refuseAttribute("norm", "L1 or L2");
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Normalizer", .domain = "ai.onnx.ml", .read = read};

}  // namespace vitrine::onnx::rules::normalizer
