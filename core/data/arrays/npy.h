// SPDX-License-Identifier: Apache-2.0
// The NPY container: magic, version, a header that is a Python dictionary of three known keys, and
// numbers. A parser over bytes that evaluates nothing. Source: NumPy's numpy.lib.format, versions
// 1.0 to 3.0.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "core/base/result.h"
#include "core/data/arrays/number_array.h"

namespace vitrine {

/// Whether values of 1 or 2 bytes that NumPy has no type for are taken, as their bits: so bfloat16
/// and floats of 8 bits are saved.
enum class RawValues : uint8_t { Refused, Taken };

/// Takes every type of integers and floats of 2 to 8 bytes, and bool. `title` begins the messages.
/// Errors: N01 (magic, version), N02 (header longer than the file), N03 (header is none), N04
/// (objects), N05 (claims more than there is), N06 (extents), N07 (types that are not read), N12
/// (more than it claims), N14 (a pickle).
Result<NumberArray> parseNpy(std::string_view title, std::span<const std::byte> bytes,
                             RawValues raw = RawValues::Refused);

/// Sets type and byte order of NumPy's short name, `<f4`. False: it is none that is read.
bool setNumberType(std::string_view descr, NumberArray& array);

}  // namespace vitrine
