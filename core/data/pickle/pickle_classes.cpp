// SPDX-License-Identifier: Apache-2.0
// The lists. NumPy moved its inner modules in version 2.
#include "core/data/pickle/pickle_classes.h"

#include <algorithm>
#include <iterator>

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
constexpr Known tensorClasses[] = {
    {"torch._utils", "_rebuild_tensor", PickleClass::Tensor},
    {"torch._utils", "_rebuild_tensor_v2", PickleClass::Tensor},
    {"torch._utils", "_rebuild_tensor_v3", PickleClass::Tensor},
    {"torch._utils", "_rebuild_parameter", PickleClass::Parameter},
    {"torch._utils", "_rebuild_parameter_with_state", PickleClass::Parameter},
    {"torch._tensor", "_rebuild_from_type_v2", PickleClass::FromType},
    {"torch", "Tensor", PickleClass::TensorType},
    {"torch.nn.parameter", "Parameter", PickleClass::TensorType},
    {"torch.nn.parameter", "Buffer", PickleClass::TensorType},
    {"torch", "Size", PickleClass::First},
    {"torch", "device", PickleClass::First},
    {"torch.torch_version", "TorchVersion", PickleClass::First},
    {"torch.serialization", "_get_layout", PickleClass::First},
    {"builtins", "list", PickleClass::First},
    {"builtins", "set", PickleClass::Set},
    {"__builtin__", "set", PickleClass::Set},
    {"builtins", "frozenset", PickleClass::Set},
    {"builtins", "dict", PickleClass::OrderedDict},
    {"builtins", "int", PickleClass::TensorType},
    {"builtins", "float", PickleClass::TensorType},
    {"collections", "defaultdict", PickleClass::DefaultDict},
};
/// Those that end with `Storage` are types of storages.
constexpr std::string_view elementTypes[] = {"float64",
                                             "double",
                                             "float32",
                                             "float",
                                             "float16",
                                             "half",
                                             "bfloat16",
                                             "int64",
                                             "long",
                                             "int32",
                                             "int",
                                             "int16",
                                             "short",
                                             "int8",
                                             "uint8",
                                             "uint16",
                                             "uint32",
                                             "uint64",
                                             "bool",
                                             "complex32",
                                             "complex64",
                                             "complex128",
                                             "float8_e4m3fn",
                                             "float8_e5m2",
                                             "float8_e4m3fnuz",
                                             "float8_e5m2fnuz",
                                             "float8_e8m0fnu",
                                             "float4_e2m1fn_x2",
                                             "qint8",
                                             "quint8",
                                             "qint32",
                                             "strided",
                                             "preserve_format",
                                             "channels_last",
                                             "contiguous_format"};

bool isStorageType(std::string_view module, std::string_view name) {
    const bool isThere = module == "torch" || module == "torch.storage" || module == "torch.cuda" ||
                         module == "torch.sparse";
    return isThere && name.ends_with("Storage") && name.find('.') == std::string_view::npos;
}

std::optional<PickleClass> tensorClassOf(std::string_view module, std::string_view name) {
    for (const Known& known : tensorClasses)
        if (known.module == module && known.name == name) return known.made;
    if (isStorageType(module, name)) return PickleClass::StorageType;
    if (module == "torch" && std::ranges::find(elementTypes, name) != std::end(elementTypes))
        return PickleClass::TensorType;
    return {};
}

}  // namespace

std::optional<PickleClass> pickleClassOf(std::string_view module, std::string_view name,
                                         PickleUse use) {
    for (const Known& known : knownClasses)
        if (known.module == module && known.name == name) return known.made;
    return use == PickleUse::Tensors ? tensorClassOf(module, name) : std::nullopt;
}

}  // namespace vitrine
