// SPDX-License-Identifier: Apache-2.0
// What rules make: constants that are computed at once, nodes of the graph, and the room that both
// take.
#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/graph/names.h"
#include "core/onnx/memory_check.h"
#include "core/onnx/reader.h"
#include "core/onnx/tensor_numbers.h"
#include "core/opdef/registry.h"

namespace vitrine::onnx {

namespace {

constexpr int64_t mostConstantBytes = int64_t{1} << 29;
/// Constants that are kept beside the nodes that compute them, since shapes may follow from them.
constexpr int64_t mostKnownNumbers = 4096;

/// Ends the reading of the whole model.
[[noreturn]] void fail(std::string code, std::string message) {
    throw Error{std::move(code), std::move(message), {}, "Nothing was opened.", ""};
}

}  // namespace

Numbers Reader::numbersOf(const Tensor& tensor) {
    if (const int64_t bytes = madeBytes(tensor); !m_room.fits(bytes))
        fail("O20",
             fmt::format("tensor {} would need {} bytes; for a file of this size {} are left",
                         quoted(tensor.name), fmt::group_digits(bytes),
                         fmt::group_digits(m_room.left())));
    return taken(onnx::numbersOf(tensor, m_files, m_model.file));
}

Numbers Reader::numbersOf(const SparseTensor& tensor) {
    if (const int64_t bytes = madeBytes(tensor); !m_room.fits(bytes))
        fail("O20", fmt::format("tensor {} has few numbers and would need {} bytes as a whole",
                                quoted(tensor.values.name), fmt::group_digits(bytes)));
    return taken(onnx::numbersOf(tensor, m_files, m_model.file));
}

bool Reader::isMade(const TensorData& numbers) const {
    return numbers.owner && numbers.owner != m_model.file && !m_files.has(numbers.owner.get());
}

Numbers Reader::taken(Result<Numbers> numbers) {
    if (!numbers.ok()) throw numbers.error();
    const int64_t external = m_files.bytes();
    m_room.addFile(external - std::exchange(m_externalBytes, external));
    if (isMade(**numbers)) m_room.take(std::ssize((*numbers)->bytes));
    return *numbers;
}

void Reader::takeRoom(const TensorData& numbers) {
    constexpr int64_t around = 200;  // what one takes besides its elements
    if (!isMade(numbers)) return;
    const int64_t bytes = std::ssize(numbers.bytes) + around;
    checkRoom(bytes);
    m_room.take(bytes);
}

void Reader::checkRoom(int64_t bytes) const {
    if (!m_room.fits(bytes))
        throw Refusal{"O20",
                      fmt::format("its constant would need {} bytes; for a file of this "
                                  "size {} are left",
                                  fmt::group_digits(bytes), fmt::group_digits(m_room.left()))};
}

/// Errors: "O20" where there is no room, "O17".
Result<std::vector<Value>> Reader::folded(const OpDescriptor& op, const Attrs& attrs,
                                          const std::vector<Value>& operands) {
    std::vector<Numbers> numbers;
    for (const Value& operand : operands) numbers.push_back(operand.numbers);
    const bool isOfShape = std::ranges::any_of(operands, &Value::isOfShape);
    const int64_t most = std::min(mostConstantBytes, MemoryRoom::passing + m_room.left());
    Result<std::vector<Numbers>> results = evaluate(op, attrs, numbers, most);
    if (!results.ok()) {
        if (results.error().code == "O20") m_room.fits(mostConstantBytes);
        return results.error();
    }
    std::vector<Value> values;
    for (Numbers& result : *results) {
        takeRoom(*result);
        Value value;
        value.type = ValueShape{result->shape, result->dtype};
        value.element = elementOf(result->dtype);
        value.numbers = std::move(result);
        value.isFixed = true;
        value.isOfShape = isOfShape;
        values.push_back(std::move(value));
    }
    return values;
}

namespace {

/// Nothing where one is larger than a project's file holds.
std::optional<int64_t> bytesOf(const std::vector<ValueShape>& types) {
    int64_t bytes = 0;
    for (const ValueShape& type : types) {
        const int64_t elements = checkedElements(type.shape.dims());
        if (elements < 0 || elements > mostValuesInProject) return {};
        bytes += vitrine::bytesOf(type.dtype, elements);
    }
    return bytes;
}

/// Large constants are made by the network once, when it starts: a project's file need not hold
/// them, nor does this program while it reads. Bytes of one that is made at once; nothing of a
/// large one.
std::optional<int64_t> smallConstant(const OpDescriptor& op, const Attrs& attrs,
                                     const std::vector<Value>& operands) {
    std::vector<ValueShape> types;
    int64_t size = 0;
    for (const Value& operand : operands) {
        types.push_back(operand.type.value_or(missingShape));
        size += operand.numbers ? operand.numbers->shape.elements() : 0;
    }
    if (size > mostValuesInProject) return {};
    const Result<std::vector<ValueShape>> results = inferResults(op, attrs, types);
    return results.ok() ? bytesOf(*results) : 0;  // folding it says what is wrong
}

[[noreturn]] void refuse(const Error& error) {
    throw Refusal{error.code == "O20" ? "O20" : "O17", error.message};
}

/// 16-bit floats stay what the file calls them, though they are computed as F32.
void keepElement(std::vector<Value>& results, const std::vector<Value>& operands) {
    const auto isNarrow = [](const Value& value) {
        return value.element == ElementType::Float16 || value.element == ElementType::Bfloat16;
    };
    const auto narrow = std::ranges::find_if(operands, isNarrow);
    if (narrow == operands.end()) return;
    for (Value& result : results)
        if (result.type->dtype == DType::F32) result.element = narrow->element;
}

bool isEmpty(const Value& value) { return value.type && value.type->shape.elements() == 0; }

/// With extents of `extent` for those of 0, which operators here do not take.
Result<std::vector<ValueShape>> resultsFor(const OpDescriptor& op, const Attrs& attrs,
                                           std::vector<ValueShape> types, int64_t extent) {
    for (ValueShape& type : types)
        for (int k = 0; k < type.shape.rank(); ++k)
            if (type.shape[k] == 0) type.shape[k] = extent;
    return inferResults(op, attrs, types);
}

/// Shapes of what comes of operands with an extent of 0. Where the operator itself has none for
/// that, extents follow in a straight line from what it says of 1 and 2: a batch of 0 gives 0.
Result<std::vector<ValueShape>> emptyShapes(const OpDescriptor& op, const Attrs& attrs,
                                            const std::vector<ValueShape>& types) {
    Result<std::vector<ValueShape>> results = inferResults(op, attrs, types);
    if (results.ok()) return results;
    Result<std::vector<ValueShape>> one = resultsFor(op, attrs, types, 1);
    const Result<std::vector<ValueShape>> two = resultsFor(op, attrs, types, 2);
    if (!one.ok() || !two.ok()) return results;
    for (size_t i = 0; i < one->size(); ++i)
        for (int k = 0; k < (*one)[i].shape.rank(); ++k) {
            (*one)[i].shape[k] = 2 * (*one)[i].shape[k] - (*two)[i].shape[k];
            if ((*one)[i].shape[k] < 0) return results;
        }
    return one;
}

/// Operators here take some element of everything. What comes of nothing is nothing, of a shape
/// that they tell.
std::vector<Value> emptyResults(const OpDescriptor& op, const Attrs& attrs,
                                const std::vector<Value>& operands) {
    std::vector<ValueShape> types;
    for (const Value& operand : operands) types.push_back(operand.type.value_or(missingShape));
    const Result<std::vector<ValueShape>> results = emptyShapes(op, attrs, types);
    if (!results.ok()) throw Refusal{"O17", results.error().message};
    std::vector<Value> values;
    for (const ValueShape& result : *results) {
        Value value;
        value.type = result;
        if (!isEmpty(value))
            throw Refusal{"O17", fmt::format("an operand of {} has no element", op.id)};
        value.element = elementOf(result.dtype);
        value.numbers = TensorData::of(result.dtype, result.shape, {});
        value.isFixed = true;
        values.push_back(std::move(value));
    }
    return values;
}

}  // namespace

std::vector<Value> Reader::emit(std::string_view id, const Attrs& attrs,
                                const std::vector<Value>& operands) {
    const OpDescriptor& op = operatorNamed(id);
    if (std::ranges::any_of(operands, isEmpty)) {
        std::vector<Value> nothing = emptyResults(op, attrs, operands);
        keepElement(nothing, operands);
        return nothing;
    }
    const auto isConstant = [](const Value& operand) {
        return operand.isMissing() || (operand.isFixed && operand.numbers && !operand.isWeight());
    };
    std::optional<int64_t> size;
    if (std::ranges::all_of(operands, isConstant)) size = smallConstant(op, attrs, operands);
    std::vector<Value> results;
    if (size && m_room.fits(*size)) {
        Result<std::vector<Value>> made = folded(op, attrs, operands);
        if (!made.ok()) refuse(made.error());
        results = std::move(*made);
        ++m_evaluated;
    } else {
        results = emitNode(op, attrs, operands);
    }
    for (const Value& result : results)
        if (isTooLarge(result.type->shape, result.type->dtype))
            throw Refusal{
                "O20", fmt::format("{} of {} would need more memory than there can be",
                                   result.type->shape.text(), vitrine::name(result.type->dtype))};
    keepElement(results, operands);
    return results;
}

/// A node of the graph, and what it gives where that is known and small: shapes may follow from it.
std::vector<Value> Reader::emitNode(const OpDescriptor& op, const Attrs& attrs,
                                    const std::vector<Value>& operands) {
    const bool isKnown = std::ranges::all_of(
        operands, [](const Value& operand) { return operand.isMissing() || operand.numbers; });
    const auto isSmall = [](const Value& value) {
        return value.type->shape.elements() <= mostKnownNumbers;
    };
    Result<std::vector<Value>> made = m_draft.add(op, attrs, operands, m_base);
    if (!made.ok() && (!isKnown || made.error().code == "O20")) refuse(made.error());
    if (!isKnown || (made.ok() && !std::ranges::all_of(*made, isSmall))) return *made;
    if (made.ok() && !m_room.fits(int64_t{64} * mostKnownNumbers)) return *made;
    Result<std::vector<Value>> known = folded(op, attrs, operands);
    if (made.ok() && !known.ok() && known.error().code == "O20") return *made;
    if (!known.ok()) refuse(known.error());
    for (size_t k = 0; k < known->size(); ++k) {
        (*known)[k].isFixed = false;
        if (made.ok() && k < made->size()) (*known)[k].port = (*made)[k].port;
    }
    if (!made.ok())
        for (const Value& operand : operands) bind(operand);
    return *known;
}

}  // namespace vitrine::onnx
