// SPDX-License-Identifier: Apache-2.0
// Arrays that numpy.savez has put into an archive, as tensors with their names.
#include <algorithm>

#include "core/base/file.h"
#include "core/data/arrays/npy.h"
#include "core/io/weights/weight_formats.h"

namespace vitrine {

namespace {

DType typeOf(NumberType type) {
    constexpr DType types[] = {DType::Bool, DType::U8,  DType::I8,  DType::U16,
                               DType::I16,  DType::U32, DType::I32, DType::U64,
                               DType::I64,  DType::F16, DType::F32, DType::F64};
    return types[static_cast<size_t>(type)];
}

/// Elements from one to the next where the first index runs fastest.
std::vector<int64_t> fortranStrides(const std::vector<int64_t>& shape) {
    std::vector<int64_t> strides;
    int64_t next = 1;
    for (const int64_t extent : shape) {
        strides.push_back(next);
        next *= std::max<int64_t>(extent, 1);
    }
    return strides;
}

}  // namespace

StoredTensor storedArray(std::string name, const NumberArray& array) {
    StoredTensor tensor{.name = std::move(name),
                        .typeName = std::string(vitrine::name(array.type)),
                        .dtype = typeOf(array.type),
                        .shape = array.extents,
                        .isBigEndian = array.isBigEndian,
                        .bytes = array.bytes};
    if (array.isFortran) {
        tensor.strides = fortranStrides(array.extents);
        tensor.order = "Fortran";
    }
    tensor.why = whyNotStored(tensor);
    return tensor;
}

Result<WeightFile> readNpzWeights(const std::string& path, std::vector<ZipEntry> entries) {
    WeightFile file{.path = path, .kind = "NumPy", .tensors = {}, .isInOrder = true};
    for (const ZipEntry& entry : entries) {
        if (!entry.name.ends_with(".npy")) {
            file.others.push_back(printable(entry.name, 60));
            continue;
        }
        auto content = entry.content;
        if (entry.isPacked) {
            auto bytes = unpackEntry(quotedPath(path), entry, {});
            if (!bytes) return bytes.error();
            auto kept = std::make_shared<const std::vector<std::byte>>(std::move(bytes).value());
            content = *kept;
            file.owners.push_back(std::move(kept));
        }
        std::string name = entry.name.substr(0, entry.name.size() - 4);
        const auto array = parseNpy(quotedPath(path), content);
        if (array)
            file.tensors.push_back(storedArray(std::move(name), *array));
        else if (array.error().code == "N04" || array.error().code == "N07")
            file.tensors.push_back(
                {.name = std::move(name), .typeName = "other", .why = array.error().message});
        else
            return array.error();
    }
    if (file.tensors.empty())
        return weightsError(path, "G05", "it is an archive without arrays and without weights",
                            "Name a file that holds weights.");
    file.checks.push_back([path, entries = std::move(entries)]() -> Result<void> {
        for (const ZipEntry& entry : entries)
            if (!entry.isPacked) VITRINE_TRY(checkPlainEntry(quotedPath(path), entry));
        return {};
    });
    return file;
}

}  // namespace vitrine
