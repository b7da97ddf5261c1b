// SPDX-License-Identifier: Apache-2.0
// Team: the threads that run the parts of a kernel. Each begins with a stretch of its own, always
// the same one of as many parts: what it has made lies in its caches when the next kernel reads it.
// Who is done helps the others. So who runs a part is chance; what comes out is not.
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
    /// The same by the calling thread alone: for kernels that are done before others have begun.
    void runHere(const kernels::Kernel& kernel, void* const* operands, void* workspace);
    /// Like run, some parts of one phase.
    void runParts(const kernels::Kernel& kernel, void* const* operands, void* workspace, int phase,
                  int64_t first, int64_t end);

  private:
    /// What nobody has claimed yet of a thread's own stretch of the parts: the job's number (high
    /// half), the end and the beginning. A claim moves one of the two, by compare and exchange:
    /// where that succeeds the job is not over, so the fields below are still its own.
    struct alignas(64) Stretch {
        std::atomic<uint64_t> left{0};
    };

    void work(int thread);
    void endWorkers();
    void shareOut(const kernels::Kernel& kernel, void* const* operands, void* workspace, int phase,
                  int64_t first, int64_t end);
    void runJob(int64_t first, int64_t parts);
    bool claimAndRun(int thread);
    /// Runs one part (1) unless the stretch has changed since it held `left` (0); `left` is what it
    /// holds afterwards.
    uint32_t tryOne(int thread, Stretch& stretch, uint64_t& left, bool isOwn);
    void* scratchOf(int thread) const { return m_scratch.data() + thread * m_scratchBytes; }

    std::vector<Stretch> m_stretches;  ///< one for each thread, the caller's first
    uint32_t m_job = 0;
    alignas(64) std::atomic<kernels::Kernel::Run> m_run{nullptr};
    std::atomic<const void*> m_problem{nullptr};
    std::atomic<void* const*> m_operands{nullptr};
    std::atomic<void*> m_workspace{nullptr};
    std::atomic<int> m_phase{0};
    std::atomic<int64_t> m_first{0};  ///< the part of the phase that is the job's part 0
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
