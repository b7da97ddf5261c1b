// SPDX-License-Identifier: GPL-3.0-or-later
// The choices of a box as a menu: for a key, wherever the box itself is.
#pragma once

class QComboBox;
class QWidget;

namespace vitrine::gui {

/// Below the box where it is seen, else in the middle of the window of `beside`. What is chosen is
/// told by the box, as if it had been chosen there.
void popUpChoices(QComboBox& box, QWidget& beside);

}  // namespace vitrine::gui
