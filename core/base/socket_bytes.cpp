// SPDX-License-Identifier: Apache-2.0
// poll, send and recv until all is there.
#include "core/base/socket_bytes.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace vitrine {

namespace {

constexpr bool isPatient(int error) { return error == EAGAIN || error == EINTR; }

}  // namespace

Passed awaitSocket(int socket, short events, const Patience& patience) {
    const int64_t most = patience.stop.stop_possible() ? 10 : 60'000;
    for (;;) {
        if (patience.stop.stop_requested()) return Passed::Stopped;
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                              patience.until - Patience::Clock::now())
                              .count();
        if (left <= 0) return Passed::TooLate;
        pollfd one{socket, events, 0};
        const int found = poll(&one, 1, static_cast<int>(std::min(left, most)));
        if (found > 0) return Passed::All;
        if (found < 0 && errno != EINTR) return Passed::Ended;
    }
}

Passed sendAll(int socket, std::span<const std::byte> bytes, const Patience& patience) {
    while (!bytes.empty()) {
        const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0)
            bytes = bytes.subspan(static_cast<size_t>(sent));
        else if (!isPatient(errno))
            return Passed::Ended;
        else if (const Passed ready = awaitSocket(socket, POLLOUT, patience); ready != Passed::All)
            return ready;
    }
    return Passed::All;
}

Passed receiveAll(int socket, std::span<std::byte> bytes, const Patience& patience) {
    while (!bytes.empty()) {
        const ssize_t got = recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (got > 0)
            bytes = bytes.subspan(static_cast<size_t>(got));
        else if (got == 0 || !isPatient(errno))
            return Passed::Ended;
        else if (const Passed ready = awaitSocket(socket, POLLIN, patience); ready != Passed::All)
            return ready;
    }
    return Passed::All;
}

}  // namespace vitrine
