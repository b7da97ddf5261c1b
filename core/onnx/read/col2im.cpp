// SPDX-License-Identifier: Apache-2.0
// Col2Im: pixels of windows added up where they lie in an image.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::col2im {

namespace {

std::vector<int64_t> listOr(const Context& c, std::string_view name, size_t count, int64_t usual) {
    return c.integers(name).value_or(std::vector<int64_t>(count, usual));
}

void read(Context& c) {
    const std::vector<int64_t> size = c.integers(c.in(1), "image_shape");
    const Attrs attrs = c.attrs("col2im")
                            .with("size", size)
                            .with("kernel", c.integers(c.in(2), "block_shape"))
                            .with("stride", listOr(c, "strides", size.size(), 1))
                            .with("padding", listOr(c, "pads", 2 * size.size(), 0))
                            .with("dilation", listOr(c, "dilations", size.size(), 1));
    c.give(0, c.emit("col2im", attrs, {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Col2Im", .since = 18, .read = read};

}  // namespace vitrine::onnx::rules::col2im
