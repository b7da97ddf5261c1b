// SPDX-License-Identifier: GPL-3.0-or-later
// Paints a row of TransformModel: place, title, and its fields in quiet letters.
#pragma once

#include <QStyledItemDelegate>

#include "gui/theme/theme.h"

namespace vitrine::gui {

class TransformDelegate : public QStyledItemDelegate {
    Q_OBJECT
  public:
    TransformDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent), m_theme(theme) {}

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

  private:
    const Theme& m_theme;
};

}  // namespace vitrine::gui
