// SPDX-License-Identifier: Apache-2.0
// What tests of kernels share: memory between guard bands, images in every layout with NaN planted
// wherever a kernel must not look, runs with the parts in either order.
#pragma once

#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "kernels/api/kernel.h"

namespace vitrine::test {

/// `count` elements on a 64-byte line, with bands around them that nobody may write.
template <class T>
class Guarded {
  public:
    explicit Guarded(int64_t count, T value = T()) : m_count(static_cast<size_t>(count)) {
        m_bytes.assign(m_count * sizeof(T) + 2 * band + 64, mark);
        const auto address = reinterpret_cast<uintptr_t>(m_bytes.data());
        m_start = band + (64 - address % 64) % 64;
        for (T& element : span()) element = value;
    }
    Guarded(Guarded&&) = default;
    Guarded& operator=(Guarded&&) = default;

    T* data() { return reinterpret_cast<T*>(m_bytes.data() + m_start); }
    const T* data() const { return reinterpret_cast<const T*>(m_bytes.data() + m_start); }
    std::span<T> span() { return {data(), m_count}; }
    std::span<const T> span() const { return {data(), m_count}; }
    bool bandsIntact() const {
        const size_t end = m_start + m_count * sizeof(T);
        for (size_t i = 0; i < m_bytes.size(); ++i)
            if ((i < m_start || i >= end) && m_bytes[i] != mark) return false;
        return true;
    }

  private:
    static constexpr size_t band = 256;
    static constexpr unsigned char mark = 0xA5;
    size_t m_count = 0, m_start = 0;
    std::vector<unsigned char> m_bytes;
};

/// A float image. What no kernel may let into a result is NaN; the halo is zero in operands that
/// hold values and NaN in those that wait for a result.
class ImageBuffer {
  public:
    /// Waits for a result: NaN everywhere.
    explicit ImageBuffer(const kernels::Image& image);
    /// Holds `values`, logical [n, c, h, w].
    ImageBuffer(const kernels::Image& image, std::span<const double> values);

    const kernels::Image& image() const { return m_image; }
    float* data() { return m_memory.data(); }
    /// Logical [n, c, h, w].
    std::vector<float> values() const;
    /// Bands untouched and halo zero.
    bool isSound() const;

  private:
    int64_t offset(int64_t logicalIndex) const;
    kernels::Image m_image;
    Guarded<float> m_memory;
};

/// Runs all phases, the parts of each forwards or backwards, on a workspace of garbage between
/// guard bands. False where a band was written.
bool runKernel(const kernels::Kernel& kernel, std::vector<void*> operands, bool backwards = false);

/// `count` numbers in [low, high] that float represents exactly, from a fixed seed.
std::vector<double> randomFloats(int64_t count, double low, double high, uint64_t seed = 1);

/// Largest |actual − expected| as a share of max |expected|; infinite where one is NaN and the
/// other is not.
double shareOfLargest(std::span<const float> actual, std::span<const double> expected);

/// Names of the instruction sets of this machine, best first.
std::vector<std::string> instructionSets();

/// Kernels selected while it lives use the named instruction set.
class InstructionSetCap {
  public:
    explicit InstructionSetCap(const std::string& name);
    ~InstructionSetCap();
    InstructionSetCap(const InstructionSetCap&) = delete;
    InstructionSetCap& operator=(const InstructionSetCap&) = delete;
};

/// NaN equal to NaN, otherwise the same bits.
bool sameNumbers(std::span<const float> a, std::span<const float> b);

}  // namespace vitrine::test
