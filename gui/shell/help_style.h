// SPDX-License-Identifier: GPL-3.0-or-later
// How a page of Markdown looks: room between lines and paragraphs, quiet tables, the window's own
// font for code.
#pragma once

class QTextDocument;

namespace vitrine::gui {

class Theme;

/// Of all that a document holds; again after each setMarkdown().
void stylePage(QTextDocument& page, const Theme& theme);

}  // namespace vitrine::gui
