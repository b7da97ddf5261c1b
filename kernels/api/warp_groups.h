// SPDX-License-Identifier: Apache-2.0
// Products by groups of four warps, as Hopper's tensor cores take them (wgmma, compute capability
// 9.0): asked for by name when a device is opened.
#pragma once

#include "kernels/api/device.h"

namespace vitrine::kernels {

/// The format, multiplied so. Opening a device fails where its cores or the library's code have no
/// such instructions.
constexpr ProductFormat byWarpGroups(ProductFormat format) {
    return static_cast<ProductFormat>(static_cast<int32_t>(format) | 0x100);
}
constexpr bool isByWarpGroups(ProductFormat format) {
    return (static_cast<int32_t>(format) & 0x100) != 0;
}
constexpr ProductFormat withoutWarpGroups(ProductFormat format) {
    return static_cast<ProductFormat>(static_cast<int32_t>(format) & 0xff);
}

}  // namespace vitrine::kernels
