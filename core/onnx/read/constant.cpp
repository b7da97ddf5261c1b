// SPDX-License-Identifier: Apache-2.0
// Constant: numbers of an attribute. Those of floats are weights, as some exporters write them all.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"
#include "core/tensor/element.h"

namespace vitrine::onnx::rules::constant {

namespace {

template <class List>
Value listOf(const Context& c, DType type, const List& list) {
    std::vector<std::byte> bytes(list.size() * static_cast<size_t>(sizeOf(type)));
    for (size_t i = 0; i < list.size(); ++i)
        writeElement(bytes.data(), type, static_cast<int64_t>(i), static_cast<double>(list[i]));
    return c.fixed(
        TensorData::of(type, Shape{static_cast<int64_t>(list.size())}, std::move(bytes)));
}

Value tensorOf(const Context& c, const Attribute& attribute) {
    const bool isSparse = !attribute.sparse.empty();
    if (!isSparse && attribute.tensors.empty()) c.refuseAttribute(attribute.name, "a tensor");
    const Tensor& tensor = isSparse ? attribute.sparse.front().values : attribute.tensors.front();
    if (tensor.type == ElementType::String) {
        Value value;
        value.texts = std::make_shared<const std::vector<std::string>>(tensor.strings.begin(),
                                                                       tensor.strings.end());
        value.isFixed = true;
        return value;
    }
    Value value = c.fixed(isSparse ? c.numbersOf(attribute.sparse.front()) : c.numbersOf(tensor));
    value.element = tensor.type;
    return value;
}

void read(Context& c) {
    if (const Attribute* a = c.find("value")) {
        c.give(0, tensorOf(c, *a));
    } else if (const Attribute* s = c.find("sparse_value")) {
        c.give(0, tensorOf(c, *s));
    } else if (c.hasAttribute("value_float")) {
        c.give(0, c.scalar(DType::F32, c.real("value_float", 0)));
    } else if (c.hasAttribute("value_int")) {
        c.give(0, c.integerValue(c.integer("value_int", 0)));
    } else if (const auto reals = c.reals("value_floats")) {
        c.give(0, listOf(c, DType::F32, *reals));
    } else if (const auto integers = c.integers("value_ints")) {
        c.give(0, c.integersValue(*integers));
    } else if (c.hasAttribute("value_string") || c.hasAttribute("value_strings")) {
        Value value;
        value.texts = std::make_shared<const std::vector<std::string>>(
            c.hasAttribute("value_string") ? std::vector{c.text("value_string", "")}
                                           : *c.texts("value_strings"));
        value.isFixed = true;
        c.give(0, value);
    } else {
        c.refuse("it has no value");
    }
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Constant", .read = read};

}  // namespace vitrine::onnx::rules::constant
