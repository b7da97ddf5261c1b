// SPDX-License-Identifier: Apache-2.0
// WorkerProcess: the process that uses a device for this program, and one queue of calls to it.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/child_process.h"
#include "core/base/socket_bytes.h"
#include "core/device/worker/message.h"
#include "core/device/worker/wire.h"

namespace vitrine::worker {

/// What is started, and with what.
struct WorkerPlaces {
    std::vector<std::string> programs;   ///< the first that is there
    std::vector<std::string> libraries;  ///< with the kernels; the first that is there
    /// For one answer: a driver that compiles for a new device takes a minute.
    std::chrono::milliseconds patience = std::chrono::minutes(5);
};
/// Beside the running program, and in ../lib/vitrine.
WorkerPlaces usualPlaces();

/// Ends with this object, and with the program. What fails is Lost, and then nothing is asked of it
/// any more. Threads: one at a time.
class WorkerProcess {
  public:
    /// Null where none can be started; `reason` says why.
    static std::shared_ptr<WorkerProcess> start(const WorkerPlaces& places, std::string& reason);
    ~WorkerProcess();
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;

    /// Sends it, and waits for the answer where there is one to come.
    kernels::DeviceStatus ask(Request request, std::span<const std::byte> payload = {});
    /// Of the last question that was answered with Ok or Refused.
    uint64_t word() const { return m_answer.word; }
    std::span<const std::byte> bytes() const { return m_bytes; }
    /// Of the last one that was not.
    const std::string& words() const { return m_words; }

    // Of any length, through the shared memory.
    kernels::DeviceStatus write(uint64_t to, std::span<const std::byte> bytes);
    kernels::DeviceStatus read(std::span<std::byte> to, uint64_t from);

    pid_t process() const { return m_process; }

    // Any thread.

    /// How long the question that is being asked has been without an answer; 0: none is asked.
    std::chrono::milliseconds silence() const;
    /// Nobody waits for it any more: what is being asked comes back as Lost, and the process ends.
    void giveUp();

  private:
    WorkerProcess(pid_t process, Descriptor& socket, std::byte* shared,
                  std::chrono::milliseconds patience)
        : m_process(process), m_socket(socket.take()), m_shared(shared), m_patience(patience) {}

    class Asking;  ///< counts the silence while it lives
    kernels::DeviceStatus exchange(Request& request, std::span<const std::byte> payload);
    bool takeAnswer(const Patience& patience);
    kernels::DeviceStatus statusOf(const Answer& answer);
    bool waitForPiece(const Patience& patience);
    kernels::DeviceStatus end(std::string words);
    kernels::DeviceStatus failed();

    const pid_t m_process;
    Descriptor m_socket;
    std::byte* const m_shared;
    const std::chrono::milliseconds m_patience;
    uint64_t m_written = 0;  ///< pieces that were sent
    Answer m_answer;
    Bytes m_bytes;
    std::string m_words;
    bool m_isLate = false, m_hasEnded = false;
    std::atomic<Patience::Clock::rep> m_askedAt = 0;  ///< 0: nothing is being asked
    std::atomic<bool> m_isGivenUp = false;
};

/// Of all processes of this program, those that are being asked something: the longest silence.
std::chrono::milliseconds longestSilence();
/// Gives up those that have been silent for so long.
void giveUpSilent(std::chrono::milliseconds forSoLong);

}  // namespace vitrine::worker
