// SPDX-License-Identifier: GPL-3.0-or-later
// Fonts in pixels of the canvas, so that text scales with the nodes.
#include "gui/graph_editor/canvas_style.h"

#include <QFontMetricsF>

#include <cmath>

namespace vitrine::gui {

namespace {

QFont sized(QFont font, int pixels, int weight = QFont::Normal) {
    font.setPixelSize(pixels);
    font.setWeight(static_cast<QFont::Weight>(weight));
    return font;
}

QColor mixed(const QColor& a, const QColor& b, double share) {
    const auto mix = [share](int x, int y) {
        return static_cast<int>(std::lround(x + share * (y - x)));
    };
    return {mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())};
}

}  // namespace

CanvasStyle::CanvasStyle(Theme& theme, QObject* parent)
    : QObject(parent), m_theme(theme), m_sprites(theme) {
    rebuild();
    connect(&theme, &Theme::changed, this, [this] {
        rebuild();
        changed();
    });
}

void CanvasStyle::rebuild() {
    m_title = sized(m_theme.font(), 13, QFont::DemiBold);
    m_quiet = sized(m_theme.font(), 11);
    m_shape = sized(m_theme.mono(), 10);
    m_far = sized(m_theme.font(), 26);
    m_shapeLetter = QFontMetricsF(m_shape).horizontalAdvance(QLatin1Char('0'));
    m_edge = mixed(tokens().line, tokens().quiet, 0.55);
    m_grid = mixed(tokens().window, tokens().grid, 0.55);
    m_sprites.clear();
}

}  // namespace vitrine::gui
