// SPDX-License-Identifier: GPL-3.0-or-later
// What canvas, views and shell work on.
#pragma once

namespace vitrine::gui {

class Document;
class RunController;
class Selection;
class Theme;
class ActionBook;

/// All outlive whoever gets this.
struct ViewContext {
    Document& document;
    RunController& run;
    Selection& selection;
    Theme& theme;
    ActionBook& actions;
};

}  // namespace vitrine::gui
