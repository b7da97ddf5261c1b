// SPDX-License-Identifier: GPL-3.0-or-later
// Workbench: what the window works on. Outlives it, since views look at it until they are gone.
#pragma once

#include <QSettings>

#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/bridge/view_context.h"
#include "gui/document/document.h"
#include "gui/shell/recovery.h"
#include "gui/theme/theme.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui {

/// Where the program keeps its own things.
struct UserFolders {
    QString settings;    ///< an INI file
    QString data;        ///< recovery copies, runs of projects that have no folder
    bool apart = false;  ///< all runs go there, none beside its project
    /// Of the person who runs the program.
    static UserFolders standard();
};

/// Window thread.
struct Workbench {
    Workbench(Theme& windowTheme, const UserFolders& folders);
    ~Workbench();
    ViewContext context() { return {document, run, selection, theme, actions}; }

    Theme& theme;
    QSettings settings;
    ActionBook actions;
    Document document;
    Selection selection;
    RunController run;
    Recovery recovery;

  private:
    void rememberOptions();
};

}  // namespace vitrine::gui
