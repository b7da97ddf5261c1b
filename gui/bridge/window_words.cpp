// SPDX-License-Identifier: GPL-3.0-or-later
// One sentence in place of another.
#include "gui/bridge/window_words.h"

#include <QCoreApplication>

#include <array>

#include "core/session/project.h"
#include "gui/bridge/sentence_words.h"

namespace vitrine::gui {

namespace {

/// Advice that has this in it …, as the window gives it. The first that fits.
struct Words {
    std::string_view option;
    const char* inWindow;
};
constexpr std::array words{
    Words{"--resume", QT_TRANSLATE_NOOP("Advice", "Go on with it by Train → Go on with a run.")},
    Words{"--precision", QT_TRANSLATE_NOOP("Advice",
                                           "The window computes with fp32 numbers: take "
                                           "weights that fit into them.")},
    Words{"you may write to",
          QT_TRANSLATE_NOOP("Advice", "Save the project in a folder that you may write to.")},
    Words{"(its --out)", QT_TRANSLATE_NOOP("Advice", "Choose a folder that a run was saved in.")},
    Words{"--out", QT_TRANSLATE_NOOP("Advice",
                                     "Start a new run (Space): it gets a folder of its "
                                     "own, and what is there stays.")},
    Words{"or start a new run",
          QT_TRANSLATE_NOOP("Advice", "Choose the same data again, or start a new run (Space).")},
    Words{"--data", QT_TRANSLATE_NOOP("Advice",
                                      "Put the data there again, or choose them: File → "
                                      "Choose data.")},
};

}  // namespace

Error inWindowWords(Error error) {
    const auto in = [&](std::string_view text) { return error.next.find(text) != error.next.npos; };
    if (!in("--") && error.place.field != dataFolderField) return error;
    for (const Words& entry : words) {
        if (!in(entry.option)) continue;
        error.next = QCoreApplication::translate("Advice", entry.inWindow).toStdString();
        return error;
    }
    return error;
}

QString sentenceOf(const Error& error) {
    return capitalised(QString::fromStdString(error.message));
}

}  // namespace vitrine::gui
