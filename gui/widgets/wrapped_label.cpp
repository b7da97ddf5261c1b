// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of a QTextLayout.
#include "gui/widgets/wrapped_label.h"

#include <QPainter>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace vitrine::gui {

WrappedLabel::WrappedLabel(QWidget* parent) : QLabel(parent) {
    setTextFormat(Qt::PlainText);
    setWordWrap(true);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

qreal WrappedLabel::layOut(qreal width, QPainter* painter) const {
    qreal height = 0;
    for (const QString& paragraph : text().split(QLatin1Char('\n'))) {
        QTextLayout layout(paragraph, font());
        QTextOption option(Qt::AlignLeft);
        option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
        layout.setTextOption(option);
        layout.beginLayout();
        qreal below = 0;
        for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
            line.setLineWidth(std::max<qreal>(1, width));
            line.setPosition({0, below});
            below += line.height();
        }
        layout.endLayout();
        if (painter) layout.draw(painter, {0, height});
        height += below;
    }
    return height;
}

int WrappedLabel::heightForWidth(int width) const {
    return static_cast<int>(std::ceil(layOut(width, nullptr)));
}

QSize WrappedLabel::minimumSizeHint() const {
    constexpr int narrowest = 40;
    return {narrowest, fontMetrics().height()};
}

QSize WrappedLabel::sizeHint() const {
    constexpr int comfortable = 240;
    const int width =
        std::min(comfortable, fontMetrics().size(Qt::TextSingleLine, text()).width() + 1);
    return {width, heightForWidth(width)};
}

void WrappedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    const qreal free = height() - layOut(width(), nullptr);
    if (alignment() & Qt::AlignVCenter && free > 0) painter.translate(0, free / 2);
    layOut(width(), &painter);
}

}  // namespace vitrine::gui
