// SPDX-License-Identifier: GPL-3.0-or-later
// PlanKeeper: the tape that the document would train with.
#pragma once

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>

#include "core/session/live_run.h"
#include "gui/bridge/background.h"
#include "gui/document/document.h"

namespace vitrine::gui {

/// Window thread. Plans on a thread of its own, soon after each edit. Another document has no plan
/// until its first, and nothing is wrong with it.
class PlanKeeper : public QObject {
    Q_OBJECT
  public:
    explicit PlanKeeper(Document& document, QObject* parent = nullptr);
    ~PlanKeeper() override { shutDown(); }

    /// Null before the first and where there is none.
    const std::shared_ptr<const Tape>& tape() const { return m_tape; }
    /// Why there is none.
    const std::optional<Error>& error() const { return m_error; }
    /// Something that no edit tells of has changed: what was measured on this machine.
    void again() { m_delay.start(); }
    /// Waits for the plan that is being made; it is not told.
    void shutDown();

  Q_SIGNALS:
    void changed();

  private:
    using Planned = Result<std::shared_ptr<const Tape>>;
    void forget();
    void plan();
    void planIsThere();

    Document& m_document;
    std::shared_ptr<const Tape> m_tape;
    std::optional<Error> m_error;
    QTimer m_delay;
    Background<Planned> m_planning;
    bool m_isOutdated = false;  ///< what is being planned is of a document that is gone
};

}  // namespace vitrine::gui
