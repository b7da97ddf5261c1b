// SPDX-License-Identifier: Apache-2.0
// Team: the threads that run the parts of a kernel. Who runs a part is chance; what comes out is
// not.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "core/device/arena.h"
#include "kernels/api/kernel.h"

namespace vitrine {

/// The calling thread is one of the team; `threads − 1` workers wait beside it. Between kernels of
/// a step they spin for a bounded time (never with more threads than cores), after that they sleep.
/// run() allocates nothing. One caller at a time.
class Team {
  public:
    /// Throws TooFewThreads where the system does not give them.
    explicit Team(int threads);
    ~Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    int threads() const { return static_cast<int>(m_workers.size()) + 1; }
    /// From now on kernels may want so much scratch memory for each thread. Errors: "H02".
    Result<void> reserveScratch(int64_t bytes);
    /// Of each thread.
    int64_t scratchBytes() const { return m_scratchBytes; }
    /// Runs all phases of a kernel, whose scratch is reserved; returns when the last part is done.
    void run(const kernels::Kernel& kernel, void* const* operands, void* workspace);

  private:
    void work(int thread);
    void endWorkers();
    void runPhase(const kernels::Kernel& kernel, void* const* operands, void* workspace, int phase,
                  int64_t parts);
    bool claimAndRun(int thread);
    void* scratchOf(int thread) const { return m_scratch.data() + thread * m_scratchBytes; }

    // The ticket holds the job's number (high half) and the next part (low half). A job is
    // published by closing the ticket, writing the fields, opening the ticket; a claim succeeds
    // only on the ticket that the fields belong to.
    static constexpr uint64_t closed = 0xffffffffu;
    alignas(64) std::atomic<uint64_t> m_ticket{closed};
    std::atomic<kernels::Kernel::Run> m_run{nullptr};
    std::atomic<const void*> m_problem{nullptr};
    std::atomic<void* const*> m_operands{nullptr};
    std::atomic<void*> m_workspace{nullptr};
    std::atomic<int> m_phase{0};
    std::atomic<uint32_t> m_parts{0};
    alignas(64) std::atomic<uint32_t> m_done{0};
    alignas(64) std::atomic<uint32_t> m_wake{0};
    std::atomic<int> m_sleeping{0};
    std::atomic<bool> m_quit{false};
    int m_spins = 0;
    Arena m_scratch;  ///< a stretch for each thread, the caller's first
    int64_t m_scratchBytes = 0;
    std::vector<std::thread> m_workers;
};

}  // namespace vitrine
