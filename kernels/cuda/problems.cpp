// SPDX-License-Identifier: Apache-2.0
// From calls to plain numbers.
#include "kernels/cuda/problems.h"

#include <bit>
#include <cmath>

#include "kernels/api/half.h"
#include "kernels/cpu/whole_types.h"
#include "kernels/cuda/operands.h"
#include "kernels/reference/whole_numbers.h"

namespace vitrine::kernels::cuda {

namespace {

namespace whole = reference::whole;

std::nullopt_t refuse(std::string* reason, std::string words) {
    *reason = std::move(words);
    return std::nullopt;
}

/// Bits of a number in an element type.
std::optional<uint64_t> wordOf(DType type, double value) {
    switch (type) {
        case DType::F16:
            return floatToHalf(static_cast<float>(value));
        case DType::BF16:
            return floatToBrain(static_cast<float>(value));
        case DType::F32:
            return std::bit_cast<uint32_t>(static_cast<float>(value));
        case DType::F64:
            return std::bit_cast<uint64_t>(value);
        case DType::Bool:
            return value != 0 ? 1 : 0;
        default:
            if (!isInteger(type)) return std::nullopt;
            return cpu::forWhole(type, [&]<class T>(T) {
                return whole::bits(whole::nearest<T>(value, std::trunc));
            });
    }
}

/// An extent of 1 has any stride: there is no second row, or column, to find.
std::optional<MatrixPlace> placeOf(const Operand& matrix) {
    const int64_t rows = extent(matrix, 0), columns = extent(matrix, 1);
    const int64_t down = stride(matrix, 0), across = stride(matrix, 1);
    if (matrix.layout != Layout::RowMajor) return std::nullopt;
    if ((columns == 1 || across == 1) && (rows == 1 || down >= columns))
        return MatrixPlace{rows == 1 ? columns : down, false};
    if ((rows == 1 || down == 1) && (columns == 1 || across >= rows))
        return MatrixPlace{columns == 1 ? rows : across, true};
    return std::nullopt;
}

}  // namespace

std::optional<FillWords> fillOf(const Call& call, std::string* reason) {
    const auto* fill = std::get_if<Fill>(&call.problem);
    if (!fill) return refuse(reason, "fills with one number");
    const Operand& y = call.out(0);
    if (!call.store.empty()) return refuse(reason, appliesNothing);
    const std::optional<uint64_t> word = wordOf(y.dtype, fill->value);
    if (!word)
        return refuse(reason,
                      unexpectedType("elements of whole bytes that numbers are kept in", y.dtype));
    if (!isWhole(y)) return refuse(reason, "wants a row-major result without gaps");
    return FillWords{y.array.elements(), static_cast<int>(sizeOf(y.dtype)), *word};
}

std::optional<AddArrays> addOf(const Call& call, std::string* reason) {
    const auto* map = std::get_if<Map>(&call.problem);
    if (!map) return refuse(reason, "adds element by element");
    if (map->function != Pointwise::Add)
        return refuse(reason, "knows add, not " + std::string(name(map->function)));
    if (!call.store.empty()) return refuse(reason, appliesNothing);
    const Operand &a = call.in(0), &b = call.in(1), &y = call.out(0);
    if (y.dtype != DType::F32 && y.dtype != DType::F64)
        return refuse(reason, unexpectedType("f32 or f64", y.dtype));
    for (const Operand* operand : {&a, &b})
        if (operand->dtype != y.dtype || !hasSameExtents(*operand, y))
            return refuse(reason, "wants operands of the type and the extents of the result");
    if (!isWhole(a) || !isWhole(b) || !isWhole(y))
        return refuse(reason, "wants row-major operands without gaps and repeats");
    return AddArrays{y.array.elements(), y.dtype};
}

std::optional<MatrixProduct> productOf(const Call& call, std::string* reason) {
    if (!std::holds_alternative<MatMul>(call.problem)) return refuse(reason, "multiplies matrices");
    if (!call.store.empty()) return refuse(reason, appliesNothing);
    const Operand &a = call.in(0), &b = call.in(1), &y = call.out(0);
    if (y.array.rank != 2)
        return refuse(reason,
                      "wants two matrices, got a batch of rank " + std::to_string(y.array.rank));
    for (const Operand* operand : {&a, &b, &y})
        if (operand->dtype != DType::F32)
            return refuse(reason, unexpectedType("f32", operand->dtype));
    const std::optional<MatrixPlace> aPlace = placeOf(a), bPlace = placeOf(b);
    if (!aPlace || !bPlace || !isWhole(y))
        return refuse(reason, "wants matrices whose rows or columns lie without gaps");
    return MatrixProduct{extent(y, 0), extent(y, 1), extent(a, 1), *aPlace, *bPlace};
}

}  // namespace vitrine::kernels::cuda
