// SPDX-License-Identifier: GPL-3.0-or-later
// ModelNames: names of classes that the model has whose weights a network starts from.
#pragma once

#include <QObject>
#include <QStringList>

#include "gui/bridge/background.h"
#include "gui/document/document.h"

namespace vitrine::gui {

/// Window thread. Those that the project has kept; else the model is read on another thread, once
/// for each file that a document names.
class ModelNames : public QObject {
    Q_OBJECT
  public:
    ModelNames(Document& document, QObject* parent);

  Q_SIGNALS:
    /// Of the document's model; empty: it has none.
    void changed(const QStringList& names);

  private:
    void look();
    void take();
    void tell(const std::vector<std::string>& names);

    Document& m_document;
    std::vector<std::string> m_kept;  ///< of the project, as they were told
    QString m_path;                   ///< that was read, or is being read
    struct Names {
        std::vector<std::string> names;
        Names(std::vector<std::string> found) : names(std::move(found)) {}
        explicit Names(const Error&) {}
    };
    Background<Names> m_reading;
};

}  // namespace vitrine::gui
