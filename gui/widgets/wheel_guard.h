// SPDX-License-Identifier: GPL-3.0-or-later
// WheelGuard: the wheel changes nothing that it merely passes.
#pragma once

#include <QObject>
#include <QPointer>

class QWidget;

namespace vitrine::gui {

/// For the whole application, for as long as it lives, and for widgets that are made later too:
/// combo boxes, spin boxes, sliders and tab bars take the wheel only while they have the keyboard
/// focus and have got it by a click, Tab or a shortcut; otherwise what lies behind them scrolls. An
/// open list of a combo box scrolls as ever. The wheel gives the focus to nothing.
class WheelGuard : public QObject {
    Q_OBJECT
  public:
    explicit WheelGuard(QObject* parent = nullptr);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void noteFocus(QWidget* widget, Qt::FocusReason reason);

    QPointer<QWidget> m_chosen;  ///< got the focus from a person's hand
};

}  // namespace vitrine::gui
