// SPDX-License-Identifier: GPL-3.0-or-later
// Painting and choosing of cells.
#include "gui/views/data/confusion_table.h"

#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int headingHeight = 20, widestName = 72, barExtent = 10;
constexpr int nameHeight = 11, narrowestName = 10, columnNameWidth = 40;
/// Cells that numbers have room in, whatever there is to count.
constexpr double readableWidth = 48, readableHeight = 20;

/// Black or white, whichever has more contrast on `ground`: relative luminance of WCAG 2.1, where
/// both have the same at 0.179.
QColor textOn(const QColor& ground) {
    const auto linear = [](float x) {
        return x <= 0.04F ? x / 12.92F : std::pow((x + 0.055F) / 1.055F, 2.4F);
    };
    const float luminance = 0.2126F * linear(ground.redF()) + 0.7152F * linear(ground.greenF()) +
                            0.0722F * linear(ground.blueF());
    return luminance > 0.179F ? Qt::black : Qt::white;
}

}  // namespace

ConfusionTable::ConfusionTable(Theme& theme, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_across(new QScrollBar(Qt::Horizontal, this)),
      m_down(new QScrollBar(Qt::Vertical, this)) {
    setObjectName(QStringLiteral("confusionMatrix"));
    setAccessibleName(tr("Confusion matrix"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setToolTip(tr("A click chooses a cell; Ctrl and the wheel zoom"));
    m_across->setObjectName(QStringLiteral("confusionAcross"));
    m_down->setObjectName(QStringLiteral("confusionDown"));
    m_across->setAccessibleName(tr("Columns of the confusion matrix"));
    m_down->setAccessibleName(tr("Rows of the confusion matrix"));
    for (QScrollBar* bar : {m_across, m_down}) {
        bar->hide();
        connect(bar, &QScrollBar::valueChanged, this, [this] {
            m_offset = {static_cast<double>(m_across->value()),
                        static_cast<double>(m_down->value())};
            update();
        });
    }
    connect(&theme, &Theme::changed, this, [this] {
        m_picture = {};
        update();
    });
}

void ConfusionTable::setMatrix(ConfusionMatrix matrix, const QStringList& names) {
    const bool isOther = matrix.classes() != m_matrix.classes();
    m_matrix = std::move(matrix);
    m_names = names;
    m_namesWidth.reset();
    m_under.reset();
    if (m_chosen && !has(*m_chosen)) m_chosen.reset();
    cellsChanged();
    zoomTo(isOther ? 1 : m_zoom, area().center());
}

void ConfusionTable::setByRow(bool byRow) {
    m_isByRow = byRow;
    cellsChanged();
}

void ConfusionTable::cellsChanged() {
    m_cells = ConfusionPicture(m_matrix, m_isByRow);
    m_picture = {};
    update();
}

void ConfusionTable::choose(std::optional<Confusion> cell) {
    if (cell == m_chosen) return;
    m_chosen = cell;
    setAccessibleDescription(cell ? describe(*cell) : QString());
    update();
    chosenChanged(cell);
}

bool ConfusionTable::has(const Confusion& cell) const {
    return cell.truth < m_matrix.classes() &&
           m_matrix.columnOf(cell.predicted) < m_matrix.columns();
}

QString ConfusionTable::nameOf(int label) const {
    if (label == noAnswer) return tr("NaN");
    return label < m_names.size() ? m_names[label] : QString::number(label);
}

QString ConfusionTable::describe(const Confusion& cell) const {
    const int64_t count = m_matrix.count(cell.truth, cell.predicted);
    const QString images =
        tr("%1 of %2 images of %3 (%4)")
            .arg(exactText(count), exactText(m_matrix.ofClass(cell.truth)), nameOf(cell.truth),
                 percentText(m_matrix.share(cell.truth, cell.predicted), 2));
    if (cell.predicted == noAnswer) return tr("%1 have outputs that are not numbers").arg(images);
    return tr("%1 are taken for %2").arg(images, nameOf(cell.predicted));
}

/// Measured once for names and font: every cell asks for its place.
double ConfusionTable::namesWidth() const {
    if (m_namesWidth) return *m_namesWidth;
    const QFontMetricsF metrics(textFont());
    double width = 0;
    for (int label = 0; label < m_matrix.classes(); ++label)
        width = std::max(width, metrics.horizontalAdvance(nameOf(label)));
    m_namesWidth = width;
    return width;
}

void ConfusionTable::changeEvent(QEvent* event) {
    if (event->type() == QEvent::FontChange) m_namesWidth.reset();
    QWidget::changeEvent(event);
}

QRectF ConfusionTable::area() const {
    const double left = std::ceil(std::min(namesWidth(), double{widestName})) + 3 * space;
    const double bar = m_zoom > 1 ? barExtent : 0;
    return QRectF(left, headingHeight, width() - left - 2 * space - bar,
                  height() - headingHeight - space - bar);
}

QSizeF ConfusionTable::cellSize() const {
    const QRectF room = area();
    return {m_zoom * room.width() / m_matrix.columns(),
            m_zoom * room.height() / m_matrix.classes()};
}

QRectF ConfusionTable::cellRect(int truth, int predicted) const {
    const QPointF corner = area().topLeft() - m_offset;
    const QSizeF size = cellSize();
    return {corner.x() + m_matrix.columnOf(predicted) * size.width(),
            corner.y() + truth * size.height(), size.width(), size.height()};
}

std::optional<Confusion> ConfusionTable::cellAt(QPointF position) const {
    const QRectF room = area();
    if (m_matrix.isEmpty() || !room.contains(position)) return std::nullopt;
    const QPointF inside = position - cellRect(0, 0).topLeft();
    const QSizeF size = cellSize();
    const auto place = [](double cells, int count) {
        return std::clamp(static_cast<int>(cells), 0, count - 1);
    };
    const int column = place(inside.x() / size.width(), m_matrix.columns());
    return Confusion{place(inside.y() / size.height(), m_matrix.classes()),
                     m_matrix.predictedAt(column)};
}

/// Columns and rows of which something is seen.
QRect ConfusionTable::visibleCells() const {
    const QSizeF size = cellSize();
    const QRectF room = area();
    const int left = static_cast<int>(m_offset.x() / size.width());
    const int top = static_cast<int>(m_offset.y() / size.height());
    const auto end = [](double position, int count) {
        return std::min(count, static_cast<int>(std::ceil(position)));
    };
    const int right = end((m_offset.x() + room.width()) / size.width(), m_matrix.columns());
    const int bottom = end((m_offset.y() + room.height()) / size.height(), m_matrix.classes());
    return {left, top, right - left, bottom - top};
}

void ConfusionTable::zoomTo(double zoom, QPointF around) {
    m_across->hide();
    m_down->hide();
    if (m_matrix.isEmpty() || area().isEmpty()) {
        m_zoom = 1;
        m_offset = {};
        return update();
    }
    const QSizeF old = cellSize();
    const QPointF cells = around - cellRect(0, 0).topLeft();
    m_zoom = 1;
    const QSizeF whole = cellSize();
    const double most = std::max(
        {1.0, readableWidth / whole.width(), readableHeight / std::max(whole.height(), 1e-3)});
    m_zoom = std::clamp(zoom, 1.0, most);
    placeBars();
    const QSizeF size = cellSize();
    const QPointF corner = around - area().topLeft();
    scrollTo(
        QPointF(cells.x() / old.width() * size.width(), cells.y() / old.height() * size.height()) -
        corner);
}

void ConfusionTable::placeBars() {
    const QRect room = area().toRect();
    m_across->setGeometry(room.left(), room.bottom() + 1, room.width(), barExtent);
    m_down->setGeometry(room.right() + 1, room.top(), barExtent, room.height());
    const auto set = [this](QScrollBar& bar, double extent) {
        bar.setVisible(m_zoom > 1);
        bar.setPageStep(std::max(1, static_cast<int>(extent)));
        bar.setSingleStep(rowHeight);
        bar.setRange(0, std::max(0, static_cast<int>((m_zoom - 1) * extent)));
    };
    set(*m_across, area().width());
    set(*m_down, area().height());
}

/// Bars stand on whole pixels; what zooming holds fast does not.
void ConfusionTable::scrollTo(QPointF offset) {
    const QSizeF room = area().size();
    m_offset = {std::clamp(offset.x(), 0.0, (m_zoom - 1) * room.width()),
                std::clamp(offset.y(), 0.0, (m_zoom - 1) * room.height())};
    const QSignalBlocker across(m_across), down(m_down);
    m_across->setValue(static_cast<int>(std::lround(m_offset.x())));
    m_down->setValue(static_cast<int>(std::lround(m_offset.y())));
    update();
}

void ConfusionTable::showCell(const Confusion& cell) {
    const QRectF room = area(), rect = cellRect(cell.truth, cell.predicted);
    const auto move = [](double before, double behind) {
        return before < 0 ? before : std::max(0.0, behind);
    };
    scrollTo(m_offset + QPointF(move(rect.left() - room.left(), rect.right() - room.right()),
                                move(rect.top() - room.top(), rect.bottom() - room.bottom())));
}

QString ConfusionTable::cellText(const Confusion& cell) const {
    const int64_t count = m_matrix.count(cell.truth, cell.predicted);
    if (count == 0) return {};
    if (!m_isByRow) return exactText(count);
    return decimalText(100 * m_matrix.share(cell.truth, cell.predicted), 1);
}

/// The largest one in which the longest number fits into a cell; none: no number is shown.
std::optional<QFont> ConfusionTable::digitFont() const {
    if (m_matrix.isEmpty()) return std::nullopt;
    const QString longest = m_isByRow ? decimalText(100, 1) : exactText(m_matrix.largest());
    const QSizeF room = cellSize();
    QFont font = textFont();
    for (double points = font.pointSizeF(); points >= 6; points -= 0.5) {
        font.setPointSizeF(points);
        const QFontMetricsF metrics(font);
        if (metrics.horizontalAdvance(longest) <= room.width() - 3 &&
            metrics.capHeight() <= room.height() - 4)
            return font;
    }
    return std::nullopt;
}

void ConfusionTable::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (m_matrix.isEmpty() || area().width() < 1 || area().height() < 1) return;
    painter.setFont(textFont());
    paintRowNames(painter);
    paintColumnNames(painter);
    painter.setClipRect(area());
    paintCells(painter);
    if (const auto font = digitFont()) paintNumbers(painter, *font);
    const auto outline = [&](const std::optional<Confusion>& cell, const QColor& colour) {
        if (!cell) return;
        painter.setPen(QPen(colour, 2));
        painter.drawRect(cellRect(cell->truth, cell->predicted));
    };
    outline(m_under, m_theme.tokens().quiet);
    outline(m_chosen, m_theme.tokens().accent);
}

void ConfusionTable::paintCells(QPainter& painter) {
    constexpr double roomForGap = 5;
    const QRectF room = area();
    const QSizeF size = cellSize();
    const double ratio = devicePixelRatioF();
    const ConfusionPicture::View view{
        .cells = {m_offset.x() / size.width(), m_offset.y() / size.height(),
                  room.width() / size.width(), room.height() / size.height()},
        .pixels = (room.size() * ratio).toSize(),
        .gap = std::min(size.width(), size.height()) >= roomForGap
                   ? static_cast<int>(std::lround(ratio))
                   : 0};
    if (m_picture.isNull() || view != m_view) m_picture = m_cells.paint(view, m_theme);
    m_view = view;
    painter.drawImage(room, m_picture);
}

void ConfusionTable::paintNumbers(QPainter& painter, const QFont& font) const {
    painter.setFont(font);
    const QRect seen = visibleCells();
    for (int truth = seen.top(); truth <= seen.bottom(); ++truth) {
        for (int column = seen.left(); column <= seen.right(); ++column) {
            const Confusion cell{truth, m_matrix.predictedAt(column)};
            const QString text = cellText(cell);
            if (text.isEmpty()) continue;
            painter.setPen(textOn(QColor::fromRgb(m_cells.colourOf(truth, column, m_theme))));
            painter.drawText(cellRect(cell.truth, cell.predicted), Qt::AlignCenter, text);
        }
    }
}

QFont ConfusionTable::textFont() const {
    QFont font = m_theme.font();
    font.setPointSizeF(8.5);
    return font;
}

/// Every row, or where rows are low, as many as have room.
void ConfusionTable::paintRowNames(QPainter& painter) const {
    const QFontMetrics metrics = painter.fontMetrics();
    const QRect seen = visibleCells();
    const double height = cellSize().height(), right = area().left();
    const int every = std::max(1, static_cast<int>(std::ceil(nameHeight / height)));
    painter.setPen(m_theme.tokens().quiet);
    painter.setClipRect(QRectF(0, area().top(), right, area().height()));
    for (int label = (seen.top() + every - 1) / every * every; label <= seen.bottom();
         label += every) {
        const double middle = cellRect(label, 0).center().y();
        const QRectF room(space, middle - headingHeight / 2.0, right - 2 * space, headingHeight);
        painter.drawText(
            room, Qt::AlignRight | Qt::AlignVCenter,
            metrics.elidedText(nameOf(label), Qt::ElideRight, static_cast<int>(room.width())));
    }
}

void ConfusionTable::paintColumnNames(QPainter& painter) const {
    const QFontMetrics metrics = painter.fontMetrics();
    const QRect seen = visibleCells();
    const double width = cellSize().width();
    const double needed = std::min(namesWidth(), double{columnNameWidth}) + space;
    const int every =
        width >= narrowestName ? 1 : std::max(1, static_cast<int>(std::ceil(needed / width)));
    painter.setClipRect(QRectF(area().left(), 0, area().width(), headingHeight));
    for (int column = (seen.left() + every - 1) / every * every; column <= seen.right();
         column += every) {
        const int label = m_matrix.predictedAt(column);
        const QRectF cell = cellRect(0, label);
        const double wide = every * width;
        const QRectF room(cell.center().x() - wide / 2, 0, wide, headingHeight);
        painter.setPen(label == noAnswer ? m_theme.tokens().bad : m_theme.tokens().quiet);
        painter.drawText(room, Qt::AlignCenter,
                         metrics.elidedText(nameOf(label), Qt::ElideRight, static_cast<int>(wide)));
    }
}

void ConfusionTable::wheelEvent(QWheelEvent* event) {
    const QPoint turned = event->angleDelta();
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        zoomTo(m_zoom * std::pow(1.2, turned.y() / 120.0), event->position());
        return event->accept();
    }
    if (m_zoom == 1) return event->ignore();
    const bool isAcross = event->modifiers().testFlag(Qt::ShiftModifier);
    QScrollBar& bar = isAcross ? *m_across : *m_down;
    bar.setValue(bar.value() - turned.y() * 2 * rowHeight / 120);
    m_across->setValue(m_across->value() - turned.x() * 2 * rowHeight / 120);
    event->accept();
}

void ConfusionTable::resizeEvent(QResizeEvent*) {
    if (!m_matrix.isEmpty()) zoomTo(m_zoom, area().center());
}

void ConfusionTable::mousePressEvent(QMouseEvent* event) {
    const std::optional<Confusion> cell = cellAt(event->position());
    choose(cell == m_chosen ? std::nullopt : cell);
}

void ConfusionTable::mouseMoveEvent(QMouseEvent* event) {
    const std::optional<Confusion> cell = cellAt(event->position());
    if (cell == m_under) return;
    m_under = cell;
    update();
    pointed(cell ? describe(*cell) : QString());
}

void ConfusionTable::leaveEvent(QEvent*) {
    m_under.reset();
    update();
    pointed({});
}

void ConfusionTable::keyPressEvent(QKeyEvent* event) {
    if (m_matrix.isEmpty()) return QWidget::keyPressEvent(event);
    Confusion cell = m_chosen.value_or(Confusion{});
    int column = m_matrix.columnOf(cell.predicted);
    switch (event->key()) {
        case Qt::Key_Up:
            --cell.truth;
            break;
        case Qt::Key_Down:
            ++cell.truth;
            break;
        case Qt::Key_Left:
            --column;
            break;
        case Qt::Key_Right:
            ++column;
            break;
        case Qt::Key_Escape:
            return choose(std::nullopt);
        case Qt::Key_Plus:
            return zoomTo(1.2 * m_zoom, cellRect(cell.truth, cell.predicted).center());
        case Qt::Key_Minus:
            return zoomTo(m_zoom / 1.2, cellRect(cell.truth, cell.predicted).center());
        default:
            return QWidget::keyPressEvent(event);
    }
    cell.truth = std::clamp(cell.truth, 0, m_matrix.classes() - 1);
    cell.predicted = m_matrix.predictedAt(std::clamp(column, 0, m_matrix.columns() - 1));
    choose(cell);
    showCell(cell);
}

}  // namespace vitrine::gui
