// SPDX-License-Identifier: Apache-2.0
// What a rule asks of its node, and what it makes.
#include "core/onnx/context.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/graph/names.h"
#include "core/onnx/reader.h"
#include "core/opdef/registry.h"
#include "core/tensor/element.h"

namespace vitrine::onnx {

namespace {

using Kind = Attribute::Kind;

std::string textOf(const Attribute& attribute) {
    switch (attribute.kind) {
        case Kind::Int:
            return std::to_string(attribute.integer);
        case Kind::Float:
            return fmt::format("{}", attribute.number);
        case Kind::String:
            return quoted(attribute.text);
        case Kind::Ints:
            return fmt::format("[{}]", fmt::join(attribute.integers, ", "));
        case Kind::Floats:
            return fmt::format("[{}]", fmt::join(attribute.numbers, ", "));
        default:
            return "of another kind";
    }
}

}  // namespace

Context::Context(Reader& reader, const Node& node, int64_t opset, std::vector<Value> inputs)
    : m_reader(reader), m_node(node), m_opset(opset), m_inputs(std::move(inputs)) {}

const Value& Context::in(size_t k) const {
    if (!has(k)) refuse(fmt::format("input {} is missing", k + 1), "O13");
    return m_inputs[k];
}

void Context::give(size_t k, Value value) {
    if (k >= m_given.size()) m_given.resize(k + 1);
    m_given[k] = std::move(value);
    m_given[k].name.clear();
    if (m_given[k].isWeight() && !m_given[k].isFixed) m_given[k].weight.clear();
}

const Attribute* Context::find(std::string_view name) const {
    const Attribute* attribute = m_node.find(name);
    return attribute ? m_reader.resolved(*attribute) : nullptr;
}

int64_t Context::integer(std::string_view name, int64_t usual) const {
    const Attribute* attribute = find(name);
    if (!attribute) return usual;
    if (attribute->kind != Kind::Int) refuseAttribute(name, "a whole number");
    return attribute->integer;
}

double Context::real(std::string_view name, double usual) const {
    const Attribute* attribute = find(name);
    if (!attribute) return usual;
    if (attribute->kind != Kind::Float) refuseAttribute(name, "a number");
    return attribute->number;
}

std::string Context::text(std::string_view name, std::string_view usual) const {
    const Attribute* attribute = find(name);
    if (!attribute) return std::string(usual);
    if (attribute->kind != Kind::String) refuseAttribute(name, "text");
    return std::string(attribute->text);
}

std::optional<std::vector<int64_t>> Context::integers(std::string_view name) const {
    const Attribute* attribute = find(name);
    if (!attribute) return {};
    if (attribute->kind != Kind::Ints) refuseAttribute(name, "whole numbers");
    return attribute->integers;
}

std::optional<std::vector<double>> Context::reals(std::string_view name) const {
    const Attribute* attribute = find(name);
    if (!attribute) return {};
    if (attribute->kind != Kind::Floats) refuseAttribute(name, "numbers");
    return attribute->numbers;
}

std::optional<std::vector<std::string>> Context::texts(std::string_view name) const {
    const Attribute* attribute = find(name);
    if (!attribute) return {};
    if (attribute->kind != Kind::Strings) refuseAttribute(name, "text");
    return std::vector<std::string>(attribute->texts.begin(), attribute->texts.end());
}

const Graph& Context::graph(std::string_view name) const {
    const Attribute* attribute = find(name);
    if (!attribute || attribute->graphs.size() != 1) refuseAttribute(name, "a graph");
    return *attribute->graphs.front();
}

int64_t Context::axis(std::string_view name, int64_t usual, int rank) const {
    return axisOf(integer(name, usual), rank);
}

int64_t Context::axisOf(int64_t axis, int rank) const {
    if (axis < -rank || axis >= rank)
        refuse(fmt::format("axis {} of a tensor of {} axes", axis, rank), "O17");
    return axis < 0 ? axis + rank : axis;
}

std::vector<int64_t> Context::axesOf(std::vector<int64_t> axes, int rank) const {
    for (int64_t& axis : axes) axis = axisOf(axis, rank);
    return axes;
}

Numbers Context::numbers(const Value& value, std::string_view what) const {
    if (!value.numbers)
        refuse(fmt::format("{} is computed while the network runs, and must be known before", what),
               "O19");
    m_reader.bind(value);
    return value.numbers;
}

std::vector<int64_t> Context::integers(const Value& value, std::string_view what) const {
    const Numbers data = numbers(value, what);
    constexpr int64_t most = 1 << 20;
    if (!isInteger(data->dtype) || data->shape.elements() > most)
        refuse(fmt::format("{} is {} {}, wanted whole numbers", what, name(data->dtype),
                           data->shape.text()));
    std::vector<int64_t> list(static_cast<size_t>(data->shape.elements()));
    for (size_t i = 0; i < list.size(); ++i) {
        if (data->dtype == DType::I64)
            std::memcpy(&list[i], data->bytes.data() + i * 8, 8);
        else
            list[i] = static_cast<int64_t>(
                readElement(data->bytes.data(), data->dtype, static_cast<int64_t>(i)));
    }
    return list;
}

std::vector<double> Context::reals(const Value& value, std::string_view what) const {
    const Numbers data = numbers(value, what);
    constexpr int64_t most = 1 << 20;
    if (data->shape.elements() > most)
        refuse(fmt::format("{} has the shape {}", what, data->shape.text()));
    std::vector<double> list(static_cast<size_t>(data->shape.elements()));
    for (size_t i = 0; i < list.size(); ++i)
        list[i] = readElement(data->bytes.data(), data->dtype, static_cast<int64_t>(i));
    return list;
}

int64_t Context::integer(const Value& value, std::string_view what) const {
    const std::vector<int64_t> list = integers(value, what);
    if (list.size() != 1) refuse(fmt::format("{} has {} numbers, wanted one", what, list.size()));
    return list.front();
}

double Context::real(const Value& value, std::string_view what) const {
    const std::vector<double> list = reals(value, what);
    if (list.size() != 1) refuse(fmt::format("{} has {} numbers, wanted one", what, list.size()));
    return list.front();
}

std::optional<std::vector<int64_t>> Context::integersFrom(std::string_view attribute,
                                                          size_t k) const {
    if (has(k)) return integers(m_inputs[k], attribute);
    return integers(attribute);
}

Attrs Context::attrs(std::string_view op) const { return Attrs(operatorNamed(op).fields); }

std::vector<Value> Context::emitAll(std::string_view op, const Attrs& attrs,
                                    const std::vector<Value>& operands) {
    // A field that a graph could not be written with: the operator has no such form here.
    Attrs checked = this->attrs(op);
    for (const FieldSpec& spec : attrs.specs())
        if (const Result<void> fits = checked.set(spec.id, attrs.get(spec.id)); !fits.ok())
            refuse(fmt::format("as {} its {}", op, fits.error().message));
    return m_reader.emit(op, checked, operands);
}

Value Context::emit(std::string_view op, const Attrs& attrs, const std::vector<Value>& operands) {
    return emitAll(op, attrs, operands).front();
}

Value Context::emit(std::string_view op, const std::vector<Value>& operands) {
    return emit(op, attrs(op), operands);
}

Value Context::fixed(Numbers numbers) const {
    m_reader.takeRoom(*numbers);
    Value value;
    value.type = ValueShape{numbers->shape, numbers->dtype};
    value.element = elementOf(numbers->dtype);
    value.numbers = std::move(numbers);
    value.isFixed = true;
    return value;
}

void Context::needs(double bytes) const {
    m_reader.checkRoom(static_cast<int64_t>(std::min(bytes, 1e18)));
}

Value Context::integersValue(const std::vector<int64_t>& numbers) const {
    const auto bytes = std::as_bytes(std::span(numbers));
    return fixed(TensorData::of(DType::I64, Shape{static_cast<int64_t>(numbers.size())},
                                {bytes.begin(), bytes.end()}));
}

Value Context::integerValue(int64_t number) const {
    const auto bytes = std::as_bytes(std::span(&number, 1));
    return fixed(TensorData::of(DType::I64, Shape{}, {bytes.begin(), bytes.end()}));
}

Value Context::scalar(DType type, double number) const {
    std::vector<std::byte> bytes(static_cast<size_t>(sizeOf(type)));
    writeElement(bytes.data(), type, 0, number);
    return fixed(TensorData::of(type, Shape{}, std::move(bytes)));
}

Value Context::filled(const Shape& shape, DType type, double number) {
    return expand(scalar(type, number), shape);
}

Value Context::seenAs(const Value& constant, const Shape& shape) const {
    TensorData numbers = *constant.numbers;
    numbers.shape = shape;
    Value seen = fixed(std::make_shared<const TensorData>(std::move(numbers)));
    seen.element = constant.element;
    seen.weight = constant.weight;
    return seen;
}

Value Context::reshape(const Value& x, const std::vector<int64_t>& extents) {
    const Shape shape = shapeOf(x);
    if (std::ranges::equal(shape.dims(), extents)) return x;
    return emit("reshape", attrs("reshape").with("shape", extents), {x});
}

Value Context::transpose(const Value& x, const std::vector<int64_t>& permutation) {
    if (std::ranges::is_sorted(permutation)) return x;
    return emit("transpose", attrs("transpose").with("permutation", permutation), {x});
}

namespace {

/// Where x is repeated for each example of a batch; -1: nowhere. Constants, and other axes than the
/// first, only where the graph could not follow batches otherwise.
int batchAxis(const Reader& reader, const Value& x, const Shape& shape) {
    const Value& batched = reader.batched();
    const bool isAny = reader.repeatsConstants();
    if (batched.isMissing() || shape.rank() < 2 || !(isAny || x.port || x.isWeight())) return -1;
    const Shape own = x.type->shape;
    const int64_t batch = batched.type->shape[0];
    for (int k = 0; batch > 1 && k < (isAny ? shape.rank() : 1); ++k) {
        const int at = k - shape.rank() + own.rank();
        if (shape[k] == batch && (at < 0 || own[at] == 1)) return k;
    }
    return -1;
}

}  // namespace

Value Context::expand(const Value& x, const Shape& shape) {
    if (shapeOf(x) == shape) return x;
    if (const int axis = batchAxis(m_reader, x, shape); axis >= 0) {
        Shape one = shape;
        one[axis] = 1;
        std::vector<int64_t> front{axis}, back(static_cast<size_t>(shape.rank()));
        for (int64_t k = 0; k < shape.rank(); ++k)
            if (k != axis) front.push_back(k);
        for (size_t k = 0; k < front.size(); ++k)
            back[static_cast<size_t>(front[k])] = static_cast<int64_t>(k);
        const Value example = transpose(expand(x, one), front);
        return transpose(emit("repeat_examples", {example, m_reader.batched()}), back);
    }
    const std::vector<int64_t> extents(shape.dims().begin(), shape.dims().end());
    return emit("expand", attrs("expand").with("shape", extents), {x});
}

Value Context::cast(const Value& x, DType type) {
    if (typeOf(x).dtype == type) return x;
    return emit("cast", attrs("cast").with("to", std::string(name(type))), {x});
}

Value Context::castTo(const Value& x, ElementType type) {
    const std::optional<DType> stored = storedType(type);
    if (!stored) refuse(fmt::format("it casts to {}", nameOf(type)));
    Value result = cast(x, *stored);
    if (computedType(*stored) != *stored) result = cast(result, computedType(*stored));
    result.element = type;
    return result;
}

Value Context::slice(const Value& x, int64_t axis, int64_t start, int64_t length, int64_t step) {
    const Shape shape = shapeOf(x);
    if (start == 0 && step == 1 && length == shape[static_cast<int>(axis)]) return x;
    return emit("slice",
                attrs("slice")
                    .with("axis", axis)
                    .with("start", start)
                    .with("length", length)
                    .with("step", step),
                {x});
}

Value Context::concat(const std::vector<Value>& list, int64_t axis) {
    if (list.size() == 1) return list.front();
    return emit("concat", attrs("concat").with("axis", axis), list);
}

const ValueShape& Context::typeOf(const Value& value) const {
    if (!value.type)
        refuse(fmt::format("{} is no tensor whose shape is known",
                           value.name.empty() ? "an operand" : quoted(value.name)),
               "O19");
    return *value.type;
}

std::vector<Value> Context::read(const Graph& body, const std::vector<Value>& inputs) {
    return m_reader.readBody(body, inputs);
}

bool Context::isOf(const Value& y, std::string_view op, const Value& x) const {
    return m_reader.isOf(y, op, x);
}

bool Context::followsSizes() const { return m_reader.keepsAll(); }
bool Context::stays(const Value& numbers) const { return followsSizes() && numbers.isOfShape; }
const Draft::Made* Context::maker(const Value& y, std::string_view op) const {
    return m_reader.draft().maker(y, op);
}

int64_t Context::freedBatch() const { return m_reader.freedBatch(); }
Numbers Context::numbersOf(const Tensor& tensor) const { return m_reader.numbersOf(tensor); }
Numbers Context::numbersOf(const SparseTensor& tensor) const { return m_reader.numbersOf(tensor); }

void Context::remark(std::string sentence) { m_reader.remark(std::move(sentence)); }

void Context::refuse(std::string why, std::string code) const {
    throw Refusal{std::move(code), std::move(why)};
}

void Context::refuseAttribute(std::string_view name, std::string_view wanted) const {
    const Attribute* attribute = find(name);
    refuse(fmt::format("attribute {} is {}, wanted {}", name,
                       attribute ? textOf(*attribute) : "not there", wanted));
}

}  // namespace vitrine::onnx
