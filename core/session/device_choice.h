// SPDX-License-Identifier: Apache-2.0
// Which device a run is to use, by its name: `cpu`, `cuda` (the first one), `cuda:1`.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/device/cuda_library.h"
#include "core/device/device.h"

namespace vitrine {

/// By number; nothing for the CPU. Errors: "L06" naming what there is to choose from.
Result<std::optional<int>> deviceNumber(const std::string& name);

/// The device of that name, of those that `library` knows, for a precision; null for the CPU.
/// Errors: "L06", also for a precision that the CPU has not; "H05" in one sentence where there is
/// no such device, no driver for it, or no library. `byWarpGroups`: products go by instructions of
/// compute capability 9.0 (kernels/api/warp_groups.h), which no run chooses by itself yet.
Result<std::shared_ptr<Device>> openDevice(const std::string& name, const DeviceLibrary& library,
                                           const std::string& precision = "fp32",
                                           bool byWarpGroups = false);

}  // namespace vitrine
