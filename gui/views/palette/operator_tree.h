// SPDX-License-Identifier: GPL-3.0-or-later
// OperatorTree: operators under their categories, to be dragged onto the canvas.
#pragma once

#include <QTreeWidget>

namespace vitrine::gui {

class Theme;

class OperatorTree : public QTreeWidget {
    Q_OBJECT
  public:
    OperatorTree(Theme& theme, QWidget* parent);

    /// Without a query by category; with one the best first, in one list.
    void search(const QString& query);
    /// Of the current line; empty on a heading.
    QString currentOperator() const;

  protected:
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QList<QTreeWidgetItem*>& items) const override;

  private:
    void fill();
    void showAll();
    QTreeWidgetItem* heading(std::string_view category);

    Theme& m_theme;
    QString m_query;
};

}  // namespace vitrine::gui
