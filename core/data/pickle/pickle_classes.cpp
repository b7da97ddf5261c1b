// SPDX-License-Identifier: Apache-2.0
// The list. NumPy moved its inner modules in version 2.
#include "core/data/pickle/pickle_classes.h"

namespace vitrine {

namespace {

struct Known {
    std::string_view module, name;
    PickleClass made;
};
constexpr Known knownClasses[] = {
    {"numpy", "ndarray", PickleClass::Array},
    {"numpy", "dtype", PickleClass::NumberType},
    {"numpy.core.multiarray", "_reconstruct", PickleClass::Reconstruct},
    {"numpy._core.multiarray", "_reconstruct", PickleClass::Reconstruct},
    {"numpy.core.numeric", "_frombuffer", PickleClass::FromBuffer},
    {"numpy._core.numeric", "_frombuffer", PickleClass::FromBuffer},
    {"numpy.core.multiarray", "scalar", PickleClass::Scalar},
    {"numpy._core.multiarray", "scalar", PickleClass::Scalar},
    {"_codecs", "encode", PickleClass::Encode},
    {"collections", "OrderedDict", PickleClass::OrderedDict},
    {"__builtin__", "bytes", PickleClass::Bytes},
    {"builtins", "bytes", PickleClass::Bytes},
    {"__builtin__", "bytearray", PickleClass::Bytes},
    {"builtins", "bytearray", PickleClass::Bytes},
};

}  // namespace

std::optional<PickleClass> pickleClassOf(std::string_view module, std::string_view name) {
    for (const Known& known : knownClasses)
        if (known.module == module && known.name == name) return known.made;
    return {};
}

}  // namespace vitrine
