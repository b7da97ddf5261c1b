// SPDX-License-Identifier: GPL-3.0-or-later
// Happened first, newest on top; then what stands; then warnings.
#include "gui/models/problem_model.h"

namespace vitrine::gui {

namespace {
constexpr size_t mostHappened = 100;
}

void ProblemModel::setStanding(std::vector<Error> errors, std::vector<Error> warnings) {
    beginResetModel();
    m_standing = std::move(errors);
    m_warnings = std::move(warnings);
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
    return parent.isValid()
               ? 0
               : static_cast<int>(m_happened.size() + m_standing.size() + m_warnings.size());
}

bool ProblemModel::isWarning(int row) const {
    return static_cast<size_t>(row) >= m_happened.size() + m_standing.size();
}

const Error& ProblemModel::at(int row) const {
    auto index = static_cast<size_t>(row);
    for (const std::vector<Error>* part : {&m_happened, &m_standing}) {
        if (index < part->size()) return (*part)[index];
        index -= part->size();
    }
    return m_warnings[index];
}

QVariant ProblemModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Error& error = at(index.row());
    if (role == Qt::DisplayRole) {
        const QString message = QString::fromStdString(error.message);
        const QString first = isWarning(index.row()) ? tr("Warning: %1").arg(message) : message;
        return error.next.empty() ? first
                                  : first + QLatin1Char('\n') + QString::fromStdString(error.next);
    }
    if (role == Qt::ToolTipRole) return QString::fromStdString(error.text());
    if (role == NodeRole) return QString::fromStdString(error.place.node);
    if (role == WarningRole) return isWarning(index.row());
    return {};
}

}  // namespace vitrine::gui
