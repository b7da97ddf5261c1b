// SPDX-License-Identifier: Apache-2.0
// One opening of a folder of pictures: seconds until its names are known, and until the first
// picture is there. tests/bench/opening.py runs it in turns with another library.
// Arguments: the folder, threads that read ahead (2).
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include "core/data/dataset.h"

using namespace vitrine;

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "usage: bench_opening folder [threads]\n");
        return 1;
    }
    const auto now = [] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
            .count();
    };
    const DataFormatDescriptor& format = *findDataFormat("image_folder");
    const double start = now();
    const auto data = format.open(
        Attrs(format.fields), {.folder = argv[1], .threads = argc > 2 ? std::atoi(argv[2]) : 2});
    const double opened = now();
    if (!data) {
        fmt::print(stderr, "{}\n", data.error().text());
        return 1;
    }
    const auto first = data->train.value(0, 0);
    fmt::print("{} {:.6f} {:.6f} {}\n", data->train.count + data->test.count, opened - start,
               now() - opened, static_cast<int>(first[0]));
    return 0;
}
