// SPDX-License-Identifier: Apache-2.0
// Arithmetic of sliding windows.
#include "core/opdef/window_rules.h"

#include <fmt/format.h>

namespace vitrine::window {

namespace {

/// Pixels that a kernel with gaps covers.
int64_t span(int64_t kernel, int64_t dilation) { return dilation * (kernel - 1) + 1; }

}  // namespace

Window windowOf(const Attrs& attrs) {
    Window window;
    const auto read = [&](std::string_view field, int64_t& h, int64_t& w) {
        if (!attrs.has(field)) return;
        h = attrs.list(field)[0];
        w = attrs.list(field)[1];
    };
    read("kernel", window.kernelH, window.kernelW);
    read("stride", window.strideH, window.strideW);
    read("padding", window.padH, window.padW);
    read("dilation", window.dilationH, window.dilationW);
    return window;
}

Attrs withFields(Attrs to, const Attrs& from) {
    for (const FieldSpec& spec : to.specs())
        if (from.has(spec.id)) to.with(spec.id, from.get(spec.id));
    return to;
}

Result<Shape> resultSize(const Window& window, int64_t h, int64_t w) {
    const int64_t paddedH = h + 2 * window.padH, paddedW = w + 2 * window.padW;
    const int64_t spanH = span(window.kernelH, window.dilationH),
                  spanW = span(window.kernelW, window.dilationW);
    if (spanH > paddedH || spanW > paddedW) {
        const bool dilated = window.dilationH != 1 || window.dilationW != 1;
        return shapeError(fmt::format(
            "kernel {}x{}{} is larger than the padded input {}x{}", window.kernelH, window.kernelW,
            dilated ? fmt::format(" with dilation {}x{}", window.dilationH, window.dilationW) : "",
            paddedH, paddedW));
    }
    return Shape{(paddedH - spanH) / window.strideH + 1, (paddedW - spanW) / window.strideW + 1};
}

}  // namespace vitrine::window
