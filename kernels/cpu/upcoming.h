// SPDX-License-Identifier: Apache-2.0
// What a thread will read after what it computes now. Those around a kernel know (what its next
// part loads, what is added to its results), the kernel has the time: it asks for some lines at
// every step of its products, during which memory would be idle. Of ResNet-20's step at batch 128
// that saved a tenth: its convolutions take 1.0 to 1.1 of what they take from the caches.
#pragma once

#include <array>
#include <span>

#include "kernels/cpu/ahead.h"

namespace vitrine::kernels::cpu {

/// Hints alone: nothing depends on who leaves or takes them. A thread's own.
class Upcoming {
  public:
    static Upcoming& ofThread();

    /// Lines of a share of an image that is far, once; those for which there is no room, here or in
    /// half of a second-level cache, are left out.
    void add(const Image& image, const float* data, const ResultShare& share);
    /// The source is made for each part: what would lie behind it is nothing.
    void setSourceIsMade() { m_isSourceMade = true; }
    void clear() {
        m_count = 0;
        m_lines = 0;
        m_isSourceMade = false;
    }

    bool isSourceMade() const { return m_isSourceMade; }
    std::span<const Ahead> lines() const { return std::span(m_list).first(m_count); }

    /// So many would push out what is in use now.
    static constexpr int64_t mostLines = 512 * 1024 / (blockWidth * int64_t{sizeof(float)});

  private:
    std::array<Ahead, 12> m_list{};
    size_t m_count = 0;
    int64_t m_lines = 0;
    bool m_isSourceMade = false;
};

}  // namespace vitrine::kernels::cpu
