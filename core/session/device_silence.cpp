// SPDX-License-Identifier: Apache-2.0
// Looks at the processes that are there, again and again.
#include "core/session/device_silence.h"

#include <condition_variable>
#include <mutex>

#include "core/device/worker/worker_process.h"

namespace vitrine {

std::chrono::milliseconds deviceSilence() { return worker::longestSilence(); }

void endSilentDevices(std::chrono::milliseconds forSoLong) { worker::giveUpSilent(forSoLong); }

LastDevicePatience::LastDevicePatience(std::chrono::milliseconds patience)
    : m_watch([patience](std::stop_token stop) {
          constexpr std::chrono::milliseconds look(50);
          std::mutex mutex;
          std::condition_variable_any ended;
          std::unique_lock lock(mutex);
          while (!ended.wait_for(lock, stop, look, [&] { return stop.stop_requested(); }))
              worker::giveUpSilent(patience);
      }) {}

}  // namespace vitrine
