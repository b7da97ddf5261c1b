// SPDX-License-Identifier: GPL-3.0-or-later
// Happened first, newest on top; then what stands.
#include "gui/models/problem_model.h"

namespace vitrine::gui {

namespace {
constexpr size_t mostHappened = 100;
}

void ProblemModel::setStanding(std::vector<Error> errors) {
    beginResetModel();
    m_standing = std::move(errors);
    endResetModel();
}

void ProblemModel::add(const Error& error) {
    beginResetModel();
    m_happened.insert(m_happened.begin(), error);
    if (m_happened.size() > mostHappened) m_happened.pop_back();
    endResetModel();
}

void ProblemModel::clearHappened() {
    beginResetModel();
    m_happened.clear();
    endResetModel();
}

int ProblemModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_happened.size() + m_standing.size());
}

const Error& ProblemModel::at(int row) const {
    const auto index = static_cast<size_t>(row);
    return index < m_happened.size() ? m_happened[index] : m_standing[index - m_happened.size()];
}

QVariant ProblemModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Error& error = at(index.row());
    if (role == Qt::DisplayRole) {
        const std::string& next = error.next;
        return QString::fromStdString(next.empty() ? error.message : error.message + "\n" + next);
    }
    if (role == Qt::ToolTipRole) return QString::fromStdString(error.text());
    if (role == NodeRole) return QString::fromStdString(error.place.node);
    return {};
}

}  // namespace vitrine::gui
