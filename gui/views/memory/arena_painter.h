// SPDX-License-Identifier: GPL-3.0-or-later
// Draws the arena map: axes, blocks, the band of states, the peak.
#pragma once

#include <QColor>
#include <QRectF>

#include <vector>

#include "gui/models/arena_map.h"
#include "gui/views/memory/arena_viewport.h"

class QPainter;

namespace vitrine::gui {

class Theme;

enum class ArenaColour { Category, Type };

/// Everything that a picture shows.
struct ArenaScene {
    const ArenaMap& map;
    const ArenaViewport& view;
    const Theme& theme;
    QRectF states;  ///< band of the states, below the map
    ArenaColour colour = ArenaColour::Category;
    std::vector<int> marked;  ///< blocks to be outlined while all others are dimmed
};

/// Hue of a block.
QColor blockColour(const ArenaMap& map, const ArenaBlock& block, ArenaColour colour,
                   const Theme& theme);
/// Where a block is drawn, within the map or the band of states.
QRectF blockRect(const ArenaScene& scene, const ArenaBlock& block);
void paintArena(QPainter& painter, const ArenaScene& scene);
/// Round steps, at most `most` of them: 1, 2 or 5 times a power of ten.
double roundStep(double range, int most);

}  // namespace vitrine::gui
