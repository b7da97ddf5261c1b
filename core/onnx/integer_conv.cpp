// SPDX-License-Identifier: Apache-2.0
// A convolution without its zero points.
#include "core/onnx/integer_conv.h"

#include <fmt/format.h>

#include "core/onnx/quantized.h"
#include "core/onnx/windows.h"

namespace vitrine::onnx {

Value perFilter(Context& c, const Value& numbers, int axesBehind) {
    if (numbers.isMissing() || c.shapeOf(numbers).elements() == 1)
        return numbers.isMissing() ? numbers : c.reshape(numbers, {});
    std::vector<int64_t> extents(static_cast<size_t>(axesBehind) + 1, 1);
    extents[0] = c.shapeOf(numbers).elements();
    return c.reshape(numbers, extents);
}

Value integerConv(Context& c, const IntegerConv& of) {
    const Shape x = c.shapeOf(of.x), weight = c.shapeOf(of.weight);
    if (weight.rank() != x.rank())
        c.refuse(fmt::format("weight {} has other axes than x {}", weight.text(), x.text()), "O17");
    const Windows windows = windowsOver(c, x, {weight.dims().begin() + 2, weight.dims().end()});
    const std::string op = operatorFor(c, "conv", windows.axes.size());
    const Attrs attrs = c.attrs(op)
                            .with("out_channels", weight[0])
                            .with("kernel", windows.kernel())
                            .with("stride", windows.stride())
                            .with("dilation", windows.dilation())
                            .with("padding", windows.pads())
                            .with("groups", c.integer("group", 1))
                            .with("bias", false);
    const Value zeroX = of.zeroX.isMissing() ? of.zeroX : c.reshape(of.zeroX, {});
    const Value zeroWeight = perFilter(c, of.zeroWeight, weight.rank() - 1);
    return c.emit(op, attrs,
                  {centred(c, of.x, zeroX, DType::F64),
                   centred(c, of.weight, zeroWeight, DType::F64), Value{}});
}

}  // namespace vitrine::onnx
