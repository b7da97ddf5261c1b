// SPDX-License-Identifier: GPL-3.0-or-later
// Document: the project that is being edited, with its undo list and its file. Needs no window.
#pragma once

#include <QObject>
#include <QUndoStack>

#include <functional>
#include <optional>

#include "core/graph/edit.h"
#include "core/graph/live_shapes.h"
#include "core/session/project.h"

namespace vitrine::gui {

/// Window thread. Every change goes through here, each gesture is one entry of the undo list.
class Document : public QObject {
    Q_OBJECT
  public:
    explicit Document(QObject* parent = nullptr);

    const Project& project() const { return m_project; }
    const Graph& graph() const { return m_project.graph; }
    /// Shapes and errors of the graph as it is; the entries of `nodes` stand in the order of
    /// graph().nodes().
    const ShapeReport& shapes() const { return m_shapes.report(); }
    /// The same for its wiring.
    const Wiring& wiring() const { return m_shapes.wiring(); }
    const NodeShapes* shapesOf(const std::string& node) const;
    /// What the last graphChanged was about, and the nodes whose shapes or errors may have become
    /// others by it.
    const Touched& lastChange() const { return m_lastChange; }
    const std::vector<std::string>& reshaped() const { return m_reshaped; }
    QUndoStack& undoStack() { return m_undo; }
    /// Absolute path; empty for a project that was never saved.
    QString file() const { return m_file; }
    QString title() const;
    bool isModified() const { return !m_undo.isClean() || m_recovered; }

    /// Does it and puts it into the undo list as `text`. Entries with one `mergeKey` that follow
    /// each other become one (typing into a field). Errors: of the first edit that does not work;
    /// nothing has changed then.
    Result<void> edit(const QString& text, const Transaction& transaction,
                      const QString& mergeKey = {});
    /// Gives places to project().unplaced: no change of the project, and nothing to undo. Stops
    /// where a node is not there.
    void place(const Transaction& moves);
    /// Numbers of files have come to entries that name them: no change of the project, and nothing
    /// to undo. Stops where an entry cannot be so.
    void complete(const Transaction& entries);
    void setTraining(const QString& text, const TrainingSettings& training,
                     const QString& mergeKey = {});
    void setData(const QString& text, const DataSettings& data, const QString& mergeKey = {});

    /// Everything below forgets the undo list.
    void startNew();
    /// Numbers of parameters that name a file are not read: see ParameterKeeper.
    Result<void> open(const QString& path);
    Result<void> save();
    Result<void> saveAs(const QString& file);
    /// The text of a lost session, for `file` (may be empty). It counts as modified.
    Result<void> recover(const QByteArray& text, const QString& file);

  Q_SIGNALS:
    /// Another project: views start from nothing. Comes before graphChanged and settingsChanged.
    void replaced();
    /// Before graphChanged: the node keeps its place under another id.
    void nodeRenamed(const QString& from, const QString& to);
    /// Nodes, edges, fields, positions or titles; shapes() and lastChange() are up to date.
    void graphChanged();
    /// Training or data settings.
    void settingsChanged();
    void fileChanged();
    void modifiedChanged(bool modified);

  private:
    friend class GraphCommand;
    friend class SettingsCommand;
    Result<Transaction> performAndTell(const Transaction& transaction);
    void setSettings(const TrainingSettings& training, const DataSettings& data);
    void replace(Project project, const QString& file);

    Project m_project;
    LiveShapes m_shapes;
    Touched m_lastChange;
    std::vector<std::string> m_reshaped;
    QString m_file;
    bool m_recovered = false;
    QUndoStack m_undo;
};

}  // namespace vitrine::gui
