// SPDX-License-Identifier: Apache-2.0
// Axis by axis.
#include "core/session/declared_arrays.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.h"
#include "core/onnx/network.h"
#include "core/session/array_fit.h"

namespace vitrine {

namespace {

/// Larger arrays say nothing about shapes by their numbers.
constexpr int64_t mostShapeNumbers = 4096;

/// `[N, 3, height, width]`
std::string declaredText(const std::vector<onnx::Dim>& dims) {
    std::vector<std::string> extents;
    for (size_t k = 0; k < dims.size(); ++k)
        extents.push_back(!onnx::isOpen(dims[k])    ? std::to_string(*dims[k].value)
                          : !dims[k].symbol.empty() ? printable(dims[k].symbol, 40)
                          : k == 0                  ? std::string("N")
                                                    : std::string("?"));
    return fmt::format("[{}]", fmt::join(extents, ", "));
}

bool takes(const std::vector<onnx::Dim>& dims, std::span<const int64_t> extents, size_t first) {
    if (extents.size() + first != dims.size()) return false;
    for (size_t k = first; k < dims.size(); ++k) {
        const bool mayBeAny = onnx::isOpen(dims[k]) || (k == 0 && *dims[k].value == 1);
        const int64_t extent = extents[k - first];
        if (mayBeAny ? k > 0 && extent == 0 : *dims[k].value != extent) return false;
    }
    return true;
}

Result<void> checkShape(const onnx::ValueInfo& input, const Shape& shape) {
    if (!input.type.shape || takes(*input.type.shape, shape.dims(), 0)) return {};
    const bool isOne = !input.type.shape->empty() && takes(*input.type.shape, shape.dims(), 1);
    return Error{"P13",
                 fmt::format("'{}' takes {}, the array is {}", printable(input.name, 60),
                             declaredText(*input.type.shape), shape.text()),
                 {},
                 "Nothing was computed.",
                 isOne ? "Put the batch in front of it: array[None] in NumPy."
                       : "Give an array of that shape."};
}

/// Bytes for an input that can be pictures.
bool isPixels(const onnx::ValueInfo& input, const TensorData& array) {
    const auto stored = onnx::storedType(input.type.element);
    const Shape& shape = array.shape;
    return stored && isFloat(*stored) && array.dtype == DType::U8 && shape.rank() == 4 &&
           (shape[1] == 1 || shape[1] == 3);
}

}  // namespace

const onnx::ValueInfo* inputFor(std::span<const onnx::ValueInfo* const> inputs,
                                const std::string& name) {
    if (name.empty()) return inputs.size() == 1 ? inputs.front() : nullptr;
    const auto found = std::ranges::find_if(
        inputs, [&](const onnx::ValueInfo* info) { return info->name == name; });
    return found == inputs.end() ? nullptr : *found;
}

Result<void> checkDeclared(const onnx::ValueInfo& input, const TensorData& array) {
    VITRINE_TRY(checkShape(input, array.shape));
    const auto stored = onnx::storedType(input.type.element);
    if (!stored || isPixels(input, array)) return {};
    return checkType({.name = printable(input.name, 60), .dtype = *stored}, array.dtype);
}

Result<std::vector<NamedTensor>> shapeArrays(std::span<const onnx::ValueInfo* const> inputs,
                                             std::span<const NamedTensor> arrays) {
    std::vector<NamedTensor> list;
    for (const NamedTensor& array : arrays) {
        const onnx::ValueInfo* input = inputFor(inputs, array.name);
        if (!input) {
            list.push_back(array);
            continue;
        }
        VITRINE_TRY(checkDeclared(*input, *array.data));
        const bool isEmptyBatch = array.data->shape.rank() > 0 && array.data->shape[0] == 0;
        if (isEmptyBatch || isPixels(*input, *array.data)) continue;
        const auto stored = onnx::storedType(input->type.element);
        const bool isSmall = array.data->shape.elements() <= mostShapeNumbers;
        if (!stored || !isSmall) {
            list.push_back({std::string(input->name), array.data});
            continue;
        }
        const auto taken =
            converted({.name = std::string(input->name), .dtype = *stored}, array.data);
        if (!taken) return taken.error();
        list.push_back({std::string(input->name), *taken});
    }
    return list;
}

}  // namespace vitrine
