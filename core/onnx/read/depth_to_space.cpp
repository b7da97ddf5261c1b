// SPDX-License-Identifier: Apache-2.0
// DepthToSpace: channels become blocks of pixels, in one of two orders.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::depth_to_space {

namespace {

void read(Context& c) {
    const std::string mode = c.text("mode", "DCR");
    if (mode != "DCR" && mode != "CRD") c.refuseAttribute("mode", "DCR or CRD");
    const std::string order = mode == "DCR" ? "dcr" : "crd";
    const Attrs attrs =
        c.attrs("pixel_shuffle").with("factor", c.integer("blocksize", 0)).with("order", order);
    c.give(0, c.emit("pixel_shuffle", attrs, {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "DepthToSpace", .read = read};

}  // namespace vitrine::onnx::rules::depth_to_space
