// SPDX-License-Identifier: Apache-2.0
// ConstantOfShape: one number in every element of a shape that is known while reading.
#include <fmt/format.h>

#include "core/onnx/empty.h"
#include "core/onnx/memory_check.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::constant_of_shape {

namespace {

/// The number, of 32-bit floats 0 where none is said.
Value numberOf(Context& c) {
    const Attribute* attribute = c.find("value");
    if (!attribute) return c.scalar(DType::F32, 0);
    if (attribute->tensors.size() != 1 || attribute->tensors.front().type == ElementType::String)
        c.refuseAttribute("value", "a tensor of one number");
    const Tensor& tensor = attribute->tensors.front();
    Value value = c.fixed(c.numbersOf(tensor));
    if (c.shapeOf(value).elements() != 1) c.refuseAttribute("value", "a tensor of one number");
    value.element = tensor.type;
    return c.reshape(value, {});
}

void read(Context& c) {
    const std::vector<int64_t> extents =
        isEmpty(c, c.in(0)) ? std::vector<int64_t>{} : c.integers(c.in(0), "its shape");
    if (extents.size() > static_cast<size_t>(Shape::maxRank) || checkedElements(extents) < 0)
        c.refuse(fmt::format("its shape is [{}]", fmt::join(extents, ", ")), "O17");
    const Shape shape{std::span<const int64_t>(extents)};
    const Value number = numberOf(c);
    checkMemory(c, shape, c.typeOf(number).dtype);
    c.give(0, shape.elements() == 0 ? emptyLike(c, number, shape) : c.expand(number, shape));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ConstantOfShape", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::constant_of_shape
