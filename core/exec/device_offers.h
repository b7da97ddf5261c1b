// SPDX-License-Identifier: Apache-2.0
// What kernels of a device take, asked for by binding them: no list says it a second time.
#pragma once

#include "core/device/device.h"
#include "core/exec/offer_memo.h"

namespace vitrine {

/// As askedOffers, where the device runs it: of what is fused in, `call` has all, and the device
/// has a kernel for all of it or does not take it. One that is lost takes nothing.
AskedOffers offersOfDevice(Device& device, kernels::Call call, kernels::Offers offers);

/// Name and refusals of the device's kernel for a call whose operands lie as they are.
kernels::Kernel kernelOfDevice(Device& device, const kernels::Call& call);

}  // namespace vitrine
