// SPDX-License-Identifier: GPL-3.0-or-later
// Cuts the sentence.
#include "gui/widgets/worded_progress.h"

#include <cmath>

#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int fine = 1000, smallestWidth = 160;

}  // namespace

WordedProgress::WordedProgress(QWidget* parent) : QProgressBar(parent) {
    setRange(0, fine);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void WordedProgress::setState(const QString& words, double share) {
    setValue(static_cast<int>(std::lround(fine * share)));
    if (words == m_words) return;
    m_words = words;
    setToolTip(words);
    setAccessibleDescription(words);
    update();
}

QString WordedProgress::text() const {
    return fontMetrics().elidedText(m_words, Qt::ElideRight, width() - 2 * space);
}

QSize WordedProgress::minimumSizeHint() const {
    return {smallestWidth, QProgressBar::minimumSizeHint().height()};
}

}  // namespace vitrine::gui
