// SPDX-License-Identifier: Apache-2.0
// ConvTranspose: filters that spread images, padded so that a given or a usual size comes out.
#include <fmt/format.h>

#include "core/onnx/rule.h"
#include "core/onnx/windows.h"

namespace vitrine::onnx::rules::conv_transpose {

namespace {

/// Pads for the result that is asked for: half of what is too much on each side, an odd one in
/// front unless SAME_UPPER says behind. What is missing is added behind.
void padFor(Sliding& axis, int64_t wanted, int64_t& more, bool isUpper) {
    const int64_t total = axis.stride * (axis.extent - 1) + more + axis.span() - wanted;
    axis.before = axis.after = 0;
    if (total < 0) {
        more -= total;
        return;
    }
    axis.before = isUpper ? total / 2 : total - total / 2;
    axis.after = total - axis.before;
}

/// Windows with their pads, and what is added behind each axis.
std::vector<int64_t> place(const Context& c, Windows& windows) {
    const size_t count = windows.axes.size();
    std::vector<int64_t> more = forAxes(c, "output_padding", count, 0, 0);
    const auto sizes = c.integers("output_shape");
    // Some exporters write the batch and the channels in front.
    const size_t skipped = sizes && sizes->size() == count + 2 ? 2 : 0;
    if (sizes && sizes->size() - skipped != count)
        c.refuseAttribute("output_shape", fmt::format("{} numbers", count));
    const bool isSame = windows.padding.starts_with("same");
    for (size_t k = 0; k < count; ++k) {
        Sliding& axis = windows.axes[k];
        if (!sizes && !isSame) continue;
        padFor(axis, sizes ? (*sizes)[skipped + k] : axis.extent * axis.stride, more[k],
               windows.padding == "same_upper");
    }
    return more;
}

void read(Context& c) {
    const Shape x = c.shape(0), weight = c.shape(1);
    if (weight.rank() != x.rank())
        c.refuse(fmt::format("weight {} has other axes than x {}", weight.text(), x.text()), "O17");
    const std::vector<int64_t> taps(weight.dims().begin() + 2, weight.dims().end());
    Windows windows = windowsOver(c, x, taps);
    const std::vector<int64_t> more = place(c, windows);
    const std::string op = operatorFor(c, "conv_transpose", windows.axes.size());
    const int64_t groups = c.integer("group", 1);
    const Attrs attrs = c.attrs(op)
                            .with("out_channels", weight[1] * groups)
                            .with("kernel", windows.kernel())
                            .with("stride", windows.stride())
                            .with("dilation", windows.dilation())
                            .with("padding", windows.pads())
                            .with("output_padding", more)
                            .with("groups", groups)
                            .with("bias", c.has(2));
    c.give(0, c.emit(op, attrs, {c.in(0), c.in(1), c.optional(2)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ConvTranspose", .read = read};

}  // namespace vitrine::onnx::rules::conv_transpose
