// SPDX-License-Identifier: GPL-3.0-or-later
// EmptyState: what a view says while it has nothing to show, and the view itself afterwards.
#pragma once

#include <QLabel>
#include <QStackedWidget>

class QPushButton;
class QVBoxLayout;

namespace vitrine::gui {

/// Two pages: a sentence in the middle, and the content.
class EmptyState : public QStackedWidget {
    Q_OBJECT
  public:
    /// Takes the content over. Shows the sentence until setEmpty(false).
    EmptyState(const QString& what, const QString& how, QWidget* content,
               QWidget* parent = nullptr);
    /// `what` fills this view, `how` in quiet letters below.
    void setText(const QString& what, const QString& how);
    /// A button below the sentence; what it does is the caller's.
    QPushButton* addButton(const QString& text, const char* name);
    void setEmpty(bool empty) { setCurrentIndex(empty ? 0 : 1); }
    bool isEmpty() const { return currentIndex() == 0; }

  private:
    QLabel *m_what, *m_how;
    QVBoxLayout* m_column;
};

}  // namespace vitrine::gui
