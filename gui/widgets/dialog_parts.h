// SPDX-License-Identifier: GPL-3.0-or-later
// What dialogs are put together from.
#pragma once

#include <QLabel>
#include <QVBoxLayout>

namespace vitrine::gui {

/// Plain words in as many lines as they need.
QLabel* wrappedLabel(const char* name, QWidget* parent);
/// The same, to be marked and copied.
QLabel* selectableLabel(const char* name, QWidget* parent);

/// Of a widget, without margins.
QVBoxLayout* columnOf(QWidget* widget);

}  // namespace vitrine::gui
