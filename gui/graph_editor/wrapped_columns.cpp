// SPDX-License-Identifier: GPL-3.0-or-later
// Tries numbers of columns; for each the cuts nearest to equal heights.
#include "gui/graph_editor/wrapped_columns.h"

#include <QRectF>

#include <algorithm>
#include <cmath>

#include "gui/graph_editor/node_geometry.h"

namespace vitrine::gui {

namespace {

constexpr int mostColumns = 24;
constexpr double gutter = 140;      ///< between columns: a wire runs up in it
constexpr double worthwhile = 1.1;  ///< so much larger, or it stays with fewer columns
/// So much larger, or it is not cut where more edges go on: what branches is torn apart there.
constexpr double worthTearing = 1.4;
constexpr int mostTorn[] = {1, 2, 3, 8, 64};  ///< edges that may go on where it is cut

class Rows {
  public:
    Rows(const std::vector<QPointF>& places, const std::vector<std::pair<int, int>>& edges)
        : m_places(places) {
        for (const QPointF& place : places) m_tops.push_back(place.y());
        std::ranges::sort(m_tops);
        m_tops.erase(std::ranges::unique(m_tops).begin(), m_tops.end());
        m_crossing.resize(m_tops.size() + 1);
        for (const auto& [from, to] : edges)
            for (size_t row = rowOf(from) + 1; row <= rowOf(to); ++row) ++m_crossing[row];
    }

    /// From now on it is cut where at most so many edges go from row to row.
    void cutAcross(int edges) {
        m_cuts.clear();
        for (size_t row = 1; row < m_tops.size(); ++row)
            if (m_crossing[row] <= edges) m_cuts.push_back(row);
    }

    size_t count() const { return m_tops.size(); }
    size_t rowOf(int node) const {
        const double top = m_places[static_cast<size_t>(node)].y();
        return static_cast<size_t>(std::ranges::lower_bound(m_tops, top) - m_tops.begin());
    }
    /// First rows of so many columns, as equal as the cuts allow.
    std::vector<size_t> startsOf(int columns) const {
        std::vector<size_t> starts{0};
        for (int column = 1; column < columns; ++column) {
            const double wanted =
                static_cast<double>(count() * static_cast<size_t>(column)) / columns;
            const auto away = [&](size_t cut) {
                return std::abs(static_cast<double>(cut) - wanted);
            };
            const auto nearest = std::ranges::min_element(m_cuts, {}, away);
            if (nearest != m_cuts.end() && *nearest > starts.back()) starts.push_back(*nearest);
        }
        return starts;
    }
    /// Of the nodes in rows from `first` to before `end`.
    QRectF rectOf(size_t first, size_t end) const {
        QRectF rect;
        for (size_t i = 0; i < m_places.size(); ++i)
            if (const size_t row = rowOf(static_cast<int>(i)); row >= first && row < end)
                rect |= QRectF(m_places[i], QSizeF(nodeWidth, nodeHeight));
        return rect;
    }

  private:
    const std::vector<QPointF>& m_places;
    std::vector<double> m_tops;
    std::vector<int> m_crossing;  ///< edges that go into a row, or past it
    std::vector<size_t> m_cuts;   ///< rows before which it may be cut
};

/// Rectangles of the columns as they lie in the one long layout.
std::vector<QRectF> columnsOf(const Rows& rows, const std::vector<size_t>& starts) {
    std::vector<QRectF> columns;
    for (size_t i = 0; i < starts.size(); ++i)
        columns.push_back(
            rows.rectOf(starts[i], i + 1 < starts.size() ? starts[i + 1] : rows.count()));
    return columns;
}

double scaleIn(const QSizeF& room, const std::vector<QRectF>& columns) {
    double width = gutter * static_cast<double>(columns.size() - 1), height = 0;
    for (const QRectF& column : columns) {
        width += column.width();
        height = std::max(height, column.height());
    }
    return std::min({1.0, room.width() / width, room.height() / height});
}

/// Of as many columns as make it largest, and how large.
std::pair<std::vector<size_t>, double> bestStarts(const Rows& rows, const QSizeF& room) {
    std::vector<size_t> starts{0};
    double scale = scaleIn(room, columnsOf(rows, starts));
    for (int columns = 2; columns <= mostColumns; ++columns) {
        const std::vector<size_t> tried = rows.startsOf(columns);
        const double reached = scaleIn(room, columnsOf(rows, tried));
        if (reached < scale * worthwhile) continue;
        starts = tried;
        scale = reached;
    }
    return {starts, scale};
}

}  // namespace

void wrapIntoColumns(std::vector<QPointF>& places, const std::vector<std::pair<int, int>>& edges,
                     const QSizeF& room) {
    if (places.empty() || room.isEmpty()) return;
    Rows rows(places, edges);
    std::vector<size_t> starts{0};
    double scale = scaleIn(room, columnsOf(rows, starts));
    for (const int torn : mostTorn) {
        rows.cutAcross(torn);
        const auto [tried, reached] = bestStarts(rows, room);
        if (reached < scale * (torn == 1 ? worthwhile : worthTearing)) continue;
        starts = tried;
        scale = reached;
    }
    const std::vector<QRectF> columns = columnsOf(rows, starts);
    std::vector<QPointF> shifts;
    double left = columns[0].left();
    for (const QRectF& column : columns) {
        shifts.push_back(QPointF(left, columns[0].top()) - column.topLeft());
        left += column.width() + gutter;
    }
    std::vector<size_t> columnOf;
    for (size_t i = 0; i < places.size(); ++i) {
        const auto after = std::ranges::upper_bound(starts, rows.rowOf(static_cast<int>(i)));
        columnOf.push_back(static_cast<size_t>(after - starts.begin()) - 1);
    }
    for (size_t i = 0; i < places.size(); ++i) places[i] += shifts[columnOf[i]];
}

}  // namespace vitrine::gui
