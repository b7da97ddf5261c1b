// SPDX-License-Identifier: Apache-2.0
// GridSample: images at the places of a grid.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::grid_sample {

namespace {

void read(Context& c) {
    // Up to operator set 19 the modes have the names of two axes.
    const std::string said = c.text("mode", c.opset() < 20 ? "bilinear" : "linear");
    const std::string mode = said == "bilinear" ? "linear" : said == "bicubic" ? "cubic" : said;
    if (mode != "linear" && mode != "nearest" && mode != "cubic")
        c.refuseAttribute("mode", "linear, nearest or cubic");
    const Attrs attrs = c.attrs("grid_sample")
                            .with("mode", mode)
                            .with("padding", c.text("padding_mode", "zeros"))
                            .with("align_corners", c.flag("align_corners", false));
    c.give(0, c.emit("grid_sample", attrs, {c.in(0), c.in(1)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "GridSample", .since = 16, .read = read};

}  // namespace vitrine::onnx::rules::grid_sample
