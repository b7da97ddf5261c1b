// SPDX-License-Identifier: GPL-3.0-or-later
// freedElsewhere(): large values that the window holds for a while and need not take apart.
#pragma once

#include <QCoreApplication>
#include <QThreadPool>

#include <memory>
#include <utility>

namespace vitrine::gui {

/// The same value. When nobody holds it any more it is taken apart on another thread: a tape of
/// thousands of entries takes longer to free than a frame lasts.
template <class T>
std::shared_ptr<const T> freedElsewhere(std::shared_ptr<const T> value) {
    const T* at = value.get();
    if (!at) return nullptr;
    return {at, [value = std::move(value)](const T*) mutable {
                if (!QCoreApplication::instance()) return value.reset();
                QThreadPool::globalInstance()->start(
                    [last = std::move(value)]() mutable { last.reset(); });
            }};
}

}  // namespace vitrine::gui
