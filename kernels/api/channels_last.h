// SPDX-License-Identifier: Apache-2.0
// What kernels of devices gain where the channels of a pixel lie side by side.
#pragma once

#include "kernels/api/problem.h"

namespace vitrine::kernels {

/// Bytes that a device's kernel for a call need not move, about, since images of it lie so, which
/// they do; below 0 where it moves more.
double channelsLastGain(const Call& call);

}  // namespace vitrine::kernels
