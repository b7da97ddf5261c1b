// SPDX-License-Identifier: Apache-2.0
// Bytes from the decoder with the type and the extents that it has told of them.
#include "core/data/arrays/decoded_arrays.h"

#include <fmt/format.h>

#include "core/base/file.h"

namespace vitrine {

namespace {

NumberType typeOf(decode::Number number) {
    constexpr NumberType types[] = {NumberType::Bool, NumberType::U8,  NumberType::I8,
                                    NumberType::U16,  NumberType::I16, NumberType::U32,
                                    NumberType::I32,  NumberType::U64, NumberType::I64,
                                    NumberType::F32,  NumberType::F64, NumberType::U8};
    return types[static_cast<size_t>(number)];
}

}  // namespace

Result<KeptArray> readDecoded(decode::ArrayFile& file, const std::string& name,
                              const std::stop_token& stop) {
    auto read = file.read(name, stop);
    if (!read) return read.error();
    auto bytes = std::make_shared<const std::vector<std::byte>>(std::move(read).value());
    const decode::ArrayInfo& info = *file.find(name);
    if (info.number == decode::Number::Text || info.number == decode::Number::BF16)
        return Error{"N07",
                     fmt::format("'{}' holds {}, wanted whole numbers or floats of 4 or 8 bytes",
                                 printable(name, 80), decode::name(info.number)),
                     {},
                     {},
                     "Choose another array."};
    return KeptArray{.name = name,
                     .array = {.type = typeOf(info.number), .extents = info.shape, .bytes = *bytes},
                     .owner = bytes};
}

}  // namespace vitrine
