// SPDX-License-Identifier: GPL-3.0-or-later
// The texts of the Help menu, made from what there is: the README, the actions of the window, the
// libraries that are loaded.
#pragma once

#include <QString>

namespace vitrine::gui {

class ActionBook;
class Theme;

/// The README's tour of the window as Markdown, without its heading; pictures by their path in the
/// sources.
QString tourMarkdown();

/// Every shortcut by its group, then what the mouse does, as HTML. Of `words`, separated by blanks,
/// each must occur in the group, the keys or the text.
QString shortcutsHtml(const ActionBook& actions, const QString& words, const Theme& theme);

/// Version, surroundings, libraries with versions and licences, as HTML. Links: `licence:` with the
/// name of a file in LICENSES.
QString aboutHtml(const Theme& theme);
/// The same for a report of a fault, without licences.
QString aboutText();

/// The text of a licence of ours, with a link `about:` back.
QString licenceHtml(const QString& file, const Theme& theme);

}  // namespace vitrine::gui
