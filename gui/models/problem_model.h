// SPDX-License-Identifier: GPL-3.0-or-later
// The list of problems: what is wrong with the network now, and what has failed.
#pragma once

#include <QAbstractListModel>

#include <array>
#include <functional>
#include <vector>

#include "core/base/result.h"

namespace vitrine::gui {

/// Who says it. Each source replaces what it said before; what happened comes first.
enum class ProblemSource {
    Start,    ///< a start that was refused
    Run,      ///< what happened in the run that is open
    Exports,  ///< the last picture or table that could not be written
    Files,    ///< the last file action, and other things that were asked for
    Graph,
    Plan,
    Data,
    SetUp,
};

struct Problem {
    Error error;
    bool isWarning = false;
    bool isNote = false;  ///< good to know, and nothing to mend
};

/// Rows are what all sources say, errors before warnings, each said once: equal are a code, a place
/// and a sentence that are equal. Window thread.
class ProblemModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role {
        NodeRole = Qt::UserRole + 1,
        WarningRole,
        NoteRole,
        SentenceRole,  ///< without the node in front, which NodeRole names
        AdviceRole,    ///< what to do; may be empty
        EventRole,     ///< something that happened, and that can be dismissed
    };
    using QAbstractListModel::QAbstractListModel;

    void set(ProblemSource source, std::vector<Problem> problems);
    /// On top of what the source has said.
    void add(ProblemSource source, Problem problem);
    /// Takes away what is no longer true.
    void removeIf(ProblemSource source, const std::function<bool(const Problem&)>& isOver);
    void clear(ProblemSource source) { set(source, {}); }
    /// Only where EventRole is true.
    void dismiss(int row);
    bool hasErrors(ProblemSource source) const;
    /// Does one of the sources of what is (not of what has happened) tell of it: the same code at
    /// the same place?
    bool stands(const Error& error) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

  private:
    static constexpr size_t sources = static_cast<size_t>(ProblemSource::SetUp) + 1;
    struct Row {
        Problem problem;
        bool isEvent = false;
        bool operator==(const Row& other) const;
    };
    std::vector<Problem>& of(ProblemSource source) { return m_said[static_cast<size_t>(source)]; }
    std::vector<Row> rowsOfAll() const;
    void update();

    std::array<std::vector<Problem>, sources> m_said;
    std::vector<Row> m_rows;
};

}  // namespace vitrine::gui
