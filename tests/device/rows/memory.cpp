// SPDX-License-Identifier: Apache-2.0
// Memory of a device: what is written, read, copied and filled, and what there is no room for.
#include <algorithm>

#include "tests/device/rows/rows.h"

namespace vitrine::device_check {

namespace {

Result<void> checkZeros(const Bench& bench) {
    auto memory = DeviceMemory::allocate(bench.device, 3 * mebibyte + 5);
    if (!memory.ok()) return memory.error();
    Bytes found(static_cast<size_t>((*memory)->sizeBytes()), Bench::untouched);
    VITRINE_TRY((*memory)->read(0, found));
    report("memory, new", std::to_string(found.size()) + " bytes of zeros",
           differing(found, Bytes(found.size())), 0);
    return {};
}

/// Written at an odd place; what lies around it stays. The source changes as soon as it is written.
Result<void> checkTransfer(const Bench& bench, int64_t bytes) {
    const int64_t at = 129, around = 512;
    Bytes expected(static_cast<size_t>(bytes + around), Bench::untouched), source;
    for (int64_t i = 0; i < bytes; ++i)
        source.push_back(static_cast<std::byte>(drawnBits() & 0xff));
    place(expected, at, source);
    const Bytes kept = source;
    VITRINE_TRY(bench.memory.fill(0, bytes + around, Bench::untouched));
    VITRINE_TRY(bench.memory.write(at, source));
    std::fill(source.begin(), source.end(), std::byte{0});
    Bytes found(expected.size());
    VITRINE_TRY(bench.memory.read(0, found));
    const Result<double> writing = bench.time([&] { return bench.memory.write(at, kept); });
    const Result<double> reading = bench.time([&] { return bench.memory.read(at, source); });
    if (!writing.ok()) return writing.error();
    if (!reading.ok()) return reading.error();
    report("memory, write", std::to_string(bytes) + " bytes", differing(found, expected), 0,
           *writing);
    report("memory, read", std::to_string(bytes) + " bytes", differing(source, kept), 0, *reading);
    return {};
}

Result<void> checkCopyAndFill(const Bench& bench, int64_t bytes) {
    Bytes expected(static_cast<size_t>(2 * bytes + 64), Bench::untouched);
    std::fill_n(expected.begin() + 3, bytes, std::byte{0x17});
    std::fill_n(expected.begin() + 33 + bytes, bytes, std::byte{0x17});
    VITRINE_TRY(bench.memory.fill(0, 2 * bytes + 64, Bench::untouched));
    VITRINE_TRY(bench.memory.fill(3, bytes, std::byte{0x17}));
    VITRINE_TRY(bench.memory.copy(3, 33 + bytes, bytes));
    Bytes found(expected.size());
    VITRINE_TRY(bench.memory.read(0, found));
    const auto time = bench.time([&] { return bench.memory.copy(3, 33 + bytes, bytes); });
    if (!time.ok()) return time.error();
    report("memory, copy and fill", std::to_string(bytes) + " bytes", differing(found, expected), 0,
           *time);
    return {};
}

Result<void> checkNoRoom(const Bench& bench) {
    const auto most = DeviceMemory::allocate(bench.device, 2 * bench.device.info().memoryBytes);
    const bool isTold = !most.ok() && most.error().code == "H03";
    const auto less = DeviceMemory::allocate(bench.device, mebibyte);
    if (!less.ok()) return less.error();
    report("memory, no room", "twice of what there is", isTold ? 0 : 1, 0, -1,
           isTold ? most.error().message : "no H03");
    return {};
}

}  // namespace

void memoryRows(const Bench& bench) {
    row("memory, new", "", [&] { return checkZeros(bench); });
    for (const int64_t bytes : {int64_t{1}, int64_t{4095}, mebibyte + 3, 33 * mebibyte + 7}) {
        row("memory, write", std::to_string(bytes), [&] { return checkTransfer(bench, bytes); });
        row("memory, copy", std::to_string(bytes), [&] { return checkCopyAndFill(bench, bytes); });
    }
    row("memory, no room", "", [&] { return checkNoRoom(bench); });
}

}  // namespace vitrine::device_check
