// SPDX-License-Identifier: Apache-2.0
// Operands for tests of kernels: memory of exactly the promised size, filled so that a kernel that
// reads or writes what it must not is found out.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/api/kernel.h"

namespace vitrine::test {

/// 64-byte aligned floats, without a byte more than asked for (so that AddressSanitizer sees reads
/// beyond), or between two guard bands (so that stray writes show without it).
class Floats {
  public:
    enum class Guards : bool { None, Bands };
    explicit Floats(int64_t count, Guards guards = Guards::None);
    float* data() const { return m_memory.get() + m_band; }
    int64_t count() const { return m_count; }
    bool guardsIntact() const;

  private:
    struct Free {
        void operator()(float* memory) const;
    };
    int64_t m_count, m_band;
    std::unique_ptr<float, Free> m_memory;
};

/// `values` [n, c, h, w] in the image's layout. Halo zero; missing lanes and channel tails NaN.
Floats packImage(const kernels::Image& image, const std::vector<double>& values);
/// Back to [n, c, h, w].
std::vector<double> unpackImage(const kernels::Image& image, const float* data);
/// Whether the halo of every lane that exists is zero.
bool haloIsZero(const kernels::Image& image, const float* data);

/// Runs a kernel's parts backwards within each phase: the reverse of runAll.
void runBackwards(const kernels::Kernel& kernel, void* const* operands,
                  kernels::Workspace workspace);

}  // namespace vitrine::test
