// SPDX-License-Identifier: GPL-3.0-or-later
// Painting of the line.
#include "gui/views/data/loss_curve.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

LossCurve::LossCurve(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("lossCurve"));
    setAccessibleName(tr("Loss over epochs"));
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void LossCurve::setCourse(std::vector<LossAtEpoch> course) {
    m_course = std::move(course);
    m_largest = 0;
    for (const LossAtEpoch& point : m_course)
        if (std::isfinite(point.loss))
            m_largest = std::max(m_largest, static_cast<double>(point.loss));
    if (m_largest <= 0) m_largest = 1;
    setAccessibleDescription(m_course.empty()
                                 ? QString()
                                 : tr("from %1 in epoch %2 to %3 in epoch %4")
                                       .arg(realText(static_cast<double>(m_course.front().loss), 3),
                                            exactText(m_course.front().epoch),
                                            realText(static_cast<double>(m_course.back().loss), 3),
                                            exactText(m_course.back().epoch)));
    update();
}

QRectF LossCurve::area() const {
    const QFontMetrics metrics(m_theme.font());
    const double left = metrics.horizontalAdvance(QStringLiteral("00.00")) + space;
    return QRectF(rect()).adjusted(left, space, -2 * space, -metrics.height());
}

QPointF LossCurve::placeOf(const LossAtEpoch& point) const {
    const QRectF room = area();
    const auto first = static_cast<double>(m_course.front().epoch);
    const auto last = static_cast<double>(m_course.back().epoch);
    const double across =
        last > first ? (static_cast<double>(point.epoch) - first) / (last - first) : 0.5;
    const double up = std::min(1.0, static_cast<double>(point.loss) / m_largest);
    return {room.left() + across * room.width(), room.bottom() - up * room.height()};
}

void LossCurve::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Tokens& tokens = m_theme.tokens();
    painter.setFont(m_theme.font());
    painter.setPen(tokens.quiet);
    if (m_course.empty()) {
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("Its loss over the epochs is drawn here."));
        return;
    }
    const QRectF room = area();
    painter.drawText(QRectF(0, room.top(), room.left() - space, room.height()),
                     Qt::AlignRight | Qt::AlignTop, realText(m_largest, 2));
    painter.drawText(QRectF(0, room.top(), room.left() - space, room.height()),
                     Qt::AlignRight | Qt::AlignBottom, QStringLiteral("0"));
    const QRectF below(room.left(), room.bottom(), room.width(), height() - room.bottom());
    painter.drawText(below, Qt::AlignLeft | Qt::AlignVCenter,
                     tr("epoch %1").arg(exactText(m_course.front().epoch)));
    if (m_course.size() > 1)
        painter.drawText(below, Qt::AlignRight | Qt::AlignVCenter,
                         exactText(m_course.back().epoch));
    painter.setPen(tokens.grid);
    painter.drawLine(room.bottomLeft(), room.bottomRight());
    painter.drawLine(room.topLeft(), room.topRight());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(tokens.accent, 1.5));
    QPolygonF line;
    for (const LossAtEpoch& point : m_course) line << placeOf(point);
    painter.drawPolyline(line);
    painter.setBrush(tokens.accent);
    for (const QPointF& point : line) painter.drawEllipse(point, 2, 2);
}

bool LossCurve::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip || m_course.empty()) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto nearest = std::ranges::min_element(m_course, {}, [&](const LossAtEpoch& point) {
        return std::abs(placeOf(point).x() - help->pos().x());
    });
    QToolTip::showText(
        help->globalPos(),
        tr("Epoch %1: loss %2, probability of its class %3")
            .arg(exactText(nearest->epoch), realText(static_cast<double>(nearest->loss)),
                 percentText(std::exp(-static_cast<double>(nearest->loss)), 1)),
        this);
    return true;
}

}  // namespace vitrine::gui
