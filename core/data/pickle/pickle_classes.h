// SPDX-License-Identifier: Apache-2.0
// The classes that may stand in a pickle, and what is made of their arguments without calling
// anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/data/pickle/pickle.h"

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
    // Of PyTorch.
    Tensor,       ///< a view of a storage: its arguments are kept
    Parameter,    ///< what its first argument is
    FromType,     ///< what its first argument makes of the third
    StorageType,  ///< the name of a storage's type
    TensorType,   ///< the name of a tensor's type
    First,        ///< a list or text that is the first argument: torch.Size, torch.device
    Set,
    DefaultDict,
};

/// Nothing: the class is not on the list. `name` alone tells types of storages and tensors apart.
std::optional<PickleClass> pickleClassOf(std::string_view module, std::string_view name,
                                         PickleUse use);

}  // namespace vitrine
