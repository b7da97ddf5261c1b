// SPDX-License-Identifier: GPL-3.0-or-later
// NodeSprites: the parts of nodes that many have alike, painted once for a zoom. Copying a picture
// takes a tenth of the time of painting rounded, smoothed shapes.
#pragma once

#include <QHash>
#include <QPainter>
#include <QPixmap>

#include <string>

#include "gui/graph_editor/node_look.h"

namespace vitrine::gui {

class Theme;

class NodeSprites {
  public:
    explicit NodeSprites(const Theme& theme) : m_theme(theme) {}
    void clear() { m_pictures.clear(); }

    /// Body with stripe and (from detailZoom on) icon, its upper left corner at the painter's
    /// origin.
    void drawBody(QPainter& painter, const std::string& category, bool isBad);
    /// Data: a disc; class numbers and positions: a square. Not connected: hollow.
    void drawPort(QPainter& painter, const QPointF& centre, bool isOfIndices, bool isConnected);

  private:
    template <class Paint>
    void draw(QPainter& painter, const QString& key, const QRectF& area, Paint paint);
    void paintBody(QPainter& painter, const std::string& category, bool isBad, bool withIcon) const;
    void paintPort(QPainter& painter, bool isOfIndices, bool isConnected) const;

    const Theme& m_theme;
    QHash<QString, QPixmap> m_pictures;
    double m_scale = 0;  ///< device pixels for a canvas unit in the pictures
};

}  // namespace vitrine::gui
