// SPDX-License-Identifier: Apache-2.0
// Compares shapes and types before a number is looked at.
#include "core/session/array_fit.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/tensor/element.h"

namespace vitrine {

namespace {

constexpr double largestExact = 9007199254740992.0;  // 2^53

Error misfit(std::string message, std::string next) {
    return {"P13", std::move(message), {}, "Nothing was computed.", std::move(next)};
}

SharedTensor made(const TensorData& array, DType type) {
    std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(type, array.shape.elements())));
    for (int64_t i = 0; i < array.shape.elements(); ++i)
        writeElement(bytes.data(), type, i, readElement(array.bytes.data(), array.dtype, i));
    return TensorData::of(type, array.shape, std::move(bytes));
}

/// Whole numbers as others; where one does not fit it is named.
Result<SharedTensor> madeWhole(const ArrayWish& wish, const TensorData& array) {
    std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(wish.dtype, array.shape.elements())));
    for (int64_t i = 0; i < array.shape.elements(); ++i) {
        const double number = readElement(array.bytes.data(), array.dtype, i);
        writeElement(bytes.data(), wish.dtype, i, number);
        const bool fits =
            std::abs(number) <= largestExact && readElement(bytes.data(), wish.dtype, i) == number;
        if (!fits)
            return misfit(fmt::format("'{}': element {} is {:.0f}, and it takes {}", wish.name, i,
                                      number, name(wish.dtype)),
                          "Give numbers that the type holds.");
    }
    return TensorData::of(wish.dtype, array.shape, std::move(bytes));
}

}  // namespace

std::string ArrayWish::text() const {
    std::vector<std::string> extents;
    if (isBatched) extents.push_back("N");
    for (const int64_t extent : shape.dims()) extents.push_back(std::to_string(extent));
    return fmt::format("[{}]", fmt::join(extents, ", "));
}

Result<int64_t> batchOf(const ArrayWish& wish, const TensorData& array) {
    const auto found = array.shape.dims(), wanted = wish.shape.dims();
    const size_t batches = wish.isBatched ? 1 : 0;
    const bool fits = found.size() == wanted.size() + batches &&
                      std::ranges::equal(found.subspan(batches), wanted);
    if (fits) return wish.isBatched ? found.front() : 1;
    const bool isOne = wish.isBatched && std::ranges::equal(found, wanted);
    return misfit(
        fmt::format("'{}' takes {}, the array is {}", wish.name, wish.text(), array.shape.text()),
        isOne ? "Put the batch in front of it: array[None] in NumPy."
              : "Give an array of that shape.");
}

Result<void> checkType(const ArrayWish& wish, DType type) {
    const bool fits = type == wish.dtype || (isFloat(type) && isFloat(wish.dtype)) ||
                      (isInteger(type) && isInteger(wish.dtype));
    if (fits) return {};
    return misfit(
        fmt::format("'{}' takes {}, the array is of {}", wish.name, name(wish.dtype), name(type)),
        fmt::format("Save it as {}.", name(wish.dtype)));
}

Result<SharedTensor> converted(const ArrayWish& wish, SharedTensor array) {
    VITRINE_TRY(checkType(wish, array->dtype));
    if (array->dtype == wish.dtype) return array;
    return isFloat(wish.dtype) ? made(*array, wish.dtype) : madeWhole(wish, *array);
}

int64_t firstNaN(const TensorData& array) {
    if (!isFloat(array.dtype)) return -1;
    for (int64_t i = 0; i < array.shape.elements(); ++i)
        if (std::isnan(readElement(array.bytes.data(), array.dtype, i))) return i;
    return -1;
}

SharedTensor rounded(SharedTensor array, DType type) {
    return array->dtype == type ? array : made(*array, type);
}

}  // namespace vitrine
