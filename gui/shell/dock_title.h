// SPDX-License-Identifier: GPL-3.0-or-later
// The title bar of a dock: a name and buttons, or, where a tab says the name already, a thin grip.
#pragma once

#include <QWidget>

class QDockWidget;
class QToolButton;

namespace vitrine::gui {

class Theme;

class DockTitle : public QWidget {
    Q_OBJECT
  public:
    DockTitle(QDockWidget& dock, const Theme& theme);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {0, sizeHint().height()}; }

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    bool isTabbed() const;
    void update();

    QDockWidget& m_dock;
    const Theme& m_theme;
    QToolButton *m_float, *m_close;
};

}  // namespace vitrine::gui
