// SPDX-License-Identifier: Apache-2.0
// Opening a safetensors file again and again: seconds until its tensors are known (lazy), and until
// each of their pages has been touched too (warm). tests/bench/weights.py runs it in turns with
// torch.load and the format's own library. Arguments: the file, times (20).
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

#include "core/io/safetensors.h"

using namespace vitrine;

namespace {

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

double median(std::vector<double> times) {
    std::ranges::sort(times);
    return times[times.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "usage: bench_weights file [times]\n");
        return 1;
    }
    constexpr size_t page = 4096;
    std::vector<double> lazy, warm;
    size_t sum = 0;
    for (int i = argc > 2 ? std::atoi(argv[2]) : 20; i > 0; --i) {
        const double start = now();
        const auto file = openSafetensors(argv[1]);
        lazy.push_back(now() - start);
        if (!file) {
            fmt::print(stderr, "{}\n", file.error().text());
            return 1;
        }
        for (size_t at = 0; at < file->data.size(); at += page)
            sum += std::to_integer<size_t>(file->data[at]);
        warm.push_back(now() - start);
    }
    fmt::print("{:.6f} {:.6f} {}\n", median(lazy), median(warm), sum);
    return 0;
}
