// SPDX-License-Identifier: GPL-3.0-or-later
// WordedProgress: a progress bar with a sentence on it, cut at its end where there is no room; the
// tool tip has all of it.
#pragma once

#include <QProgressBar>

namespace vitrine::gui {

/// Window thread.
class WordedProgress : public QProgressBar {
    Q_OBJECT
  public:
    explicit WordedProgress(QWidget* parent = nullptr);
    /// `share`: 0 … 1.
    void setState(const QString& words, double share);
    const QString& words() const { return m_words; }
    /// As much of the words as there is room for.
    QString text() const override;
    QSize minimumSizeHint() const override;

  private:
    QString m_words;
};

}  // namespace vitrine::gui
