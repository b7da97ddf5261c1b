// SPDX-License-Identifier: Apache-2.0
// Arrays become row-major tensors in this machine's byte order, in memory of their own.
#include "core/data/arrays/tensor_file.h"

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/data/arrays/array_store.h"

namespace vitrine {

namespace {

DType dtypeOf(const NumberArray& array) {
    constexpr DType types[] = {DType::Bool, DType::U8,  DType::I8,  DType::U16,
                               DType::I16,  DType::U32, DType::I32, DType::U64,
                               DType::I64,  DType::F16, DType::F32, DType::F64};
    if (array.isRaw && array.type == NumberType::U16) return DType::BF16;
    return types[static_cast<size_t>(array.type)];
}

Result<NamedTensor> tensorOf(const KeptArray& kept, const std::string& path) {
    const NumberArray& array = kept.array;
    if (array.rank() > static_cast<size_t>(Shape::maxRank)) {
        Error error{"N06",
                    fmt::format("{}: array '{}' has {} axes, at most {} are read", printable(path),
                                printable(kept.name, 80), array.rank(), Shape::maxRank),
                    {},
                    "Nothing was read.",
                    "Save it with fewer axes, for example by reshape."};
        error.place.file = path;
        return error;
    }
    auto bytes = elementsOf(array);
    if (dtypeOf(array) == DType::Bool)
        for (std::byte& byte : bytes) byte = std::byte{byte != std::byte{0}};
    return NamedTensor{kept.name,
                       TensorData::of(dtypeOf(array), Shape(array.extents), std::move(bytes))};
}

}  // namespace

Result<std::vector<NamedTensor>> readTensors(const std::string& path) {
    const auto plain = [](Error error) {
        error.kept = "Nothing was read.";
        return error;
    };
    auto store = ArrayStore::open(path);
    if (!store) return plain(store.error());
    std::vector<NamedTensor> tensors;
    for (const std::string& name : store->names()) {
        const auto kept = store->read(name, {}, RawValues::Taken);
        if (!kept) return plain(kept.error());
        auto tensor = tensorOf(*kept, path);
        if (!tensor) return tensor.error();
        if (kept->file)
            if (const auto trouble = kept->file->trouble()) return plain(*trouble);
        tensors.push_back(std::move(tensor).value());
    }
    return tensors;
}

}  // namespace vitrine
