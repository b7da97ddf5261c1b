// SPDX-License-Identifier: GPL-3.0-or-later
// Painting of the bars.
#include "gui/views/data/probability_bars.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

ProbabilityBars::ProbabilityBars(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("probabilityBars"));
    setAccessibleName(tr("Prediction"));
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ProbabilityBars::setClassNames(const QStringList& names) {
    m_names = names;
    setProbabilities(std::move(m_probabilities));  // the likeliest has another name
}

void ProbabilityBars::setProbabilities(std::vector<float> probabilities) {
    m_probabilities = std::move(probabilities);
    const int best = likeliest();
    setAccessibleDescription(isNotANumber() ? tr("not a number")
                             : best < 0     ? QString()
                                            : nameOf(best));
    updateGeometry();
    update();
}

int ProbabilityBars::likeliest() const {
    if (m_probabilities.empty() || isNotANumber()) return -1;
    return static_cast<int>(std::max_element(m_probabilities.begin(), m_probabilities.end()) -
                            m_probabilities.begin());
}

bool ProbabilityBars::isNotANumber() const {
    return std::any_of(m_probabilities.begin(), m_probabilities.end(),
                       [](float share) { return std::isnan(share); });
}

QString ProbabilityBars::nameOf(int label) const {
    return label < m_names.size() ? m_names[label] : QString::number(label);
}

std::vector<int> ProbabilityBars::shown() const {
    const size_t classes =
        m_probabilities.empty() ? static_cast<size_t>(m_names.size()) : m_probabilities.size();
    std::vector<int> labels(classes);
    std::iota(labels.begin(), labels.end(), 0);
    if (classes <= mostBars) return labels;
    if (likeliest() >= 0)
        std::stable_sort(labels.begin(), labels.end(), [this](int a, int b) {
            return m_probabilities[static_cast<size_t>(a)] >
                   m_probabilities[static_cast<size_t>(b)];
        });
    labels.resize(mostBars);
    return labels;
}

QSize ProbabilityBars::sizeHint() const {
    return {200, 20 * std::max(2, static_cast<int>(shown().size()))};
}

QSize ProbabilityBars::minimumSizeHint() const {
    return {140, 16 * std::max(2, static_cast<int>(shown().size()))};
}

/// The whole name of the row under the pointer, and its share.
bool ProbabilityBars::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const std::vector<int> labels = shown();
    const size_t row = static_cast<size_t>(help->pos().y() / rowHeightFor(labels.size()));
    QString tip;
    if (row < labels.size()) {
        tip = nameOf(labels[row]);
        if (!m_probabilities.empty())
            tip += QStringLiteral("  ") +
                   percentText(
                       static_cast<double>(m_probabilities[static_cast<size_t>(labels[row])]), 1);
    }
    QToolTip::showText(help->globalPos(), tip, this);
    return true;
}

int ProbabilityBars::rowHeightFor(size_t rows) const {
    return std::max(1, std::min(rowHeight, height() / std::max(1, static_cast<int>(rows))));
}

void ProbabilityBars::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const std::vector<int> labels = shown();
    if (labels.empty()) return;
    const Tokens& tokens = m_theme.tokens();
    const int best = likeliest();
    int nameWidth = 0;
    for (int label : labels)
        nameWidth = std::max(nameWidth, fontMetrics().horizontalAdvance(nameOf(label)));
    // Long names take the room of bars, for what an answer is called says more than a bar.
    nameWidth = std::min(nameWidth + space, width() / 2);
    const int numberWidth =
        QFontMetrics(m_theme.mono()).horizontalAdvance(QStringLiteral("100.0 %")) + space;
    const int row = rowHeightFor(labels.size());
    const int barWidth = width() - nameWidth - numberWidth - space;
    for (size_t i = 0; i < labels.size(); ++i) {
        const QRect line(0, static_cast<int>(i) * row, width(), row);
        const bool isBest = labels[i] == best;
        painter.setFont(font());
        painter.setPen(isBest ? tokens.text : tokens.quiet);
        painter.drawText(
            line.adjusted(0, 0, nameWidth - space - width(), 0), Qt::AlignRight | Qt::AlignVCenter,
            fontMetrics().elidedText(nameOf(labels[i]), Qt::ElideRight, nameWidth - space));
        const QRect bar(nameWidth, line.top() + 3, barWidth, row - 6);
        painter.fillRect(bar, tokens.raised);
        if (m_probabilities.empty()) continue;
        const double share = static_cast<double>(m_probabilities[static_cast<size_t>(labels[i])]);
        if (std::isfinite(share))
            painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * share, bar.height()),
                             isBest ? tokens.accent : tokens.disabled);
        else
            painter.setPen(tokens.bad);
        painter.setFont(m_theme.mono());
        painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, percentText(share, 1));
    }
}

}  // namespace vitrine::gui
