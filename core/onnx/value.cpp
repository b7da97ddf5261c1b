// SPDX-License-Identifier: Apache-2.0
// Element types of both sides.
#include "core/onnx/value.h"

#include <algorithm>
#include <utility>

namespace vitrine::onnx {

namespace {

constexpr std::pair<ElementType, DType> pairs[] = {{ElementType::Float, DType::F32},
                                                   {ElementType::Uint8, DType::U8},
                                                   {ElementType::Int8, DType::I8},
                                                   {ElementType::Uint16, DType::U16},
                                                   {ElementType::Int16, DType::I16},
                                                   {ElementType::Int32, DType::I32},
                                                   {ElementType::Int64, DType::I64},
                                                   {ElementType::Bool, DType::Bool},
                                                   {ElementType::Float16, DType::F16},
                                                   {ElementType::Double, DType::F64},
                                                   {ElementType::Uint32, DType::U32},
                                                   {ElementType::Uint64, DType::U64},
                                                   {ElementType::Bfloat16, DType::BF16},
                                                   {ElementType::Float8E4M3Fn, DType::F8E4M3FN},
                                                   {ElementType::Float8E4M3Fnuz, DType::F8E4M3FNUZ},
                                                   {ElementType::Float8E5M2, DType::F8E5M2},
                                                   {ElementType::Float8E5M2Fnuz, DType::F8E5M2FNUZ},
                                                   {ElementType::Float8E8M0, DType::F8E8M0},
                                                   {ElementType::Float4E2M1, DType::F4E2M1},
                                                   {ElementType::Int4, DType::I4},
                                                   {ElementType::Uint4, DType::U4},
                                                   {ElementType::Int2, DType::I2},
                                                   {ElementType::Uint2, DType::U2}};

}  // namespace

std::optional<DType> storedType(ElementType type) {
    const auto found = std::ranges::find(pairs, type, [](const auto& pair) { return pair.first; });
    if (found == std::end(pairs)) return {};
    return found->second;
}

DType computedType(DType stored) {
    return stored == DType::F16 || stored == DType::BF16 ? DType::F32 : stored;
}

ElementType elementOf(DType type) {
    const auto found = std::ranges::find(pairs, type, [](const auto& pair) { return pair.second; });
    return found == std::end(pairs) ? ElementType::Undefined : found->first;
}

}  // namespace vitrine::onnx
