// SPDX-License-Identifier: Apache-2.0
// The classes that may stand in a pickle, and what is made of their arguments without calling
// anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vitrine {

enum class PickleClass : uint8_t {
    Array,        ///< numpy.ndarray
    NumberType,   ///< numpy.dtype
    Reconstruct,  ///< an array whose state follows
    FromBuffer,   ///< an array of bytes, type, shape and order
    Scalar,       ///< a number of a type
    Encode,       ///< bytes that were written as text
    OrderedDict,
    Bytes,
};

/// Nothing: the class is not on the list.
std::optional<PickleClass> pickleClassOf(std::string_view module, std::string_view name);

}  // namespace vitrine
