// SPDX-License-Identifier: GPL-3.0-or-later
// ArenaViewport: which part of the arena map is seen, and where on the screen. Needs no window.
#pragma once

#include <QRectF>

#include <cstdint>

namespace vitrine::gui {

/// Entry i takes the place from i to i + 1; address 0 is at the bottom.
class ArenaViewport {
  public:
    /// What there is to see. Everything is in sight afterwards.
    void setExtent(int entries, int64_t bytes);
    /// Where it is drawn; the part that is seen stays.
    void setRoom(const QRectF& room) { m_room = room; }
    const QRectF& room() const { return m_room; }

    void fit();
    bool isFitted() const;
    /// Makes things larger by the factors, around a point of the screen that stays where it is.
    void zoom(const QPointF& anchor, double across, double up);
    /// Moves what is seen by a way on the screen.
    void pan(const QPointF& way);

    double xOf(double entry) const;
    double yOf(double address) const;
    int entryAt(double x) const;
    int64_t addressAt(double y) const;
    /// Rectangle of entries `first` to `last`, both inclusive.
    QRectF rectOf(int first, int last, int64_t offset, int64_t bytes) const;
    double firstEntry() const { return m_x.low; }
    double lastEntry() const { return m_x.high; }
    double lowestAddress() const { return m_y.low; }
    double highestAddress() const { return m_y.high; }

  private:
    struct Range {
        double low = 0, high = 1, all = 1;
        double size() const { return high - low; }
        void zoom(double anchor, double factor, double smallest);
        void moveTo(double wanted);
    };
    QRectF m_room{0, 0, 1, 1};
    Range m_x, m_y;
};

}  // namespace vitrine::gui
