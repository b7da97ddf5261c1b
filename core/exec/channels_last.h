// SPDX-License-Identifier: Apache-2.0
// Which images of a tape for a device lie with their channels side by side.
#pragma once

#include "core/exec/layout_pass.h"

namespace vitrine {

/// Gives runs of instructions whose kernels take images that lie so such images, and copies what
/// lies otherwise where the two meet: so that what convolutions gain is more than copies cost, and
/// copies cost the least. Asks the device of `typed` which kernels do. `bytesOfLaunch`: see
/// TapeOptions.
void putChannelsLast(TypedProgram& typed, double bytesOfLaunch);

}  // namespace vitrine
