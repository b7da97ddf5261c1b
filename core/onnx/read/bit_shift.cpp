// SPDX-License-Identifier: Apache-2.0
// BitShift: bits moved to one side.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::bit_shift {

namespace {

void read(Context& c) {
    const std::string direction = c.text("direction", "");
    if (direction != "LEFT" && direction != "RIGHT")
        c.refuseAttribute("direction", "LEFT or RIGHT");
    const Attrs attrs =
        c.attrs("bit_shift").with("direction", std::string(direction == "LEFT" ? "left" : "right"));
    c.give(0, c.emit("bit_shift", attrs, {c.in(0), c.in(1)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "BitShift", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::bit_shift
