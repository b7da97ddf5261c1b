// SPDX-License-Identifier: GPL-3.0-or-later
// freedElsewhere(): large values that the window holds for a while and need not take apart.
#pragma once

#include <QCoreApplication>
#include <QThreadPool>

#include <atomic>
#include <memory>
#include <utility>

namespace vitrine::gui {

/// What the pool's thread is given. Qt's hand-over is enough for it, but Qt is not built for race
/// detectors: this one they see.
template <class T>
struct LastHolder {
    std::shared_ptr<const T> value;
    std::atomic<bool> isGiven{false};
};

/// The same value. When nobody holds it any more it is taken apart on another thread: a tape of
/// thousands of entries takes longer to free than a frame lasts.
template <class T>
std::shared_ptr<const T> freedElsewhere(std::shared_ptr<const T> value) {
    const T* at = value.get();
    if (!at) return nullptr;
    return {at, [value = std::move(value)](const T*) mutable {
                if (!QCoreApplication::instance()) return value.reset();
                auto* last = new LastHolder<T>{std::move(value)};
                last->isGiven.store(true, std::memory_order_release);
                QThreadPool::globalInstance()->start([last] {
                    const std::unique_ptr<LastHolder<T>> owned(last);
                    owned->isGiven.wait(false, std::memory_order_acquire);
                });
            }};
}

}  // namespace vitrine::gui
