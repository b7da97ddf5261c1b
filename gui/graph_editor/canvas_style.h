// SPDX-License-Identifier: GPL-3.0-or-later
// CanvasStyle: fonts, colours and icon pictures of the canvas, made once for a theme so that
// painting a node makes none.
#pragma once

#include <QFont>
#include <QHash>
#include <QObject>
#include <QPixmap>

#include "gui/theme/theme.h"

namespace vitrine::gui {

/// Below these zooms things are left out.
inline constexpr double detailZoom = 0.4, blockZoom = 0.2;

class CanvasStyle : public QObject {
    Q_OBJECT
  public:
    explicit CanvasStyle(Theme& theme, QObject* parent = nullptr);

    const Tokens& tokens() const { return m_theme.tokens(); }
    QColor category(std::string_view category) const { return m_theme.category(category); }
    /// A line from port to port: quieter than text, stronger than the grid.
    QColor edge() const { return m_edge; }
    /// Lines of the grid: just visible.
    QColor grid() const { return m_grid; }
    /// Of the font for shapes, whose letters are all of one width.
    double shapeWidth(const QString& text) const {
        return m_shapeLetter * static_cast<double>(text.size());
    }
    /// `iconSize` canvas units at a zoom; sharp there.
    const QPixmap& categoryIcon(const std::string& category, double zoom);
    const QFont& titleFont() const { return m_title; }
    const QFont& quietFont() const { return m_quiet; }
    const QFont& shapeFont() const { return m_shape; }
    /// For names where nodes are small.
    const QFont& farFont() const { return m_far; }

    static constexpr int iconSize = 16;

  Q_SIGNALS:
    void changed();

  private:
    void rebuild();
    Theme& m_theme;
    QFont m_title, m_quiet, m_shape, m_far;
    QColor m_edge, m_grid;
    double m_shapeLetter = 0;
    QHash<QString, QPixmap> m_icons;
};

}  // namespace vitrine::gui
