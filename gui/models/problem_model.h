// SPDX-License-Identifier: GPL-3.0-or-later
// The list of problems: what is wrong with the network now, and what has failed.
#pragma once

#include <QAbstractListModel>

#include <vector>

#include "core/base/result.h"

namespace vitrine::gui {

class ProblemModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role { NodeRole = Qt::UserRole + 1, WarningRole };
    using QAbstractListModel::QAbstractListModel;

    /// What follows from the document: replaces what was said of it before. Warnings come last and
    /// say that they are some.
    void setStanding(std::vector<Error> errors, std::vector<Error> warnings = {});
    /// What has happened: stays until it is cleared.
    void add(const Error& error);
    void clearHappened();

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

  private:
    const Error& at(int row) const;
    bool isWarning(int row) const;
    std::vector<Error> m_happened, m_standing, m_warnings;
};

}  // namespace vitrine::gui
