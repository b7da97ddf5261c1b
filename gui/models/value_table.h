// SPDX-License-Identifier: GPL-3.0-or-later
// ValueTable: the numbers of a value snapshot as a table; the planes stand below one another. Needs
// no window.
#pragma once

#include <QAbstractTableModel>

#include <memory>

#include "gui/models/value_elements.h"

namespace vitrine::gui {

/// Window thread.
class ValueTable : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Role { NumberRole = Qt::UserRole };  ///< the number itself, double

    using QAbstractTableModel::QAbstractTableModel;

    /// Not null.
    void setSnapshot(std::shared_ptr<const ValueSnapshot> snapshot);
    const ValueSnapshot& snapshot() const { return *m_snapshot; }
    /// Only inside of a step can a number be changed.
    void setEditable(bool editable) { m_editable = editable; }

    PicturePlace placeOf(const QModelIndex& index) const;
    QModelIndex indexOf(const PicturePlace& place) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// Takes a number, or `nan`, `inf`, `-inf`; signals `edited`, or `refused` for anything else.
    /// The table itself changes only when a new snapshot shows what has become of it.
    bool setData(const QModelIndex& index, const QVariant& text, int role) override;

  Q_SIGNALS:
    void edited(vitrine::ValueId value, qint64 element, double number);
    void refused(const QString& typed);

  private:
    std::shared_ptr<const ValueSnapshot> m_snapshot = std::make_shared<ValueSnapshot>();
    bool m_editable = false;
};

}  // namespace vitrine::gui
