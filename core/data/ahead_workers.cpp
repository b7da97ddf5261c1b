// SPDX-License-Identifier: Apache-2.0
// Workers take a few examples at a time from one counter.
#include "core/data/ahead_workers.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <exception>

namespace vitrine {

void stepBack() {
    constexpr int niceness = 10;
    static_cast<void>(setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), niceness));
}

void AheadWorkers::start(int64_t count, int threads, std::stop_token stop,
                         std::function<void(int64_t)> make) {
    constexpr int64_t worthAThread = 64;
    m_count = count;
    m_stop = std::move(stop);
    m_make = std::move(make);
    const int64_t cores = std::max(1U, std::thread::hardware_concurrency());
    const int64_t wanted =
        std::min({int64_t{threads}, cores, (count + worthAThread - 1) / worthAThread});
    try {
        m_threads.reserve(static_cast<size_t>(std::max<int64_t>(wanted, 0)));
        for (int64_t i = 0; i < wanted; ++i) m_threads.emplace_back([this] { work(); });
    } catch (const std::exception&) {
        // No more threads to be had: who needs an example makes it.
    }
}

void AheadWorkers::end() {
    m_stopping.store(true, std::memory_order_relaxed);
    for (std::thread& thread : m_threads) thread.join();
    m_threads.clear();
}

void AheadWorkers::work() noexcept {
    constexpr int64_t examplesAtOnce = 16;
    const auto isOver = [this] {
        return m_stopping.load(std::memory_order_relaxed) || m_stop.stop_requested();
    };
    stepBack();
    try {
        while (!isOver()) {
            const int64_t first = m_next.fetch_add(examplesAtOnce, std::memory_order_relaxed);
            if (first >= m_count) return;
            const int64_t end = std::min(first + examplesAtOnce, m_count);
            for (int64_t i = first; i < end && !isOver(); ++i) m_make(i);
        }
    } catch (const std::exception&) {
        // Out of memory: who needs an example makes it.
    }
}

}  // namespace vitrine
