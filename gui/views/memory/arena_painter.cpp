// SPDX-License-Identifier: GPL-3.0-or-later
// The arena map as a picture.
#include "gui/views/memory/arena_painter.h"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

#include "gui/models/arena_text.h"
#include "gui/models/number_text.h"
#include "gui/models/tape_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr double smallestLabelWidth = 36, smallestLabelHeight = 14;
constexpr double dimmed = 0.28;

QString tr(const char* text) { return QCoreApplication::translate("ArenaPainter", text); }

/// Black or white, whichever has more contrast on a colour (relative luminance as in WCAG 2).
QColor inkOn(const QColor& ground) {
    const auto linear = [](double part) { return std::pow(part, 2.2); };
    const double luminance = 0.2126 * linear(static_cast<double>(ground.redF())) +
                             0.7152 * linear(static_cast<double>(ground.greenF())) +
                             0.0722 * linear(static_cast<double>(ground.blueF()));
    return luminance > 0.18 ? QColor(0x0b1016) : QColor(Qt::white);
}

/// What shows where a colour is painted over a ground that it lets through.
QColor over(const QColor& ground, const QColor& colour, double opacity) {
    const auto part = [&](float below, float above) {
        return static_cast<float>((1 - opacity) * static_cast<double>(below) +
                                  opacity * static_cast<double>(above));
    };
    return QColor::fromRgbF(part(ground.redF(), colour.redF()),
                            part(ground.greenF(), colour.greenF()),
                            part(ground.blueF(), colour.blueF()));
}

void paintBlock(QPainter& painter, const ArenaScene& scene, int index) {
    const ArenaBlock& block = scene.map.block(index);
    const QRectF bounds = scene.states.united(scene.view.room());
    const QRectF rect = blockRect(scene, block).intersected(bounds);
    if (rect.isEmpty()) return;
    const bool isMarked =
        std::find(scene.marked.begin(), scene.marked.end(), index) != scene.marked.end();
    const QColor colour = blockColour(scene.map, block, scene.colour, scene.theme);
    const double opacity = scene.marked.empty() || isMarked ? 1 : dimmed;
    painter.setOpacity(opacity);
    if (block.isView)
        painter.fillRect(rect, QBrush(inkOn(colour), Qt::BDiagPattern));
    else
        painter.fillRect(rect, colour);
    painter.setBrush(Qt::NoBrush);
    const bool hasRoom = rect.height() > 3 && rect.width() > 3;
    if (hasRoom) {
        painter.setPen(scene.theme.tokens().panel);
        painter.drawRect(rect);
    }
    if (block.staysReadable && hasRoom) {
        painter.setPen(QPen(scene.theme.tokens().text, 1.5));
        painter.drawRect(rect.adjusted(1, 1, -1, -1));
    }
    if (!block.isView && rect.width() >= smallestLabelWidth &&
        rect.height() >= smallestLabelHeight) {
        // Names are to be read on dimmed blocks too.
        painter.setOpacity(1);
        painter.setPen(inkOn(over(scene.theme.tokens().panel, colour, opacity)));
        const QRectF room = rect.adjusted(4, 0, -4, 0);
        painter.drawText(
            room, Qt::AlignVCenter | Qt::AlignLeft,
            painter.fontMetrics().elidedText(blockName(scene.map, block), Qt::ElideRight,
                                             static_cast<int>(room.width())));
    }
    painter.setOpacity(1);
}

void outlineMarked(QPainter& painter, const ArenaScene& scene) {
    painter.setPen(QPen(scene.theme.tokens().accent, 2));
    painter.setBrush(Qt::NoBrush);
    for (int index : scene.marked)
        painter.drawRect(blockRect(scene, scene.map.block(index)).adjusted(0, -1, 0, 1));
}

void paintAddresses(QPainter& painter, const ArenaScene& scene) {
    const ArenaViewport& view = scene.view;
    const double low = view.lowestAddress(), high = view.highestAddress();
    const double step =
        roundStep(high - low, std::max(2, static_cast<int>(view.room().height() / 36)));
    for (double at = std::ceil(low / step) * step; at <= high; at += step) {
        const double y = view.yOf(at);
        painter.setPen(scene.theme.tokens().grid);
        painter.drawLine(QPointF(view.room().left(), y), QPointF(view.room().right(), y));
        painter.setPen(scene.theme.tokens().quiet);
        const QRectF room(0, y - 8, view.room().left() - 6, 16);
        painter.drawText(room, Qt::AlignRight | Qt::AlignVCenter, bytesText(at));
    }
}

void paintEntries(QPainter& painter, const ArenaScene& scene) {
    const ArenaViewport& view = scene.view;
    const double first = view.firstEntry(), last = view.lastEntry();
    const double step = std::max(
        1.0, roundStep(last - first, std::max(2, static_cast<int>(view.room().width() / 56))));
    const double y = scene.states.bottom() + 2;
    painter.setPen(scene.theme.tokens().quiet);
    for (double at = std::ceil(first / step) * step; at < last; at += step)
        painter.drawText(QRectF(view.xOf(at + 0.5) - 28, y, 56, 16), Qt::AlignCenter,
                         exactText(static_cast<int64_t>(at)));
}

/// The first entry behind those that belong to one part of the step.
int endOfPhase(const Tape& tape, int first) {
    int end = first;
    while (static_cast<size_t>(end) < tape.entries.size() &&
           tape.entries[static_cast<size_t>(end)].instr.phase ==
               tape.entries[static_cast<size_t>(first)].instr.phase)
        ++end;
    return end;
}

/// A line between the step's parts, with their names above where they have room.
void paintPhases(QPainter& painter, const ArenaScene& scene) {
    const Tape& tape = *scene.map.tape();
    const QRectF& room = scene.view.room();
    for (int first = 0, end = 0; first < scene.map.entries(); first = end) {
        end = endOfPhase(tape, first);
        const double begin = scene.view.xOf(first);
        if (begin > room.left() && begin < room.right()) {
            painter.setPen(scene.theme.tokens().line);
            painter.drawLine(QPointF(begin, room.top()), QPointF(begin, scene.states.bottom()));
        }
        const double left = std::max(begin, room.left()),
                     right = std::min(scene.view.xOf(end), room.right());
        const QString name = phaseText(tape.entries[static_cast<size_t>(first)].instr.phase);
        if (right - left < painter.fontMetrics().horizontalAdvance(name) + 4) continue;
        painter.setPen(scene.theme.tokens().quiet);
        painter.drawText(QRectF(left + 4, room.top() - 16, right - left, 16), Qt::AlignVCenter,
                         name);
    }
}

void paintPeak(QPainter& painter, const ArenaScene& scene) {
    const QRectF& room = scene.view.room();
    const double x = scene.view.xOf(scene.map.peakEntry() + 0.5);
    if (x < room.left() || x > room.right()) return;
    painter.setPen(QPen(scene.theme.tokens().warn, 1.5, Qt::DashLine));
    painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()));
    const QString text =
        tr("peak %1").arg(bytesText(static_cast<double>(scene.map.tape()->extent.lowerBoundBytes)));
    const double width = painter.fontMetrics().horizontalAdvance(text) + 8;
    const double left = std::clamp(x - width / 2, room.left(), room.right() - width);
    painter.drawText(QRectF(left, room.top() - 32, width, 16), Qt::AlignCenter, text);
}

void paintStates(QPainter& painter, const ArenaScene& scene) {
    painter.setPen(scene.theme.tokens().quiet);
    painter.drawText(QRectF(0, scene.states.top(), scene.states.left() - 6, scene.states.height()),
                     Qt::AlignRight | Qt::AlignVCenter, tr("states"));
    painter.fillRect(scene.states, scene.theme.tokens().raised);
}

}  // namespace

double roundStep(double range, int most) {
    if (range <= 0) return 1;
    const double least = range / most, power = std::pow(10.0, std::floor(std::log10(least)));
    for (double factor : {1.0, 2.0, 5.0})
        if (factor * power >= least) return factor * power;
    return 10 * power;
}

QColor blockColour(const ArenaMap& map, const ArenaBlock& block, ArenaColour colour,
                   const Theme& theme) {
    if (colour == ArenaColour::Category) return theme.category(block.category);
    if (block.value == noValue) return theme.tokens().quiet;
    return theme.series(static_cast<int>(map.tape()->value(block.value).type.dtype));
}

QRectF blockRect(const ArenaScene& scene, const ArenaBlock& block) {
    if (!block.isState)
        return scene.view.rectOf(block.first, block.last, block.offset, block.bytes);
    // Along the band: states live for ever, so that their place is all there is to show.
    const double scale =
        scene.states.width() / static_cast<double>(std::max<int64_t>(1, scene.map.stateBytes()));
    return {scene.states.left() + scale * static_cast<double>(block.offset), scene.states.top(),
            scale * static_cast<double>(block.bytes), scene.states.height()};
}

void paintArena(QPainter& painter, const ArenaScene& scene) {
    painter.fillRect(scene.view.room(), scene.theme.tokens().window);
    paintAddresses(painter, scene);
    paintEntries(painter, scene);
    paintStates(painter, scene);
    painter.save();
    painter.setClipRect(scene.view.room().united(scene.states));
    for (size_t i = 0; i < scene.map.blocks().size(); ++i)
        paintBlock(painter, scene, static_cast<int>(i));
    outlineMarked(painter, scene);
    painter.restore();
    paintPhases(painter, scene);
    paintPeak(painter, scene);
}

}  // namespace vitrine::gui
