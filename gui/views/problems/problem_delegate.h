// SPDX-License-Identifier: GPL-3.0-or-later
// Paints a row of the list of problems: icon, node, sentence, and below what to do.
#pragma once

#include <QStyledItemDelegate>

#include "gui/theme/theme.h"

class QTextLayout;

namespace vitrine::gui {

/// Rows are as high as their words need at the list's width.
class ProblemDelegate : public QStyledItemDelegate {
    Q_OBJECT
  public:
    ProblemDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent), m_theme(theme) {}

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

  private:
    /// Lays the words out in lines; gives their height. The first line begins after `indent`.
    static qreal layOut(QTextLayout& layout, qreal width, qreal indent);
    static qreal chipWidth(const QFont& font, const QString& node);

    const Theme& m_theme;
};

}  // namespace vitrine::gui
