// SPDX-License-Identifier: Apache-2.0
// Where a model begins and ends: inputs with their extents, outputs.
#include <algorithm>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/graph/names.h"
#include "core/graph/special_nodes.h"
#include "core/onnx/reader.h"
#include "core/opdef/registry.h"

namespace vitrine::onnx {

namespace {

[[noreturn]] void fail(std::string code, std::string message, std::string next = {}) {
    throw Error{std::move(code), std::move(message), {}, "Nothing was opened.", std::move(next)};
}

bool isDouble(ElementType type) { return type == ElementType::Double; }
bool isSingle(ElementType type) {
    return type == ElementType::Float || type == ElementType::Float16 ||
           type == ElementType::Bfloat16;
}

/// Numbers as they are computed with here.
Numbers computed(const Numbers& numbers) {
    const DType type = computedType(numbers->dtype);
    if (type == numbers->dtype) return numbers;
    const OpDescriptor& cast = *findNodeOperator("cast");
    const Attrs attrs = Attrs(cast.fields).with("to", std::string(vitrine::name(type)));
    const Result<std::vector<Numbers>> result = evaluate(cast, attrs, {numbers}, int64_t{1} << 40);
    return result.ok() ? result->front() : numbers;
}

/// A model that computes in double throughout does so here as well.
bool computesInDouble(const Model& model) {
    bool hasDouble = false, hasSingle = false;
    const auto note = [&](ElementType type) {
        hasDouble = hasDouble || isDouble(type);
        hasSingle = hasSingle || isSingle(type);
    };
    for (const ValueInfo& info : model.graph->inputs) note(info.type.element);
    for (const Tensor& tensor : model.graph->initializers) note(tensor.type);
    return hasDouble && !hasSingle;
}

}  // namespace

/// Extents of an input as numbers. Errors: "O12", "O18".
Shape Reader::shapeOfInput(const ValueInfo& info, bool& isBatched) {
    const auto chosen = m_choices.shapes.find(info.name);
    if (chosen != m_choices.shapes.end()) return chosen->second;
    const std::string who = fmt::format("input {} of {}", quoted(info.name), m_model.path);
    if (!info.type.shape)
        fail("O18", fmt::format("{} has a shape that the file does not tell", who),
             "Give its extents.");
    const std::vector<Dim>& dims = *info.type.shape;
    if (dims.size() > static_cast<size_t>(Shape::maxRank))
        fail("O12",
             fmt::format("{} has {} extents, wanted at most {}", who, dims.size(), Shape::maxRank));
    Shape shape;
    for (size_t k = 0; k < dims.size(); ++k) {
        const Dim& dim = dims[k];
        const auto symbol = m_choices.symbols.find(extentName(info, k));
        const bool mayBeBatch = k == 0 && m_batch.isOpen &&
                                (m_batch.freesOnes ? isOpen(dim) || *dim.value == 1 : isOpen(dim));
        if (isOpen(dim) && symbol != m_choices.symbols.end()) {
            shape.push(symbol->second);
        } else if (mayBeBatch) {
            isBatched = true;
            m_isFreed = m_isFreed || !isOpen(dim);
            shape.push(m_batch.extent);
        } else if (!isOpen(dim)) {
            shape.push(*dim.value);
        } else if (k == 0) {
            shape.push(m_batch.extent);
        } else {
            const std::string called =
                dim.symbol.empty() ? std::string() : fmt::format(", {}", quoted(dim.symbol));
            fail("O18", fmt::format("extent {} of {} is open{}", k + 1, who, called),
                 "Give it a number.");
        }
    }
    if (checkedElements(shape.dims()) < 0)
        fail("O12", fmt::format("{} has the shape {}", who, shape.text()));
    return shape;
}

/// The channels behind height and width again, as the file's nodes want them.
Value Reader::turned(Value input, const Shape& taken) {
    input.type->shape = taken;
    remark(
        fmt::format("input {} takes pictures with the channels first, as data have them, and "
                    "not last, as in the file",
                    quoted(input.name)));
    const OpDescriptor& op = *findOperator("transpose");
    const Attrs attrs = Attrs(op.fields).with("permutation", std::vector<int64_t>{0, 2, 3, 1});
    auto added = m_draft.add(op, attrs, {input}, input.name + "_last");
    if (!added) throw added.error();
    Value value = added->front();
    value.name = input.name;
    value.element = input.element;
    return value;
}

/// Whether an input of this shape has pictures with the channels last, which are to come first.
/// Extents that stay open are followed by their places, and keep them.
bool Reader::isTurned(const ValueInfo& info, const Shape& shape, DType type) const {
    constexpr int64_t least = 8;
    if (!m_choices.turnsPictures || shape.rank() != 4) return false;
    const auto areChannels = [](int64_t extent) { return extent == 1 || extent == 3; };
    const bool staysOpen =
        m_choices.followsSizes && info.type.shape &&
        std::any_of(info.type.shape->begin() + 1, info.type.shape->end(), isOpen);
    return (isFloat(type) || type == DType::U8) && !staysOpen && areChannels(shape[3]) &&
           !areChannels(shape[1]) && shape[1] >= least && shape[2] >= least;
}

Value Reader::inputValue(const ValueInfo& info) {
    Value value{.name = std::string(info.name)};
    value.element = info.type.element;
    const std::optional<DType> stored = storedType(info.type.element);
    if (info.type.kind != Type::Kind::Tensor || !stored) return value;
    bool isBatched = false;
    const Shape shape = shapeOfInput(info, isBatched);
    const DType type = computedType(*stored);
    value.type = ValueShape{shape, type};
    const auto given = m_choices.numbers.find(info.name);
    if (given != m_choices.numbers.end()) value.numbers = computed(given->second);
    if (shape.elements() == 0) {
        value.numbers = TensorData::of(type, shape, {});
        value.isFixed = true;
        return value;
    }

    if (!(everyType).contains(type)) {  // packed ones and small floats are numbers of a file here
        value.isFixed = value.numbers != nullptr;
        if (!value.isFixed) value.type.reset();
        m_bound.insert(value.name);
        return value;
    }

    Attrs attrs(inputNode.fields);
    const bool turns = isBatched && isTurned(info, shape, type);
    const Shape taken = turns ? Shape({shape[0], shape[3], shape[1], shape[2]}) : shape;
    const std::vector<int64_t> extents(taken.dims().begin() + (isBatched ? 1 : 0),
                                       taken.dims().end());
    // The first that can be pictures of the data takes them.
    const bool isPicture = isBatched && isFloat(type) && taken.rank() == 4 &&
                           (taken[1] == 1 || taken[1] == 3) && !m_hasPictures;
    m_hasPictures = m_hasPictures || isPicture;
    const bool isUsual = isFloat(type) && (type == DType::F64) == (m_floatType == DType::F64);
    for (const auto& [field, entry] :
         {std::pair<std::string_view, FieldValue>{"shape", extents},
          {"scaling", std::string(isPicture ? "normalised" : "raw")},
          {"type", std::string(isUsual ? "floats" : vitrine::name(type))},
          {"batched", isBatched}}) {
        if (!attrs.has(field)) continue;
        const Result<void> set = attrs.set(field, entry);
        if (!set.ok())
            fail("O12", fmt::format("input {}: {}", quoted(info.name), set.error().message));
    }
    m_followsBatch = m_followsBatch || isBatched;
    const std::string id = m_draft.addInput(value.name, std::move(attrs), isPicture ? "image" : "",
                                            {taken, value.type->dtype});
    value.port = PortRef{id, "x"};
    if (turns) value = turned(value, taken);
    if (isBatched && m_batched.isMissing()) m_batched = value;
    m_inputs.push_back({.node = id,
                        .name = value.name,
                        .element = info.type.element,
                        .shape = shape,
                        .dims = info.type.shape.value_or(std::vector<Dim>{})});
    return value;
}

void Reader::addInputs(Scope& scope) {
    m_floatType = computesInDouble(m_model) ? DType::F64 : DType::F32;
    m_draft.setFloatType(m_floatType);
    for (const ValueInfo& info : m_model.graph->inputs) {
        // Up to IR 3 every initializer is an input as well.
        if (scope.tensors.contains(info.name) || scope.sparse.contains(info.name)) continue;
        if (info.name.empty())
            remark("an input has no name, so nothing can take it: it is passed over");
        else if (scope.values.contains(info.name))
            remark(fmt::format("two inputs are called {}: the first counts", quoted(info.name)));
        else
            define(scope, info.name, inputValue(info));
    }
}

bool Reader::givesBatches() const {
    return std::ranges::all_of(m_outputs, [this](const End& end) {
        const bool isOfOne = !end.dims.empty() && end.dims[0].value && *end.dims[0].value == 1;
        return !isOfOne || (end.shape.rank() > 0 && end.shape[0] == m_batch.extent);
    });
}

void Reader::addOutputs(Scope& scope) {
    std::set<std::string_view> names;
    for (const ValueInfo& info : m_model.graph->outputs) {
        if (info.name.empty()) {
            remark("an output has no name, so nothing can give it: it is passed over");
            continue;
        }
        if (!names.insert(info.name).second) {
            remark(fmt::format("output {} is listed twice: it is given once", quoted(info.name)));
            continue;
        }
        const Value value = output(scope, info.name);
        End end;
        end.name = std::string(info.name);
        end.element = value.element;
        if (info.type.kind == Type::Kind::Tensor && info.type.element != ElementType::Undefined)
            end.element = info.type.element;
        if (info.type.shape) end.dims = *info.type.shape;
        if (value.type) end.shape = value.type->shape;
        const bool isComputed = value.port || value.numbers;
        if (!isComputed) {
            remark(fmt::format("output {} is no tensor that is computed here", quoted(info.name)));
            continue;
        }
        if (!value.port) end.numbers = value.numbers;
        if (value.port || value.numbers->shape.elements() > 0) {
            Result<std::string> node = m_draft.addOutput(end.name, value);
            if (!node.ok()) fail(node.error().code, node.error().message);
            end.node = std::move(*node);
        }
        m_outputs.push_back(std::move(end));
    }
}

}  // namespace vitrine::onnx
