// SPDX-License-Identifier: Apache-2.0
// MaxUnpool: numbers go back to where the largest of their windows were.
#include <fmt/format.h>

#include "core/onnx/rule.h"
#include "core/onnx/windows.h"

namespace vitrine::onnx::rules::max_unpool {

namespace {

/// What a pooling with these windows was of.
Shape imagesOf(const Context& c) {
    const Shape y = c.shape(0);
    if (y.rank() < 3) c.refuse(fmt::format("its images have the shape {}", y.text()), "O17");
    const auto count = static_cast<size_t>(y.rank() - 2);
    const std::vector<int64_t> kernel = forAxes(c, "kernel_shape", count, 1, 1),
                               stride = forAxes(c, "strides", count, 1, 1),
                               pads = forAxes(c, "pads", 2 * count, 0, 0);
    Shape x{y[0], y[1]};
    for (size_t k = 0; k < count; ++k)
        x.push((y[2 + static_cast<int>(k)] - 1) * stride[k] + kernel[k] - pads[k] -
               pads[count + k]);
    return x;
}

/// Zeros behind each axis up to these extents.
Value grown(Context& c, const Value& x, const std::vector<int64_t>& extents) {
    const Shape shape = c.shapeOf(x);
    std::vector<int64_t> axes, pads(extents.size(), 0);
    for (int k = 0; k < shape.rank(); ++k) {
        axes.push_back(k);
        pads.push_back(extents[static_cast<size_t>(k)] - shape[k]);
    }
    return c.emit("pad", c.attrs("pad").with("axes", axes).with("pads", pads), {x});
}

void read(Context& c) {
    const Shape images = imagesOf(c);
    if (c.shape(1) != c.shape(0))
        c.refuse("its indices have another shape than its numbers", "O17");
    const Value numbers = c.reshape(c.in(0), {-1});
    const Value places = c.cast(c.reshape(c.in(1), {-1}), DType::I64);
    const Attrs attrs =
        c.attrs("scatter_add").with("axis", int64_t{0}).with("rows", images.elements());
    const Value flat = c.emit("scatter_add", attrs, {numbers, places});
    const Value y = c.reshape(flat, {images.dims().begin(), images.dims().end()});
    if (!c.has(2)) return c.give(0, y);
    const std::vector<int64_t> wanted = c.integers(c.in(2), "output_shape");
    if (std::ssize(wanted) != images.rank()) c.refuse("output_shape has another rank", "O17");
    c.give(0, grown(c, y, wanted));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "MaxUnpool", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::max_unpool
