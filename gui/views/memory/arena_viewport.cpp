// SPDX-License-Identifier: GPL-3.0-or-later
// Zooming and panning within what there is.
#include "gui/views/memory/arena_viewport.h"

#include <algorithm>
#include <cmath>

namespace vitrine::gui {

namespace {

constexpr double fewestEntries = 2, fewestBytes = 256;

}  // namespace

void ArenaViewport::Range::moveTo(double wanted) {
    const double length = size();
    low = std::clamp(wanted, 0.0, std::max(0.0, all - length));
    high = low + length;
}

void ArenaViewport::Range::zoom(double anchor, double factor, double smallest) {
    const double share = (anchor - low) / size();
    const double length = std::clamp(size() / factor, std::min(smallest, all), all);
    high = low + length;
    moveTo(anchor - share * length);
}

void ArenaViewport::setExtent(int entries, int64_t bytes) {
    m_x.all = std::max(1, entries);
    m_y.all = static_cast<double>(std::max<int64_t>(1, bytes));
    fit();
}

void ArenaViewport::fit() {
    m_x.low = m_y.low = 0;
    m_x.high = m_x.all;
    m_y.high = m_y.all;
}

bool ArenaViewport::isFitted() const { return m_x.size() >= m_x.all && m_y.size() >= m_y.all; }

void ArenaViewport::zoom(const QPointF& anchor, double across, double up) {
    const double entry = m_x.low + (anchor.x() - m_room.left()) / m_room.width() * m_x.size();
    const double address = m_y.low + (m_room.bottom() - anchor.y()) / m_room.height() * m_y.size();
    m_x.zoom(entry, across, fewestEntries);
    m_y.zoom(address, up, fewestBytes);
}

void ArenaViewport::pan(const QPointF& way) {
    m_x.moveTo(m_x.low - way.x() / m_room.width() * m_x.size());
    m_y.moveTo(m_y.low + way.y() / m_room.height() * m_y.size());
}

double ArenaViewport::xOf(double entry) const {
    return m_room.left() + (entry - m_x.low) / m_x.size() * m_room.width();
}

double ArenaViewport::yOf(double address) const {
    return m_room.bottom() - (address - m_y.low) / m_y.size() * m_room.height();
}

int ArenaViewport::entryAt(double x) const {
    const double entry = m_x.low + (x - m_room.left()) / m_room.width() * m_x.size();
    return static_cast<int>(std::clamp(std::floor(entry), 0.0, m_x.all - 1));
}

int64_t ArenaViewport::addressAt(double y) const {
    return static_cast<int64_t>(
        std::floor(m_y.low + (m_room.bottom() - y) / m_room.height() * m_y.size()));
}

QRectF ArenaViewport::rectOf(int first, int last, int64_t offset, int64_t bytes) const {
    return QRectF(QPointF(xOf(first), yOf(static_cast<double>(offset + bytes))),
                  QPointF(xOf(last + 1), yOf(static_cast<double>(offset))));
}

}  // namespace vitrine::gui
