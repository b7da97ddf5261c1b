// SPDX-License-Identifier: Apache-2.0
// Whole messages over a socket, with an end of patience.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>

namespace vitrine {

/// How long to wait for the other side, and what ends that before.
struct Patience {
    using Clock = std::chrono::steady_clock;
    Clock::time_point until = Clock::time_point::max();
    std::stop_token stop = {};  ///< looked at every few milliseconds
};
/// How a transfer ended.
enum class Passed : uint8_t { All, Ended, TooLate, Stopped };

/// All of `bytes`.
Passed sendAll(int socket, std::span<const std::byte> bytes, const Patience& patience);
Passed receiveAll(int socket, std::span<std::byte> bytes, const Patience& patience);
/// Until the socket can be written to, or read from (`events` of poll).
Passed awaitSocket(int socket, short events, const Patience& patience);

}  // namespace vitrine
