// SPDX-License-Identifier: GPL-3.0-or-later
// TransformModel: a list of transforms of the project, whose rows can be dragged to other places.
#pragma once

#include <QAbstractListModel>

#include <vector>

#include "core/session/project.h"

namespace vitrine::gui {

/// Window thread. Moves nothing itself: moveWanted says where somebody has dropped a row.
class TransformModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role {
        SummaryRole = Qt::UserRole,  ///< its fields in one line
        UselessRole                  ///< it draws numbers, in a list for evaluation
    };
    using QAbstractListModel::QAbstractListModel;

    void setList(std::vector<ChosenThing> list, bool isForEvaluation);
    const std::vector<ChosenThing>& list() const { return m_list; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    bool moveRows(const QModelIndex& from, int row, int count, const QModelIndex& to,
                  int before) override;

  Q_SIGNALS:
    void moveWanted(int row, int to);  ///< `to`: where it stands afterwards

  private:
    std::vector<ChosenThing> m_list;
    bool m_isForEvaluation = false;
};

}  // namespace vitrine::gui
