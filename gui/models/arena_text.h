// SPDX-License-Identifier: GPL-3.0-or-later
// What the arena map says of a block, of an entry and of itself.
#pragma once

#include <QString>

#include "gui/models/arena_map.h"

namespace vitrine::gui {

/// `relu1`, `workspace of conv_weights`
QString blockName(const ArenaMap& map, const ArenaBlock& block);
/// Everything that is known of a block, a fact a line: for tool tips and screen readers.
QString blockText(const ArenaMap& map, const ArenaBlock& block);
/// `arena 4.2 MB = 496 kB of states + 3.7 MB for the step, peak at entry 26 …`
QString figuresText(const ArenaMap& map);

}  // namespace vitrine::gui
