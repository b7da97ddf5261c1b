// SPDX-License-Identifier: Apache-2.0
// What rows of a device's kernels work with: its memory, operands, random numbers, and a clock.
#pragma once

#include <cstring>
#include <functional>
#include <span>
#include <vector>

#include "core/device/device_memory.h"
#include "kernels/api/problem.h"
#include "tests/device/table.h"

namespace vitrine::device_check {

using Bytes = std::vector<std::byte>;

constexpr int64_t mebibyte = int64_t{1} << 20;
/// Rows lie in front of the workspace of their kernels.
constexpr int64_t workspaceAt = 320 * mebibyte, memoryBytes = 384 * mebibyte;

/// The same bits in every run of all rows.
uint64_t drawnBits();
/// Of the standard normal distribution.
double drawn();

template <class T>
std::span<const std::byte> bytesOf(const std::vector<T>& values) {
    return std::as_bytes(std::span(values));
}

kernels::Operand array(std::vector<int64_t> shape, std::vector<int64_t> strides, DType dtype);
/// A row-major image of F32.
kernels::Operand image(const kernels::Image& of);
kernels::Call callOf(kernels::Problem problem, std::vector<kernels::Operand> operands);

/// A device, memory of it, and the pattern that bytes nobody wrote have.
struct Bench {
    Device& device;
    DeviceMemory& memory;
    bool isSlow = false;        ///< loops of the host
    const char* products = "";  ///< what tensor cores multiply: then numbers are exact in it
    static constexpr std::byte untouched{0xa5};

    std::string sizes(std::string text) const {
        return *products ? std::move(text) + ", " + products : text;
    }
    /// Elements of a large array, not a multiple of anything.
    int64_t many() const { return (isSlow ? mebibyte / 16 : 4 * mebibyte) + 1; }

    /// Microseconds of one of many.
    Result<double> time(const std::function<Result<void>()>& work) const;
};

/// Bytes of `found` that differ from what was expected.
double differing(const Bytes& found, const Bytes& expected);

template <class T>
void place(Bytes& bytes, int64_t at, const std::vector<T>& values) {
    if (!values.empty()) std::memcpy(bytes.data() + at, values.data(), values.size() * sizeof(T));
}

/// What a kernel left in the memory, from its start, and how long it took.
struct Ran {
    Bytes contents;
    double microseconds = 0;
};

/// Runs a kernel that is bound to operands at these places: many times for the clock, and once more
/// on memory that holds `before`.
Result<Ran> run(const Bench& bench, const kernels::Call& call, const std::vector<int64_t>& places,
                const Bytes& before);

}  // namespace vitrine::device_check
