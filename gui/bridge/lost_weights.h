// SPDX-License-Identifier: GPL-3.0-or-later
// LostWeights: files that parameters of the document name and that cannot be read, until they are
// there again or somebody has said where they are.
#pragma once

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "gui/bridge/background.h"
#include "gui/document/document.h"

namespace vitrine::gui {

/// A file whose numbers some parameters lack.
struct LostFile {
    std::string path;
    std::string why;     ///< as the first of them says
    int parameters = 0;  ///< that lack numbers of it
    bool isThere = false;
    bool operator==(const LostFile&) const = default;
};

/// In the order of their paths. What is still being read is not lost.
std::vector<LostFile> lostFilesOf(const Graph& graph);
/// The file that a node's error is about; nothing: about something else.
std::optional<std::string> lostFileBehind(const Graph& graph, const Error& error);
/// One sentence for all of its parameters: "G01".
Error errorOf(const LostFile& lost);

/// Window thread. Follows the document.
class LostWeights : public QObject {
    Q_OBJECT
  public:
    explicit LostWeights(Document& document, QObject* parent = nullptr);

    const std::vector<LostFile>& files() const { return m_files; }
    /// Reads another file in the place of one. Where it holds every tensor that is lacked, of the
    /// same shape, the project names it from then on: one entry of the undo list. Else refused().
    void locate(const std::string& lost, const std::string& file);
    /// Files that have come, or have changed since they were read, are read again.
    void lookAgain();

  Q_SIGNALS:
    void changed();
    void refused(const vitrine::Error& error);
    void located(const QString& file);

  private:
    /// What a file is told by: 0 and 0 of one that is not there.
    using Stamp = std::pair<qint64, qint64>;
    static Stamp stampOf(const std::string& path);
    void follow();
    void watch();
    void take();

    struct Move {
        std::string from, to;
        std::vector<Parameter> entries;  ///< that name `to`
    };
    Document& m_document;
    std::vector<LostFile> m_files;
    std::map<std::string, Stamp> m_seen;  ///< when their reading came to nothing
    QFileSystemWatcher m_watcher;
    QTimer m_soon;  ///< a file that is being copied changes many times
    Move m_move;
    Background<Result<std::vector<Parameter>>> m_reading;
};

}  // namespace vitrine::gui
