// SPDX-License-Identifier: Apache-2.0
// Kernels, strides, dilations and pads of attributes.
#include "core/onnx/windows.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vitrine::onnx {

namespace {

std::string paddingOf(const Context& c) {
    const std::string word = c.text("auto_pad", "NOTSET");
    if (word == "NOTSET") return "explicit";
    if (word == "VALID") return "valid";
    if (word == "SAME_UPPER") return "same_upper";
    if (word == "SAME_LOWER") return "same_lower";
    c.refuseAttribute("auto_pad", "NOTSET, SAME_UPPER, SAME_LOWER or VALID");
}

void padAutomatically(Sliding& axis, const std::string& padding) {
    axis.before = axis.after = 0;
    if (padding == "valid") return;
    const int64_t places = (axis.extent + axis.stride - 1) / axis.stride;
    const int64_t more =
        std::max<int64_t>((places - 1) * axis.stride + axis.span() - axis.extent, 0);
    axis.before = padding == "same_upper" ? more / 2 : more - more / 2;
    axis.after = more - axis.before;
}

std::vector<int64_t> kernelOf(const Context& c, size_t axes, const std::vector<int64_t>& weights) {
    const auto said = c.integers("kernel_shape");
    if (!said && weights.empty()) c.refuseAttribute("kernel_shape", "a list");
    const std::vector<int64_t> kernel = said ? *said : weights;
    if (kernel.size() != axes) c.refuseAttribute("kernel_shape", fmt::format("{} numbers", axes));
    if (!weights.empty() && kernel != weights)
        c.refuseAttribute("kernel_shape",
                          fmt::format("[{}], which its weight has", fmt::join(weights, ", ")));
    if (std::ranges::any_of(kernel, [](int64_t k) { return k < 1; }))
        c.refuseAttribute("kernel_shape", "numbers from 1 up");
    return kernel;
}

}  // namespace

int64_t Sliding::places(bool roundsUp) const {
    const int64_t room = padded() - span();
    if (room < 0) return 0;
    const int64_t whole = room / stride + 1;
    const bool hasRest = roundsUp && room % stride != 0;
    return hasRest && whole * stride < extent + before ? whole + 1 : whole;
}

std::vector<int64_t> Windows::each(int64_t Sliding::*member) const {
    std::vector<int64_t> list;
    for (const Sliding& axis : axes) list.push_back(axis.*member);
    return list;
}

std::vector<int64_t> Windows::pads() const {
    std::vector<int64_t> list = each(&Sliding::before), after = each(&Sliding::after);
    list.insert(list.end(), after.begin(), after.end());
    return list;
}

std::vector<int64_t> forAxes(const Context& c, std::string_view name, size_t axes, int64_t usual,
                             int64_t least) {
    const auto said = c.integers(name);
    if (!said) return std::vector(axes, usual);
    if (said->size() != axes) c.refuseAttribute(name, fmt::format("{} numbers", axes));
    if (std::ranges::any_of(*said, [&](int64_t number) { return number < least; }))
        c.refuseAttribute(name, fmt::format("numbers from {} up", least));
    return *said;
}

Windows windowsOver(const Context& c, const Shape& x, const std::vector<int64_t>& weights) {
    if (x.rank() < 3)
        c.refuse(fmt::format("its images have the shape {}, wanted [N, C, …]", x.text()), "O17");
    const auto count = static_cast<size_t>(x.rank() - 2);
    const std::vector<int64_t> kernel = kernelOf(c, count, weights),
                               stride = forAxes(c, "strides", count, 1, 1),
                               dilation = forAxes(c, "dilations", count, 1, 1),
                               pads = forAxes(c, "pads", 2 * count, 0, 0);
    Windows windows{.axes = {}, .padding = paddingOf(c)};
    for (size_t k = 0; k < count; ++k) {
        Sliding axis{x[2 + static_cast<int>(k)],
                     kernel[k],
                     stride[k],
                     dilation[k],
                     pads[k],
                     pads[count + k]};
        if (windows.padding != "explicit") padAutomatically(axis, windows.padding);
        windows.axes.push_back(axis);
    }
    const bool isTwice = std::ranges::any_of(pads, [](int64_t pad) { return pad != 0; });
    if (windows.padding != "explicit" && isTwice && pads != windows.pads())
        c.refuseAttribute("pads", fmt::format("none beside auto_pad {}", c.text("auto_pad", "")));
    return windows;
}

std::string operatorFor(const Context& c, std::string_view family, size_t axes) {
    if (axes < 1 || axes > 3)
        c.refuse(fmt::format("its windows have {} axes, wanted one to three", axes), "O17");
    return fmt::format("{}{}d", family, axes);
}

namespace {

/// Numbers in front of x and behind it, which may be infinite.
Value bordered(Context& c, const Value& x, int axis, std::array<int64_t, 2> pads, double number) {
    std::vector<Value> parts{x};
    for (size_t k = 0; k < pads.size(); ++k) {
        if (pads[k] <= 0) continue;
        Shape shape = c.shapeOf(x);
        shape[axis] = pads[k];
        const Value border = c.filled(shape, c.typeOf(x).dtype, number);
        parts.insert(k == 0 ? parts.begin() : parts.end(), border);
    }
    return c.concat(parts, axis);
}

}  // namespace

Value overWindows(Context& c, const Value& x, int axis, const Sliding& sliding, bool roundsUp,
                  std::string_view op, double border) {
    const int64_t places = sliding.places(roundsUp);
    if (places < 1) c.refuse("its windows are larger than what they slide over", "O17");
    const int64_t reach = (places - 1) * sliding.stride + sliding.span();
    const int64_t after = std::max(reach - sliding.extent - sliding.before, sliding.after);
    const Value padded = bordered(c, x, axis, {sliding.before, after}, border);
    Value all;
    for (int64_t tap = 0; tap < sliding.kernel; ++tap) {
        const Value one = c.slice(padded, axis, tap * sliding.dilation, places, sliding.stride);
        all = tap == 0 ? one : c.emit(op, {all, one});
    }
    return all;
}

}  // namespace vitrine::onnx
