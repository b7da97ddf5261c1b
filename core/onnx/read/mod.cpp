// SPDX-License-Identifier: Apache-2.0
// Mod: what is left of a division; with fmod as the sign of the dividend has it.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::mod {

namespace {

void read(Context& c) {
    const bool isOfDividend = c.flag("fmod", false);
    if (!isOfDividend && isFloat(c.dtype(0))) c.refuseAttribute("fmod", "1 for floats");
    const Attrs attrs =
        c.attrs("mod").with("sign", std::string(isOfDividend ? "dividend" : "divisor"));
    c.give(0, c.emit("mod", attrs, {c.in(0), c.in(1)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Mod", .since = 10, .read = read};

}  // namespace vitrine::onnx::rules::mod
