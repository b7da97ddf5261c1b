// SPDX-License-Identifier: GPL-3.0-or-later
// Paints a row of DataOverviewModel: name, a bar as long as its examples are many, pictures.
#pragma once

#include <QStyledItemDelegate>

#include "gui/theme/theme.h"

namespace vitrine::gui {

class OverviewDelegate : public QStyledItemDelegate {
    Q_OBJECT
  public:
    OverviewDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent), m_theme(theme) {}

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

    /// Of the two parts of a bar.
    static QColor trainColour(const Theme& theme) { return theme.series(0); }
    static QColor testColour(const Theme& theme) { return theme.series(1); }

  private:
    const Theme& m_theme;
};

}  // namespace vitrine::gui
