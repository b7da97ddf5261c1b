// SPDX-License-Identifier: Apache-2.0
// Mailbox: the latest value from one thread to another, without locks. A value that was not taken
// in time is replaced by the next one.
#pragma once

#include <atomic>
#include <memory>

namespace vitrine {

/// Any thread may put, any thread may take; whoever takes owns what was put.
template <class T>
class Mailbox {
  public:
    Mailbox() = default;
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;
    ~Mailbox() { delete m_latest.load(std::memory_order_acquire); }

    void put(std::unique_ptr<T> value) {
        delete m_latest.exchange(value.release(), std::memory_order_acq_rel);
    }
    /// Null where nothing has come since the last time.
    std::unique_ptr<T> take() {
        if (!m_latest.load(std::memory_order_relaxed)) return nullptr;
        return std::unique_ptr<T>(m_latest.exchange(nullptr, std::memory_order_acq_rel));
    }

  private:
    std::atomic<T*> m_latest{nullptr};
};

}  // namespace vitrine
