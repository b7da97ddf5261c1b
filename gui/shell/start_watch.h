// SPDX-License-Identifier: GPL-3.0-or-later
// How long a start takes as a person sees it, for --start-times.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace vitrine::gui {

/// Prints two lines on standard output and ends the program: `first_picture NANOSECONDS` and
/// `interactive NANOSECONDS`, both since 1970, so that whoever started it takes its own time off.
/// The first picture is there when what was painted first has been handed to the display.
/// Interactive is the end of the last stretch over 50 ms in which nothing would have been answered,
/// looked for in the second after it. Window thread.
class StartWatch : public QObject {
    Q_OBJECT
  public:
    /// Before `window` is shown.
    explicit StartWatch(QWidget& window);
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void beat();
    QTimer m_beats;
    QElapsedTimer m_sinceBeat;
    qint64 m_firstPicture = 0, m_interactive = 0;
};

}  // namespace vitrine::gui
