// SPDX-License-Identifier: Apache-2.0
// Threads take a few examples at a time.
#include "core/session/example_walk.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace vitrine {

bool ExampleWalk::run(const std::function<void(int64_t place)>& look) const {
    constexpr int64_t atOnce = 64;
    const int64_t all = count();
    std::atomic<int64_t> next{0};
    const auto work = [&](bool tells) {
        for (int64_t first = next.fetch_add(atOnce); first < all; first = next.fetch_add(atOnce)) {
            if (stop.stop_requested()) return;
            for (int64_t place = first; place < std::min(all, first + atOnce); ++place) look(place);
            if (tells && progress) progress(static_cast<double>(first) / static_cast<double>(all));
        }
    };
    std::vector<std::thread> others;
    for (int i = 1; i < threads; ++i) others.emplace_back(work, false);
    work(true);
    for (std::thread& thread : others) thread.join();
    return !stop.stop_requested();
}

}  // namespace vitrine
