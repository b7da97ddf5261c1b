// SPDX-License-Identifier: GPL-3.0-or-later
// A picture of what the program has on the screen.
#pragma once

#include <QPixmap>

class QWidget;

namespace vitrine::gui {

/// The window with the dialogs and menus that are open over it, the active one on top, each with a
/// line around it where a window manager would have its frame.
QPixmap screenPicture(QWidget& window);

}  // namespace vitrine::gui
