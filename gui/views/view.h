// SPDX-License-Identifier: GPL-3.0-or-later
// What a dock is. One folder each: `gui/views/<id>/` with `<id>_view.cpp`, which defines
// `vitrine::gui::views::<id>::descriptor`; the build collects them.
#pragma once

#include <QString>
#include <QWidget>

#include <span>

#include "gui/bridge/view_context.h"

namespace vitrine::gui {

enum class DockPlace { Left, Right, BottomLeft, BottomRight };

struct ViewDescriptor {
    const char* id;     ///< snake_case: folder, object name, settings
    const char* title;  ///< to be translated in the context "Views"
    const char* icon;   ///< of resources/icons
    DockPlace place;
    int order;             ///< among the tabs of its place
    const char* shortcut;  ///< shows and focuses it: `Alt+1`
    const char* tip;       ///< one sentence
    QWidget* (*create)(const ViewContext& context, QWidget* parent);
};

std::span<const ViewDescriptor* const> allViews();

}  // namespace vitrine::gui
