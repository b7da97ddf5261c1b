// SPDX-License-Identifier: GPL-3.0-or-later
// CanvasStyle: fonts, colours and ready pictures of the canvas, made once for a theme so that
// painting a node makes none.
#pragma once

#include <QFont>
#include <QObject>

#include "gui/graph_editor/node_sprites.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

/// Below these zooms things are left out.
inline constexpr double detailZoom = 0.55, blockZoom = 0.2;

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
    NodeSprites& sprites() { return m_sprites; }
    const QFont& titleFont() const { return m_title; }
    const QFont& quietFont() const { return m_quiet; }
    const QFont& shapeFont() const { return m_shape; }
    /// For names where nodes are small.
    const QFont& farFont() const { return m_far; }

  Q_SIGNALS:
    void changed();

  private:
    void rebuild();
    Theme& m_theme;
    QFont m_title, m_quiet, m_shape, m_far;
    QColor m_edge, m_grid;
    double m_shapeLetter = 0;
    NodeSprites m_sprites;
};

}  // namespace vitrine::gui
