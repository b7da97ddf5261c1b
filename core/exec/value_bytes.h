// SPDX-License-Identifier: Apache-2.0
// A value's elements as they are, row by row, whatever its layout: nothing is rounded on the way
// through another type.
#pragma once

#include <cstddef>
#include <vector>

#include "core/device/memory.h"
#include "core/exec/tape.h"

namespace vitrine {

/// Of a value that is in memory. Throws DeviceTrouble where that cannot be read.
std::vector<std::byte> bytesOfValue(const Tape& tape, const Memory& memory, ValueId value);

}  // namespace vitrine
