// SPDX-License-Identifier: Apache-2.0
#include "core/session/device_silence.h"

#include "core/device/worker/worker_process.h"

namespace vitrine {

std::chrono::milliseconds deviceSilence() { return worker::longestSilence(); }

void endSilentDevices(std::chrono::milliseconds forSoLong) { worker::giveUpSilent(forSoLong); }

}  // namespace vitrine
