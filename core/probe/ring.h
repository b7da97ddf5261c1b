// SPDX-License-Identifier: Apache-2.0
// Ring: single producer, single consumer, fixed size, no locks. What does not fit is dropped and
// counted.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace vitrine {

template <class T>
class Ring {
  public:
    /// `capacity` is a power of two.
    explicit Ring(size_t capacity) : m_slots(new T[capacity]), m_mask(capacity - 1) {}

    /// Producer. False (and counted) where the ring is full.
    bool push(const T& item) {
        const size_t tail = m_tail.load(std::memory_order_relaxed);
        if (tail - m_head.load(std::memory_order_acquire) > m_mask) {
            m_dropped.fetch_add(1, std::memory_order_relaxed);
            return false;
        }
        m_slots[tail & m_mask] = item;
        m_tail.store(tail + 1, std::memory_order_release);
        return true;
    }
    /// Consumer. False where there is nothing.
    bool pop(T& item) {
        const size_t head = m_head.load(std::memory_order_relaxed);
        if (head == m_tail.load(std::memory_order_acquire)) return false;
        item = m_slots[head & m_mask];
        m_head.store(head + 1, std::memory_order_release);
        return true;
    }
    /// Producer: is it time to hurry the consumer?
    bool isHalfFull() const {
        return m_tail.load(std::memory_order_relaxed) - m_head.load(std::memory_order_acquire) >
               m_mask / 2;
    }
    int64_t dropped() const { return m_dropped.load(std::memory_order_relaxed); }

  private:
    std::unique_ptr<T[]> m_slots;
    size_t m_mask;
    alignas(64) std::atomic<size_t> m_head{0};
    alignas(64) std::atomic<size_t> m_tail{0};
    std::atomic<int64_t> m_dropped{0};
};

}  // namespace vitrine
