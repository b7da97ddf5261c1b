// SPDX-License-Identifier: GPL-3.0-or-later
// Colours of a list whose lines begin with coloured icons: on the accent colour they would drown.
#pragma once

#include <QPalette>
#include <QWidget>

#include "gui/theme/theme.h"

namespace vitrine::gui {

inline void setQuietSelection(QWidget& list, const Theme& theme) {
    QPalette palette = list.palette();
    palette.setColor(QPalette::Highlight, theme.tokens().line);
    palette.setColor(QPalette::HighlightedText, theme.tokens().text);
    list.setPalette(palette);
}

}  // namespace vitrine::gui
