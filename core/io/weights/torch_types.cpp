// SPDX-License-Identifier: Apache-2.0
// Names of element types in PyTorch, old ones of storages and new ones of tensors.
#include <algorithm>
#include <array>

#include "core/io/weights/torch_objects.h"

namespace vitrine {

namespace {

struct Known {
    std::string_view storage;
    TorchType type;
};
constexpr std::array<Known, 28> types{{
    {"FloatStorage", {"float32", DType::F32, 4}},
    {"DoubleStorage", {"float64", DType::F64, 8}},
    {"HalfStorage", {"float16", DType::F16, 2}},
    {"BFloat16Storage", {"bfloat16", DType::BF16, 2}},
    {"LongStorage", {"int64", DType::I64, 8}},
    {"IntStorage", {"int32", DType::I32, 4}},
    {"ShortStorage", {"int16", DType::I16, 2}},
    {"CharStorage", {"int8", DType::I8, 1}},
    {"ByteStorage", {"uint8", DType::U8, 1}},
    {"BoolStorage", {"bool", DType::Bool, 1}},
    {"", {"uint16", DType::U16, 2}},
    {"", {"uint32", DType::U32, 4}},
    {"", {"uint64", DType::U64, 8}},
    {"", {"float8_e4m3fn", DType::F8E4M3FN, 1}},
    {"", {"float8_e4m3fnuz", DType::F8E4M3FNUZ, 1}},
    {"", {"float8_e5m2", DType::F8E5M2, 1}},
    {"", {"float8_e5m2fnuz", DType::F8E5M2FNUZ, 1}},
    {"", {"float8_e8m0fnu", DType::F8E8M0, 1}},
    {"", {"float4_e2m1fn_x2", {}, 1}},
    {"", {"complex32", {}, 4}},
    {"ComplexFloatStorage", {"complex64", {}, 8}},
    {"ComplexDoubleStorage", {"complex128", {}, 16}},
    {"QInt8Storage", {"qint8", {}, 1}},
    {"QUInt8Storage", {"quint8", {}, 1}},
    {"QInt32Storage", {"qint32", {}, 4}},
    {"QUInt4x2Storage", {"quint4x2", {}, 1}},
    {"QUInt2x4Storage", {"quint2x4", {}, 1}},
    {"UntypedStorage", {"bytes", DType::U8, 1}},
}};

}  // namespace

std::optional<TorchType> torchType(std::string_view name) {
    for (const Known& known : types)
        if (known.type.name == name || (!known.storage.empty() && known.storage == name))
            return known.type;
    return {};
}

}  // namespace vitrine
