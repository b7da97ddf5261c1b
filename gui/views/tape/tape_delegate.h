// SPDX-License-Identifier: GPL-3.0-or-later
// Cells of the tape's table: breakpoint and arrow in the gutter, bars of time, the tinted row.
#pragma once

#include <QStyledItemDelegate>

namespace vitrine::gui {

class Theme;

/// Window thread. For views over TapeModel or a proxy of it.
class TapeDelegate : public QStyledItemDelegate {
    Q_OBJECT
  public:
    TapeDelegate(const Theme& theme, QObject* parent);
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    /// Wide enough for the gutter's marks and for a bar beside its number.
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

  private:
    void paintMarks(QPainter* painter, const QRect& cell, const QModelIndex& index) const;
    void paintBar(QPainter* painter, const QRect& cell, double share) const;
    const Theme& m_theme;
};

}  // namespace vitrine::gui
