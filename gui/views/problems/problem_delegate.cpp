// SPDX-License-Identifier: GPL-3.0-or-later
// Two texts that wrap, beside an icon and a node's name in a frame.
#include "gui/views/problems/problem_delegate.h"

#include <QAbstractItemView>
#include <QPainter>
#include <QTextLayout>

#include "gui/models/problem_model.h"
#include "gui/models/short_name.h"

namespace vitrine::gui {

namespace {

constexpr int iconSize = 16, margin = 2 * space;

QRect wordsRect(const QRect& row) {
    return row.adjusted(margin + iconSize + margin, space + space / 2, -margin, -space);
}

/// A ring with an i.
void paintNote(QPainter& painter, const QRectF& rect, const QColor& colour) {
    painter.setPen(QPen(colour, 1.25));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(rect.adjusted(1.5, 1.5, -1.5, -1.5));
    painter.setPen(QPen(colour, 1.75, Qt::SolidLine, Qt::RoundCap));
    const QPointF middle = rect.center();
    painter.drawLine(middle + QPointF(0, 0), middle + QPointF(0, 3.25));
    painter.drawPoint(middle + QPointF(0, -3));
}

/// A disc with an exclamation mark, like the badge of a node; warnings have a triangle.
void paintError(QPainter& painter, const QRectF& rect, const QColor& colour, const QColor& mark) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawEllipse(rect.adjusted(1, 1, -1, -1));
    painter.setPen(QPen(mark, 2, Qt::SolidLine, Qt::RoundCap));
    const QPointF middle = rect.center();
    painter.drawLine(middle + QPointF(0, -3.5), middle + QPointF(0, 0.5));
    painter.drawPoint(middle + QPointF(0, 3.5));
}

}  // namespace

qreal ProblemDelegate::chipWidth(const QFont& font, const QString& node) {
    return node.isEmpty() ? 0 : QFontMetricsF(font).horizontalAdvance(node) + 3 * space;
}

qreal ProblemDelegate::layOut(QTextLayout& layout, qreal width, qreal indent) {
    QTextOption wrap(Qt::AlignLeft);
    wrap.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(wrap);
    layout.beginLayout();
    qreal height = 0;
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        const qreal left = height == 0 ? std::min(indent, width / 2) : 0;
        line.setLineWidth(std::max<qreal>(1, width - left));
        line.setPosition({left, height});
        height += line.height();
    }
    layout.endLayout();
    return height;
}

QSize ProblemDelegate::sizeHint(const QStyleOptionViewItem& option,
                                const QModelIndex& index) const {
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    const int width = view ? view->viewport()->width() : option.rect.width();
    const QRect words = wordsRect({0, 0, std::max(width, 120), 0});
    const QString node = index.data(ProblemModel::NodeRole).toString();
    const qreal chip = node.isEmpty() ? 0 : chipWidth(option.font, node) + margin;
    QTextLayout sentence(index.data(ProblemModel::SentenceRole).toString(), option.font);
    qreal height = layOut(sentence, words.width(), chip);
    const QString advice = index.data(ProblemModel::AdviceRole).toString();
    if (!advice.isEmpty()) {
        QTextLayout below(advice, option.font);
        height += layOut(below, words.width(), 0);
    }
    return {width, static_cast<int>(std::ceil(height)) + 2 * space + space / 2};
}

void ProblemDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const {
    const Tokens& tokens = m_theme.tokens();
    const bool isWarning = index.data(ProblemModel::WarningRole).toBool();
    const QColor colour = isWarning ? tokens.warn : tokens.bad;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver))
        painter->fillRect(option.rect, tokens.raised);
    if (option.state & QStyle::State_HasFocus)
        painter->fillRect(QRect(option.rect.topLeft(), QSize(2, option.rect.height())),
                          tokens.accent);
    const QRect words = wordsRect(option.rect);
    const int line = QFontMetrics(option.font).height();
    const QRect icon(option.rect.left() + margin, words.top() + (line - iconSize) / 2, iconSize,
                     iconSize);
    if (index.data(ProblemModel::NoteRole).toBool())
        paintNote(*painter, icon, tokens.quiet);
    else if (isWarning)
        m_theme.icon(QStringLiteral("warning"), colour).paint(painter, icon);
    else
        paintError(*painter, icon, colour, tokens.panel);
    const QString node = index.data(ProblemModel::NodeRole).toString();
    qreal indent = 0;
    if (!node.isEmpty()) {
        const qreal width = std::min(chipWidth(option.font, node), words.width() / 2.0 - margin);
        const QRectF chip(words.left(), words.top(), width, line);
        painter->setPen(QPen(tokens.line, 1));
        painter->setBrush(tokens.raised);
        painter->drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), controlRadius, controlRadius);
        painter->setPen(tokens.text);
        painter->setFont(option.font);
        painter->drawText(chip, Qt::AlignCenter, shortName(node, [&](const QString& name) {
                              return option.fontMetrics.horizontalAdvance(name) <=
                                     width - 2 * space;
                          }));
        indent = width + margin;
    }
    QTextLayout sentence(index.data(ProblemModel::SentenceRole).toString(), option.font);
    const qreal height = layOut(sentence, words.width(), indent);
    painter->setPen(tokens.text);
    sentence.draw(painter, words.topLeft());
    QTextLayout advice(index.data(ProblemModel::AdviceRole).toString(), option.font);
    layOut(advice, words.width(), 0);
    painter->setPen(tokens.quiet);
    advice.draw(painter, QPointF(words.left(), words.top() + height));
    painter->restore();
}

}  // namespace vitrine::gui
