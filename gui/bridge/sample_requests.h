// SPDX-License-Identifier: GPL-3.0-or-later
// SampleRequests: what several views want to be sampled, as one request.
#pragma once

#include <QObject>

#include <utility>
#include <vector>

#include "core/probe/stop_request.h"

namespace vitrine::gui {

/// Window thread.
class SampleRequests : public QObject {
    Q_OBJECT
  public:
    using QObject::QObject;
    /// In the place of what `who` wanted before; it counts as long as `who` lives.
    void set(QObject* who, const SampleRequest& request);
    SampleRequest all() const;

  Q_SIGNALS:
    void changed();

  private:
    std::vector<std::pair<QObject*, SampleRequest>> m_requests;
};

}  // namespace vitrine::gui
