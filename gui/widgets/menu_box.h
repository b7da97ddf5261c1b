// SPDX-License-Identifier: GPL-3.0-or-later
// MenuBox: looks like a choice among values, opens a menu.
#pragma once

#include <QComboBox>

class QMenu;

namespace vitrine::gui {

/// For choices that are more than a list: groups, marks, and commands that ask for more. The menu
/// is filled when it is about to show.
class MenuBox : public QComboBox {
    Q_OBJECT
  public:
    explicit MenuBox(QWidget* parent);
    QMenu* menu() const { return m_menu; }
    /// What is chosen.
    void setText(const QString& words);
    QString text() const { return currentText(); }
    void showPopup() override;

  private:
    QMenu* m_menu;
};

}  // namespace vitrine::gui
