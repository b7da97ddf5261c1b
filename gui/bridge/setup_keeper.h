// SPDX-License-Identifier: GPL-3.0-or-later
// SetupKeeper: what is to be told of the document's set-up before anything is started.
#pragma once

#include <QObject>
#include <QTimer>

#include <memory>
#include <vector>

#include "core/session/setup_check.h"
#include "gui/bridge/background.h"
#include "gui/bridge/data_keeper.h"
#include "gui/document/document.h"

namespace vitrine::gui {

/// Window thread. Checks on a thread of its own, soon after each edit and whenever data have come;
/// labels are counted once for each data set.
class SetupKeeper : public QObject {
    Q_OBJECT
  public:
    SetupKeeper(Document& document, const DataKeeper& data, QObject* parent = nullptr);
    ~SetupKeeper() override { shutDown(); }

    /// Of a document with nodes; none of an empty one.
    const std::vector<SetupFinding>& findings() const { return m_findings; }
    /// Is this among the warnings?
    bool tells(const Error& error) const;
    /// Ends the check that goes on and waits; what it found is not told.
    void shutDown();

  Q_SIGNALS:
    void changed();

  private:
    using Images = std::shared_ptr<const Dataset>;
    struct Checked {
        Images data;  ///< whose facts these are; null: of settings
        DataFacts facts;
        std::vector<SetupFinding> findings;
    };
    static Result<Checked> checkedWith(const Project& project, Images data, Images counted,
                                       DataFacts facts);
    void check();
    void checkIsDone();

    Document& m_document;
    const DataKeeper& m_data;
    std::vector<SetupFinding> m_findings;
    Images m_counted;  ///< the data set of m_facts
    DataFacts m_facts;
    QTimer m_delay;
    Background<Result<Checked>> m_checking;
};

}  // namespace vitrine::gui
