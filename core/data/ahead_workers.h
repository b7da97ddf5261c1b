// SPDX-License-Identifier: Apache-2.0
// AheadWorkers: threads of low priority that make examples before somebody asks for them.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <thread>
#include <vector>

namespace vitrine {

/// The rest of the program goes before the thread that calls this: what it needs at once it makes
/// itself.
void stepBack();

/// Calls `make` for 0 to `count` − 1, a few at a time on each thread, and ends. No more threads
/// than cores, and none where the system gives none.
class AheadWorkers {
  public:
    AheadWorkers() = default;
    /// Waits for what is being made.
    ~AheadWorkers() { end(); }
    AheadWorkers(const AheadWorkers&) = delete;
    AheadWorkers& operator=(const AheadWorkers&) = delete;

    /// Once. `make` is called by many threads at once, until `stop`; std::bad_alloc ends a thread.
    void start(int64_t count, int threads, std::stop_token stop, std::function<void(int64_t)> make);
    void end();

  private:
    void work() noexcept;

    int64_t m_count = 0;
    std::stop_token m_stop;
    std::function<void(int64_t)> m_make;
    std::atomic<int64_t> m_next{0};  ///< what a worker takes next
    std::atomic<bool> m_stopping{false};
    std::vector<std::thread> m_threads;
};

}  // namespace vitrine
