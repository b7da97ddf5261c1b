// SPDX-License-Identifier: Apache-2.0
// One copy where elements follow one another, else one for each element.
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
    for (int64_t i = 0; i < elements; ++i) {
        const auto from = static_cast<size_t>(physicalIndexOf(type, i)) * size;
        std::memcpy(bytes.data() + static_cast<size_t>(i) * size, storage.data() + from, size);
    }
    return bytes;
}

}  // namespace vitrine
