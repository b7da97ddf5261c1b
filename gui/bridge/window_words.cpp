// SPDX-License-Identifier: GPL-3.0-or-later
// One sentence in place of another.
#include "gui/bridge/window_words.h"

#include <QCoreApplication>

#include "core/session/project.h"

namespace vitrine::gui {

Error inWindowWords(Error error) {
    const bool isAboutFolder =
        error.place.field == dataFolderField || error.next.find("--data") != std::string::npos;
    if (isAboutFolder)
        error.next = QCoreApplication::translate(
                         "DataFolder",
                         "Put the data there again, or choose their folder in Properties, "
                         "under Data.")
                         .toStdString();
    return error;
}

}  // namespace vitrine::gui
