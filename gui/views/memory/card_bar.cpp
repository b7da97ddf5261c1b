// SPDX-License-Identifier: GPL-3.0-or-later
// A line of four colours under a line of words.
#include "gui/views/memory/card_bar.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

#include "gui/bridge/run_controller.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int barHeight = 6;

}  // namespace

CardBar::CardBar(const ViewContext& context, QWidget* parent)
    : QWidget(parent), m_context(context) {
    setObjectName(QStringLiteral("cardBar"));
    setAccessibleName(tr("Memory of the GPU"));
    setToolTip(
        tr("From the left: taken by others before the run began, the run's arena, the workspace "
           "that its kernels share, and what is free."));
    m_words = new QLabel(this);
    m_words->setObjectName(QStringLiteral("cardBarWords"));
    m_words->setProperty("quiet", true);
    m_words->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2 * space, space, 2 * space, space + barHeight + space);
    column->addWidget(m_words);
    connect(&context.theme, &Theme::changed, this, qOverload<>(&QWidget::update));
    showRun();
}

void CardBar::showRun() {
    const RunController& run = m_context.run;
    const auto device = run.isTapeOfRun() ? run.run()->device() : std::nullopt;
    setVisible(device.has_value());
    if (!device) return;
    m_parts = cardMemoryOf(*device);
    m_words->setText(cardMemoryText(*device));
    update();
}

QRect CardBar::barRect() const {
    return {2 * space, height() - space - barHeight, width() - 4 * space, barHeight};
}

/// What there is of a part is to be seen, however small it is beside the others.
void CardBar::paintEvent(QPaintEvent*) {
    constexpr int leastWidth = 3;
    const Tokens& tokens = m_context.theme.tokens();
    const std::array parts = {std::pair(m_parts.others, tokens.disabled),
                              std::pair(m_parts.arena, tokens.accent),
                              std::pair(m_parts.workspace, tokens.warn)};
    QPainter painter(this);
    QRect rest = barRect();
    const double scale = rest.width() / static_cast<double>(std::max<int64_t>(1, m_parts.all()));
    painter.fillRect(rest, tokens.raised);
    for (const auto& [bytes, colour] : parts) {
        if (bytes == 0) continue;
        const int width = std::max(leastWidth, qRound(scale * static_cast<double>(bytes)));
        painter.fillRect(QRect(rest.topLeft(), QSize(std::min(width, rest.width()), barHeight)),
                         colour);
        rest.setLeft(rest.left() + width);
    }
}

}  // namespace vitrine::gui
