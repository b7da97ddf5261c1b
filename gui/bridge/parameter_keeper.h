// SPDX-License-Identifier: GPL-3.0-or-later
// ParameterKeeper: the numbers of parameters that name a file, read on a thread of its own.
#pragma once

#include <QObject>

#include <set>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "gui/bridge/background.h"
#include "gui/document/document.h"

namespace vitrine::gui {

/// Window thread. Follows the document: whatever entry comes with a file that nobody has read, by
/// opening, pasting, a choice or an undo, gets its numbers, or says why it has none. Until then its
/// nodes say that they wait.
class ParameterKeeper : public QObject {
    Q_OBJECT
  public:
    explicit ParameterKeeper(Document& document, QObject* parent = nullptr);

    bool isReading() const { return m_reading.isRunning(); }
    /// Waits; what was read is not told.
    void shutDown() { m_reading.waitForFinished(); }

  Q_SIGNALS:
    /// A model holds other numbers than when the project was saved; once for each document.
    void replaced(const vitrine::Error& remark);

  private:
    struct Read {
        std::vector<Parameter> parameters;
        std::vector<Error> replaced;
    };
    void look();
    void take();
    static Read numbersFor(std::vector<Parameter> asked, Project project);

    Document& m_document;
    std::vector<Parameter> m_asked;
    std::set<std::string> m_told;  ///< files
    Background<Result<Read>> m_reading;
};

}  // namespace vitrine::gui
