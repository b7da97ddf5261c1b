// SPDX-License-Identifier: GPL-3.0-or-later
// vitrine: starts the window.
#include <QApplication>

#include "gui/theme/theme.h"

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    vitrine::gui::Theme theme(vitrine::gui::ThemeKind::Dark);
    theme.applyTo(application);
    return 0;
}
