// SPDX-License-Identifier: Apache-2.0
// The thread sanitizer's own test. `race`: two threads write one variable, which has to be
// reported. `order`: parts of a oneTBB loop hand their writes on to the next loop, which has to be
// silent; it is not where oneTBB itself is built without the sanitizer.
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <cstdio>
#include <cstring>
#include <thread>
#include <vector>

namespace {

int raceFreely() {
    int written = 0;
    std::thread other([&] { written = 1; });
    written = 2;
    other.join();
    return written;
}

int raceNowhere() {
    constexpr int parts = 64, size = 64 * 1000, rounds = 50;
    std::vector<int> counts(size);
    tbb::task_arena team(4);
    for (int round = 0; round < rounds; ++round) {
        // Every round gives a part's elements to another part.
        const auto count = [&](int part) {
            for (int i = (part + round) % parts; i < size; i += parts)
                ++counts[static_cast<size_t>(i)];
        };
        team.execute([&] { tbb::parallel_for(0, parts, count); });
    }
    for (const int count : counts)
        if (count != rounds) return 1;
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 2 && std::strcmp(argv[1], "race") == 0) return raceFreely() == 0;
    if (argc == 2 && std::strcmp(argv[1], "order") == 0) return raceNowhere();
    std::fputs("Usage: planted_race race|order\n", stderr);
    return 2;
}
