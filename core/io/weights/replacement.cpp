// SPDX-License-Identifier: Apache-2.0
// Numbers in C order and in the tensor's type before they are written.
#include "core/io/weights/replacement.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/file.h"
#include "core/base/mapped_file.h"
#include "core/data/arrays/npy.h"
#include "core/io/weights/weight_formats.h"
#include "core/tensor/element.h"

namespace vitrine {

namespace {

Error unfit(const std::string& path, const TensorView& wanted, const StoredTensor& found) {
    Error error = weightsError(
        path, "C02",
        fmt::format("the array is {} {}, tensor '{}' is {} {}", found.typeName, found.shapeText(),
                    printable(wanted.name, 80), name(wanted.dtype), wanted.shape.text()),
        "Replace a tensor by numbers of its own shape; floats become its type.");
    error.kept = "Nothing was changed.";
    return error;
}

std::vector<std::byte> converted(const std::vector<std::byte>& plain, DType from, DType to) {
    const int64_t count = std::ssize(plain) / sizeOf(from);
    std::vector<std::byte> bytes(static_cast<size_t>(count * sizeOf(to)));
    for (int64_t i = 0; i < count; ++i)
        writeElement(bytes.data(), to, i, readElement(plain.data(), from, i));
    return bytes;
}

}  // namespace

Result<void> replaceByArray(const std::string& path, const std::string& tensor,
                            const std::string& array, const std::string& to) {
    const auto file = openSafetensors(path);
    if (!file) return file.error();
    const TensorView* const found = file->find(tensor);
    if (!found) return replaceTensor(path, {.name = tensor, .shape = {}, .bytes = {}}, to);
    const auto mapped = MappedFile::open(array);
    if (!mapped) return mapped.error();
    const auto numbers = parseNpy(quotedPath(array), (*mapped)->bytes());
    if (!numbers) return ofWeights(numbers.error(), array);
    const StoredTensor stored = storedArray(tensor, *numbers);
    const bool isFloats = stored.dtype && isFloat(*stored.dtype) && isFloat(found->dtype);
    if (!std::ranges::equal(stored.shape, found->shape.dims()) || !stored.isRead() ||
        (*stored.dtype != found->dtype && !isFloats))
        return unfit(array, *found, stored);
    std::vector<std::byte> plain = plainBytes(stored);
    if (*stored.dtype != found->dtype) plain = converted(plain, *stored.dtype, found->dtype);
    if (const auto changed = (*mapped)->trouble()) return *changed;
    return replaceTensor(path, {tensor, found->dtype, found->shape, plain}, to);
}

}  // namespace vitrine
