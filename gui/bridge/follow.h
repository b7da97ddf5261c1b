// SPDX-License-Identifier: GPL-3.0-or-later
// follow(): how a view listens to document, run and selection, so that a mistake in the view ends
// the view's content and neither what the sender was doing nor what other views are told.
#pragma once

#include <QObject>

#include <type_traits>

#include "core/base/check_guard.h"

namespace vitrine::gui {

/// Holds the content of a view and can take it away. A dock implements it.
class ViewHost {
  public:
    virtual ~ViewHost() = default;
    /// A check has failed in the content, so that nobody knows what state it is in: a sentence
    /// stands in its place from now on, and the content goes.
    virtual void giveUp(const QString& sentence) = 0;
    virtual bool hasGivenUp() const = 0;
};

/// The host that `object` lives in; null where it lives in none.
ViewHost* viewHostOf(QObject* object);

/// What failed, for people.
QString sentenceOf(const CheckFailed& failed);

/// Calls a view's `work`. A check that fails in there goes to the view's host; without a host, on
/// to the caller. A view that has been given up is not called.
template <class Work>
void keepInside(QObject* object, Work work) {
    ViewHost* host = viewHostOf(object);
    if (!host) return work();
    if (host->hasGivenUp()) return;
    const CheckGuard guard;
    try {
        work();
    } catch (const CheckFailed& failed) {
        host->giveUp(sentenceOf(failed));
    }
}

/// QObject::connect for receivers that live in a view: a function that is called with all of the
/// signal's arguments, or with none.
template <class Sender, class Owner, class... Args, class Receiver, class Slot>
QMetaObject::Connection follow(const Sender* sender, void (Owner::*signal)(Args...),
                               Receiver* receiver, Slot slot) {
    return QObject::connect(sender, signal, receiver, [receiver, slot](Args... args) mutable {
        keepInside(receiver, [&] {
            if constexpr (std::is_invocable_v<Slot, Receiver*, Args...>)
                std::invoke(slot, receiver, args...);
            else if constexpr (std::is_member_function_pointer_v<Slot>)
                std::invoke(slot, receiver);
            else if constexpr (std::is_invocable_v<Slot, Args...>)
                slot(args...);
            else
                slot();
        });
    });
}

}  // namespace vitrine::gui
