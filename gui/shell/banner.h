// SPDX-License-Identifier: GPL-3.0-or-later
// Banner: what is said above the canvas for as long as it holds, and what can be done about it.
#pragma once

#include <QFrame>
#include <QLabel>

#include <functional>

class QHBoxLayout;
class QPushButton;

namespace vitrine::gui {

/// A sentence, and buttons behind it. Hidden at first. Window thread.
class Banner : public QFrame {
    Q_OBJECT
  public:
    /// `name`: `room` for `roomBanner`, its sentence `room.sentence` and its buttons. `title`: what
    /// it is about, for screen readers.
    Banner(const QString& name, const QString& title, QWidget* parent);

  protected:
    /// `sentence`: shown in the place of one that wraps.
    Banner(const QString& name, const QString& title, QLabel* sentence, QWidget* parent);

    QLabel& sentence() { return *m_sentence; }
    QHBoxLayout& row() { return *m_row; }
    /// `name`: `train` for `room.train`.
    QPushButton* addButton(const QString& text, const QString& name, const QString& tip,
                           std::function<void()> action);

  private:
    const QString m_name;
    QLabel* const m_sentence;
    QHBoxLayout* const m_row;
};

/// One that can be put aside, and comes back where it has something else to say.
class PutAsideBanner : public Banner {
    Q_OBJECT
  protected:
    using Banner::Banner;
    void addLater();
    void offer(bool isTrue) { setVisible(isTrue && sentence().text() != m_putAside); }
    void forgetLater() { m_putAside.clear(); }

  private:
    QString m_putAside;  ///< the sentence that nobody wants to read again
};

}  // namespace vitrine::gui
