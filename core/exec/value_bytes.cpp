// SPDX-License-Identifier: Apache-2.0
// One copy where elements follow one another; else one for each element, at equal steps along the
// last axis of an image or of a view.
#include "core/exec/value_bytes.h"

#include <algorithm>
#include <cstring>

#include "core/exec/value_reader.h"
#include "core/tensor/element.h"

namespace vitrine {

std::vector<std::byte> bytesOfValue(const Tape& tape, const Memory& memory, ValueId value) {
    const TensorType& type = tape.value(value).type;
    const int64_t elements = type.shape.elements();
    std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(type.dtype, elements)));
    if (bytes.empty()) return bytes;
    const HostView storage = viewOf(tape, memory, value);
    const auto size = static_cast<size_t>(sizeOf(type.dtype));
    if (type.layout.kind == LayoutKind::RowMajor && type.isContiguous()) {
        const auto first = static_cast<size_t>(bytesOf(type.dtype, type.offset));
        std::memcpy(bytes.data(), storage.data() + first, bytes.size());
        return bytes;
    }
    const bool hasSteps = type.layout.kind != LayoutKind::Packed && type.shape.rank() > 2;
    const int64_t row = hasSteps ? type.shape[type.shape.rank() - 1] : 1;
    std::byte* to = bytes.data();
    for (int64_t first = 0; first < elements; first += row) {
        const int64_t begin = physicalIndexOf(type, first);
        const int64_t step = row > 1 ? physicalIndexOf(type, first + 1) - begin : 0;
        for (int64_t i = 0; i < row; ++i, to += size)
            std::memcpy(to, storage.data() + static_cast<size_t>(begin + i * step) * size, size);
    }
    return bytes;
}

}  // namespace vitrine
